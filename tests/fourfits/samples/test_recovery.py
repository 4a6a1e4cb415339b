"""Each fact that is planted in the sample company is found again in its tables.

Tolerances are about three standard errors of the sample, so that the tests hold for any seed.
"""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pytest

from fourfits import (
    channels,
    experiments,
    features,
    fits,
    intervals,
    kpis,
    needs,
    pricing,
    roadmap,
    samples,
    sources,
    surveys,
)

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def made() -> samples.Company:
    return samples.company(size=3_000)


@pytest.fixture(scope="module")
def data(made: samples.Company) -> sources.Data:
    return made.data()


def _rows(made: samples.Company, query: str) -> Rows:
    connection = duckdb.connect()
    for name, table in made.tables.items():
        connection.register(name, table)
    connection.register("assignments", made.truth.assignments)
    rows: Rows = connection.sql(query).to_arrow_table().to_pylist()
    return rows


def test_nps_of_every_segment(made: samples.Company, data: sources.Data) -> None:
    found = surveys.nps(data.responses, by="segment", confidence=0.998).table.to_pylist()

    assert len(found) == 5
    for row in found:
        planted = made.truth.segments[row["segment"]].nps
        assert row["nps_low"] <= planted <= row["nps_high"], row["segment"]


def test_who_would_be_very_disappointed(made: samples.Company, data: sources.Data) -> None:
    found = surveys.pmf(data.responses, by="segment", confidence=0.998).table.to_pylist()

    for row in found:
        planted = made.truth.segments[row["segment"]].very_disappointed_share
        assert row["very_disappointed_low"] <= planted <= row["very_disappointed_high"]
    share = {row["segment"]: row["very_disappointed_share"] for row in found}
    assert min(share, key=lambda name: share[name]) == "students"
    assert share["home baristas"] > 0.4


def test_price_range_of_every_segment(made: samples.Company, data: sources.Data) -> None:
    found = pricing.van_westendorp(data.responses, by="segment", draws=50).table.to_pylist()

    for row in found:
        for point, planted in made.truth.segments[row["segment"]].price_points.items():
            assert row[f"{point}_amount"] == pytest.approx(planted, rel=0.12), (row, point)


@pytest.mark.slow
def test_effect_of_the_experiment(made: samples.Company, data: sources.Data) -> None:
    result = experiments.experiment(
        data.exposures, orders=data.orders, days=made.truth.conversion_days, confidence=0.998
    )

    found = {row["metric"]: row for row in result.table.to_pylist()}
    planted = {
        "converted": made.truth.conversion_lift,
        "revenue_amount": made.truth.revenue_lift_amount,
    }
    for metric, truth in planted.items():
        assert found[metric]["difference_low"] <= truth <= found[metric]["difference_high"]
    assert found["converted"]["difference_low"] > 0
    assert abs(found["converted"]["n_arm"] - found["converted"]["n_against"]) <= 1
    assert found["revenue_amount"]["variance_removed_share"] > 0.05


@pytest.mark.slow
def test_needs_in_the_texts(made: samples.Company, data: sources.Data) -> None:
    from sklearn.metrics import normalized_mutual_info_score

    themes = needs.themes(data.feedback).assignments()

    found = dict(zip(themes["feedback_id"].to_pylist(), themes["theme"].to_pylist(), strict=True))
    truth = {
        row["feedback_id"]: row["theme"]
        for row in made.truth.assignments.to_pylist()
        if row["theme"] in made.truth.needs and found.get(row["feedback_id"])
    }
    agreement = normalized_mutual_info_score(
        list(truth.values()), [found[identity] for identity in truth]
    )
    assert agreement > 0.65
    assert 10 <= len(set(found.values())) <= 20  # twelve needs, praise, and what is said of nothing


def test_texts_are_varied(made: samples.Company) -> None:
    texts = made.tables["feedback"]["text"].to_pylist()

    assert len(set(texts)) > 0.9 * len(texts)
    assert len({len(text) for text in texts}) > 100


def test_pace_and_slips_of_the_teams(made: samples.Company, data: sources.Data) -> None:
    forecasts = roadmap.forecast(data.deliveries, by="team", draws=200, history_days=728)
    took = _rows(
        made,
        "SELECT team, sum(finished_on - started_on) / sum(estimate) AS ratio FROM deliveries"
        " WHERE finished_on IS NOT NULL GROUP BY team",
    )

    for row in forecasts.table.to_pylist():
        planted = made.truth.teams[row["team"]].items_per_week
        assert row["items_per_week"] == pytest.approx(planted, abs=3 * np.sqrt(planted / 104))
    for row in took:
        planted = made.truth.teams[row["team"]].days_per_estimated_day
        assert row["ratio"] == pytest.approx(planted, rel=0.15)


