"""RFM against a plain scoring, with ties, and on the real shop."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourfits import errors, results, segments, sums

DAY = dt.date(2024, 1, 1)
Line = tuple[int, int, int]


def orders_of(lines: list[Line]) -> pa.Table:
    """Orders (customer, day, money), one line each."""
    return pa.table(
        {
            "order_id": [f"o{n}" for n in range(len(lines))],
            "customer_id": [f"c{customer}" for customer, _, _ in lines],
            "ordered_at": [DAY + dt.timedelta(days=day) for _, day, _ in lines],
            "revenue_amount": [float(money) for _, _, money in lines],
        }
    )


def plain_scores(values: dict[str, float]) -> dict[str, int]:
    """Quintile by those below and half of those equal, one customer at a time."""
    n = len(values)
    return {
        name: 1 + int(5 * (sum(v < own for v in values.values()) + sum(v == own for v in values.values()) / 2) / n)
        for name, own in values.items()
    }  # fmt: skip


lines = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 20), st.sampled_from([1, 2, 5, 10, 50])),
    min_size=1, max_size=60,
).filter(lambda rows: len({customer for customer, _, _ in rows}) >= 5)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(lines)
def test_scores_equal_a_plain_ranking(rows: list[Line]) -> None:
    found = sums.fetch(segments.rfm(orders_of(rows)).members())

    measures: dict[str, dict[str, float]] = {"r": {}, "f": defaultdict(int), "m": defaultdict(int)}
    for customer, day, money in rows:
        name = f"c{customer}"
        measures["r"][name] = max(day, measures["r"].get(name, 0))
        measures["f"][name] += 1
        measures["m"][name] += money
    for measure in ("r", "f"):
        expected = plain_scores(measures[measure])
        assert dict(zip(found["customer_id"], found[measure], strict=True)) == expected
    # Money is compared in steps of half a percent; amounts here are whole, steps can join them.
    steps = {name: np.floor(np.log(amount) * 200) for name, amount in measures["m"].items()}
    assert dict(zip(found["customer_id"], found["m"], strict=True)) == plain_scores(steps)


def test_equal_customers_are_all_in_the_middle() -> None:
    result = segments.rfm(orders_of([(n, 3, 10) for n in range(20)]))

    assert result.table["segment"].to_pylist() == ["Need attention"]
    assert "up to 100% of them share one value" in result.warnings[0]


def test_distinct_values_fall_into_five_equal_parts() -> None:
    found = sums.fetch(segments.rfm(orders_of([(n, n, 2 ** (n + 1)) for n in range(20)])).members())

    assert Counter(found["r"].tolist()) == dict.fromkeys(range(1, 6), 4)
    assert Counter(found["m"].tolist()) == dict.fromkeys(range(1, 6), 4)


def test_the_table_agrees_with_its_members() -> None:
    rng = np.random.default_rng(3)
    rows = [
        (int(c), int(d), int(m)) for c, d, m in rng.integers([0, 0, 1], [200, 300, 90], (900, 3))
    ]

    result = segments.rfm(orders_of(rows))

    members = sums.fetch(result.members("value"))
    assert set(members["segmentation"]) == {"value"}
    table = result.table.to_pylist()
    assert {row["segment"]: row["n_customers"] for row in table} == Counter(members["segment"])
    assert sum(row["customers_share"] for row in table) == pytest.approx(1)
    assert sum(row["revenue_amount"] for row in table) == sum(money for _, _, money in rows)
    assert all(
        row["customers_low"] <= row["customers_share"] <= row["customers_high"] for row in table
    )


def test_groups_share_the_scores_of_all() -> None:
    rows = [(n, n % 30, 1 + n) for n in range(100)]
    orders = orders_of(rows).append_column("channel", [["web", "shop"] * 50])

    whole, parts = segments.rfm(orders), segments.rfm(orders, by="channel")

    together: Counter[str] = Counter()
    for row in parts.table.to_pylist():
        together[row["segment"]] += row["n_customers"]
    assert together == {row["segment"]: row["n_customers"] for row in whole.table.to_pylist()}


def test_cuts_say_what_a_score_takes() -> None:
    cuts = segments.rfm(orders_of([(n, n, 1) for n in range(10)])).cuts.to_pylist()

    recency = {row["score"]: row["at_most_days"] for row in cuts if row["measure"] == "recency"}
    assert recency == {1: 9, 2: 7, 3: 5, 4: 3, 5: 1}


def test_returns_and_unknown_customers_are_left_out() -> None:
    orders = orders_of([(n, n, 10) for n in range(6)] + [(0, 5, -10)])
    unknown = orders.slice(0, 1).set_column(1, "customer_id", pa.array([None], pa.string()))

    result = segments.rfm(pa.concat_tables([orders, unknown]))

    assert result.summary()["n_customers"] == 6
    assert result.summary()["revenue_amount"] == 60


def test_four_customers_are_too_few() -> None:
    with pytest.raises(errors.NotEnoughDataError, match="purchases of 4 customers, at least 5"):
        segments.rfm(orders_of([(n, n, 1) for n in range(4)]))


@pytest.mark.realdata
def test_online_retail_has_all_customers_and_all_money(realdata: Path) -> None:
    # data/README.md: quantity and price > 0 with a customer: 4,338 customers, 8,911,407.90.
    import pyarrow.compute as pc

    retail = pyarrow.csv.read_csv(realdata / "online_retail" / "online_retail.csv.gz")
    retail = retail.filter(
        pc.and_(pc.greater(retail["Quantity"], 0), pc.greater(retail["UnitPrice"], 0))
    )
    orders = {
        "order_id": retail["InvoiceNo"].cast(pa.string()),
        "customer_id": retail["CustomerID"].cast(pa.string()),
        "ordered_at": retail["InvoiceDate"],
        "revenue_amount": pc.multiply(retail["Quantity"], retail["UnitPrice"]),
    }

    result = segments.rfm(orders)

    assert result.summary()["n_customers"] == 4338
    assert round(result.summary()["revenue_amount"], 2) == 8911407.90
    assert result.data["orders"] == 18532
    best, *_, last = result.table.to_pylist()
    assert (best["segment"], last["segment"]) == ("Champions", "Lost")
    assert best["revenue_share"] > 0.5
    assert best["customers_share"] < 0.2


@pytest.mark.parametrize("dialect", sums.DIALECTS)
def test_every_engine_can_say_the_queries(dialect: sums.Dialect) -> None:
    orders = orders_of([(n, n, 10) for n in range(6)]).append_column("channel", [["web"] * 6])
    with sums.observed() as queries:
        result = segments.rfm(orders, by="channel")

    for query in [*queries, result.members()]:
        assert "GROUP BY" in sums.sql(query, dialect)


def test_the_result_can_be_shown_and_stored() -> None:
    result = segments.rfm(orders_of([(n, n, 10 + n) for n in range(30)]))

    assert results.plain(result.to_dict())["rows"]
    assert result.chart().to_dict()["mark"]["type"] == "bar"
    assert "row" not in result.chart().to_dict()["encoding"], (
        "one panel takes the width of its place"
    )
