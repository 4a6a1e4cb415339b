"""Reports to look at: one of each kind, computed once each."""

from __future__ import annotations

import copy
import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fourfits import sources
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


@pytest.fixture(scope="session")
def answered() -> Callable[..., Any]:
    """What the sample company answers, each question computed when it is first asked."""
    known: dict[str, Any] = {}
    answer = running.answered

    def once(source: sources.Data, analysis: str, asked: dict[str, Any]) -> Any:
        question = json.dumps([analysis, asked], sort_keys=True)
        if question not in known:
            known[question] = answer(source, analysis, asked)
        result, told = known[question]
        return result, copy.deepcopy(told)

    return once


@pytest.fixture
def computed(
    sample_home: Path, actor: Callable[[Role], Actor], answered: Callable[..., Any]
) -> Computed:
    """Compute a question on the sample company and hand out its report."""

    def compute(analysis: str, **asked: object) -> Report:
        actions.refresh(actor(Role.ANALYST), analysis, asked)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(running, "answered", answered)
            jobs.run_waiting()
        found = queries.stored(analysis, asked)
        assert found is not None
        return found

    return compute
