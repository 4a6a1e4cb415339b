"""What runs leave behind: scores for the trend, conflicts with their answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fourfits_web.core.actors import Actor
from fourfits_web.core.errors import ConflictError
from fourfits_web.core.roles import Role
from fourfits_web.fits import actions, queries
from fourfits_web.fits.analyses import conflicts
from fourfits_web.fits.models import Conflict, Score
from fourfits_web.reports.models import Report

pytestmark = pytest.mark.django_db


def test_a_run_that_says_the_same_adds_no_score(sample_reports: dict[str, Report]) -> None:
    assert Score.objects.count() == 4

    actions.note_scores(sample_reports["scorecard"])

    assert Score.objects.count() == 4


def test_a_fit_that_lost_its_evidence_is_remembered_without_a_score(
    sample_reports: dict[str, Report],
) -> None:
    report = sample_reports["scorecard"]
    for row in report.result["rows"]:  # type: ignore[index]
        if row["fit"] == "market_pricing":
            row["score"] = row["score_low"] = row["score_high"] = None
            row["finding"] = "No evidence. No plan has a price."

    actions.note_scores(report)
    actions.note_scores(report)

    assert Score.objects.count() == 5
    assert queries.today()["market_pricing"].score is None
    assert len(queries.trends()["market_pricing"]) == 1


def test_a_run_on_the_data_of_an_earlier_day_changes_nothing(
    sample_reports: dict[str, Report],
) -> None:
    report = sample_reports["conflicts"]
    report.as_of, report.result["rows"] = report.computed_at, []  # type: ignore[index]

    actions.note_conflicts(report)

    assert Conflict.objects.filter(gone_at=None).count() == 2


def test_what_is_no_longer_found_is_gone_and_may_come_back(
    sample_reports: dict[str, Report],
) -> None:
    report = sample_reports["conflicts"]
    rows = report.rows
    report.result["rows"] = rows[:1]  # type: ignore[index]
    actions.note_conflicts(report)
    assert [one.key for one in queries.conflicts()] == [conflicts.key(rows[0])]

    report.result["rows"] = rows  # type: ignore[index]
    actions.note_conflicts(report)

    assert Conflict.objects.count() == 2
    assert len(queries.conflicts()) == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda row: row, ""),
        (lambda row: row | {"size_amount": row["size_high"] + 1}, "Its size has moved from"),
        (
            lambda row: (
                row | {"features": [*row["features"], {"feature_id": "F99", "name": "More loans"}]}
            ),
            "More work is concerned since: More loans.",
        ),
    ],
)
def test_an_answer_holds_while_size_and_work_stay(
    change: Callable[[dict[str, object]], dict[str, object]],
    words: str,
    actor: Callable[[Role], Actor],
    sample_reports: dict[str, Report],
) -> None:
    report = sample_reports["conflicts"]
    row = next(row for row in report.rows if row["kind"] == "unit economics")
    found = Conflict.objects.get(kind="unit economics")
    actions.answer(actor(Role.PRODUCT_MANAGER), found, note="Known.")

    report.result["rows"] = [change(row)]  # type: ignore[index]
    actions.note_conflicts(report)

    card = conflicts.card(queries.conflicts()[0], "EUR")
    assert card.moved.startswith(words)
    assert card.is_open == bool(words)


def test_an_answer_says_something(
    actor: Callable[[Role], Actor], sample_reports: dict[str, Report]
) -> None:
    with pytest.raises(ConflictError, match="needs a decision or a note"):
        actions.answer(actor(Role.OWNER), Conflict.objects.all()[0], note="  ")
