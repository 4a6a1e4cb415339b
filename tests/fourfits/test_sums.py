"""The door between a query and NumPy."""

from __future__ import annotations

import datetime
from decimal import Decimal

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
