"""Acquisition against hand-made tables with exact answers, and the sample company's truth."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from fourfits import channels, charts, errors, samples, sources, sums
from fourfits.channels.payments import DAYS_PER_MONTH

TODAY = date(2026, 6, 30)
YEAR_BEFORE = date(2025, 6, 30)


def _customers(*rows: tuple[str, str | None, str | None]) -> pa.Table:
    """Persons with their account and the channel that brought them."""
    columns = ("customer_id", "account_id", "acquisition_channel")
    return pa.table(
        {
            name: pa.array([row[place] for row in rows], pa.string())
            for place, name in enumerate(columns)
        }
    )


def _spend(*rows: tuple[str, date, float]) -> dict[str, list[Any]]:
    channel, day, amount = (list(column) for column in zip(*rows, strict=True))
    return {"channel": channel, "campaign_id": channel, "day": day, "spend_amount": amount}


def _contracts(*rows: tuple[str, date, date | None, float]) -> pa.Table:
    """Persons' contracts: who, from, to, money in a month."""
    return pa.table(
        {
            "subscription_id": [str(place) for place in range(len(rows))],
            "customer_id": [row[0] for row in rows],
            "started_on": [row[1] for row in rows],
            "ended_on": pa.array([row[2] for row in rows], pa.date32()),
            "mrr_amount": [row[3] for row in rows],
        }
    )


