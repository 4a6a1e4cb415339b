"""Van Westendorp against a published study, its definition by brute force and a planted truth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourfits import charts, errors, pricing, sums
from fourfits.pricing.van_westendorp import LIKELIHOODS, QUESTIONS

SMALL: dict[str, Any] = {
    "too_cheap": [10, 20, 20, 5],
    "cheap": [20, 30, 35, 15],
    "expensive": [40, 45, 60, 30],
    "too_expensive": [50, 70, 90, 40],
    "likely_at_cheap": [5, 4, 5, 3],
    "likely_at_expensive": [3, 2, 4, 1],
}


@pytest.fixture(scope="module")
def phone(realdata: Path) -> pd.DataFrame:
    # data/README.md: tutorial 05-PSM of The-Rational-Designer, Mac Roman, columns in this order.
    file = realdata / "choice_research" / "psm_03_dat.csv"
    return pd.read_csv(file, encoding="mac_roman").set_axis([*QUESTIONS, *LIKELIHOODS], axis=1)


def _long(wide: dict[str, Any] | pd.DataFrame) -> pd.DataFrame:
    """The same answers, one a row, as `tables.RESPONSES` holds them."""
    frame = pd.DataFrame(wide)
    frame["response_id"] = frame.index.astype(str)
    long = frame.melt("response_id", var_name="question_id", value_name="answer")
    number = pd.to_numeric(long.answer, errors="coerce")
    text = long.answer.where(number.isna(), None).astype("str").where(number.isna(), None)
    return long.assign(value_number=number, value_text=text).drop(columns="answer")


@pytest.mark.realdata
@pytest.mark.parametrize("shape", [pd.DataFrame, _long])
def test_the_phone_study_gives_its_published_prices(phone: pd.DataFrame, shape: Any) -> None:
    result = pricing.van_westendorp(shape(phone), draws=50)

    row = result.summary()
    assert (row["n_respondents"], row["n_inconsistent"]) == (991, 9)
    points = ("pmc", "pme", "idp", "opp", "best_trial", "best_revenue")
    assert [row[f"{name}_amount"] for name in points] == [40, 98, 67, 70, 61, 76]
    assert all(
        row[f"{name}_low"] <= row[f"{name}_amount"] <= row[f"{name}_high"] for name in points
    )


@pytest.mark.realdata
def test_the_phone_study_gives_its_published_curves(phone: pd.DataFrame) -> None:
    result = pricing.van_westendorp(phone, draws=1, price=75)

    at_75 = next(row for row in result.price_curves().to_pylist() if row["price_amount"] == 75)
    shares = [round(at_75[f"{name}_share"], 5) for name in QUESTIONS]
    assert shares == [0.02825, 0.16347, 0.36630, 0.08981]
    assert round(result.summary()["accepted_share"], 5) == round(1 - 0.028255 - 0.089808, 5)


@pytest.mark.slow
@settings(max_examples=10)
@given(st.permutations(range(4)))
def test_the_order_of_rows_changes_nothing(order: list[int]) -> None:
    shuffled = {name: [column[i] for i in order] for name, column in SMALL.items()}

    found = pricing.van_westendorp(shuffled, draws=40, price=25)

    assert found.table.equals(pricing.van_westendorp(SMALL, draws=40, price=25).table)


def test_accepted_share_counts_those_to_whom_a_price_is_neither_too_cheap_nor_too_expensive() -> (
    None
):
    result = pricing.van_westendorp(SMALL, draws=1)

    accepted = {price: result.accepted_share(price).to_pylist()[0] for price in (4, 20, 45, 90)}

    shares = {price: row["accepted_share"] for price, row in accepted.items()}
    assert shares == {4: 0.0, 20: 1.0, 45: 0.75, 90: 0.0}
    assert accepted[45]["accepted_low"] < 0.75 < accepted[45]["accepted_high"]


def test_revenue_is_measured_against_the_best_price() -> None:
    result = pricing.van_westendorp(SMALL, draws=200)
    best = result.summary()["best_revenue_amount"]

    at_best, far_off = (result.revenue_at(price).to_pylist()[0] for price in (best, 8))

    assert at_best["revenue_to_best_share"] == 1
    assert 0 < far_off["revenue_to_best_share"] < 0.2
    assert far_off["revenue_to_best_low"] <= far_off["revenue_to_best_share"]
    curve = result.demand_curve().to_pylist()
    assert max(row["revenue_per_person_amount"] for row in curve) == pytest.approx(
        at_best["revenue_per_person_amount"]
    )


def test_groups_are_studied_apart_and_resampled_apart() -> None:
    twice = {name: column * 2 for name, column in SMALL.items()}
    twice["survey_id"] = ["spring"] * 4 + ["autumn"] * 4

    result = pricing.van_westendorp(twice, by="survey_id", draws=60)

    autumn, spring = sorted(result.table.to_pylist(), key=lambda row: row["survey_id"])
    alone = pricing.van_westendorp(SMALL, draws=60).summary()
    assert autumn["idp_amount"] == spring["idp_amount"] == alone["idp_amount"]
    assert result.accepted_share(45)["survey_id"].to_pylist() == ["autumn", "spring"]


def test_likelihoods_are_read_as_words_or_as_numbers() -> None:
    words = ["Very likely", "likely ", "Very Likely", "Neither likely nor unlikely"]

    of_words = pricing.van_westendorp({**SMALL, "likely_at_cheap": words}, draws=1).summary()

    assert of_words == pricing.van_westendorp(SMALL, draws=1).summary()


def test_without_likelihoods_there_is_no_demand_curve_and_a_warning_says_so() -> None:
    answers = {name: SMALL[name] for name in QUESTIONS}

    result = pricing.van_westendorp(answers, draws=20, price=30)

    row = result.summary()
    assert row["best_trial_amount"] is None
    assert row["revenue_to_best_share"] is None
    assert row["accepted_share"] == 1
    assert "there is no demand curve" in result.warnings[-1]
    with pytest.raises(errors.NotEnoughDataError, match="Nobody was asked how likely"):
        result.demand_curve()


def test_answers_out_of_order_or_incomplete_are_left_out_and_counted() -> None:
    more = {name: [*column, None, 7] for name, column in SMALL.items()}
    more["likely_at_cheap"][-1] = more["likely_at_expensive"][-1] = 3

    result = pricing.van_westendorp(more, draws=1)

    row = result.summary()
    assert (row["n_respondents"], row["n_inconsistent"], row["n_incomplete"]) == (4, 1, 1)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"cheap": [-1, 30, 35, 15]}, errors.RangeError, "A price is -1, must be at least 0"),
        ({"cheap": ["a"] * 4}, errors.ParameterError, "cheap holds string, must hold prices"),
        ({"likely_at_cheap": ["maybe"] * 4}, errors.RangeError, "neither a whole number"),
        ({"likely_at_cheap": [6] * 4}, errors.RangeError, "neither a whole number"),
        ({"cheap": [99] * 4}, errors.NotEnoughDataError, "Nobody named four prices in the order"),
    ],
)
def test_nonsense_is_refused_in_words(change: dict[str, Any], error: type, words: str) -> None:
    with pytest.raises(error, match=words):
        pricing.van_westendorp(SMALL | change, draws=1)


def test_the_names_of_the_questions_are_checked() -> None:
    with pytest.raises(errors.ParameterError, match="must name 4 questions"):
        pricing.van_westendorp(SMALL, questions=["cheap"], draws=1)
    with pytest.raises(errors.ColumnError, match="has no column 'low'"):
        pricing.van_westendorp(SMALL, questions=["low", *QUESTIONS[1:]], draws=1)


@pytest.mark.parametrize("answers", [SMALL, _long(SMALL)])
def test_its_query_runs_on_every_engine_and_its_result_is_drawn(answers: Any) -> None:
    with sums.observed() as queries:
        result = pricing.van_westendorp(answers, draws=20)

    assert len(queries) == 1
    assert all(sums.sql(query, dialect) for query in queries for dialect in sums.DIALECTS)
    assert "<svg" in charts.svg(result.chart())


def test_groups_are_drawn_in_panels() -> None:
    answers = pa.table(SMALL | {"plan": ["Pro", "Pro", "Free", "Free"]})

    chart = pricing.van_westendorp(answers, by="plan", draws=20).chart()

    assert "facet" in charts.spec(chart)


def test_plain_data_keep_the_best_price_of_the_demand_curve() -> None:
    answers = {
        name: [10 * (q + 1) + 0.1 * i for i in range(200)] for q, name in enumerate(QUESTIONS)
    }
    result = pricing.van_westendorp(
        {**answers, "likely_at_cheap": [5] * 200, "likely_at_expensive": [3] * 200}, draws=2
    )

    kept = result.to_dict()["demand"]

    assert len(kept) <= 61
    best = max(kept, key=lambda row: row["revenue_per_person_amount"])
    assert best["price_amount"] == result.summary()["best_revenue_amount"]
    assert "demand" not in pricing.van_westendorp(answers, draws=2).to_dict()


def test_the_chart_names_the_currency_where_it_is_known() -> None:
    answers = {
        "too_cheap": [10, 20],
        "cheap": [20, 30],
        "expensive": [40, 45],
        "too_expensive": [50, 70],
    }

    named, unnamed = (
        str(pricing.van_westendorp(answers, draws=10, currency=currency).spec())
        for currency in ("EUR", "")
    )

    assert "'Price (EUR)'" in named
    assert "'Price'" in unnamed
