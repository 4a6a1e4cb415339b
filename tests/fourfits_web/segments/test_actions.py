"""Writes about segments."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fourfits_web.core.actors import Actor
from fourfits_web.core.errors import RefusedError
from fourfits_web.core.models import AuditEntry
from fourfits_web.core.roles import Role
from fourfits_web.segments import actions
from fourfits_web.segments.models import Segment, Segmentation


@pytest.fixture
def students(db: None) -> Segment:
    """A segment that nobody has described."""
    return Segment.objects.create(
        segmentation=Segmentation.objects.create(name="market"), name="students", n_people=3
    )


def test_describe_keeps_the_words_with_one_entry_in_the_log(
    actor: Callable[[Role], Actor], students: Segment
) -> None:
    who = actor(Role.PRODUCT_MANAGER)

    actions.describe(who, students, label=" On a budget ", description="Two semesters.")

    students.refresh_from_db()
    assert (students.label, students.description) == ("On a budget", "Two semesters.")
    assert students.described_by == who.member
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.subject_id) == ("segment.describe", str(students.pk))


def test_describe_refuses_a_viewer(actor: Callable[[Role], Actor], students: Segment) -> None:
    with pytest.raises(RefusedError):
        actions.describe(actor(Role.VIEWER), students, label="x", description="")

    students.refresh_from_db()
    assert students.label == ""
    assert not AuditEntry.objects.exists()
