"""What a key opens, from its first use to its last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fourfits_web.core.actors import Actor
from fourfits_web.core.roles import Role
from fourfits_web.members import actions, api_keys, queries
from fourfits_web.members.models import Key, Member

assert api_keys

pytestmark = pytest.mark.django_db
Members = Callable[[Role], Member]


@pytest.fixture
def issued(actor: Callable[[Role], Actor], member: Members) -> tuple[Key, str]:
    """A key of a contributor that may read and add feedback, and its secret."""
    cache.clear()
    secret = actions.new_key()
    scopes = ["workspace.read", "feedback.add", "members.manage"]
    key = actions.issue_key(
        actor(Role.OWNER),
        name="Shop",
        member=member(Role.CONTRIBUTOR),
        scopes=scopes,
        secret=secret,
    )
    return key, secret


def _add(secret: str) -> Any:
    return Client().post(
        "/api/v1/feedback",
        {"text": "The export is slow."},
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )


def test_the_day_of_its_last_use_is_shown(issued: tuple[Key, str], owner: Client) -> None:
    before = owner.get(reverse("members:keys")).content.decode()

    _add(issued[1])

    after = owner.get(reverse("members:keys")).content.decode()
    assert "never</td>" in before
    assert "never</td>" not in after
    assert Key.objects.get().used_on == timezone.now().date()


def test_a_revoked_key_is_refused_with_the_next_request(
    issued: tuple[Key, str], owner: Client
) -> None:
    key, secret = issued
    first = _add(secret)

    owner.post(reverse("members:revoke_key", args=[key.pk]))

    refused = _add(secret)
    assert (first.status_code, refused.status_code) == (201, 401)
    assert refused["WWW-Authenticate"] == "Bearer"


def test_a_key_falls_with_its_member(issued: tuple[Key, str], member: Members) -> None:
    actions.deactivate(Actor.workspace(), member(Role.CONTRIBUTOR))

    assert _add(issued[1]).status_code == 401


def test_a_key_follows_its_members_role_whatever_its_scopes_say(
    issued: tuple[Key, str], member: Members
) -> None:
    actions.change_role(Actor.workspace(), member(Role.CONTRIBUTOR), role=Role.VIEWER)

    assert _add(issued[1]).status_code == 403


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer ", "Bearer x", "Basic eDp5", "ff_secret"])
def test_what_is_no_key_is_refused(issued: tuple[Key, str], given: str) -> None:
    answer = Client().get("/api/v1/feedback", headers={"Authorization": given})

    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "unauthenticated"


def test_the_stored_key_is_none_that_opens(issued: tuple[Key, str]) -> None:
    stored, secret = Key.objects.get(), issued[1]

    assert secret not in (stored.secret_hash, stored.start)
    assert _add(stored.secret_hash).status_code == 401
    assert _add(stored.start).status_code == 401


def test_the_key_and_its_member_are_known_whole_by_one_question(
    issued: tuple[Key, str], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        found = queries.live_key(issued[1])

    assert found is not None
    stored = Key.objects.select_related("member").get()
    for one, other in ((found, stored), (found.member, stored.member)):
        assert one == other
        for field in one._meta.concrete_fields:
            assert getattr(one, field.attname) == getattr(other, field.attname)


def test_handing_feedback_in_asks_the_database_six_times(
    issued: tuple[Key, str], django_assert_num_queries: Any
) -> None:
    """Key, savepoint, item, who hears of it, entry, savepoint: no more by oversight."""
    _add(issued[1])

    with django_assert_num_queries(6):
        answer = _add(issued[1])

    assert answer.status_code == 201
