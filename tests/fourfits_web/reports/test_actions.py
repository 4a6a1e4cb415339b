"""Asking for reports, and who may."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fourfits.errors import ParameterError
from fourfits_web.core.actors import Actor
from fourfits_web.core.errors import RefusedError
from fourfits_web.core.models import AuditEntry, Job
from fourfits_web.core.roles import Role
from fourfits_web.reports import actions

pytestmark = pytest.mark.django_db
Actors = Callable[[Role], Actor]


def test_asking_leaves_one_entry_in_the_log(sample_home: Path, actor: Actors) -> None:
    job = actions.refresh(actor(Role.PRODUCT_MANAGER), "nps", {"by": "plan"})

    entry = AuditEntry.objects.get(verb="report.refresh")
    assert entry.subject_id == str(job.pk)
    assert job.title == "Compute “Net promoter score by plan”"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CONTRIBUTOR])
def test_who_only_reads_cannot_compute(actor: Actors, role: Role) -> None:
    with pytest.raises(RefusedError, match="may not compute reports"):
        actions.refresh(actor(role), "nps", {})
    with pytest.raises(RefusedError):
        actions.refresh_all(actor(role))

    assert not Job.objects.exists()


def test_an_unknown_setting_is_refused_by_name(actor: Actors) -> None:
    with pytest.raises(ParameterError, match="has no setting colour"):
        actions.refresh(actor(Role.ANALYST), "nps", {"colour": "red"})


def test_an_unknown_analysis_is_refused_by_name(actor: Actors) -> None:
    with pytest.raises(ParameterError, match="no analysis 'horoscope'"):
        actions.refresh(actor(Role.ANALYST), "horoscope", {})
