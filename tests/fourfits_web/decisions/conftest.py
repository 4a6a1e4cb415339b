"""A decision that rests on a report."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fourfits_web.core.actors import Actor
from fourfits_web.core.roles import Role
from fourfits_web.decisions import actions
from fourfits_web.decisions.models import Decision
from fourfits_web.reports.models import Report


@pytest.fixture
def report(own_sample_home: Path, recommended: Any) -> Report:
    """The net promoter score of today."""
    kept: Report = recommended.keep()["nps"]
    return kept


@pytest.fixture
def decision(report: Report, actor: Callable[[Role], Actor]) -> Decision:
    """What a product manager decided on it."""
    return actions.record(
        actor(Role.PRODUCT_MANAGER),
        what="Build the quiet grinder first",
        why="Students do not recommend us",
        fits=["product_market"],
        expected_effect="NPS of students at 0 by March",
        look_again_on=datetime.date(2031, 3, 1),
        evidence=[report],
    )
