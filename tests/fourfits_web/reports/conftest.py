"""Reports to look at: one of each kind, computed once each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from fourfits_web.core import jobs, registry
from fourfits_web.core.actors import Actor
from fourfits_web.core.roles import Role
from fourfits_web.reports import actions, queries, running
from fourfits_web.reports.models import Report

Computed = Callable[..., Report]


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what upper slices do when something was computed; they test that themselves."""
    monkeypatch.setattr(running, "LISTENERS", defaultdict(list))
    monkeypatch.setattr(running, "DERIVERS", {})
    monkeypatch.setattr(running, "SUPPLIERS", {"themes": running.needs_of_features})
    monkeypatch.setattr(registry, "MIRRORS", [])


@pytest.fixture
def computed(sample_home: Path, actor: Callable[[Role], Actor]) -> Computed:
    """Compute a question on the sample company and hand out its report."""

    def compute(analysis: str, **asked: object) -> Report:
        actions.refresh(actor(Role.ANALYST), analysis, asked)
        jobs.run_waiting()
        found = queries.stored(analysis, asked)
        assert found is not None
        return found

    return compute
