"""What holds for every action, found by introspection: one entry in the log, or none and nothing done."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from django.apps import apps
from django.core import serializers

from fourfits_web.core import actions, audit
from fourfits_web.core.actors import Actor, Door
from fourfits_web.core.errors import RefusedError
from fourfits_web.core.models import AuditEntry
from fourfits_web.core.roles import Role
from fourfits_web.members.models import Member
from fourfits_web.webhooks import actions as webhooks
from fourfits_web.webhooks import signing
from fourfits_web.webhooks.models import Delivery
from rules import deeds

pytestmark = pytest.mark.django_db
DOORS: tuple[Door, ...] = get_args(Door)
VERBS = sorted(actions.ACTIONS)
each_action = pytest.mark.parametrize("verb", VERBS)


@pytest.fixture(autouse=True)
def _a_home_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    settings.WEBHOOK_PRIVATE_HOSTS = ["localhost"]


@pytest.fixture
def owner() -> Actor:
    """An owner, who has every permission."""
    member = Member.objects.create_user("somebody@example.org", name="Owner", role=Role.OWNER)
    Member.objects.create_user("another@example.org", name="Owner too", role=Role.OWNER)
    return Actor.member_at(member, "page")


def test_every_action_has_a_case() -> None:
    assert sorted(deeds.CASES) == VERBS


@each_action
@pytest.mark.parametrize("door", DOORS)
def test_each_action_leaves_exactly_one_entry(verb: str, door: Door, owner: Actor) -> None:
    act = deeds.CASES[verb]()
    before = set(AuditEntry.objects.values_list("pk", flat=True))

    act(owner.through(door))

    entry = AuditEntry.objects.exclude(pk__in=before).get()
    assert (entry.verb, entry.door, entry.actor_name) == (verb, door, "Owner")
    assert entry.subject_kind
    assert audit.verify().whole


@each_action
def test_an_action_without_its_permission_does_nothing(verb: str, owner: Actor) -> None:
    act = deeds.CASES[verb]()
    key = Actor(
        kind="key", id="key:1", name="Key", role=Role.OWNER, door="api", member=owner.member,
        scopes=frozenset(),
    )  # fmt: skip
    before = _everything()

    with pytest.raises(RefusedError):
        act(key)

    assert _everything() == before


@pytest.mark.parametrize("verb", [verb for verb in VERBS if actions.ACTIONS[verb].event])
def test_an_action_that_is_an_event_is_told_once(verb: str, owner: Actor) -> None:
    act = deeds.CASES[verb]()
    webhooks.add(
        owner, name="Shop", url="http://localhost:9/", events=[], secret=signing.new_secret()
    )

    act(owner)

    delivery = Delivery.objects.get()
    assert delivery.event == actions.ACTIONS[verb].event
    assert re.fullmatch(r"[a-z]+\.[a-z_]+", delivery.event)
    assert json.loads(delivery.body)["data"]["id"]


def test_the_log_names_no_secret(owner: Actor) -> None:
    for verb in ("key.issue", "link.make", "invitation.send", "webhook.add"):
        deeds.CASES[verb]()(owner)

    for entry in AuditEntry.objects.all():
        held = {**(json.loads(entry.before) or {}), **(json.loads(entry.after) or {})}
        for name, value in held.items():
            if "secret" in name or name == "password":
                assert value == audit.HIDDEN, (entry.verb, name)


def _everything() -> list[str]:
    """Every record of every slice, as text."""
    return [serializers.serialize("json", _rows(model)) for model in apps.get_models()]


def _rows(model: Any) -> Iterator[Any]:
    return model._base_manager.order_by("pk").iterator()
