"""The whole loop on the sample company, and on sources that hold little."""

from __future__ import annotations

import datetime
import json
import pickle
from typing import Any

import pyarrow as pa
import pytest

from fourfits import analyses, checks, errors, report, sources
from fourfits.report.loop import LOOP
from fourfits.results import Result

TODAY = datetime.date(2024, 6, 30)


def test_every_question_is_a_registered_analysis() -> None:
    asked = {question.analysis for part in LOOP for question in part.questions}

    assert asked <= set(analyses.ALL)


def test_the_sample_company_answers_every_question(loop: report.Loop) -> None:
    refused = {
        entry.question.analysis: str(entry.refusal)
        for chapter in loop.chapters
        for entry in chapter.entries
        if entry.result is None
    }

    assert refused == {}


def test_each_answer_keeps_the_sql_behind_it(loop: report.Loop) -> None:
    for chapter in loop.chapters:
        for entry in chapter.entries:
            assert any("SELECT" in query for query in entry.queries), entry.question.analysis


def test_the_same_content_comes_as_data(loop: report.Loop) -> None:
    content = json.loads(json.dumps(loop.to_dict()))

    assert content["name"] == loop.name
    assert content["versions"]["orders"] == 0
    assert [chapter["key"] for chapter in content["chapters"]] == [part.key for part in LOOP]


def test_another_process_can_take_the_answers_over(loop: report.Loop) -> None:
    arrived = pickle.loads(pickle.dumps(loop.detached()))  # noqa: S301 - ours

    for analysis in ("rfm", "themes", "lifetime_value"):
        result, original = arrived.result(analysis), loop.result(analysis)
        assert result is not None
        assert original is not None
        assert _rows(result) == _rows(original)
    assert arrived.to_dict() == loop.to_dict()


def _rows(result: Result) -> list[dict[str, Any]]:
    """Of the derived table that the result fills, in an order of their own."""
    derived = result.derived()
    assert derived is not None
    rows: list[dict[str, Any]] = checks.table(derived.rows).to_pyarrow().to_pylist()
    return sorted(rows, key=str)


def test_the_plan_stands_in_ranks(loop: report.Loop) -> None:
    ranking = loop.result("ranking")

    assert ranking is not None
    assert ranking.table.num_rows >= 10


@pytest.mark.slow
def test_orders_alone_are_answered_and_the_rest_says_what_is_missing() -> None:
    days = [datetime.datetime(2024, 1, 1) + datetime.timedelta(days=n) for n in range(150)]  # noqa: DTZ001 - stored without a zone
    orders = pa.table(
        {
            "order_id": [f"o{n}" for n in range(150)],
            "line": [1] * 150,
            "customer_id": [f"c{n % 40}" for n in range(150)],
            "ordered_at": days,
            "revenue_amount": [10.0 + n % 7 for n in range(150)],
        }
    )

    loop = report.run(sources.from_tables({"orders": orders}), today=TODAY)

    assert loop.result("rfm") is not None
    assert loop.result("ranking") is None
    assert "fourfits import features FILE" in report.text(loop)


def test_a_source_without_tables_is_refused() -> None:
    with pytest.raises(errors.TableError, match="no data here yet"):
        report.run(sources.from_tables({}), today=TODAY)
