"""Features of programs: the needs that they answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fourfits_web.core.actors import Actor
from fourfits_web.core.models import AuditEntry
from fourfits_web.core.roles import Role, may
from fourfits_web.features import actions, api
from fourfits_web.features.models import Feature, Link
from fourfits_web.needs import actions as needs
from fourfits_web.needs.models import Need

assert api

pytestmark = pytest.mark.django_db
Ask = Callable[..., Any]
Actors = Callable[[Role], Actor]


@pytest.fixture
def export(actor: Actors) -> Feature:
    """A feature that answers nothing yet."""
    return actions.add(actor(Role.OWNER), name="Faster export")


@pytest.fixture
def speed(actor: Actors) -> Need:
    """A need that no feature answers yet."""
    return needs.add(actor(Role.OWNER), name="Speed")


def test_a_feature_is_linked_to_a_need_and_the_link_taken_away(
    ask: Ask, export: Feature, speed: Need
) -> None:
    path = f"/features/feature_{export.pk}/needs/need_{speed.pk}"

    linked = ask("put", path, {"strength": "critical"}).json()["data"]
    weaker = ask("put", path, {}).json()["data"]
    read = ask("get", f"/features/feature_{export.pk}").json()["data"]
    gone = ask("delete", path)
    again = ask("delete", path)

    link = {"need": f"need_{speed.pk}", "name": "Speed"}
    assert linked["needs"] == [{**link, "strength": "critical"}]
    assert weaker["needs"] == [{**link, "strength": "important"}]
    assert (linked["need"], read) == ("Speed", weaker)
    assert (gone.status_code, gone.json()["data"]["needs"]) == (200, [])
    assert (again.status_code, again.json()["error"]["code"]) == (409, "conflict")
    written = AuditEntry.objects.filter(door="api").order_by("pk")
    assert [entry.verb for entry in written] == [
        "feature.link_need", "feature.link_need", "feature.unlink_need",
    ]  # fmt: skip


def test_what_there_is_not_is_not_linked(ask: Ask, export: Feature, speed: Need) -> None:
    refused = [
        ask("put", f"/features/feature_0/needs/need_{speed.pk}", {}),
        ask("put", f"/features/feature_{export.pk}/needs/need_0", {}),
        ask("put", f"/features/feature_{export.pk}/needs/feature_{export.pk}", {}),
        ask("put", f"/features/feature_{export.pk}/needs/need_{speed.pk}", {"strength": "huge"}),
    ]

    assert [one.status_code for one in refused] == [404, 404, 404, 422]
    assert {one.json()["error"]["code"] for one in refused} == {"not_found", "invalid"}
    assert not Link.objects.exists()


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("scopes", [("features.change",), ("workspace.read", "needs.shape")])
def test_only_who_may_change_features_links_them(
    ask: Ask, export: Feature, speed: Need, role: Role, scopes: tuple[str, ...]
) -> None:
    path = f"/features/feature_{export.pk}/needs/need_{speed.pk}"

    told = [ask("put", path, {}, role, scopes), ask("delete", path, None, role, scopes)]

    allowed = may(role, "features.change") and "features.change" in scopes
    assert {one.status_code for one in told} == ({200} if allowed else {403})
    assert AuditEntry.objects.filter(door="api").exists() == allowed
