"""One write through every door: page, API, command line, job."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fourfits_web.core import actions, jobs
from fourfits_web.core.actors import Actor
from fourfits_web.core.errors import RefusedError
from fourfits_web.core.models import AuditEntry, Job
from fourfits_web.core.roles import Role
from fourfits_web.feedback import actions as feedback
from fourfits_web.members import actions as members
from fourfits_web.members.models import Member
from fourfits_web.needs import actions as needs
from fourfits_web.needs.models import Need, Status
from fourfits_web.webhooks.models import Delivery, Endpoint

assert actions

pytestmark = pytest.mark.django_db
Actors = Callable[[Role], Actor]


@pytest.fixture
def kind() -> Any:
    """A kind of job that accepts a need."""

    @jobs.job("tests.accept")
    def accept(progress: jobs.Progress, *, need: int) -> None:
        needs.accept(progress.actor, Need.objects.get(pk=need))

    yield "tests.accept"
    del jobs.KINDS["tests.accept"]


@pytest.mark.parametrize("door", ["page", "api", "command", "job"])
def test_a_write_leaves_one_entry_and_one_message_whatever_door_it_comes_through(
    door: str, product_manager: Client, ask: Any, actor: Actors, kind: str
) -> None:
    need = needs.propose(Actor.workspace(), needs.add(Actor.workspace(), name="Export"))
    Endpoint.objects.create(
        url="https://example.org/", name="Shop", secret=b"", created_at=need.created_at
    )
    before = set(AuditEntry.objects.values_list("pk", flat=True))

    if door == "page":
        product_manager.post(reverse("needs:accept", args=[need.pk]))
    elif door == "api":
        ask("post", f"/needs/need_{need.pk}/accept")
    elif door == "command":
        needs.accept(Actor.workspace("command"), need)
    else:
        jobs.start(actor(Role.PRODUCT_MANAGER), kind, "Accept", need=need.pk)
        jobs.execute.call(str(Job.objects.get(kind=kind).pk))

    need.refresh_from_db()
    entry = AuditEntry.objects.exclude(pk__in=before).exclude(verb="key.issue").get()
    assert need.status == Status.ACCEPTED
    assert (entry.verb, entry.door, entry.subject_id) == ("need.accept", door, str(need.pk))
    assert ("status", "proposed", "accepted") in entry.changes
    assert Delivery.objects.get().event == "need.accepted"


def test_the_log_does_not_take_a_new_record_for_the_one_that_it_came_of(actor: Actors) -> None:
    planner = actor(Role.PRODUCT_MANAGER)
    need = needs.add(planner, name="Export")
    said = feedback.receive(planner, text="The export has no dates")
    needs.link(planner, said, need=need)

    new = needs.split(planner, need, name="Dates", items=[said.pk])

    entry = AuditEntry.objects.get(verb="need.split")
    assert entry.subject_id == str(new.pk)
    assert ("name", None, "Dates") in entry.changes


def test_a_job_has_the_rights_that_its_member_has_when_it_runs(
    actor: Actors, member: Callable[[Role], Member], kind: str
) -> None:
    need = needs.add(Actor.workspace(), name="Export")
    job = jobs.start(actor(Role.ANALYST), kind, "Accept", need=need.pk)
    members.change_role(Actor.workspace(), member(Role.ANALYST), role=Role.VIEWER)

    jobs.execute.call(str(job.pk))

    job.refresh_from_db()
    assert job.status == Job.Status.FAILED
    assert "may not" in job.error
    assert not AuditEntry.objects.filter(verb="need.accept").exists()


def test_a_write_that_is_refused_leaves_neither_entry_nor_message(actor: Actors) -> None:
    need = needs.add(Actor.workspace(), name="Export")
    Endpoint.objects.create(
        url="https://example.org/", name="Shop", secret=b"", created_at=need.created_at
    )

    with pytest.raises(RefusedError, match="viewer may not"):
        needs.rename(actor(Role.VIEWER), need, name="Another")

    need.refresh_from_db()
    assert need.name == "Export"
    assert not Delivery.objects.exists()
    assert not AuditEntry.objects.filter(verb="need.rename").exists()
