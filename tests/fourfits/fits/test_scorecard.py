"""The scorecard on the sample company: all four fits, what is missing, and how it is drawn."""

from __future__ import annotations

import json

import pytest

from fourfits import analyses, charts, config, errors, fits, samples


@pytest.fixture(scope="module")
def card(company: samples.Company) -> fits.ScorecardResult:
    return analyses.named("scorecard").run(company.data())


def row(card: fits.ScorecardResult, fit: str, group: str) -> dict:
    return next(one for one in card.table.to_pylist() if (one["fit"], one["group"]) == (fit, group))


def test_every_fit_is_scored_overall_and_by_its_groups(card: fits.ScorecardResult) -> None:
    rows = card.table.to_pylist()

    whole = [one for one in rows if one["group"] == "all"]
    assert [one["fit"] for one in whole] == list(config.FIT_OWNERS)
    assert [one["owner"] for one in whole] == ["PM", "PM and PMM", "PMM", "PM and PMM"]
    assert all(one["score_low"] <= one["score"] <= one["score_high"] for one in whole)
    assert row(card, "product_channel", "referral")["channel"] == "referral"
    assert row(card, "market_pricing", "students · Basic")["plan"] == "Basic"


def test_the_planted_facts_stand_on_the_card(card: fits.ScorecardResult) -> None:
    assert row(card, "product_market", "home baristas")["p_fit"] > 0.95
    assert row(card, "product_market", "students")["p_fit"] < 0.05
    assert row(card, "product_channel", "display ads")["p_fit"] < 0.05
    failing = [
        one
        for one in card.table.to_pylist()
        if one["fit"] == "pricing_channel" and one["channel"] == "display ads"
    ]
    assert all(one["score"] < 60 for one in failing)


def test_the_overall_row_says_where_most_is_lost(card: fits.ScorecardResult) -> None:
    sentence = row(card, "product_market", "all")["finding"]

    assert "of 5 groups reach 60. Most is lost in students. Held back by" in sentence


def test_groups_too_few_to_judge_count_for_neither_side(card: fits.ScorecardResult) -> None:
    rows = [
        one
        for one in card.table.to_pylist()
        if one["fit"] == "pricing_channel" and one["group"] != "all" and one["score"] is not None
    ]
    judged = [one for one in rows if one["n_judged"] >= config.MIN_GROUP]
    strong = sum(one["score"] >= 60 for one in judged)
    n_few = len(rows) - len(judged)

    assert n_few
    assert rows[: len(judged)] == judged  # what is too few is never first
    assert row(card, "pricing_channel", "all")["finding"].startswith(
        f"{strong} of {len(judged)} groups reach 60. {n_few} more "
        f"{'is' if n_few == 1 else 'are'} too few to judge. Most is lost in "
    )
    assert f"{n_few} of {len(rows)} groups" in " ".join(card.warnings)
    assert card.data["customers"] == max(
        one["n_customers"] for one in card.table.to_pylist() if one["group"] == "all"
    )


def test_prices_come_from_the_settings_of_the_source(
    company: samples.Company, card: fits.ScorecardResult
) -> None:
    assert card.fits["market_pricing"].prices == company.workspace.prices


def test_what_limits_a_fit_says_which_fit_and_what_was_counted(card: fits.ScorecardResult) -> None:
    told = " ".join(card.warnings)

    assert "Pricing–channel fit: " in told
    assert "combinations of channel, plan and segment" in told
    assert "Market–pricing fit: Plans are judged at the monthly prices that were given" in told
    assert len(set(card.warnings)) == len(card.warnings)


@pytest.mark.slow
def test_a_fit_without_evidence_stays_on_the_card_with_its_reason(company: samples.Company) -> None:
    data = company.data()

    card = fits.scorecard(data.customers, responses=data.responses, events=data.events)

    lacking = row(card, "pricing_channel", "all")
    assert lacking["score"] is None
    assert lacking["finding"].startswith("No evidence. ")
    assert "pricing_channel" not in card.fits


def test_without_any_evidence_there_is_no_card() -> None:
    with pytest.raises(errors.NotEnoughDataError, match="No fit has any evidence"):
        fits.scorecard({"customer_id": ["c1"], "segment": ["home"], "acquisition_channel": ["ads"]})


@pytest.mark.slow
def test_the_same_question_has_the_same_answer(
    company: samples.Company, card: fits.ScorecardResult
) -> None:
    data = company.data()

    again = fits.product_channel(
        data.customers, events=data.events, responses=data.responses, features=data.features
    )

    first, second = (
        {row["channel"]: row for row in one.evidence.to_pylist() if row["evidence"] == name}
        for name in ("activation_against_best",)
        for one in (card.fits["product_channel"], again)
    )
    # sums of parallel scans differ in their last digits
    for channel, row in first.items():
        for column in ("value", "value_low", "value_high", "points"):
            assert row[column] == pytest.approx(second[channel][column], rel=1e-9)


def test_the_card_is_plain_data_with_its_evidence(card: fits.ScorecardResult) -> None:
    found = json.loads(json.dumps(card.to_dict()))

    assert set(found["evidence"]) == set(config.FIT_OWNERS)
    assert {"points", "threshold", "from_table"} <= set(found["evidence"]["product_market"][0])
    assert found["summary"]["product_market"]["score"] == pytest.approx(
        row(card, "product_market", "all")["score"]
    )


@pytest.mark.slow
def test_the_card_is_drawn_with_a_panel_per_fit_and_a_grid(card: fits.ScorecardResult) -> None:
    drawn = charts.spec(card.chart())

    assert len(drawn["vconcat"][0]["vconcat"]) == 4
    assert drawn["vconcat"][1]["mark"]["type"] == "rect"
    assert charts.svg(card.chart()).startswith("<svg")
