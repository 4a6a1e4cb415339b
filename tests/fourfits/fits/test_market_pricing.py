"""Market-pricing fit: known acceptance, known prices, and what is planted in the sample."""

from __future__ import annotations

import pytest

from fourfits import errors, fits, samples

ASK = {"too_cheap": 10.0, "cheap": 15.0, "expensive": 25.0, "too_expensive": 30.0}


def study(n: int = 60, *, likely: bool = False, segment: str = "home") -> dict[str, list]:
    """Respondents who all hold the same four prices, spread by a little."""
    rows = [
        (f"{segment}{i}", question, "number", price + 0.1 * (i % 5), segment)
        for i in range(n)
        for question, price in ASK.items()
    ]
    if likely:
        rows += [
            (f"{segment}{i}", question, "choice", value, segment)
            for i in range(n)
            for question, value in (("likely_at_cheap", 5.0), ("likely_at_expensive", 2.0))
        ]
    names = ("response_id", "question_id", "kind", "value_number", "segment")
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


def values(result: fits.FitResult) -> dict[tuple[str, str], float]:
    return {
        (row["plan"], row["evidence"]): row["value"]
        for row in result.evidence.to_pylist()
        if row["n"]
    }


def test_a_price_inside_everybodys_range_is_accepted_and_one_outside_is_not() -> None:
    result = fits.market_pricing(study(), prices=["Plus=20", "Basic = 5"])

    assert values(result) == {
        ("Plus", "price_accepted_share"): 1,
        ("Basic", "price_accepted_share"): 0,
    }
    assert {row["plan"]: row["missing"] for row in result.table.to_pylist()} == {
        "Plus": "revenue_to_best_share",
        "Basic": "revenue_to_best_share",
    }


def test_plans_are_told_apart_once_even_if_asked_for_twice() -> None:
    once, twice = (
        fits.market_pricing(study(), prices={"Plus": 20}, by=by).table for by in (None, "plan")
    )

    assert twice == once


@pytest.mark.slow
def test_acceptance_in_the_sample_is_the_planted_one(company: samples.Company) -> None:
    data = company.data()

    result = fits.market_pricing(
        data.responses, customers=data.customers, prices=company.truth.plan_prices
    )

    rows = [row for row in result.evidence.to_pylist() if row["evidence"] == "price_accepted_share"]
    best = {row["segment"]: row["plan"] for row in rows if row["points"] > 60}
    assert best["students"] == "Basic"
    assert best["home baristas"] == "Plus"
    assert best["large workplaces"] == "Enterprise"
    assert (
        max(row["value"] for row in rows if row["plan"] == "Plus" and row["segment"] == "students")
        < 0.2
    )


@pytest.mark.slow
def test_only_plans_that_a_segment_has_are_asked_about(company: samples.Company) -> None:
    data = company.data()

    result = fits.market_pricing(
        data.responses, customers=data.customers, prices=company.truth.plan_prices
    )

    pairs = {(row["segment"], row["plan"]) for row in result.table.to_pylist()}
    assert ("students", "Enterprise") not in pairs
    assert len(pairs) == 10


@pytest.mark.slow
def test_prices_come_from_what_was_given_then_the_list_then_what_is_paid() -> None:
    subscriptions = {"plan": ["Plus", "Plus", "Team"], "mrr_amount": [18.0, 22.0, 90.0]}
    products = {"name": ["Team", "Mug"], "price_amount": [100.0, 9.0]}

    paid = fits.market_pricing(study(), subscriptions=subscriptions, by=None)
    listed = fits.market_pricing(study(), subscriptions=subscriptions, products=products, by=None)
    given = fits.market_pricing(study(), subscriptions=subscriptions, prices={"Plus": 21}, by=None)

    assert paid.prices == {"Plus": 20, "Team": 90}
    assert listed.prices == {"Plus": 20, "Team": 100}
    assert given.prices == {"Plus": 21}
    assert paid.warnings[0].startswith("Plans are judged at what their subscriptions bring")
    assert "list price of Team" in listed.warnings[0]


def test_a_plan_without_a_price_is_refused_in_words() -> None:
    with pytest.raises(errors.NotEnoughDataError, match="No plan has a price"):
        fits.market_pricing(study())


@pytest.mark.parametrize("prices", [["Plus"], ["Plus=cheap"], {"Plus": -1}])
def test_a_price_that_is_no_number_is_refused(prices: object) -> None:
    with pytest.raises(errors.ParameterError):
        fits.market_pricing(study(), prices=prices)


def test_revenue_at_the_best_price_has_full_points() -> None:
    result = fits.market_pricing(study(likely=True), prices={"Plus": 15})

    share = values(result)["Plus", "revenue_to_best_share"]
    assert 0.9 < share <= 1


def test_reachable_revenue_is_measured_against_the_goal_where_both_are_known() -> None:
    # At their cheap price people buy with probability .7, at their too cheap one, 5 below, with
    # none; 15 lies 0, .1, .2, .3, .4 below it, so .7 x .96 buy: 1000 x .7 x .96 x 15 x 12.
    result = fits.market_pricing(
        study(likely=True),
        prices={"Plus": 15},
        market_sizes=["home=1000"],
        goals={"home": 126_000},
    )

    assert values(result)["Plus", "reachable_to_goal"] == pytest.approx(0.96)
