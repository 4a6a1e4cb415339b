"""Scores by their formulas, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest

from fourfits import errors, features, sums

PLAN = {
    "feature_id": ["a", "b", "c"],
    "name": ["Export", "Roles", "Search"],
    "reach": [500.0, 200.0, None],
    "impact": [1.0, 3.0, 2.0],
    "confidence_share": [0.8, 0.5, 1.0],
    "effort_likely": [2.0, 3.0, 1.0],
}


def with_columns(**more: list[float]) -> dict[str, list[object]]:
    return {**PLAN, **more}


def test_scores_put_the_highest_first_and_the_incomplete_last() -> None:
    found = features.scores(PLAN)

    assert found.table["name"].to_pylist() == ["Export", "Roles", "Search"]
    assert found.table["score"].to_pylist() == [200.0, 100.0, None]
    assert found.table["rank"].to_pylist() == [1, 2, None]
    assert "1 of 3 features lack one of reach" in found.warnings[0]


def test_equal_scores_share_the_better_rank() -> None:
    plan = with_columns(reach=[100.0, 100.0, 50.0], impact=[1.0] * 3, confidence_share=[1.0] * 3)
    plan["effort_likely"] = [1.0, 1.0, 1.0]

    assert features.scores(plan).table["rank"].to_pylist() == [1, 1, 3]


def test_scores_run_every_method() -> None:
    ease = with_columns(confidence=[5.0, 8.0, 2.0], ease=[9.0, 3.0, 4.0])
    jobs = with_columns(
        business_value=[8, 5, 1],
        time_criticality=[3, 3, 1],
        risk_opportunity=[2, 1, 1],
        job_size=[5, 1, 1],
    )
    delay = with_columns(delay_cost_amount=[9000.0, 100.0, 400.0], duration_months=[3.0, 1.0, 2.0])

    assert features.scores(ease, method="ice").table["score"].to_pylist() == [72.0, 45.0, 16.0]
    assert features.scores(jobs, method="wsjf").table["score"].to_pylist() == [9.0, 3.0, 2.6]
    assert features.scores(delay, method="cost_of_delay").table["score"].to_pylist() == [
        3000,
        200,
        100,
    ]
    weights = features.scores(PLAN, method="weighted", weights=["impact=2", "effort_likely=-1"])
    assert weights.table["score"].to_pylist() == [4.0, 2.0, 1.0]


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        ("effort_likely", 0.0, "effort is 0, must be more than 0"),
        ("confidence_share", 80.0, "confidence is 80, must be from 0 to 1"),
        ("impact", 11.0, "impact is 11, must be from 0 to 10"),
        ("reach", -5.0, "reach is -5, must be at least 0"),
    ],
)
def test_rice_refuses_what_lies_outside_its_scale(column: str, value: float, sentence: str) -> None:
    plan = with_columns(**{column: [value, 1.0, 1.0]})

    with pytest.raises(errors.RangeError, match=sentence):
        features.scores(plan)


def test_scores_refuse_a_plan_without_numbers() -> None:
    empty = with_columns(reach=[None, None, None])  # type: ignore[list-item]

    with pytest.raises(errors.NotEnoughDataError, match="No feature has all of reach"):
        features.scores({**empty, "reach": np.array([np.nan] * 3)})


def test_scores_name_the_column_that_a_method_needs() -> None:
    with pytest.raises(errors.ColumnError, match="no column 'confidence', 'ease'"):
        features.scores(PLAN, method="ice")


def test_weights_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(errors.ParameterError, match="'impact=high' must read column=number"):
        features.scores(PLAN, method="weighted", weights=["impact=high"])
    with pytest.raises(errors.ParameterError, match="at least one positive weight"):
        features.scores(PLAN, method="weighted")


def test_scores_push_down_to_every_engine() -> None:
    with sums.observed() as queries:
        found = features.scores(PLAN)

    assert all("SELECT" in sums.sql(queries[0], dialect) for dialect in sums.DIALECTS)
    assert "rice score" in str(found.chart().to_dict())
