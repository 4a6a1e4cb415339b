"""One run of the loop for all tests of the report."""

from __future__ import annotations

from pathlib import Path

import pytest

from fourfits import report, samples, sources


@pytest.fixture(scope="session")
def loop(home: Path) -> report.Loop:
    """The whole loop on the sample company."""
    return report.run(sources.open(home), today=samples.TODAY)
