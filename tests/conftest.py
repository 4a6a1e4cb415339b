"""What every test may use."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from fourfits import report, samples, sources

# A machine that is busy with other work must not fail a test.
hypothesis.settings.register_profile("fourfits", deadline=None)
hypothesis.settings.load_profile("fourfits")

SHARED = Path(__file__).parents[2] / "shared" / "data"

NEEDS = {
    "browser": ({"chromium"},),
    "server": ({"live_server"}, {"serve"}, {"served"}),
    "sample": ({"company"}, {"made"}),
}
"""Marks of tests by the fixtures they use, of which one set must be there in full."""
APART = {*NEEDS, "realdata", "slow"}
"""Marks of what takes its time; every other test is part of `make unit`."""


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what a test needs; a test that needs nothing is of the unit part."""
    for item in items:
        used = set(getattr(item, "fixturenames", ()))
        for mark in (mark for mark, sets in NEEDS.items() if any(one <= used for one in sets)):
            item.add_marker(mark)
        if not any(item.get_closest_marker(mark) for mark in APART):
            item.add_marker("unit")
    _skip_without_realdata(items)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Refuse a test of the unit part that starts a process: it needs the mark `slow`."""
    if not item.get_closest_marker("unit"):
        return (yield)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subprocess.Popen, "__init__", _refused)
        return (yield)


def _refused(_process: subprocess.Popen[Any], command: Any, *_: Any, **__: Any) -> None:
    raise AssertionError(f"a test of the unit part starts {command}: mark it as slow")


def _skip_without_realdata(items: list[pytest.Item]) -> None:
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


@pytest.fixture(scope="session")
def loop(home: Path) -> report.Loop:
    """The whole loop on the sample company, computed once in a run of the tests."""
    return report.run(sources.open(home), today=samples.TODAY)
