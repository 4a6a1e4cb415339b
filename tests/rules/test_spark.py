"""The same question gives the same answer on DuckDB and Spark; apart, as a session is slow."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fourfits import analyses, samples, sources
from rules import alike, engines
from rules.conftest import derived

UNSUPPORTED: dict[str, type[Exception]] = {}
"""Analyses that Spark cannot run, with the error that says so."""


@pytest.fixture(scope="module")
def small() -> samples.Company:
    return samples.company(size=1_000)


@pytest.fixture(scope="module")
def duckdb(small: samples.Company) -> engines.Answer:
    return engines.answers(sources.from_tables(derived(small), workspace=small.workspace))


@pytest.fixture(scope="module")
def spark(small: samples.Company) -> Iterator[engines.Answer]:
    with engines.spark(derived(small)) as connection:
        yield engines.answers(engines.opened(connection, small))


@pytest.mark.slow
@pytest.mark.parametrize("name", analyses.ALL)
def test_the_answer_is_that_of_duckdb(
    name: str, duckdb: engines.Answer, spark: engines.Answer, request: pytest.FixtureRequest
) -> None:
    if name in UNSUPPORTED:
        request.applymarker(pytest.mark.xfail(raises=UNSUPPORTED[name], strict=True))

    assert alike.difference(spark(name).table, duckdb(name).table, rel=1e-6) == ""
