"""Deliveries as whole weeks, against a count by hand."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import pytest

from fourfits import checks, errors, sums
from fourfits.roadmap import history

MONDAY = datetime.date(2026, 1, 5)


def day(place: int) -> datetime.date:
    return MONDAY + datetime.timedelta(place)


def counts(**columns: Sequence[object]) -> sums.Columns:
    return sums.fetch(history.by_day(checks.table(columns), ()))


def test_items_stand_on_the_day_on_which_they_were_created_and_finished() -> None:
    finished = [day(0), day(0), day(3), day(10), day(55), None]

    (past,), short = history.histories(
        counts(finished_on=finished, created_on=[day(0)] * 6), (), day(55), 26
    )

    assert past.finished.shape == (8, 7)
    assert past.finished[0].tolist() == [2, 0, 0, 1, 0, 0, 0]
    assert past.finished[1].tolist() == [0, 0, 0, 1, 0, 0, 0]
    assert past.finished[7].tolist() == [0, 0, 0, 0, 0, 0, 1]
    assert past.created[0].tolist() == [6, 0, 0, 0, 0, 0, 0]
    assert past.net.sum() == 5 - 6
    assert past.n_open == 1
    assert short == []


def test_what_was_finished_later_is_still_open_on_an_earlier_day() -> None:
    days = [day(place) for place in range(60)]

    (past,), _ = history.histories(
        counts(finished_on=days, created_on=[day(0)] * 60), (), day(49), 26
    )

    assert past.finished.shape == (7, 7)
    assert past.finished.sum() == 49  # the first of the 50 days belongs to no whole week
    assert past.n_open == 10


def test_what_was_created_later_is_not_yet_open_on_an_earlier_day() -> None:
    days = [day(place) for place in range(60)]

    (past,), _ = history.histories(
        counts(finished_on=[*days, None], created_on=[*days, day(58)]), (), day(49), 26
    )

    assert past.n_open == 0


def test_an_item_without_a_day_of_creation_counts_as_open_from_the_start() -> None:
    days = [*(day(place) for place in range(60)), None]

    for columns in ({}, {"created_on": [None] * 61}):
        (past,), _ = history.histories(counts(finished_on=days, **columns), (), day(49), 26)

        assert past.n_open == 11
        assert past.created.sum() == 0


def test_an_item_finished_before_it_was_created_was_never_open() -> None:
    days = [day(place) for place in range(60)]
    late = [day(place + 20) for place in range(60)]

    (past,), _ = history.histories(counts(finished_on=days, created_on=late), (), day(49), 26)

    assert past.n_open == 0


def test_only_the_last_weeks_are_drawn_from() -> None:
    days = [day(place) for place in range(70)]

    (past,), _ = history.histories(counts(finished_on=days), (), day(69), 6)

    assert past.recent.shape == (6, 7)
    assert len(past.finished) == 10


def test_a_short_history_is_refused_with_its_length() -> None:
    columns = counts(finished_on=[day(place) for place in range(41)])

    with pytest.raises(errors.NotEnoughDataError, match="5 whole weeks and 35 finished items"):
        history.histories(columns, (), day(40), 26)


def test_the_last_day_is_the_newest_creation_or_finish() -> None:
    columns = counts(finished_on=[day(3), None], created_on=[day(0), day(9)])

    assert history.last_day(columns["day"]) == day(9)


def test_there_is_no_last_day_without_any_day() -> None:
    columns = counts(finished_on=[None], created_on=[None])

    with pytest.raises(errors.NotEnoughDataError, match="No item has a day"):
        history.last_day(columns["day"])
