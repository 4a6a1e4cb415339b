"""What exposed customers did, against small tables and the sample company's planted lift."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fourfits import errors, experiments, samples, sums

DAY = datetime(2026, 3, 1, tzinfo=UTC)
EXPOSED = {
    "experiment_id": ["e", "e", "f"],
    "customer_id": ["a", "b", "a"],
    "variant": ["control", "new", "new"],
    "exposed_at": [DAY, DAY, DAY + timedelta(days=20)],
}


def _orders(*lines: tuple[str, str, int, float]) -> dict[str, list[object]]:
    order, customer, day, revenue = zip(*lines, strict=True)
    return {
        "order_id": list(order),
        "customer_id": list(customer),
        "ordered_at": [DAY + timedelta(days=one) for one in day],
        "revenue_amount": list(revenue),
    }


def test_orders_count_from_exposure_for_so_many_days_and_before_it_as_covariates() -> None:
    orders = _orders(("1", "b", -8, 1), ("2", "b", -7, 10), ("3", "b", 0, 20), ("4", "b", 7, 40), ("5", "b", 8, 80))  # fmt: skip

    table = experiments.outcomes(EXPOSED, orders, days=7, covariate_days=7)

    row = table.filter(table.customer_id == "b").to_pyarrow().to_pylist()[0]
    assert (row["converted"], row["n_orders"], row["revenue_amount"]) == (1, 2, 60)
    assert (row["n_orders_before"], row["revenue_before_amount"]) == (1, 10)


def test_lines_of_one_order_count_once_and_returns_are_deducted_but_are_no_orders() -> None:
    orders = _orders(("1", "b", 1, 30), ("1", "b", 1, 20), ("2", "b", 2, -20), ("3", "a", 3, -5))

    rows = experiments.outcomes(EXPOSED, orders, days=7).order_by("customer_id", "experiment_id")

    a, _, b = rows.to_pyarrow().to_pylist()
    assert (b["converted"], b["n_orders"], b["revenue_amount"]) == (1, 1, 30)
    assert (a["converted"], a["n_orders"], a["revenue_amount"]) == (0, 0, -5)


def test_everyone_exposed_has_one_row_by_experiment_even_without_an_order() -> None:
    orders = _orders(("1", "a", 21, 30))

    rows = experiments.outcomes(EXPOSED, orders, days=7).to_pyarrow().to_pylist()

    seen = {(row["experiment_id"], row["customer_id"]): row["revenue_amount"] for row in rows}
    assert seen == {("e", "a"): 0, ("e", "b"): 0, ("f", "a"): 30}
    assert {row["variant"] for row in rows} == {"control", "new"}


def test_days_must_be_positive() -> None:
    with pytest.raises(errors.ParameterError, match="days is 0, must be more than 0"):
        experiments.outcomes(EXPOSED, _orders(("1", "a", 1, 3)), days=0)


@pytest.mark.slow
def test_the_sample_companys_lift_is_recovered_in_all_and_by_segment() -> None:
    company = samples.company(seed=3, size=20_000)
    data, truth = company.data(), company.truth

    with sums.observed() as queries:
        whole = experiments.experiment(data.exposures, orders=data.orders).table.to_pylist()
        parts = experiments.experiment(data.exposures, orders=data.orders, by="segment")

    converted = next(row for row in whole if row["metric"] == "converted")
    assert converted["experiment_id"] == truth.experiment
    assert converted["difference_low"] <= truth.conversion_lift <= converted["difference_high"]
    assert converted["verdict"] == "higher"
    assert sum(parts.table["n_arm"].to_pylist()) == 2 * converted["n_arm"]
    assert all(sums.sql(query, dialect) for query in queries for dialect in sums.DIALECTS)
