"""What every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

# A machine that is busy with other work must not fail a test.
hypothesis.settings.register_profile("fourfits", deadline=None)
hypothesis.settings.load_profile("fourfits")

SHARED = Path(__file__).parents[2] / "shared" / "data"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip tests on the public data sets where those are absent; in CI their absence is an error."""
    if SHARED.is_dir():
        return
    if os.environ.get("CI") == "true":
        raise pytest.UsageError(f"{SHARED} is missing: CI must test on the real data sets")
    for item in items:
        if item.get_closest_marker("realdata"):
            item.add_marker(pytest.mark.skip(reason=f"the public data sets are not at {SHARED}"))


@pytest.fixture(scope="session")
def realdata() -> Path:
    """The folder of the public data sets."""
    return SHARED
