"""Needs through the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fourfits_web.core.models import AuditEntry
from fourfits_web.core.roles import Role
from fourfits_web.feedback.models import Item
from fourfits_web.needs import api
from fourfits_web.needs.models import Need, Run, Status

assert api

pytestmark = pytest.mark.django_db
Ask = Callable[..., Any]
Finds = Callable[..., Run]


@pytest.fixture
def export(finds: Finds) -> Need:
    """A need of which eight items speak, and one of three."""
    finds({"slow export": range(8), "dark colours": range(10, 13)})
    return Need.objects.get(name="slow export")


def test_needs_are_listed_and_read_with_figures_and_quotes(ask: Ask, export: Need) -> None:
    listed = ask("get", "/needs?status=standing").json()["data"]
    one = ask("get", f"/needs/need_{export.pk}").json()["data"]

    assert {need["name"] for need in listed} == {"slow export", "dark colours"}
    assert (one["status"], one["is_named"], one["merged_into"]) == ("proposed", False, None)
    assert {quote["text"] for quote in one["quotes"]} == {f"words {n}" for n in range(8)}


def test_a_need_is_named_renamed_and_described(ask: Ask) -> None:
    added = ask("post", "/needs", {"name": "Faster export"})
    path = f"/needs/{added.json()['data']['id']}"
    changed = ask("patch", path, {"name": "Export in seconds", "description": "Of whole lists"})

    assert (added.status_code, added.json()["data"]["status"]) == (201, "accepted")
    assert (changed.json()["data"]["name"], changed.json()["data"]["is_named"]) == (
        "Export in seconds",
        True,
    )
    written = AuditEntry.objects.filter(verb__startswith="need.").order_by("id")
    assert [(entry.verb, entry.door) for entry in written] == [
        ("need.add", "api"),
        ("need.rename", "api"),
        ("need.describe", "api"),
    ]


def test_half_a_change_is_none(ask: Ask, export: Need) -> None:
    answer = ask("patch", f"/needs/need_{export.pk}", {"name": "dark colours", "description": "x"})

    export.refresh_from_db()
    assert answer.status_code == 409
    assert (export.name, export.description) == ("slow export", "")


@pytest.mark.parametrize(
    ("verbs", "status"),
    [
        (["accept"], Status.ACCEPTED),
        (["drop"], Status.DROPPED),
        (["drop", "propose"], Status.PROPOSED),
    ],
)
def test_a_need_is_judged(ask: Ask, export: Need, verbs: list[str], status: Status) -> None:
    for verb in verbs:
        answer = ask("post", f"/needs/need_{export.pk}/{verb}")

    assert (answer.status_code, answer.json()["data"]["status"]) == (200, status)


def test_needs_are_merged_and_the_merger_taken_back(ask: Ask, export: Need) -> None:
    other = Need.objects.get(name="dark colours")
    merged = ask("post", f"/needs/need_{other.pk}/merge", {"into": f"need_{export.pk}"})
    heard = ask("get", f"/needs/need_{export.pk}/feedback").json()["data"]
    back = ask("post", f"/needs/need_{other.pk}/unmerge")
    again = ask("post", f"/needs/need_{other.pk}/unmerge")

    assert merged.json()["data"]["merged_into"] == f"need_{export.pk}"
    assert len(heard) == 11
    assert back.json()["data"]["merged_into"] is None
    assert again.status_code == 409


def test_a_need_is_split_by_its_items(ask: Ask, export: Need) -> None:
    ids = [f"feedback_{item.pk}" for item in Item.objects.order_by("pk")[:3]]
    new = ask(
        "post", f"/needs/need_{export.pk}/split", {"name": "Export of pictures", "feedback": ids}
    )
    strange = ask("post", f"/needs/need_{export.pk}/split", {"name": "x", "feedback": ["need_1"]})

    assert (new.status_code, new.json()["data"]["n_items"]) == (201, 3)
    assert strange.status_code == 404


def test_feedback_is_linked_and_unlinked(ask: Ask, export: Need) -> None:
    item = Item.objects.get(feedback_id="f15")
    path = f"/needs/need_{export.pk}/feedback"
    linked = ask("put", f"{path}/feedback_{item.pk}")
    heard = {one["feedback_id"] for one in ask("get", path).json()["data"]}
    ask("delete", f"{path}/feedback_{item.pk}")
    left = {one["feedback_id"] for one in ask("get", path).json()["data"]}

    assert linked.json()["data"]["status"] == "sorted"
    assert heard - left == {"f15"}


def test_what_a_role_or_scope_does_not_allow_is_refused(ask: Ask, export: Need) -> None:
    viewer = ask("post", "/needs", {"name": "x"}, role=Role.VIEWER)
    reader = ask("post", f"/needs/need_{export.pk}/accept", scopes=("workspace.read",))

    assert (viewer.status_code, reader.status_code) == (403, 403)
    assert not AuditEntry.objects.filter(verb__in=["need.add", "need.accept"]).exists()


def test_a_need_that_is_sent_twice_is_made_once(ask: Ask, actor: Any) -> None:
    from django.test import Client

    from fourfits_web.members import actions

    secret = actions.new_key()
    actions.issue_key(
        actor(Role.OWNER), name="P", member=actor(Role.OWNER).member, scopes=["needs.shape"],
        secret=secret,
    )  # fmt: skip
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "one"}

    answers = [
        Client().post(
            "/api/v1/needs", {"name": "Once"}, content_type="application/json", headers=headers
        )
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert Need.objects.filter(name="Once").count() == 1
