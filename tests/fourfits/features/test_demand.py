"""Demand of needs: planted rates, planted concentration, published formulas."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from fourfits import config, errors, features, samples, sums
from fourfits.features import influence, people

DAY = datetime.date(2024, 6, 30)


def moment(days_ago: int) -> datetime.datetime:
    return datetime.datetime.combine(DAY, datetime.time()) - datetime.timedelta(days=days_ago)


def said(*statements: tuple[str, str, str | None, int]) -> tuple[pa.Table, pa.Table]:
    """Feedback and assignments from (person, need, strength, days ago)."""
    ids = [f"f{i}" for i in range(len(statements))]
    person, need, strength, ago = zip(*statements, strict=True)
    feedback = pa.table(
        {
            "feedback_id": ids,
            "customer_id": list(person),
            "strength": pa.array(strength, pa.string()),
            "occurred_at": [moment(days) for days in ago],
        }
    )
    return feedback, pa.table({"feedback_id": ids, "theme": list(need)})


CUSTOMERS = pa.table(
    {
        "customer_id": ["boss", "user", "lone", "fan", "mute"],
        "account_id": ["big", "big", "small", None, None],
        "buying_role": ["decision_maker", "user", None, None, None],
    }
)
ACCOUNTS = pa.table({"account_id": ["big", "small"], "arr_amount": [1000.0, 200.0]})


def rows(found: features.DemandResult) -> dict[str, dict[str, Any]]:
    return {row["need"]: row for row in found.table.to_pylist()}


@pytest.mark.slow
def test_an_account_is_weighed_by_revenue_strength_and_role() -> None:
    feedback, assignments = said(
        ("boss", "export", "critical", 0),
        ("user", "roles", "important", 0),
        ("lone", "export", None, 0),
    )

    found = rows(
        features.demand(feedback, assignments=assignments, customers=CUSTOMERS, accounts=ACCOUNTS)
    )

    committee = config.ROLE_WEIGHTS["decision_maker"] + config.ROLE_WEIGHTS["user"]
    boss = config.ROLE_WEIGHTS["decision_maker"] / committee
    assert found["export"]["account_amount"] == pytest.approx(1000 * boss * 1 + 200 / 3)
    assert found["roles"]["account_amount"] == pytest.approx(1000 * (1 - boss) * 2 / 3)
    assert found["export"]["n_accounts"] == 2
    assert found["export"]["carried_by_one_account"]
    assert found["roles"]["herfindahl_index"] == 1


@pytest.mark.slow
def test_what_people_want_is_not_carried_by_the_one_account_that_wants_it_too() -> None:
    people = pa.table({"customer_id": ["ann", "bea", "lone"], "account_id": [None, None, "small"]})
    feedback, assignments = said(
        ("ann", "heat", None, 0), ("bea", "heat", None, 0), ("lone", "heat", None, 0)
    )

    found = features.demand(feedback, assignments=assignments, customers=people, accounts=ACCOUNTS)

    assert rows(found)["heat"]["largest_account_share"] == 1
    assert not rows(found)["heat"]["carried_by_one_account"]


@pytest.mark.slow
def test_the_newest_statement_of_a_person_counts() -> None:
    feedback, assignments = said(
        ("lone", "export", "critical", 90), ("lone", "export", "Nice to have", 3)
    )

    found = rows(
        features.demand(feedback, assignments=assignments, customers=CUSTOMERS, accounts=ACCOUNTS)
    )

    assert found["export"]["account_amount"] == pytest.approx(200 / 3)
    assert found["export"]["n_people"] == 1
    assert found["export"]["n_items"] == 2


def test_open_deals_count_by_probability_and_age() -> None:
    feedback, assignments = said(("fan", "export", None, 0))
    deals = pa.table(
        {
            "deal_id": ["d1", "d2", "d3", "d4"],
            "account_id": ["big", "small", "small", "big"],
            "amount": [800.0, 100.0, 900.0, 50.0],
            "probability_share": [0.5, 1.0, 1.0, None],
            "opened_on": [DAY - datetime.timedelta(days=365), DAY, DAY, DAY],
            "won": [None, None, True, None],
            "need": ["export"] * 4,
        }
    )

    found = features.demand(feedback, assignments=assignments, deals=deals)

    row = rows(found)["export"]
    assert row["pipeline_amount"] == pytest.approx(800 * 0.5 * 0.5 + 100)
    assert row["account_amount"] == row["pipeline_amount"]
    assert row["largest_account_share"] == pytest.approx(200 / 300)
    assert row["herfindahl_index"] == pytest.approx((200 / 300) ** 2 + (100 / 300) ** 2)
    assert "1 open deals lack an amount or a probability and count nothing." in found.warnings


def test_people_are_inferred_for_those_who_are_silent() -> None:
    # Two segments of 1,000; 100 and 200 spoke; planted rates 0.30 and 0.05.
    names = [f"c{i:04}" for i in range(2000)]
    wants = [*range(30), *range(1000, 1010)]
    spoke = [*range(100), *range(1000, 1200)]
    feedback, assignments = said(
        *((names[i], "export" if i in wants else "other", None, 0) for i in spoke)
    )
    members = {
        "segmentation": ["market"] * 2000,
        "customer_id": names,
        "segment": ["a"] * 1000 + ["b"] * 1000,
    }

    found = features.demand(
        feedback,
        assignments=assignments,
        customers=pa.table({"customer_id": names}),
        memberships=pa.table(members),
    )

    row = rows(found)["export"]
    assert row["n_people"] == 40
    assert 320 < row["people"] < 360  # 350 by hand; a little is shrunk towards the common rate
    assert row["people_low"] < 350 < row["people_high"]
    assert 0.8 < row["silent_share"] < 0.95
    assert "85% of the customers have said nothing; their needs are inferred." in found.warnings
    assert list(rows(found)) == ["export"]  # `other` asks for nothing


def test_the_interval_of_people_covers_planted_rates() -> None:
    rng = np.random.default_rng(12)
    size, spoke = np.array([5000.0, 3000, 800, 200]), np.array([300.0, 150, 40, 10])
    covered = []
    for trial in range(120):
        rate = rng.beta(2, 18, (1, 4))
        truth = float((rate @ size)[0])
        k = rng.binomial(spoke.astype(int), rate).astype(float)
        found = people.estimate(
            people.Mentions(size, spoke, k), draws=800, seed=trial, confidence=0.95
        )
        covered.append(found.low[0] <= truth <= found.high[0])

    assert 0.88 <= np.mean(covered) <= 1.0


def test_segments_that_agree_are_shrunk_and_those_that_differ_are_not() -> None:
    spoke = np.array([400.0, 400, 400])
    alike = np.array([[80.0, 82, 78], [40, 41, 39], [10, 9, 11]])
    apart = np.array([[200.0, 20, 1], [5, 150, 60], [0, 90, 3]])

    assert people.concentration(alike, spoke) > 1000
    assert people.concentration(apart, spoke) < 20


def test_money_is_resampled_by_whole_accounts() -> None:
    need, account = np.zeros(400, np.int64), np.arange(400)
    value = np.random.default_rng(3).gamma(1, 100, 400)

    found = influence.estimate(
        need, account, value, np.zeros(400), n_needs=1, draws=4000, seed=1, confidence=0.95
    )

    half = 1.96 * np.sqrt((value**2).sum())  # variance of a Poisson-weighted sum
    assert found.amount[0] == pytest.approx(value.sum())
    assert found.low[0] == pytest.approx(value.sum() - half, rel=0.02)
    assert found.high[0] == pytest.approx(value.sum() + half, rel=0.02)
    assert found.herfindahl[0] == pytest.approx(((value / value.sum()) ** 2).sum())


def test_features_that_answer_one_need_share_its_demand() -> None:
    feedback, assignments = said(("fan", "export", None, 0), ("lone", "roles", None, 0))
    plan = pa.table(
        {
            "feature_id": ["p1", "p2", "p3", "p4"],
            "name": ["CSV", "PDF", "SSO", "Rust"],
            "need": ["export", "export", "telepathy", None],
        }
    )

    found = features.demand(feedback, plan, assignments=assignments, customers=CUSTOMERS)

    table = {row["feature_id"]: row for row in found.table.to_pylist()}
    assert table["p1"]["people"] == table["p2"]["people"] > 0
    assert table["p3"]["n_items"] == 0
    assert table["p3"]["people_low"] < 0.1 < table["p3"]["people_high"]
    assert "p4" not in table
    assert "Nobody voices telepathy" in " ".join(found.warnings)


@pytest.mark.slow
def test_an_account_of_unknown_revenue_is_named_and_counts_nothing() -> None:
    feedback, assignments = said(("boss", "export", None, 0), ("lone", "export", None, 0))
    accounts = pa.table({"account_id": ["big", "small"], "arr_amount": [None, 300.0]})

    found = features.demand(
        feedback, assignments=assignments, customers=CUSTOMERS, accounts=accounts
    )

    assert rows(found)["export"]["account_amount"] == pytest.approx(100)
    assert any("1 account that spoke has no known revenue" in note for note in found.warnings)


def test_money_stays_empty_where_no_table_tells_it() -> None:
    feedback, assignments = said(("fan", "export", None, 0))

    row = rows(features.demand(feedback, assignments=assignments))["export"]

    assert row["account_amount"] is None
    assert row["carried_by_one_account"] is None


@pytest.mark.slow
def test_feedback_of_accounts_alone_tells_money_and_no_people() -> None:
    feedback = pa.table({"feedback_id": ["1", "2"], "account_id": ["big", "small"]})
    assignments = {"feedback_id": ["1", "2"], "theme": ["export", "export"]}

    found = features.demand(feedback, assignments=assignments, accounts=ACCOUNTS)

    assert rows(found)["export"]["people"] is None
    assert rows(found)["export"]["account_amount"] == pytest.approx(400)
    assert "No item names its customer: people cannot be estimated." in found.warnings


def test_freshness_falls_by_half_in_a_half_life() -> None:
    feedback, assignments = said(("fan", "export", None, 100), ("lone", "roles", None, 0))

    found = rows(features.demand(feedback, assignments=assignments, half_life_days=100))

    assert found["export"]["freshness_share"] == pytest.approx(0.5)
    assert found["roles"]["freshness_share"] == pytest.approx(1)


def test_feedback_after_the_day_does_not_count() -> None:
    feedback, assignments = said(("fan", "export", None, 10), ("lone", "export", None, 0))

    found = features.demand(feedback, assignments=assignments, as_of="2024-06-25")

    assert rows(found)["export"]["n_people"] == 1
    assert found.parameters["as_of"] == datetime.date(2024, 6, 25)


@pytest.mark.slow
def test_the_sample_company_has_one_need_that_one_account_carries() -> None:
    company = samples.company(size=2_000)
    names = ("customers", "memberships", "accounts", "deals", "subscriptions")
    more = {name: company.tables[name] for name in names}

    found = features.demand(
        company.tables["feedback"], assignments=company.truth.assignments, **more
    )

    carried = rows(found)[company.truth.carried_need]
    assert carried["largest_account_share"] > 0.9
    assert carried["carried_by_one_account"]
    assert set(rows(found)) == set(company.truth.needs)
    assert f"Carried by one account: {company.truth.carried_need}" in " ".join(found.warnings)


@pytest.mark.slow
def test_demand_finds_themes_itself_and_names_them_after_the_plan() -> None:
    company = samples.company(size=2_000)

    found = features.demand(
        company.tables["feedback"],
        company.tables["features"],
        customers=company.tables["customers"],
    )

    voiced = {row["need"] for row in found.table.to_pylist() if row["n_items"] > 0}
    assert {"quiet machine", "easy cleaning", "reliable app", "machine rental"} <= voiced
    assert len(voiced) >= 8


def test_demand_refuses_assignments_of_other_feedback() -> None:
    feedback, _ = said(("fan", "export", None, 0))

    with pytest.raises(
        errors.NotEnoughDataError, match="No item of this feedback speaks of a need"
    ):
        features.demand(feedback, assignments={"feedback_id": ["zz"], "theme": ["export"]})


@pytest.mark.slow
def test_demand_pushes_down_to_every_engine_and_draws_its_chart() -> None:
    company = samples.company(size=1_000)
    names = ("customers", "memberships", "accounts", "deals", "subscriptions")
    more = {name: company.tables[name] for name in names}

    with sums.observed() as queries:
        found = features.demand(
            company.tables["feedback"],
            company.tables["features"],
            assignments=company.truth.assignments,
            **more,
        )

    for query in queries:
        for dialect in sums.DIALECTS:
            assert "SELECT" in sums.sql(query, dialect)
    assert "money of accounts" in str(found.chart().to_dict())


def test_rows_can_be_needs_though_there_are_features() -> None:
    feedback, assignments = said(("boss", "export", None, 0), ("user", "roles", None, 0))
    planned = {"feature_id": ["F1"], "name": ["A file"], "need": ["export"]}

    found = features.demand(feedback, planned, assignments=assignments, rows="needs")

    assert found.table["need"].to_pylist() == ["export", "roles"]
    assert "feature_id" not in found.table.column_names