def _economics(data: sources.Data, made: samples.Company, by: str | list[str]) -> Rows:
    rows: Rows = channels.acquisition(
        data.customers,
        data.spend,
        orders=data.orders,
        subscriptions=data.subscriptions,
        accounts=data.accounts,
        by=by,
        as_of=made.today,
    ).table.to_pylist()
    return rows


@pytest.mark.slow
def test_cost_of_every_channel(made: samples.Company, data: sources.Data) -> None:
    found = _economics(data, made, "channel")

    assert len(found) == len(made.truth.channels)
    for row in found:
        planted = made.truth.channels[row["channel"]].cac_amount
        assert row["cac_amount"] == pytest.approx(planted, rel=0.1)


@pytest.mark.slow
def test_one_channel_cannot_pay_back(made: samples.Company, data: sources.Data) -> None:
    overall = _economics(data, made, "channel")
    within = _economics(data, made, ["channel", "segment"])

    failing = made.truth.failing_channel
    assert [row["channel"] for row in overall if row["p_below_cost"] > 0.95] == [failing]
    ratio = {row["segment"]: row["ltv_to_cac"] for row in within if row["channel"] == failing}
    assert ratio["students"] < 1
    assert ratio["households"] < 1


@pytest.mark.slow
def test_the_plan_serves_a_segment_that_cannot_pay_back(
    made: samples.Company, data: sources.Data
) -> None:
    truth = made.truth
    segments = {row["segment"]: row for row in _economics(data, made, "segment")}
    cells = {
        (row["segment"], row["channel"]): row
        for row in _economics(data, made, ["segment", "channel"])
    }
    planned = _rows(
        made,
        "SELECT need FROM features WHERE status IN ('planned', 'building')"
        f" AND segment = '{truth.conflict_segment}'",
    )

    late = {name for name, row in segments.items() if row["p_beyond_limit"] > 0.8}
    cheap = cells[truth.conflict_segment, truth.cheap_channel]
    assert [row["need"] for row in planned] == [truth.conflict_need] * 2
    assert late == {truth.conflict_segment}
    assert segments[truth.paying_segment]["p_beyond_limit"] < 0.2
    assert cheap["p_beyond_limit"] < 0.2


@pytest.mark.slow
def test_the_conflict_is_named_with_its_remedies(made: samples.Company, data: sources.Data) -> None:
    truth = made.truth

    result = fits.conflicts(
        data.features,
        data.customers,
        as_of=made.today,
        assignments=truth.assignments,
        feedback=data.feedback,
        memberships=data.memberships,
        orders=data.orders,
        spend=data.spend,
        subscriptions=data.subscriptions,
    )

    found = [row for row in result.table.to_pylist() if row["kind"] == "unit economics"]
    assert [row["segment"] for row in found] == [truth.conflict_segment]
    assert found[0]["probability"] > 0.95
    assert f"build it for {truth.paying_segment}" in found[0]["remedies"]
    assert f"{truth.cheap_channel} brings {truth.conflict_segment}" in found[0]["remedies"]


def test_another_segment_shares_the_need(made: samples.Company) -> None:
    shares = _rows(
        made,
        f"SELECT segment, avg(CAST(theme = '{made.truth.conflict_need}' AS INT)) AS share"
        " FROM feedback JOIN assignments USING (feedback_id) JOIN memberships USING (customer_id)"
        " GROUP BY segment ORDER BY share DESC",
    )

    assert {row["segment"] for row in shares[:2]} == {
        made.truth.conflict_segment,
        made.truth.paying_segment,
    }


def test_people_who_never_leave(made: samples.Company, data: sources.Data) -> None:
    result = kpis.retention(
        data.events, by="segment", returns="on_or_after", as_of=made.today, confidence=0.998
    )

    plateaus = {row["segment"]: row for row in result.plateaus.to_pylist()}
    for name in ("students", "households", "home baristas"):
        planted = sum(
            share * made.truth.plateau_share(name, channel)
            for channel, share in made.truth.segments[name].channels.items()
        )
        assert plateaus[name]["plateau_low"] <= planted <= plateaus[name]["plateau_high"], name


def test_channels_whose_people_stay(made: samples.Company, data: sources.Data) -> None:
    result = kpis.retention(data.events, by="acquisition_channel", as_of=made.today)

    share = {
        row["acquisition_channel"]: row["plateau_share"] for row in result.plateaus.to_pylist()
    }
    people = ("display ads", "paid social", "paid search", "organic search", "referral")
    assert min(people, key=lambda name: share[name] or 0) == "display ads"
    assert max(people, key=lambda name: share[name] or 0) == "referral"


