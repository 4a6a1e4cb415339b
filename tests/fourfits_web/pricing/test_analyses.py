"""What the page of prices reads from a study and a scorecard."""

from __future__ import annotations

from typing import Any

import pytest

from fourfits import config
from fourfits_web.pricing import analyses
from fourfits_web.reports.models import Report

POINTS = {"pmc": 10.0, "pme": 40.0, "opp": 20.0, "idp": 25.0, "best_revenue": 22.0}
PRICES = {"Basic": 9.0, "Plus": 19.0, "Enterprise": 590.0}


def _row(**more: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"n_respondents": 80, "n_inconsistent": 5, "n_incomplete": 2}
    for name, amount in POINTS.items():
        row |= {f"{name}_amount": amount, f"{name}_low": amount - 1, f"{name}_high": amount + 4}
    return row | more


def _study(*rows: dict[str, Any], by: str | None = "segment", **result: Any) -> Report:
    known = {"rows": list(rows), "parameters": {"by": by}, **result}
    return Report(analysis="van_westendorp", result=known)


def _piece(plan: str, evidence: str, value: float | None) -> dict[str, Any]:
    return {
        "segment": "students", "plan": plan, "evidence": evidence, "value": value,
        "value_low": value, "value_high": value, "n": 80,
    }  # fmt: skip


def _scorecard(*pieces: dict[str, Any], prices: dict[str, float] | None = None) -> Report:
    known = {"parameters": {"prices": prices}, "evidence": {"market_pricing": list(pieces)}}
    return Report(analysis="scorecard", result={"rows": [], **known})


@pytest.fixture
def students() -> analyses.Market:
    """A part of the market with the plans that its scorecard knows."""
    pieces = [
        _piece(plan, evidence, 0.6)
        for plan in PRICES
        for evidence in ("price_accepted_share", "revenue_to_best_share")
    ]
    study = _study(_row(segment="students"))
    return analyses.markets(study, _scorecard(*pieces), PRICES)[0]


def test_a_market_is_named_after_its_group_and_counts_who_was_left_out(
    students: analyses.Market,
) -> None:
    assert (students.name, students.n, students.left_out) == ("students", 80, 7)
    assert students.points["pmc"] == analyses.Point(amount=10.0, low=9.0, high=14.0)


def test_a_study_without_groups_is_about_everybody() -> None:
    assert analyses.markets(_study(_row(), by=None), None, {})[0].name == "Everybody"


def test_a_scale_ends_past_the_range_and_past_the_prices_near_it(
    students: analyses.Market,
) -> None:
    scorecard = _scorecard(_piece("Plus", "price_accepted_share", 0.1))
    beyond = analyses.markets(_study(_row(segment="students")), scorecard, {"Plus": 60.0})[0]

    assert students.end == 1.25 * 44
    assert beyond.end == 1.25 * 60


def test_a_strip_shows_range_prices_and_plans_that_lie_on_it(students: analyses.Market) -> None:
    strip = students.strip

    assert (strip["left"], strip["width"]) == (18.2, 54.5)
    assert (strip["opp"], strip["idp"]) == (36.4, 45.5)
    assert strip["plans"] == [("Basic", 9.0, 16.4), ("Plus", 19.0, 34.5)]


def test_a_range_that_is_not_known_is_not_drawn() -> None:
    row = _row(segment="students", pme_amount=None, pme_high=None)
    strip = analyses.markets(_study(row), None, {})[0].strip

    assert strip["width"] is None


def test_who_accepts_a_price_is_read_from_the_evidence_of_the_fit(
    students: analyses.Market,
) -> None:
    plus = next(sold for sold in students.sold if sold.plan == "Plus")

    assert (plus.price, plus.n) == (19.0, 80)
    assert plus.accepted == plus.revenue == analyses.Point(amount=0.6, low=0.6, high=0.6)
    assert plus.accepted_mark == config.FIT_SCALES["price_accepted_share"].threshold
    assert plus.revenue_mark == config.FIT_SCALES["revenue_to_best_share"].threshold


def test_prices_are_those_with_which_the_fits_were_computed() -> None:
    scorecard = _scorecard(_piece("Plus", "price_accepted_share", 0.5), prices={"Plus": 17.0})
    market = analyses.markets(_study(_row(segment="students")), scorecard, {"Plus": 19.0})[0]

    assert [(sold.plan, sold.price) for sold in market.sold] == [("Plus", 17.0)]
    assert market.sold[0].revenue == analyses.Point(amount=None, low=None, high=None)


def test_plans_are_those_with_a_price_and_those_that_somebody_is_on() -> None:
    scorecard = _scorecard(_piece("Team", "price_accepted_share", 0.5))

    assert analyses.plans(scorecard, {"Basic": 9.0}) == ["Basic", "Team"]
    assert analyses.plans(None, {"Basic": 9.0}) == ["Basic"]


def test_todays_prices_stand_on_the_demand_of_each_market_that_reaches_them() -> None:
    demand = [
        {"segment": segment, "price_amount": price, "revenue_per_person_amount": 1.0}
        for segment, top in (("students", 20.0), ("offices", 600.0))
        for price in (5.0, top)
    ]
    chart = analyses.demand_chart(_study(demand=demand), PRICES, "EUR")

    assert chart is not None
    marks = [row for row in chart["data"]["values"] if "plan" in row]
    assert [(row["market"], row["plan"]) for row in marks] == [
        ("students", "Basic 9"),
        ("students", "Plus 19"),
        ("offices", "Basic 9"),
        ("offices", "Plus 19"),
        ("offices", "Enterprise 590"),
    ]
    for market in ("students", "offices"):  # above the curve, and no line crosses a name
        heights = [row["height"] for row in marks if row["market"] == market]
        assert heights == sorted(heights, reverse=True)
        assert min(heights) > 1.1


def test_a_study_without_demand_has_no_chart() -> None:
    assert analyses.demand_chart(_study(), PRICES, "EUR") is None
