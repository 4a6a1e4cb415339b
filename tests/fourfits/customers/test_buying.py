"""Orders to repeat purchases: against a plain count, and on the real shop."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourfits import checks, customers, errors, sums
from fourfits.customers import buying

DAY = dt.date(2024, 1, 1)

Line = tuple[str | None, int, float]


def orders_of(lines: list[Line]) -> pa.Table:
    """Lines (customer, day from the first of January, revenue) as a table of orders."""
    moments = [dt.datetime.combine(DAY, dt.time(13)) + dt.timedelta(days=n) for _, n, _ in lines]
    return pa.table(
        {
            "customer_id": pa.array([customer for customer, _, _ in lines], pa.string()),
            "ordered_at": pa.array(moments, pa.timestamp("us")),
            "revenue_amount": pa.array([money for _, _, money in lines], pa.float64()),
        }
    )


def rows_of(found: sums.Columns) -> dict[tuple[float, ...], int]:
    """Fetched triples as a mapping to their counts."""
    keys = zip(found["x"], found["t_x"], found["T"], strict=True)
    return {
        tuple(map(float, key)): int(n) for key, n in zip(keys, found["n_customers"], strict=True)
    }


line = st.tuples(
    st.sampled_from(["a", "b", "c", "d", None]),
    st.integers(0, 30),
    st.sampled_from([5.0, 0.0, -5.0]),
)


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(st.lists(line, max_size=40), st.sampled_from([None, DAY + dt.timedelta(days=15)]))
def test_purchases_equal_a_plain_count_of_days(lines: list[Line], as_of: dt.date | None) -> None:
    found = rows_of(sums.fetch(customers.purchases(orders_of(lines), as_of=as_of, unit="day")))

    days = defaultdict(set)
    for customer, day, money in lines:
        if customer is not None and money > 0 and (as_of is None or day <= 15):
            days[customer].add(day)
    end = 15 if as_of else max((max(own) for own in days.values()), default=0)
    expected: dict[tuple[float, ...], int] = defaultdict(int)
    for own in days.values():
        expected[len(own) - 1, max(own) - min(own), end - min(own)] += 1
    assert found == expected


@pytest.mark.parametrize(("unit", "length"), [("day", 1), ("week", 7), ("month", 30.4375)])
def test_purchases_count_time_in_the_unit(unit: str, length: float) -> None:
    orders = orders_of([("a", 0, 1.0), ("a", 14, 1.0), ("b", 28, 1.0)])

    found = sorted(rows_of(sums.fetch(customers.purchases(orders, unit=unit))))

    assert found[0] == (0, 0, 0)
    assert found[1] == pytest.approx((1, 14 / length, 28 / length))


def test_purchases_accept_dates_and_moments_and_text_for_as_of() -> None:
    orders = orders_of([("a", 0, 1.0), ("a", 14, 1.0)])
    moment = dt.datetime(2024, 1, 20, 8, tzinfo=dt.UTC)

    found = [
        rows_of(sums.fetch(customers.purchases(orders, as_of=as_of, unit="day")))
        for as_of in (dt.date(2024, 1, 20), moment, "2024-01-20")
    ]

    assert found == [{(1.0, 14.0, 19.0): 1}] * 3


def test_purchases_refuse_text_for_moments() -> None:
    orders = {"customer_id": ["a"], "ordered_at": ["2024-01-01"], "revenue_amount": [1.0]}

    with pytest.raises(errors.ParameterError, match="ordered_at holds string, must hold dates"):
        customers.purchases(orders)


def test_purchases_refuse_a_date_that_does_not_exist() -> None:
    with pytest.raises(errors.ParameterError, match="as_of is '2024-02-31', must be a date"):
        customers.purchases(orders_of([("a", 0, 1.0)]), as_of="2024-02-31")


def test_purchases_are_not_counted_in_python() -> None:
    orders = orders_of([(f"c{n % 500}", n % 3, 1.0) for n in range(3_000)])

    found = sums.fetch(customers.purchases(orders))

    assert len(found["x"]) <= 3


@pytest.mark.parametrize("dialect", sums.DIALECTS)
def test_every_engine_can_say_the_queries(dialect: sums.Dialect) -> None:
    import ibis

    orders = ibis.table(
        {
            "customer_id": "string",
            "ordered_at": "timestamp",
            "revenue_amount": "decimal(18, 4)",
            "margin_amount": "decimal(18, 4)",
            "currency": "string",
            "channel": "string",
        },
        name="orders",
    )

    assert "GROUP BY" in sums.sql(customers.purchases(orders), dialect)
    assert "GROUP BY" in sums.sql(buying.spending(orders, by=("channel",)), dialect)


def test_spending_leaves_the_first_day_out_of_repeat_money() -> None:
    orders = orders_of([("a", 0, 3.0), ("a", 0, 4.0), ("a", 9, 5.0), ("b", 2, 8.0), ("a", 9, -5.0)])

    found = pd.DataFrame(sums.fetch(buying.spending(checks.table(orders)))).set_index("customer_id")

    assert found.loc["a", ["x", "repeat_amount", "amount"]].tolist() == [1, 5.0, 12.0]
    assert found.loc["b", ["x", "repeat_amount", "amount"]].tolist() == [0, 0.0, 8.0]


def test_spending_takes_an_attribute_from_the_latest_order() -> None:
    orders = orders_of([("a", 0, 3.0), ("a", 9, 5.0), ("b", 2, 8.0)])
    orders = orders.append_column("channel", [["shop", "web", "shop"]])

    found = sums.fetch(buying.spending(checks.table(orders), by=("channel",)))

    assert dict(zip(found["customer_id"], found["channel"], strict=True)) == {
        "a": "web",
        "b": "shop",
    }


def test_money_in_two_currencies_is_not_added() -> None:
    columns = {"currency_low": ["EUR"], "currency_high": ["USD"]}

    with pytest.raises(errors.ParameterError, match="in EUR, USD; amounts in different money"):
        buying.one_currency({name: pd.array(column) for name, column in columns.items()})


@pytest.mark.realdata
def test_purchases_of_cdnow_are_those_of_its_published_summary(realdata: Path) -> None:
    # cdnow_customers_summary.csv was made from CDNOW_sample.txt up to 1997-09-30, in weeks; orders
    # of no money count there but not here, so that a few customers differ.
    sample = pd.read_csv(
        realdata / "cdnow" / "CDNOW_sample.txt", sep=r"\s+", header=None, usecols=[1, 2, 4],
        names=["master", "customer_id", "ordered_at", "units", "revenue_amount"],
    )  # fmt: skip
    sample["ordered_at"] = pd.to_datetime(sample["ordered_at"].astype(str))
    sample["customer_id"] = sample["customer_id"].astype(str)
    published = pd.read_csv(realdata / "cdnow" / "cdnow_customers_summary.csv")

    found = pd.DataFrame(sums.fetch(customers.purchases(sample, as_of="1997-09-30")))

    assert abs(found["n_customers"].sum() - len(published)) <= 10
    repeats = (found["x"] * found["n_customers"]).sum()
    assert abs(repeats - published["frequency"].sum()) <= 0.01 * repeats
    assert found["T"].max() == pytest.approx(published["T"].max(), abs=0.01)