def _rows(*given: Any, **more: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = channels.acquisition(*given, **more).table.to_pylist()
    return rows


ADS = _spend(("ads", date(2026, 3, 1), 300.0), ("ads", YEAR_BEFORE, 99_999.0))
SIX = _customers(*((f"c{i}", None, "ads") for i in range(6)))


def test_every_number_follows_its_formula() -> None:
    # Six customers over the whole window at 20 a month; three joined in it; none of them left.
    old, new = date(2024, 1, 1), date(2025, 12, 31)
    paid = _contracts(*((f"c{i}", old if i < 3 else new, None, 20.0) for i in range(6)))

    (row,) = _rows(SIX, ADS, subscriptions=paid, as_of=TODAY, margin_share=0.5)

    assert (row["n_customers"], row["n_new"], row["spend_amount"]) == (6, 3, 300)
    assert row["cac_amount"] == 100
    assert row["revenue_per_month_amount"] == pytest.approx(20)
    assert row["margin_per_month_amount"] == pytest.approx(10)
    assert row["churn_per_month_share"] == 0
    assert row["ltv_amount"] == pytest.approx(10 * 60)
    assert row["ltv_to_cac"] == pytest.approx(6)
    assert row["payback_months"] == pytest.approx(10)
    assert (row["market"], row["payback_limit_months"]) == ("people", 12)


def test_churn_is_departures_over_months_of_activity_in_the_window() -> None:
    left = date(2025, 12, 29)
    paid = _contracts(
        *((f"c{i}", date(2024, 1, 1), left if i < 2 else None, 20.0) for i in range(5)),
        ("c5", date(2024, 1, 1), date(2025, 1, 1), 20.0),  # gone before the window
    )

    (row,) = _rows(SIX, ADS, subscriptions=paid, as_of=TODAY)

    months = 3 * 12 + 2 * ((left - YEAR_BEFORE).days + 0.25) / DAYS_PER_MONTH
    assert row["n_customers"] == 5
    assert row["churn_per_month_share"] == pytest.approx(2 / months, rel=1e-3)
    assert row["churn_per_month_low"] < 2 / months < row["churn_per_month_high"]


def test_once_all_buyers_are_gone_lifetime_value_is_the_margin_that_each_brought() -> None:
    orders = {
        "order_id": ["1", "2", "3", "3"],
        "line": [1, 1, 1, 2],
        "customer_id": ["c0", "c0", "c1", "c1"],
        "ordered_at": [date(2025, 7, 9), date(2025, 9, 1), date(2025, 8, 1), date(2025, 8, 1)],
        "revenue_amount": [60.0, 60.0, 50.0, -10.0],
        "margin_amount": [30.0, 20.0, 15.0, -5.0],
    }

    (row,) = _rows(SIX, ADS, orders=orders, as_of=TODAY)

    assert (row["n_customers"], row["n_new"]) == (2, 2)
    assert row["margin_share"] == pytest.approx(60 / 160)
    assert row["ltv_amount"] == pytest.approx(30)
    assert row["cac_amount"] == 150


def test_an_account_is_one_customer_of_the_channel_of_its_first_contact() -> None:
    people = _customers(("c0", "a1", "fair"), ("c1", "a1", "ads"), ("c2", "a2", "ads"))
    people = people.append_column("signed_up_on", [[date(2026, 1, day) for day in (1, 2, 3)]])
    paid = {
        "subscription_id": ["1", "2", "3"],
        "account_id": ["a1", "a1", "a2"],
        "customer_id": [None, "c1", "c2"],
        "plan": ["Team"] * 3,
        "started_on": [date(2026, 1, 5)] * 3,
        "mrr_amount": [100.0, 50.0, 70.0],
    }
    firms = {"account_id": ["a1", "a2"], "employees": [5000, 300]}
    money = _spend(("fair", date(2026, 1, 1), 900.0), ("ads", date(2026, 1, 1), 70.0))

    rows = _rows(
        people, money, subscriptions=paid, accounts=firms, by=["channel", "plan"], as_of=TODAY
    )

    found = {row["channel"]: row for row in rows}
    assert [found[name]["n_new"] for name in ("fair", "ads")] == [1, 1]
    assert [found[name]["cac_amount"] for name in ("fair", "ads")] == [900, 70]
    assert [found[name]["market"] for name in ("fair", "ads")] == ["large", "middle"]
    assert [found[name]["payback_limit_months"] for name in ("fair", "ads")] == [24, 18]
    assert {row["plan"] for row in rows} == {"Team"}


def test_a_channel_without_spend_is_free_and_pays_back_at_once() -> None:
    people = _customers(("c0", None, None), ("c1", None, "word of mouth"))
    paid = _contracts(("c0", date(2026, 1, 1), None, 9.0), ("c1", date(2026, 1, 1), None, 9.0))

    result = channels.acquisition(people, ADS, subscriptions=paid, as_of=TODAY)

    for row in result.table.to_pylist():
        assert (row["cac_amount"], row["payback_months"], row["p_beyond_limit"]) == (0, 0, 0)
        assert row["ltv_to_cac"] is None
    assert result.table["channel"].to_pylist() == ["unknown", "word of mouth"]
    assert "No spend is recorded for unknown, word of mouth" in " ".join(result.warnings)


def test_money_that_brought_nobody_is_named_and_laid_on_all_where_channels_are_not_apart() -> None:
    people = _customers(("c0", None, "ads"), ("c1", None, "ads"))
    paid = _contracts(("c0", date(2026, 1, 1), None, 9.0), ("c1", date(2026, 1, 1), None, 9.0))
    money = _spend(("ads", date(2026, 1, 1), 100.0), ("Ads ", date(2026, 1, 1), 60.0))

    apart, together = (
        channels.acquisition(people, money, subscriptions=paid, by=by, as_of=TODAY)
        for by in ("channel", None)
    )

    assert apart.summary()["cac_amount"] == 50
    assert together.summary()["cac_amount"] == 80
    assert "60 was spent on Ads , which brought no customer" in " ".join(apart.warnings)


def test_a_channel_that_brought_nobody_in_the_window_has_no_cost_per_customer() -> None:
    paid = _contracts(("c0", date(2024, 1, 1), None, 9.0))

    (row,) = _rows(SIX, ADS, subscriptions=paid, as_of=TODAY)

    assert (row["n_customers"], row["n_new"]) == (1, 0)
    assert row["cac_amount"] is None
    assert row["payback_months"] is None
    assert row["p_beyond_limit"] > 0.9


def test_small_groups_borrow_from_the_other_channels_of_their_kind() -> None:
    people = _customers(
        *((f"a{i}", None, "ads") for i in range(200)), *((f"b{i}", None, "fair") for i in range(5))
    )
    paid = _contracts(
        *((f"a{i}", date(2026, 1, 1), None, 10.0) for i in range(200)),
        *((f"b{i}", date(2026, 1, 1), None, 90.0) for i in range(5)),
    )

    large, small = _rows(people, ADS, subscriptions=paid, as_of=TODAY)

    assert (large["borrowed"], small["borrowed"]) == (False, True)
    assert large["revenue_per_month_amount"] == pytest.approx(10)
    # Five of its own at 90 and five like the average of all 205.
    average = (200 * 10 + 5 * 90) / 205
    assert small["revenue_per_month_amount"] == pytest.approx((90 + average) / 2)
    width = small["revenue_per_month_high"] - small["revenue_per_month_low"]
    assert width > 10


def test_the_window_ends_with_the_data_where_no_day_is_given() -> None:
    paid = _contracts(("c0", date(2026, 2, 1), None, 9.0))

    result = channels.acquisition(SIX, ADS, subscriptions=paid, months=3)

    assert result.parameters["as_of"] == date(2026, 3, 1)
    assert result.summary()["n_new"] == 1


def test_a_margin_that_is_not_recorded_is_assumed_and_said() -> None:
    paid = _contracts(("c0", date(2026, 2, 1), None, 9.0))

    result = channels.acquisition(SIX, ADS, subscriptions=paid, as_of=TODAY)

    assert result.summary()["margin_share"] == 0.8
    assert "No margin is recorded for 100% of revenue; a margin of 80%" in " ".join(result.warnings)


def test_a_single_group_is_spoken_of_as_one() -> None:
    paid = _contracts(("c0", date(2026, 2, 1), None, 9.0))

    result = channels.acquisition(SIX, ADS, subscriptions=paid, as_of=TODAY)

    assert result.warnings[0].startswith("1 of 1 channels won fewer than 5 customers, too few")
    assert not any("fewer than 5" in caution for caution in result.cautions)


def test_spend_that_begins_inside_the_window_is_said_to_understate_the_cost() -> None:
    paid = _contracts(("c0", date(2026, 2, 1), None, 9.0))
    money = _spend(("ads", date(2026, 4, 1), 10.0))

    result = channels.acquisition(SIX, money, subscriptions=paid, as_of=TODAY)

    assert "Spend is recorded only for the last 3 of 12 months" in " ".join(result.warnings)


@pytest.mark.slow
def test_segments_are_found_beside_customers_of_one_source() -> None:
    data = sources.from_tables(
        {
            "customers": SIX,
            "spend": ADS,
            "subscriptions": _contracts(
                *((f"c{i}", date(2026, 2, 1), None, 9.0) for i in range(6))
            ),
            "memberships": {
                "segmentation": ["market"] * 6,
                "customer_id": [f"c{i}" for i in range(6)],
                "segment": ["small"] * 4 + ["large"] * 2,
            },
        }
    )

    rows = _rows(
        data.customers, data.spend, subscriptions=data.subscriptions, by="segment", as_of=TODAY
    )

    assert [(row["segment"], row["n_new"], row["cac_amount"]) for row in rows] == [
        ("small", 4, 50),
        ("large", 2, 50),
    ]


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"subscriptions": None}, errors.ParameterError, "Neither orders nor subscriptions"),
        ({"by": "planet"}, errors.ColumnError, "has no column 'planet'"),
        ({"as_of": "soon"}, errors.ParameterError, "as_of is 'soon', must be a date"),
        ({"as_of": "2001-01-01"}, errors.NotEnoughDataError, "Nobody paid in the 12 months up to"),
        ({"margin_share": 1.5}, errors.ParameterError, "margin_share is 1.5, must be more than 0"),
        ({"months": 0}, errors.ParameterError, "months is 0, must be more than 0"),
    ],
)
def test_nonsense_is_refused_in_words(settings: dict[str, Any], error: type, words: str) -> None:
    paid = _contracts(("c0", date(2026, 2, 1), None, 9.0))

    with pytest.raises(error, match=words):
        channels.acquisition(SIX, ADS, **({"subscriptions": paid} | settings))


