"""Allocation against textbook answers and planted choices."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pytest

from fourfits import charts, errors, roadmap, samples

DAY = datetime.date(2026, 1, 1)


def long(cells: list[list[float]]) -> dict[str, list[Any]]:
    """A matrix as one row per worker (A, B, ...) and work (1, 2, ...)."""
    table: dict[str, list[Any]] = {"worker": [], "work": [], "value": []}
    for row, values in enumerate(cells):
        for column, value in enumerate(values):
            table["worker"].append("ABCDEFGH"[row])
            table["work"].append(str(column + 1))
            table["value"].append(value)
    return table


def placed(result: roadmap.AllocationResult) -> dict[str, str]:
    return dict(
        zip(
            *(result.table[name].to_pylist() for name in result.table.column_names[:2]), strict=True
        )
    )


def test_the_machine_co_problem_of_the_textbook() -> None:
    # Winston, Operations Research, chapter 7.5: four machines, four jobs, set-up times; the
    # minimum of 15 hours: machine 1 job 2, machine 2 job 4, machine 3 job 3, machine 4 job 1.
    hours = long([[14, 5, 8, 7], [2, 12, 6, 5], [7, 8, 3, 9], [2, 4, 6, 10]])

    result = roadmap.assign(hours, minimise=True)

    assert result.summary()["total_value"] == 15
    assert placed(result) == {"A": "2", "B": "4", "C": "3", "D": "1"}


@pytest.mark.slow
def test_the_loss_of_each_forced_choice_is_that_of_solving_again() -> None:
    cells = [[14, 5, 8, 7], [2, 12, 6, 5], [7, 8, 3, 9], [2, 4, 6, 10]]
    result = roadmap.assign(long(cells), minimise=True)

    for row in result.choices.to_pylist():
        others = long(cells)
        keep = [
            (who == row["worker"]) == (what == row["work"])
            for who, what in zip(others["worker"], others["work"], strict=True)
        ]
        fixed = {
            name: [cell for cell, k in zip(column, keep, strict=True) if k]
            for name, column in others.items()
        }
        again = roadmap.assign(fixed, minimise=True).summary()["total_value"]
        assert row["forced_loss"] == pytest.approx(again - 15)


def test_the_loss_without_a_pair_is_that_of_forbidding_it() -> None:
    cells = [[9.0, 4.0, 3.0], [8.0, 7.0, 2.0]]
    result = roadmap.assign(long(cells))

    for row in result.table.to_pylist():
        table = long(cells)
        table["no"] = [
            who == row["worker"] and what == row["work"]
            for who, what in zip(table["worker"], table["work"], strict=True)
        ]
        again = roadmap.assign(table, forbidden="no").summary()["total_value"]
        assert row["loss_without"] == pytest.approx(result.summary()["total_value"] - again)


def test_each_worker_has_a_runner_up() -> None:
    result = roadmap.assign(long([[9, 4, 3], [8, 7, 2]]))

    assert placed(result) == {"A": "1", "B": "2"}
    runner_up = {
        row["worker"]: (row["runner_up"], row["runner_up_loss"]) for row in result.table.to_pylist()
    }
    assert runner_up == {"A": ("2", 4), "B": ("1", 4)}
    assert result.unplaced == ("3",)


def test_capacity_and_need_can_be_named() -> None:
    result = roadmap.assign(
        long([[9, 8, 7], [1, 2, 3]]), capacity={"A": 2, "B": 2}, needed={"1": 2}
    )

    pairs = set(
        zip(result.table["worker"].to_pylist(), result.table["work"].to_pylist(), strict=True)
    )
    assert pairs == {("A", "1"), ("B", "1"), ("A", "2"), ("B", "3")}


def test_a_pair_without_a_row_is_forbidden() -> None:
    table = long([[9, 1], [8, 1]])
    cut = {name: column[:3] for name, column in table.items()}

    assert placed(roadmap.assign(cut)) == {"A": "2", "B": "1"}


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ({"worker": ["A", "A"], "work": ["1", "1"], "value": [1, 2]}, "A and 1 have more than one"),
        ({"worker": ["A"], "work": ["1"], "value": [None]}, "A and 1 have no value"),
        ({"worker": [None], "work": ["1"], "value": [1]}, "1 pairs have no worker"),
    ],
)
def test_pairs_that_cannot_be_used_are_refused(rows: dict[str, Any], says: str) -> None:
    with pytest.raises(errors.RangeError, match=says):
        roadmap.assign(rows)


def test_a_table_without_rows_is_refused() -> None:
    with pytest.raises(errors.NotEnoughDataError, match="no pair"):
        roadmap.assign(
            {
                name: np.array([], "U1" if name != "value" else float)
                for name in ("worker", "work", "value")
            }
        )


def deliveries(**took: int) -> dict[str, list[Any]]:
    """Forty items of each team, each taking so many days, no day like another."""
    rows = [(team, days + turn % 3 - 1) for team, days in took.items() for turn in range(40)]
    return {
        "team": [team for team, _ in rows],
        "kind": ["capability"] * len(rows),
        "started_on": [DAY] * len(rows),
        "finished_on": [DAY + datetime.timedelta(days) for _, days in rows],
    }


def features(*scores: float) -> dict[str, list[Any]]:
    n = len(scores)
    return {
        "feature_id": [f"F{place + 1}" for place in range(n)],
        "name": [f"Feature {place + 1}" for place in range(n)],
        "kind": ["capability"] * n,
        "status": ["planned"] * n,
        "reach": list(scores),
        "impact": [1.0] * n,
        "confidence_share": [0.5] * n,
        "effort_likely": [0.5] * n,
    }


def test_the_fastest_team_builds_the_most_valuable_feature() -> None:
    result = roadmap.allocation(deliveries(slow=12, fast=3), features(100, 300, 10))

    assert placed(result) == {"fast": "F2", "slow": "F1"}
    assert result.unplaced == ("F3",)
    for row in result.table.to_pylist():
        assert row["value_low"] < row["value"] < row["value_high"]
        assert row["n_items"] == 40
        assert row["plan_share"] > 0.95


def test_charts_and_sentences_call_features_by_name_and_the_table_keeps_ids() -> None:
    result = roadmap.allocation(deliveries(slow=12, fast=3), features(100, 300, 10))

    assert "Not placed: Feature 3." in result.warnings
    assert str(result.summary()["firmest_choice"]).endswith(": Feature 2")
    assert result.spec()["layer"][0]["encoding"]["x"]["sort"][0] == "Feature 2"
    assert set(result.table["feature_id"].to_pylist()) == {"F1", "F2"}


def test_plan_share_is_low_where_teams_are_alike() -> None:
    result = roadmap.allocation(deliveries(one=5, two=5), features(100, 300))

    assert all(0.3 < share < 0.7 for share in result.table["plan_share"].to_pylist())


def test_shipped_features_are_not_placed_again() -> None:
    open_ones = features(100, 300)
    open_ones["status"] = [None, "shipped"]

    assert placed(roadmap.allocation(deliveries(app=3), open_ones)) == {"app": "F1"}


def test_a_forbidden_pair_is_not_chosen() -> None:
    result = roadmap.allocation(
        deliveries(slow=12, fast=3), features(100, 300), forbidden=["fast:F2"]
    )

    assert placed(result) == {"fast": "F1", "slow": "F2"}


def test_features_without_numbers_are_named() -> None:
    some, none = features(100, 300, 200), features(1, 1)
    some["reach"][0] = None
    none["reach"] = np.array([np.nan, np.nan])

    middle = roadmap.allocation(deliveries(app=3), some)
    speed_alone = roadmap.allocation(deliveries(app=3), none)

    assert any("1 of 3 features lack" in text for text in middle.warnings)
    assert any("by their speed alone" in text for text in speed_alone.warnings)


@pytest.mark.parametrize(
    ("settings", "error", "says"),
    [
        ({"status": "done"}, errors.NotEnoughDataError, "No feature is open"),
        ({"forbidden": "fast:F9"}, errors.ParameterError, "fast:F9, which is no pair"),
        ({"capacity": {"none": 2}}, errors.ParameterError, "capacity names none"),
        ({"draws": 0}, errors.ParameterError, "draws is 0"),
    ],
)
def test_allocation_refuses_what_makes_no_sense(
    settings: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        roadmap.allocation(deliveries(fast=3, slow=9), features(1, 2), **settings)


def test_the_sample_company_is_allocated(company: samples.Company) -> None:
    tables = company.tables

    result = roadmap.allocation(tables["deliveries"], tables["features"], draws=50)

    assert sorted(result.table["team"].to_pylist()) == sorted(company.truth.teams)
    assert "<svg" in charts.svg(result.chart())
    assert result.to_dict()["summary"]["n_placed"] == 4