def test_accounts_that_stay_a_year(made: samples.Company, data: sources.Data) -> None:
    contracts = data.subscriptions.filter(data.subscriptions.account_id.notnull())
    segments = data.customers.join(data.memberships, "customer_id")
    segments = segments.filter(segments.account_id.notnull())
    segments = segments.select("account_id", "segment").distinct()

    found = kpis.survival(
        contracts.join(segments, "account_id"), per="account_id", by="segment", confidence=0.998
    ).table.to_pylist()

    assert len(found) == 2
    for row in found:
        monthly = made.truth.segments[row["segment"]].monthly_churn_share
        using, without = monthly, made.truth.churn_factor * monthly
        planted = 0.6 * (1 - using) ** 12 + 0.4 * (1 - without) ** 12
        assert row["retained_low"] <= planted <= row["retained_high"], row


def test_activation_of_every_channel(made: samples.Company) -> None:
    found = _rows(
        made,
        "SELECT acquisition_channel AS channel, count(*) AS n, count(activated) AS k"
        " FROM customers LEFT JOIN (SELECT DISTINCT customer_id, 1 AS activated FROM events"
        " WHERE event = 'activated') USING (customer_id) GROUP BY ALL",
    )

    for row in found:
        low, high = intervals.wilson(row["k"], row["n"], 0.998)
        assert low <= made.truth.channels[row["channel"]].activation_share <= high


def test_the_churn_driver_of_accounts(made: samples.Company) -> None:
    found = _rows(
        made,
        "WITH contract AS ("
        "   SELECT account_id, min(started_on) AS started, max(ended_on) AS ended"
        "   FROM subscriptions WHERE account_id IS NOT NULL GROUP BY account_id"
        "), early AS ("
        "   SELECT DISTINCT account_id FROM events JOIN contract USING (account_id)"
        f"   WHERE feature = '{made.truth.churn_feature}' AND occurred_at < started + 30"
        ") SELECT account_id IN (FROM early) AS uses, count(ended) AS n_left,"
        "   CAST(sum(coalesce(ended, DATE '2026-06-30') - started) AS DOUBLE) AS days"
        " FROM contract GROUP BY ALL ORDER BY uses",
    )

    without, using = found
    ratio = (without["n_left"] / without["days"]) / (using["n_left"] / using["days"])
    error = np.sqrt(1 / without["n_left"] + 1 / using["n_left"])
    assert ratio > 1.5
    assert abs(np.log(ratio / made.truth.churn_factor)) < 3 * error


@pytest.mark.slow
def test_one_account_carries_a_need(made: samples.Company, data: sources.Data) -> None:
    found = features.demand(
        data.feedback,
        assignments=made.truth.assignments,
        customers=data.customers,
        memberships=data.memberships,
        accounts=data.accounts,
        deals=data.deals,
    ).table.to_pylist()

    carried = next(row for row in found if row["need"] == made.truth.carried_need)
    others = [row["largest_account_share"] or 0 for row in found if row is not carried]
    assert carried["carried_by_one_account"]
    assert carried["largest_account_share"] > 0.8 > max(others)


@pytest.mark.slow
def test_segments_in_what_customers_are_and_buy(made: samples.Company) -> None:
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_rand_score
    from sklearn.preprocessing import StandardScaler

    known = _rows(
        made,
        "SELECT segment, CAST(account_id IS NOT NULL AS INT), ln(coalesce(employees, 1)),"
        " ln(coalesce(income_amount, 30000)), birth_year, coalesce(per_line, 0),"
        " coalesce(plain, 0), coalesce(special, 0), coalesce(family, 0)"
        " FROM customers JOIN memberships USING (customer_id) LEFT JOIN accounts USING (account_id)"
        " LEFT JOIN (SELECT customer_id, avg(ln(abs(CAST(revenue_amount AS DOUBLE)))) AS per_line,"
        "   avg(CAST(product_id IN ('P001', 'P005') AS INT)) AS plain,"
        "   avg(CAST(product_id IN ('P002', 'P003', 'P010') AS INT)) AS special,"
        "   avg(CAST(product_id IN ('P000', 'P004') AS INT)) AS family"
        "   FROM orders GROUP BY customer_id) USING (customer_id)",
    )
    segment = [row.pop("segment") for row in known]
    matrix = StandardScaler().fit_transform([[float(v) for v in row.values()] for row in known])

    found = KMeans(5, n_init=5, random_state=0).fit_predict(matrix)

    assert adjusted_rand_score(segment, found) > 0.75
