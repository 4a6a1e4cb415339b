"""A small roadmap for tests."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from fourfits_web.core.actors import Actor
from fourfits_web.core.roles import Role
from fourfits_web.customers.models import Person
from fourfits_web.features import actions as features
from fourfits_web.features.models import Feature
from fourfits_web.feedback import actions as feedback
from fourfits_web.feedback.models import Item as Said
from fourfits_web.needs import actions as needs
from fourfits_web.needs.models import Need
from fourfits_web.roadmap import actions
from fourfits_web.roadmap.models import Item

NOW = datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC)

Place = Callable[..., list[Item]]
Order = Callable[[str], list[str]]


@pytest.fixture
def place(actor: Callable[[Role], Actor]) -> Place:
    """Put features of these names into a lane, in their order."""

    def placed(lane: str, *names: str) -> list[Item]:
        planner = actor(Role.PRODUCT_MANAGER)
        found = []
        for name in names:
            feature = Feature.objects.create(
                feature_id=f"id-{name}", name=name, created_at=NOW, changed_at=NOW
            )
            found.append(actions.put(planner, feature, lane=lane))
        return found

    return placed


@pytest.fixture
def order() -> Order:
    """Names in a lane, in their order; fails if the places are not 0, 1, 2, …"""

    def of(lane: str) -> list[str]:
        items = Item.objects.filter(lane=lane).select_related("feature").order_by("place")
        assert [item.place for item in items] == list(range(len(items)))
        return [item.feature.name for item in items]

    return of


@dataclass
class Asking:
    """A shipped feature, the need that it answers, and people who may speak of it."""

    feature: Feature
    need: Need
    us: Actor

    def person(self, key: str, account: str = "", **fields: Any) -> Person:
        """Somebody whom the customer data know."""
        told = {"name": f"Person {key}", "email": f"{key.lower()}@example.org", **fields}
        return Person.objects.create(
            customer_id=key, account_id=account, account_name=account, digest=0, **told
        )

    def says(self, key: str, words: str = "The export is slow.", need: Need | None = None) -> Said:
        """Somebody says something that speaks of the need; an empty key says it is nobody."""
        if key and not Person.objects.filter(customer_id=key).exists():
            self.person(key)
        said = feedback.receive(self.us, text=words, customer_id=key)
        return needs.link(self.us, said, need=need or self.need)


@pytest.fixture
def asking(actor: Callable[[Role], Actor]) -> Asking:
    """A feature that has shipped; nobody asked for it yet."""
    us = actor(Role.PRODUCT_MANAGER)
    feature = features.add(us, name="Faster export")
    need = needs.add(us, name="Exports that end")
    features.link_need(us, feature, need=need)
    features.change(us, feature, status="shipped")
    feature.refresh_from_db()
    return Asking(feature, need, us)
