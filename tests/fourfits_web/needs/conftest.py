"""Needs that stand, and runs that find themes."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence

import pytest

from fourfits_web.core.actors import Actor
from fourfits_web.core.roles import Role
from fourfits_web.feedback.models import Item, Lake
from fourfits_web.needs import actions
from fourfits_web.needs.continuing import Found
from fourfits_web.needs.models import Run

DAY = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)


@pytest.fixture
def shaper(actor: Callable[[Role], Actor]) -> Actor:
    """A product manager at work."""
    return actor(Role.PRODUCT_MANAGER)


@pytest.fixture
def items(db: None) -> list[Item]:
    """Twenty items of ten people."""
    return Item.objects.bulk_create(
        [
            Item(
                feedback_id=f"f{n:02}", text=f"words {n}", customer_id=f"C{n % 10}",
                account_id="A1" if n < 4 else "", occurred_at=DAY, lake=Lake.STANDING,
            )
            for n in range(20)
        ]
    )  # fmt: skip


@pytest.fixture
def finds(items: list[Item]) -> Callable[[Mapping[str, Sequence[int]]], Run]:
    """A run that finds themes with the items of these numbers."""

    def run(themes: Mapping[str, Sequence[int]]) -> Run:
        members = {f"f{n:02}": place for place, ns in enumerate(themes.values()) for n in ns}
        found = Found(names=list(themes), theme_of=members, sure=dict.fromkeys(members, 0.9))
        return actions.take(Actor.workspace(), found=found, report=None)

    return run
