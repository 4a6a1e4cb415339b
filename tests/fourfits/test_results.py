"""What every analysis returns."""

from __future__ import annotations

import dataclasses
import datetime
import json
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from fourfits import charts, results, surveys


@pytest.fixture
def result() -> surveys.NpsResult:
    """A result of three groups."""
    answers = {"score": [10, 9, 3, 8, 7, 0], "plan": ["a", "a", "b", "b", "c", "<c>"]}
    return surveys.nps(answers, score="score", by="plan")


def test_to_dict_is_ready_for_json(result: surveys.NpsResult) -> None:
    content = json.loads(json.dumps(result.to_dict()))

    assert content["analysis"] == "nps"
    assert content["data"] == {"responses": 6}
    assert len(content["rows"]) == 4
    assert content["definition"]
    assert content["source"]


def test_the_summary_of_groups_names_the_outermost(result: surveys.NpsResult) -> None:
    assert result.summary() == {
        "n_groups": 4,
        "n_responses": 6,
        "highest": "a",
        "highest_nps": 100,
        "lowest": "<c>",
        "lowest_nps": -100,
    }


def test_several_rows_end_in_what_they_say_in_short(result: surveys.NpsResult) -> None:
    short = "4 groups · 6 responses · highest a · highest nps 100 · lowest <c> · lowest nps -100"

    assert f"In short: {short}\n" in str(result)
    assert f"<strong>{short.replace('<c>', '&lt;c&gt;')}</strong>" in result._repr_html_()


def test_a_single_row_is_not_said_twice() -> None:
    result = surveys.nps({"score": [10, 9, 3] * 20}, score="score")

    assert "In short" not in str(result)


def test_a_result_is_frozen(result: surveys.NpsResult) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.warnings = ()  # type: ignore[misc]


def test_a_notebook_shows_table_chart_and_warnings(result: surveys.NpsResult) -> None:
    page = result._repr_html_()

    assert "<svg" in page
    assert "&lt;c&gt;" in page
    assert "<c>" not in page
    assert "fewer than 30 answers" in page


def test_the_specification_of_its_chart_is_left_without_a_look(result: surveys.NpsResult) -> None:
    assert result.spec()["layer"]
    assert result.spec()["config"] != charts.config()


def test_print_shows_at_most_twenty_rows() -> None:
    answers = {"score": [9] * 25, "plan": [f"p{n:02}" for n in range(25)]}

    text = str(surveys.nps(answers, score="score", by="plan"))

    assert "... and 5 more rows" in text


def test_plain_turns_everything_into_json() -> None:
    given = {
        "money": Decimal("1.25"),
        "day": datetime.date(2024, 2, 29),
        "array": np.array([1.0, np.inf]),
        "scalar": np.int64(3),
        "set": {1},
        "kind": pa.int64(),
    }

    assert results.plain(given) == {
        "money": 1.25,
        "day": "2024-02-29",
        "array": [1.0, None],
        "scalar": 3,
        "set": [1],
        "kind": "int64",
    }


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "yes"),
        (1234567, "1,234,567"),
        (0.000123, "0.000123"),
        (float("nan"), "–"),
        ("x", "x"),
    ],
)
def test_shown_is_what_a_person_reads(value: object, text: str) -> None:
    assert results.shown(value) == text
