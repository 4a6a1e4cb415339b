"""The sample company, divided."""

from __future__ import annotations

from pathlib import Path

import pytest

from fourfits_web.customers import mirrors as customers
from fourfits_web.data import queries
from fourfits_web.segments import mirrors


@pytest.fixture
def divided(sample_home: Path) -> Path:
    """The home whose people and segments are copied."""
    for mirror in (customers, mirrors):
        mirror.run(queries.source(), lambda _share, _step: None)
    return sample_home
