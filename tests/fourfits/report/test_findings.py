"""Answers in sentences."""

from __future__ import annotations

import pyarrow as pa
import pytest

from fourfits import report, surveys
from fourfits.report import findings


def test_each_answer_has_a_sentence_of_its_own(loop: report.Loop) -> None:
    for chapter in loop.chapters:
        for entry in chapter.entries:
            assert entry.result is not None
            sentence = findings.finding(entry.result)
            assert sentence.endswith("."), sentence
            assert "None" not in sentence
            assert "nan" not in sentence.split()


def test_there_is_one_card_for_each_fit(loop: report.Loop) -> None:
    cards = findings.fits(loop)

    assert len(cards) == 4
    for card in cards:
        assert card["score"] is None or 0 <= card["low"] <= card["score"] <= card["high"] <= 100


def test_conflicts_carry_their_numbers_and_remedies(loop: report.Loop) -> None:
    found = findings.conflicts(loop)

    assert found
    assert any(conflict["remedies"] for conflict in found)


def test_groups_are_compared_by_name() -> None:
    answers = {"score": [10] * 50 + [2] * 50, "plan": ["Pro"] * 50 + ["Free"] * 50}

    sentence = findings.finding(surveys.nps(answers, score="score", by="plan"))

    assert sentence.startswith("Pro recommend most, NPS 100")
    assert "Free least" in sentence


def test_groups_of_too_few_people_are_neither_best_nor_worst() -> None:
    plans = {"Pro": [10] * 30, "Gold": [10] * 4, "Free": [9] * 20 + [2] * 10, "Gift": [0] * 3}

    def said(*names: str) -> str:
        answers = {
            "score": [score for name in names for score in plans[name]],
            "plan": [name for name in names for _ in plans[name]],
        }
        return findings.finding(surveys.nps(answers, score="score", by="plan"))

    assert said("Gold", "Pro", "Free", "Gift").startswith("Pro recommend most")
    assert "Free least" in said("Gold", "Pro", "Free", "Gift")
    assert said("Pro", "Gift").startswith("Pro: NPS is 100")
    assert said("Gold", "Gift") == "No group has the 5 people that a comparison needs."


def test_demand_speaks_of_the_side_that_is_known():
    needs = ["easy cleaning", "one invoice"]
    known = {"need": needs, "carried_by_one_account": [False, False]}

    said = [
        findings._demand(None, pa.table(known | sides).to_pylist())
        for sides in (
            {"people": [30.0, 12.0], "account_amount": [None, None]},
            {"people": [None, None], "account_amount": [100.0, 5_000.0]},
            {"people": [None, None], "account_amount": [None, None]},
        )
    ]

    assert said == [
        'Most people want "easy cleaning" (30).',
        f'Most account revenue stands behind "one invoice" ({findings.money(5_000.0)}).',
        "Nobody is known who voices a need.",
    ]


@pytest.mark.parametrize(
    ("n_items", "last", "said"),
    [
        (12, "2031-01-09", "12 open items are done by 2 Jul 2026 with 50%, by 4 Aug 2026 with 85% and by 9 Jan 2031 with 95%."),
        (1, None, "1 open item is done by 2 Jul 2026 with 50%, by 4 Aug 2026 with 85%; ten years do not suffice for more."),
    ],
)  # fmt: skip
def test_a_forecast_says_where_ten_years_do_not_suffice(
    n_items: int, last: str | None, said: str
) -> None:
    row = {
        "n_items": n_items,
        "finish_50_on": "2026-07-02",
        "finish_85_on": "2026-08-04",
        "finish_95_on": last,
    }
    never = row | dict.fromkeys(("finish_50_on", "finish_85_on", "finish_95_on"))

    assert findings._forecast(None, [row]) == said
    assert findings._forecast(None, [never]).endswith("would not be done within ten years.")


def test_findings_speak_of_people_and_dates_as_people_do(loop: report.Loop) -> None:
    said = {
        entry.question.analysis: findings.finding(entry.result)
        for chapter in loop.chapters
        for entry in chapter.entries
        if entry.result is not None
    }

    assert "%" in said["experiment"].partition(" instead of ")[0]
    assert " 2026 with 50%" in said["forecast"]
    assert "-" not in said["forecast"]
    assert ".00" not in said["van_westendorp"] + said["lifetime_value"]
    assert "ranks 1 to 1" not in said["ranking"]
