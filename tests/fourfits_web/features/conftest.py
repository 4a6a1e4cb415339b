"""Features for tests, as an import or a person would have made them."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from fourfits_web.core.actors import Actor
from fourfits_web.core.roles import Role
from fourfits_web.features import actions
from fourfits_web.features.models import Feature
from fourfits_web.needs import actions as needs
from fourfits_web.needs.models import Need

NOW = datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC)

Add = Callable[..., Feature]


@pytest.fixture
def add(actor: Callable[[Role], Actor]) -> Add:
    """Add a feature as a product manager would."""

    def added(name: str = "Export", **fields: Any) -> Feature:
        return actions.add(actor(Role.PRODUCT_MANAGER), name=name, **fields)

    return added


@pytest.fixture
def many(db: None) -> Callable[[int], list[Feature]]:
    """Many imported features, written at once."""

    def made(n: int) -> list[Feature]:
        return Feature.objects.bulk_create(
            [
                Feature(
                    feature_id=f"F{number}",
                    name=f"Feature {number}",
                    need=f"need {number % 9}",
                    segment=f"segment {number % 5}",
                    status=("idea", "planned")[number % 2],
                    is_imported=True,
                    created_at=NOW,
                    changed_at=NOW,
                )
                for number in range(n)
            ]
        )

    return made


@pytest.fixture
def need(actor: Callable[[Role], Actor]) -> Callable[[str], Need]:
    """A need that people named."""
    return lambda name: needs.add(actor(Role.PRODUCT_MANAGER), name=name)
