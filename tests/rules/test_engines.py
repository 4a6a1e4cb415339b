"""The same question gives the same answer on DuckDB, SQLite and PostgreSQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import cache

import pytest
from ibis.common import exceptions

from fourfits import analyses, samples, sources
from rules import alike, engines
from rules.conftest import derived

UNSUPPORTED: dict[tuple[str, str], tuple[type[Exception], str]] = {}
"""Engine and analysis that it cannot run, with the error that says so, and why."""

if sqlite3.sqlite_version_info < (3, 46):
    old = f"SQLite {sqlite3.sqlite_version} is older than 3.46"
    no_shift = (exceptions.UnsupportedOperationError, f"{old}: no moment can be shifted by days")
    no_room = (sqlite3.OperationalError, f"{old}: its parser has no room for deeply nested queries")
    UNSUPPORTED |= {
        ("sqlite", "experiment"): no_shift,
        ("sqlite", "product_channel"): no_shift,
        ("sqlite", "scorecard"): no_shift,
        ("sqlite", "demand"): no_room,
        ("sqlite", "conflicts"): no_room,
    }


@pytest.fixture(scope="module")
def small() -> samples.Company:
    return samples.company(size=1_000)


@pytest.fixture(scope="module")
def duckdb(small: samples.Company) -> engines.Answer:
    data = sources.from_tables(derived(small), workspace=small.workspace)
    return cache(engines.answers(data))


@pytest.fixture(scope="module")
def sqlite(small: samples.Company) -> engines.Answer:
    return engines.answers(engines.opened(engines.sqlite(derived(small)), small))


@pytest.fixture(scope="module")
def postgres(small: samples.Company) -> Iterator[engines.Answer]:
    with engines.postgres(derived(small)) as connection:
        yield engines.answers(engines.opened(connection, small))


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
@pytest.mark.parametrize("name", analyses.ALL)
def test_the_answer_is_that_of_duckdb(
    engine: str, name: str, duckdb: engines.Answer, request: pytest.FixtureRequest
) -> None:
    expected = UNSUPPORTED.get((engine, name))
    if expected is not None:
        error, why = expected
        request.applymarker(pytest.mark.xfail(raises=error, reason=why, strict=True))
    answer: engines.Answer = request.getfixturevalue(engine)

    assert alike.difference(answer(name).table, duckdb(name).table, rel=1e-6) == ""
