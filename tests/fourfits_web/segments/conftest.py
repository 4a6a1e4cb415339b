"""The sample company, divided."""

from __future__ import annotations

from pathlib import Path

import pytest

import laid_in
from fourfits_web.customers import mirrors as customers
from fourfits_web.data import queries
from fourfits_web.segments import mirrors


@pytest.fixture
def divided(sample_home: Path) -> Path:
    """The home whose people and segments are copied."""
    laid_in.once("segments", _mirror)
    return sample_home


def _mirror() -> None:
    for mirror in (customers, mirrors):
        mirror.run(queries.source(), lambda _share, _step: None)
