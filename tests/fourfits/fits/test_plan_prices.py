"""Prices by plan and what a market says about them."""

from __future__ import annotations

import pytest

from fourfits import errors, pricing
from fourfits.fits import inputs, plan_prices


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, {}),
        ("Plus=19", {"Plus": 19.0}),
        (["Plus=19", "Team = 129"], {"Plus": 19.0, "Team": 129.0}),
        (["a=b=2"], {"a=b": 2.0}),
        ({"Plus": 19}, {"Plus": 19.0}),
    ],
)
def test_numbers_by_name_are_read_from_texts_and_mappings(given: object, expected: dict) -> None:
    assert plan_prices.numbers(given, "prices") == expected


@pytest.mark.parametrize("given", ["Plus", "Plus=much", {"Plus": 0}, {"Plus": float("inf")}])
def test_numbers_that_are_none_are_refused(given: object) -> None:
    with pytest.raises(errors.ParameterError):
        plan_prices.numbers(given, "prices")


def test_a_market_pays_the_mean_of_its_plans() -> None:
    ask = {"too_cheap": 10, "cheap": 15, "expensive": 25, "too_expensive": 30}
    rows = [(f"r{i}", q, p + i % 7, "home") for i in range(60) for q, p in ask.items()]
    ids, questions, values, segments = zip(*rows, strict=True)
    study = pricing.van_westendorp(
        {"response_id": ids, "question_id": questions, "value_number": values, "segment": segments},
        by="segment",
    )
    buyers = {("home", "Basic"): 30, ("home", "Plus"): 10, ("office", "Team"): 5}

    markets = plan_prices.markets(study, {"Basic": 12.0, "Plus": 20.0}, buyers)

    assert list(markets) == ["home"]
    assert markets["home"].price == 14
    assert markets["home"].accepted(20) == (1.0, 60)
    assert markets["home"].accepted(60) == (0.0, 60)


def test_prices_that_are_paid_are_means_by_plan() -> None:
    given = inputs.together(
        subscriptions={"plan": ["Plus", "Plus", None], "mrr_amount": [10.0, 20.0, 5.0]}
    )

    prices, origin = plan_prices.by_plan({}, None, given["subscriptions"])

    assert prices == {"Plus": 15.0}
    assert origin.startswith("what their subscriptions bring")
