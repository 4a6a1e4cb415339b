"""The sample company, copied for pages."""

from __future__ import annotations

from pathlib import Path

import pytest

import laid_in
from fourfits_web.customers import mirrors
from fourfits_web.data import queries


@pytest.fixture
def copied(sample_home: Path) -> Path:
    """The home whose people, accounts and timelines are copied."""
    laid_in.once("customers", lambda: mirrors.run(queries.source(), lambda _share, _step: None))
    return sample_home
