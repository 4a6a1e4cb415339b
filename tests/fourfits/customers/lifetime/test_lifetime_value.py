"""Lifetime value against a slow sum over customers and months, and by group."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from fourfits import customers, errors, results, sources, sums
from fourfits.customers import buying

START = dt.datetime(2023, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)


def shop(n: int = 400, seed: int = 4) -> pa.Table:
    """A year of purchases by customers with habits of their own; odd ones spend more."""
    rng = np.random.default_rng(seed)
    rows = []
    for customer in range(n):
        day, mean = rng.integers(0, 120), rng.gamma(8, 4) * (1 + customer % 2)
        while day < 365:
            rows.append(
                (f"c{customer}", START + dt.timedelta(days=float(day)), rng.gamma(5, mean / 5))
            )
            if rng.random() < 0.15:
                break
            day += rng.exponential(40) + 1
    ids, moments, money = zip(*rows, strict=True)
    return pa.table(
        {
            "customer_id": pa.array(ids),
            "ordered_at": pa.array(moments, pa.timestamp("us")),
            "revenue_amount": pa.array(money),
            "kind": pa.array(["high" if int(name[1:]) % 2 else "low" for name in ids]),
        }
    )


@pytest.mark.slow
def test_the_total_equals_a_slow_sum_over_customers_and_months() -> None:
    orders = shop()

    result = customers.lifetime_value(
        orders, horizon_months=6, annual_discount_share=0.2, margin_share=0.4
    )

    rows = sums.fetch(buying.in_units(buying.spending(orders_of(orders)), as_of=None, unit="month"))
    total = 0.0
    for x, last, age, repeat in zip(
        rows["x"], rows["t_x"], rows["T"], rows["repeat_amount"], strict=True
    ):
        amount = result.amount_model.expected_amount(x, repeat / max(x, 1))
        until = [result.purchase_model.expected_purchases(x, last, age, m) for m in range(1, 7)]
        monthly = np.diff([0, *map(float, until)])
        total += 0.4 * amount * sum(monthly / 1.2 ** (np.arange(1, 7) / 12))
    assert result.summary()["value_amount"] == pytest.approx(total, rel=1e-9)


def orders_of(orders: pa.Table) -> object:
    import ibis

    return ibis.memtable(orders)


def test_single_customers_add_up_to_the_total() -> None:
    result = customers.lifetime_value(shop(), margin_share=1)

    values = result.values()

    assert values.column_names == ["customer_id", "alive_share", "value_amount"]
    assert len(values) == result.summary()["n_customers"] == 400
    total = float(sum(values["value_amount"].to_pylist()))
    assert total == pytest.approx(result.summary()["value_amount"], rel=1e-5)


@pytest.mark.slow
def test_groups_add_up_to_the_total_and_show_who_is_worth_more() -> None:
    orders = shop()

    whole = customers.lifetime_value(orders, margin_share=1).summary()
    groups = customers.lifetime_value(orders, by="kind", margin_share=1).table.to_pylist()

    assert [row["kind"] for row in groups] == ["high", "low"]
    assert sum(row["value_amount"] for row in groups) == pytest.approx(whole["value_amount"])
    assert groups[0]["value_low"] > groups[1]["value_high"]


@pytest.mark.slow
def test_attributes_come_from_the_customers_of_the_same_source() -> None:
    orders = shop().append_column("order_id", pa.array([f"o{n}" for n in range(len(shop()))]))
    orders = orders.append_column("line", pa.array([1] * len(orders)))
    people = {"customer_id": [f"c{n}" for n in range(400)], "plan": ["Pro", "Basic"] * 200}
    data = sources.from_tables({"orders": orders, "customers": people})

    rows = customers.lifetime_value(data.orders, by="plan", margin_share=1).table.to_pylist()

    assert {row["plan"]: row["n_customers"] for row in rows} == {"Basic": 200, "Pro": 200}


@pytest.mark.slow
def test_the_interval_shrinks_with_more_customers() -> None:
    few, many = (customers.lifetime_value(shop(n), margin_share=1).summary() for n in (150, 1_500))

    width = [(row["value_high"] - row["value_low"]) / row["value_amount"] for row in (few, many)]
    assert 0 < width[1] < 0.6 * width[0]


@pytest.mark.slow
def test_margin_comes_from_the_orders_where_they_carry_it() -> None:
    orders = shop()
    known = orders.append_column(
        "margin_amount",
        pa.array([0.25 * amount for amount in orders["revenue_amount"].to_pylist()]),
    )

    all_of_it, part = customers.lifetime_value(orders), customers.lifetime_value(known)

    assert "counts all revenue" in all_of_it.warnings[-1]
    assert not any("counts all revenue" in warning for warning in part.warnings)
    ratio = part.summary()["value_amount"] / all_of_it.summary()["value_amount"]
    assert ratio == pytest.approx(0.25)


def test_amounts_in_two_currencies_are_refused() -> None:
    orders = shop()
    orders = orders.append_column("currency", pa.array(["EUR", *["USD"] * (len(orders) - 1)]))

    with pytest.raises(errors.ParameterError, match="The orders are in EUR, USD"):
        customers.lifetime_value(orders)


@pytest.mark.parametrize(
    "wrong", [{"horizon_months": 0}, {"annual_discount_share": 1.2}, {"margin_share": 0.0}]
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(errors.ParameterError, match=next(iter(wrong))):
        customers.lifetime_value(shop(50), **wrong)


@pytest.mark.slow
def test_the_result_can_be_shown_and_stored() -> None:
    result = customers.lifetime_value(shop(), by="kind", margin_share=0.5)

    assert len(results.plain(result.to_dict())["rows"]) == 2
    assert result.chart().to_dict()["layer"]
