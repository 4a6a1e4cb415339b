"""A small roadmap for tests."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest

from fourfits_web.core.actors import Actor
from fourfits_web.core.roles import Role
from fourfits_web.features.models import Feature
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
