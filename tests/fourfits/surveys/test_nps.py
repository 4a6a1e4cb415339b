"""Net promoter score against its published value, its formula and a planted truth."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourfits import errors, surveys


@pytest.mark.realdata
def test_nps_of_the_telecom_verbatims_is_minus_24_69(realdata: Path) -> None:
    # data/README.md: 690 promoters, 392 passives, 1,271 detractors; by stage.
    file = realdata / "nps_verbatims" / "text_data.csv"
    answers = pyarrow.csv.read_csv(
        file, convert_options=pyarrow.csv.ConvertOptions(null_values=["NA", ""])
    )

    whole = surveys.nps(answers, score="NPS_SCORE").summary()
    stages = surveys.nps(answers, score="NPS_SCORE", by="SURVEY_SUB_TYPE").table.to_pylist()

    assert round(whole["nps"], 2) == -24.69
    assert whole["n_responses"] == 2353
    found = {row["SURVEY_SUB_TYPE"]: (round(row["nps"], 2), row["n_responses"]) for row in stages}
    assert found == {
        "Order": (-9.98, 962),
        "First Payment": (-29.29, 1130),
        "Equipment Received": (-56.71, 231),
        "Service in Use": (-76.67, 30),
    }


@pytest.mark.slow
@given(st.lists(st.integers(0, 10), min_size=1, max_size=200))
def test_nps_equals_its_formula_and_stays_in_its_interval(scores: list[int]) -> None:
    row = surveys.nps({"score": scores}, score="score").summary()

    promoters = sum(score >= 9 for score in scores)
    detractors = sum(score <= 6 for score in scores)
    assert math.isclose(row["nps"], 100 * (promoters - detractors) / len(scores), abs_tol=1e-9)
    assert -100 <= row["nps_low"] <= row["nps_high"] <= 100
    assert row["nps_low"] < row["nps_high"]


def test_nps_interval_holds_its_level() -> None:
    rng = np.random.default_rng(7)
    scores = rng.choice([10, 8, 3], size=400 * 200, p=[0.5, 0.2, 0.3])
    study = np.repeat(np.arange(400), 200)

    found = surveys.nps({"score": scores, "study": study}, score="score", by="study").table

    covered = sum(row["nps_low"] <= 20 <= row["nps_high"] for row in found.to_pylist())
    assert 0.92 <= covered / 400 <= 0.98


@pytest.mark.parametrize("wrap", [pd.DataFrame, pl.DataFrame, pl.LazyFrame, pa.table, dict])
def test_nps_accepts_every_kind_of_table(wrap: type) -> None:
    table = wrap({"score": [10, 10, 8, 3]})

    assert surveys.nps(table, score="score").summary()["nps"] == 25


def test_nps_leaves_out_empty_answers_and_other_questions() -> None:
    answers = {"kind": ["nps", "nps", "csat"], "value_number": [10.0, None, 1.0]}

    assert surveys.nps(answers).summary()["n_responses"] == 1


def test_nps_refuses_an_answer_outside_the_scale() -> None:
    with pytest.raises(errors.RangeError, match="score holds inf, must be a whole number"):
        surveys.nps({"score": [float("inf"), 3]}, score="score")
    with pytest.raises(errors.RangeError, match="score holds 11, must be a whole number"):
        surveys.nps({"score": [11, 3]}, score="score")


def test_nps_refuses_to_print_a_score_of_nobody() -> None:
    with pytest.raises(errors.NotEnoughDataError, match="no NPS answer"):
        surveys.nps({"score": pa.array([], pa.int64())}, score="score")


def test_nps_names_the_columns_there_are() -> None:
    with pytest.raises(errors.ColumnError, match="has no column 'plan'; it has score"):
        surveys.nps({"score": [9]}, score="score", by="plan")


def test_nps_of_nothing_but_empty_answers_is_refused() -> None:
    with pytest.raises(errors.NotEnoughDataError, match="no NPS answer"):
        surveys.nps({"score": [None, None]}, score="score")


def test_nps_refuses_a_column_of_words() -> None:
    with pytest.raises(errors.ColumnError, match="score holds string, must hold numbers"):
        surveys.nps({"score": ["ten"]}, score="score")
