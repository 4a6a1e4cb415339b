"""Every analysis run once on the sample company, for all rules that look at its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import pyarrow as pa
import pytest

from fourfits import analyses, results, samples, sources, sums

Tables = dict[str, pa.Table]


@dataclass(frozen=True)
class Run:
    """What an analysis answered and which queries it sent."""

    result: results.Result
    queries: list[Any]


def derived(made: samples.Company) -> Tables:
    """The company's tables and the themes of its feedback, which an analysis would write."""
    return {**made.tables, "assignments": made.truth.assignments}


@pytest.fixture(scope="session")
def tables(company: samples.Company) -> Tables:
    """The sample company's tables, the derived ones that analyses read included."""
    return derived(company)


@pytest.fixture(scope="session")
def run(company: samples.Company, tables: Tables) -> Callable[[str], Run]:
    """An analysis' run on the sample company, with its defaults; each runs once."""
    data = sources.from_tables(tables, workspace=company.workspace)

    @cache
    def once(name: str) -> Run:
        with sums.observed() as queries:
            result = analyses.named(name).run(data)
        return Run(result, list(queries))

    return once


@pytest.fixture(scope="session")
def again(company: samples.Company, tables: Tables) -> Callable[[str], results.Result]:
    """The same analysis on the same tables, opened anew."""

    def once_more(name: str) -> results.Result:
        data = sources.from_tables(tables, workspace=company.workspace)
        return analyses.named(name).run(data)

    return once_more
