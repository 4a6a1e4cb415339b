"""Pricing-channel fit: hand-made customers with known costs, and what is planted in the sample."""

from __future__ import annotations

import datetime

import pyarrow as pa
import pytest

from fourfits import errors, fits, samples

TODAY = datetime.date(2026, 6, 30)


def bought(n: int, mrr: float, channel: str = "ads", *, prefix: str = "c") -> tuple[dict, dict]:
    """Customers who began a contract half a year ago."""
    ids = [f"{prefix}{i}" for i in range(n)]
    people = {"customer_id": ids, "acquisition_channel": [channel] * n}
    contracts = {
        "subscription_id": ids,
        "customer_id": ids,
        "mrr_amount": [mrr] * n,
        "started_on": [datetime.date(2026, 1, 1)] * n,
    }
    return people, contracts


def spent(amount: float, channel: str = "ads") -> dict:
    return {"channel": [channel], "day": pa.array([TODAY]), "spend_amount": [amount]}


@pytest.mark.slow
def test_payback_at_the_limit_has_sixty_points_and_at_half_of_it_a_hundred() -> None:
    people, contracts = bought(200, 10.0)

    # margin 8 a month (80 % is assumed); 12 months of it are 96, 6 months 48
    at_limit = fits.pricing_channel(people, spent(96 * 200), by="channel", subscriptions=contracts)
    at_half = fits.pricing_channel(people, spent(48 * 200), by="channel", subscriptions=contracts)

    points = [
        {row["evidence"]: row["points"] for row in one.evidence.to_pylist()}["payback_to_limit"]
        for one in (at_limit, at_half)
    ]
    assert points == pytest.approx([60, 100], abs=0.5)


@pytest.mark.slow
def test_acquisition_that_costs_nothing_has_full_points() -> None:
    people, contracts = bought(50, 10.0)

    result = fits.pricing_channel(people, spent(0.0), by="channel", subscriptions=contracts)

    assert result.summary()["score"] == 100


@pytest.mark.slow
def test_the_channel_of_the_sample_that_cannot_pay_back_fails_with_everybody(
    company: samples.Company,
) -> None:
    data = company.data()

    result = fits.pricing_channel(
        data.customers,
        data.spend,
        by=["channel", "segment"],
        orders=data.orders,
        subscriptions=data.subscriptions,
        accounts=data.accounts,
    )

    rows = result.table.to_pylist()
    failing = [row for row in rows if row["channel"] == company.truth.failing_channel]
    assert len(failing) >= 3
    assert all(row["p_fit"] < 0.05 for row in failing)
    cheap = {row["channel"]: row["score"] for row in rows if row["segment"] == "students"}
    assert max(cheap, key=cheap.get) == company.truth.cheap_channel


def test_a_cell_that_won_too_few_says_whose_numbers_it_borrows() -> None:
    many, contracts = bought(60, 10.0)
    few, theirs = bought(2, 90.0, "fair", prefix="f")
    people, paid = (
        {name: [*one[name], *other[name]] for name in one}
        for one, other in ((many, few), (contracts, theirs))
    )
    money = {"channel": ["ads", "fair"], "day": [TODAY] * 2, "spend_amount": [6000.0, 10.0]}

    result = fits.pricing_channel(people, money, by="channel", subscriptions=paid)

    last = result.table.to_pylist()[-1]
    assert (last["channel"], last["n_judged"], last["n_customers"]) == ("fair", 2, 2)
    assert last["finding"].startswith(
        "Too few to judge: 2 customers won in a year. What they bring is mostly borrowed from "
        "other channels. Lowest is "
    )
    assert result.warnings[0] == (
        "1 of 2 groups is too few to judge (fewer than 5 customers won in a year): fair."
    )
    assert "won fewer than" not in " ".join(result.warnings[1:])


def test_without_revenue_there_is_no_fit() -> None:
    people, _ = bought(5, 10.0)

    with pytest.raises(errors.NotEnoughDataError, match="no data for orders or subscriptions"):
        fits.pricing_channel(people, spent(10.0), by="channel")
