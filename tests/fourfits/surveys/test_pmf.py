"""Sean Ellis score against its formula, published intervals and a planted truth."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from fourfits import charts, errors, sums, surveys
from fourfits.surveys.pmf import ANSWERS


def _answers(very: int, somewhat: int, not_at_all: int, absent: int = 0) -> dict[str, list[str]]:
    return {
        "value_text": [
            *["very disappointed"] * very,
            *["somewhat disappointed"] * somewhat,
            *["not disappointed"] * not_at_all,
            *["n/a"] * absent,
        ]
    }


def test_pmf_leaves_out_those_who_no_longer_use_the_product() -> None:
    row = surveys.pmf(_answers(very=40, somewhat=30, not_at_all=30, absent=900)).summary()

    assert row["very_disappointed_share"] == 0.4
    assert row["somewhat_disappointed_share"] == row["not_disappointed_share"] == 0.3
    assert (row["n_responses"], row["n_not_applicable"]) == (100, 900)


def test_pmf_interval_is_the_published_wilson_interval() -> None:
    # Newcombe (1998), Statistics in Medicine 17, table I, method 3: 81 of 263 and 15 of 148.
    of_263 = surveys.pmf(_answers(81, 182, 0)).summary()
    of_148 = surveys.pmf(_answers(15, 133, 0)).summary()

    ends = ("very_disappointed_low", "very_disappointed_high")
    assert [round(of_263[end], 4) for end in ends] == [0.2553, 0.3662]
    assert [round(of_148[end], 4) for end in ends] == [0.0624, 0.1605]


@pytest.mark.slow
@settings(max_examples=25)
@given(st.integers(0, 80), st.integers(0, 80), st.integers(0, 80))
def test_pmf_equals_its_formula_and_stays_in_its_interval(
    very: int, somewhat: int, not_at_all: int
) -> None:
    n = very + somewhat + not_at_all
    if n == 0:
        return

    row = surveys.pmf(_answers(very, somewhat, not_at_all)).summary()

    assert math.isclose(row["very_disappointed_share"], very / n)
    assert 0 <= row["very_disappointed_low"] <= very / n <= row["very_disappointed_high"] <= 1
    posterior = stats.beta(very + 0.5, n - very + 0.5)
    assert math.isclose(row["p_at_threshold"], posterior.sf(0.4), abs_tol=1e-9)


def test_pmf_interval_and_probability_hold_their_level() -> None:
    rng = np.random.default_rng(11)
    n, very = 120, rng.binomial(120, 0.4, size=600)
    groups = np.repeat(np.arange(600), n)
    words = np.where(np.arange(n)[None, :] < very[:, None], ANSWERS[0], ANSWERS[2]).ravel()

    table = surveys.pmf(pa.table({"value_text": words, "study": groups}), by="study").table

    low, high = (table[f"very_disappointed_{end}"].to_numpy() for end in ("low", "high"))
    assert 0.92 <= np.mean((low <= 0.4) & (high >= 0.4)) <= 0.98
    assert 0.4 <= np.mean(table["p_at_threshold"].to_numpy() > 0.5) <= 0.6


def test_pmf_reads_answers_in_any_case_with_their_explanations() -> None:
    words = [
        " Very Disappointed ",
        "Not disappointed (it isn't really that useful)",
        "N/A - I no longer use it",
        None,
    ]

    row = surveys.pmf({"value_text": words}).summary()

    assert (row["n_responses"], row["n_not_applicable"]) == (2, 1)
    assert row["very_disappointed_share"] == 0.5


def test_pmf_compares_groups_and_counts_only_its_own_question() -> None:
    rows = {
        "kind": ["pmf"] * 5 + ["text"],
        "plan": ["Pro", "Pro", "Pro", "Free", "Free", "Free"],
        "value_text": [ANSWERS[0], ANSWERS[0], ANSWERS[1], ANSWERS[2], ANSWERS[3], "lovely"],
    }

    table = surveys.pmf(rows, by="plan").table.to_pylist()

    assert [(row["plan"], row["n_responses"]) for row in table] == [("Pro", 3), ("Free", 1)]
    assert [round(row["very_disappointed_share"], 3) for row in table] == [0.667, 0.0]


def test_pmf_warns_of_small_groups_and_of_groups_without_a_score() -> None:
    rows = {"plan": ["Pro"] * 3 + ["Free"], "value_text": [ANSWERS[0]] * 3 + ["n/a"]}

    result = surveys.pmf(rows, by="plan")

    assert result.table["plan"].to_pylist() == ["Pro"]
    assert result.warnings == (
        "The sample has fewer than 40 answers: read the interval, not the share.",
        "1 group answered nothing but n/a and cannot be scored.",
    )


def test_pmf_refuses_an_unknown_answer_in_words() -> None:
    with pytest.raises(errors.RangeError, match="holds 'gutted', must begin with one of very"):
        surveys.pmf({"value_text": ["gutted", "n/a"]})


@pytest.mark.parametrize("words", [[], ["n/a"], [None]])
def test_pmf_refuses_to_print_a_score_of_nobody(words: list[str | None]) -> None:
    with pytest.raises(errors.NotEnoughDataError, match="Nobody answered"):
        surveys.pmf({"value_text": pa.array(words, pa.string())})


def test_pmf_draws_the_threshold_and_runs_on_every_engine() -> None:
    with sums.observed() as queries:
        result = surveys.pmf(_answers(45, 30, 25))

    assert '"reference": 0.4' in str(charts.spec(result.chart())).replace("'", '"')
    assert all(sums.sql(query, dialect) for query in queries for dialect in sums.DIALECTS)