@pytest.fixture(scope="module")
def company() -> samples.Company:
    return samples.company(seed=7, size=8_000)


@pytest.fixture(scope="module")
def by(company: samples.Company) -> Callable[..., list[dict[str, Any]]]:
    """The company's unit economics by some columns, each computed once."""
    data = company.data()

    @functools.cache
    def found(*columns: str) -> list[dict[str, Any]]:
        return _rows(
            data.customers,
            data.spend,
            orders=data.orders,
            subscriptions=data.subscriptions,
            accounts=data.accounts,
            as_of=company.today,
            by=columns,
        )

    return found


@pytest.mark.slow
def test_the_sample_companys_costs_and_failing_channel_are_recovered(
    company: samples.Company, by: Callable[..., list[dict[str, Any]]]
) -> None:
    rows = {row["channel"]: row for row in by("channel")}

    truth = company.truth
    for name in ("paid social", "display ads"):  # those that bring persons alone
        planted = truth.channels[name].cac_amount
        assert rows[name]["cac_amount"] == pytest.approx(planted, rel=0.06)
    assert rows[truth.failing_channel]["p_below_cost"] > 0.99
    assert all(rows[name]["p_below_cost"] < 0.1 for name in rows if name != truth.failing_channel)


@pytest.mark.slow
def test_the_sample_companys_conflict_is_recovered(
    company: samples.Company, by: Callable[..., list[dict[str, Any]]]
) -> None:
    rows = {(row["segment"], row["channel"]): row for row in by("channel", "segment")}

    segment, cheap = company.truth.conflict_segment, company.truth.cheap_channel
    assert rows[segment, "paid social"]["p_beyond_limit"] > 0.95
    assert rows[segment, cheap]["p_beyond_limit"] < 0.05


