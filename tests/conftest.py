"""What every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

from fourfits import samples

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


@pytest.fixture(scope="session")
def company() -> samples.Company:
    """A sample company of 2,000 customers; what is planted stands in `company.truth`."""
    return samples.company(size=2_000)


@pytest.fixture(scope="session")
def home(company: samples.Company, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home on disk that holds the sample company; only to be read."""
    folder = tmp_path_factory.mktemp("home")
    company.write(folder)
    return folder
