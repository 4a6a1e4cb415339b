"""Needs that stand, counted."""

from __future__ import annotations

import datetime

import pytest

from fourfits import errors, needs, samples

FEEDBACK = {
    "feedback_id": ["1", "2", "3", "4", "5"],
    "customer_id": ["ann", "ann", "bea", "cai", None],
    "text": [
        "please let me export the list",
        "an export of all orders would help",
        "the grinder is far too loud",
        "let me export the list as a file",
        None,
    ],
    "occurred_at": [
        datetime.datetime(2024, month, 10, tzinfo=datetime.UTC) for month in (1, 3, 3, 12, 12)
    ],
}
ASSIGNMENTS = {
    "feedback_id": ["1", "2", "3", "4"],
    "theme": ["export", "export", "quiet", "export"],
}


def test_it_counts_items_people_and_months() -> None:
    found = needs.tally(FEEDBACK, ASSIGNMENTS).table.to_pylist()

    export = found[0]
    assert (export["need"], export["n_items"], export["n_customers"]) == ("export", 3, 2)
    assert export["share"] == pytest.approx(3 / 5)
    assert export["months"] == [1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1]


@pytest.mark.slow
def test_it_quotes_items_by_their_ids() -> None:
    found = needs.tally(FEEDBACK, ASSIGNMENTS).table.to_pylist()

    said = dict(zip(FEEDBACK["feedback_id"], FEEDBACK["text"], strict=True))
    for row in found:
        assert row["quoted"]
        assert [said[item] for item in row["quoted"]] == row["quotes"]


@pytest.mark.slow
def test_it_tells_the_segments_that_carry_a_need_among_those_who_spoke() -> None:
    memberships = {
        "segmentation": ["m"] * 3,
        "customer_id": ["ann", "bea", "cai"],
        "segment": ["office", "office", "home"],
    }

    found = needs.tally(FEEDBACK, ASSIGNMENTS, memberships=memberships).table.to_pylist()

    assert found[0]["segments"] == [
        {"segment": "home", "n_people": 1, "n_spoke": 1},
        {"segment": "office", "n_people": 1, "n_spoke": 2},
    ]


@pytest.mark.slow
def test_an_item_that_speaks_of_two_needs_counts_in_both() -> None:
    both = {"feedback_id": ["1", "1"], "theme": ["export", "quiet"]}

    found = needs.tally(FEEDBACK, both).table.to_pylist()

    assert [(row["need"], row["n_items"]) for row in found] == [("export", 1), ("quiet", 1)]


def test_items_without_words_are_counted_and_not_quoted() -> None:
    found = needs.tally(FEEDBACK, {"feedback_id": ["5"], "theme": ["mute"]}).table.to_pylist()

    assert found[0]["n_items"] == 1
    assert found[0]["quotes"] == []


def test_needs_of_other_feedback_are_refused() -> None:
    with pytest.raises(errors.NotEnoughDataError, match="No item"):
        needs.tally(FEEDBACK, {"feedback_id": ["x"], "theme": ["export"]})


@pytest.mark.slow
def test_it_counts_what_was_planted(company: samples.Company) -> None:
    planted = company.truth.assignments.to_pandas().groupby("theme").size()

    found = needs.tally(company.tables["feedback"], company.truth.assignments).table.to_pylist()

    assert {row["need"]: row["n_items"] for row in found} == planted.to_dict()
