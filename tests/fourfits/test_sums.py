"""The door between a query and NumPy."""

from __future__ import annotations

import datetime
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import duckdb
import ibis
import numpy as np
import pyarrow as pa
import pytest

from fourfits import checks, sums


def test_fetch_gives_numbers_for_decimals_and_nan_for_missing() -> None:
    table = checks.table(
        pa.table(
            {
                "money": pa.array([Decimal("1.50"), None], pa.decimal128(18, 4)),
                "on": [datetime.date(2024, 1, 31), None],
                "name": ["a", None],
            }
        )
    )

    found = sums.fetch(table)

    assert found["money"][0] == 1.5
    assert np.isnan(found["money"][1])
    assert found["on"].dtype.kind == "M"
    assert found["name"].tolist() == ["a", None]


def test_fetch_batches_streams_every_row_once() -> None:
    table = checks.table({"n": list(range(1000))})

    batches = list(sums.fetch_batches(table, rows=300))

    assert sum(batch.num_rows for batch in batches) == 1000


@pytest.mark.parametrize("dialect", sums.DIALECTS)
def test_sql_needs_no_engine(dialect: sums.Dialect) -> None:
    table = checks.table({"g": ["a"], "x": [1.0]})
    query = table.group_by("g").agg(n=table.count(), total=table.x.sum())

    text = sums.sql(query, dialect)

    assert "SUM" in text
    assert "GROUP BY" in text


def test_observed_collects_the_queries_of_its_block_alone() -> None:
    table = checks.table({"x": [1]})

    with sums.observed() as seen:
        sums.fetch(table)
    sums.fetch(table)

    assert len(seen) == 1


def test_statements_collects_what_the_engine_was_sent() -> None:
    table = checks.table({"x": [1, 2]})

    with sums.statements() as outer, sums.statements() as inner:
        sums.fetch(table.aggregate(total=table.x.sum()))
        list(sums.fetch_batches(table))
    sums.fetch(table)

    assert "SUM" in inner[0]
    assert len(inner) == 2
    assert outer == inner


def test_statements_of_another_thread_are_not_overheard() -> None:
    query = checks.table({"x": [1]}).limit(1)

    with sums.statements() as said, ThreadPoolExecutor() as threads:
        threads.submit(sums.fetch, query).result()

    assert said == []


def test_statements_leave_the_options_of_ibis_alone() -> None:
    before = ibis.options.verbose, ibis.options.verbose_log

    with sums.statements(), pytest.raises(duckdb.Error):
        sums.fetch(ibis.duckdb.connect().sql("SELECT error('no')", schema={"x": "int32"}))

    assert (ibis.options.verbose, ibis.options.verbose_log) == before


def test_remembered_asks_each_query_once_and_tells_its_statement_again() -> None:
    connection = ibis.duckdb.connect()
    table = connection.create_table("rows", {"x": [1]})

    with sums.remembered():
        first = sums.fetch(table.count().as_table())
        connection.insert("rows", {"x": [2]})
        with sums.statements() as said:
            again = sums.fetch(table.count().as_table())
    anew = sums.fetch(table.count().as_table())

    assert [next(iter(each.values()))[0] for each in (first, again, anew)] == [1, 1, 2]
    assert "COUNT" in said[0]


def test_remembered_tells_connections_apart() -> None:
    one, other = ibis.duckdb.connect(), ibis.duckdb.connect()

    with sums.remembered():
        found = [
            sums.fetch(connection.create_table("rows", {"x": [value]}))["x"][0]
            for value, connection in ((1, one), (2, other))
        ]

    assert found == [1, 2]