@pytest.mark.slow
@pytest.mark.parametrize("columns", [["channel"], ["segment"], ["channel", "plan", "segment"]])
def test_all_money_is_laid_on_groups_and_every_customer_counts_once(
    by: Callable[..., list[dict[str, Any]]], columns: list[str]
) -> None:
    (whole,), parts = by(), by(*columns)

    for name in ("n_customers", "n_new", "spend_amount"):
        assert sum(row[name] or 0 for row in parts) == pytest.approx(whole[name])


@pytest.mark.slow
def test_its_queries_run_on_every_engine_and_its_result_is_drawn() -> None:
    paid = _contracts(("c0", date(2026, 2, 1), None, 9.0))
    orders = {
        "order_id": ["1"],
        "customer_id": ["c1"],
        "ordered_at": [date(2026, 2, 1)],
        "revenue_amount": [60.0],
    }
    firms = {"account_id": ["a1"], "employees": [5000]}

    with sums.observed() as queries:
        result = channels.acquisition(
            SIX, ADS, subscriptions=paid, orders=orders, accounts=firms, by=["channel", "plan"]
        )

    assert len(queries) == 3
    assert all(sums.sql(query, dialect) for query in queries for dialect in sums.DIALECTS)
    assert "<svg" in charts.svg(result.chart())


@pytest.mark.slow
@pytest.mark.parametrize("by", [("segment",), ("channel",), ()])
def test_fewer_groups_of_the_same_window_need_no_other_query(
    company: samples.Company, by: tuple[str, ...]
) -> None:
    data = company.data()
    more = {"orders": data.orders, "subscriptions": data.subscriptions, "accounts": data.accounts}
    whole = channels.acquisition(data.customers, data.spend, by=("channel", "segment"), **more)

    with sums.observed() as seen:
        found = whole.regrouped(by)

    asked = channels.acquisition(data.customers, data.spend, by=by, **more)
    assert seen == []
    for one, other in zip(found.table.to_pylist(), asked.table.to_pylist(), strict=True):
        assert one == pytest.approx(other)
    with pytest.raises(errors.ColumnError, match="not divided by plan"):
        whole.regrouped("plan")
