"""Days as places on a line."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from fourfits_web.features.models import Feature
from fourfits_web.roadmap.models import Item, Release
from fourfits_web.roadmap.timeline import Line, Quarter, timeline

TODAY = datetime.date(2026, 2, 10)


def item(name: str, *days: datetime.date | None, planned: datetime.date | None = None) -> Item:
    half, most, nearly = (*days, None, None, None)[:3]
    return Item(
        feature=Feature(name=name, release_on=planned),
        finish_50_on=half, finish_85_on=most, finish_95_on=nearly,
    )  # fmt: skip


def test_a_line_shows_at_least_four_quarters_from_todays() -> None:
    line = Line.over([], TODAY)

    assert [str(each) for each in line.quarters] == ["Q1 2026", "Q2 2026", "Q3 2026", "Q4 2026"]
    assert line.ticks == [250, 500, 750]


def test_a_line_never_grows_beyond_eight_quarters() -> None:
    line = Line.over([datetime.date(2019, 1, 1), datetime.date(2040, 1, 1)], TODAY)

    assert (line.first, line.n) == (Quarter(2025, 3), 8)


def test_a_range_lies_between_its_days_and_within_the_drawing() -> None:
    dated = item(
        "a", datetime.date(2026, 4, 1), datetime.date(2026, 7, 1), datetime.date(2099, 1, 1)
    )

    drawn = timeline([("Now", [dated])], [], TODAY)

    strip = drawn.groups[0][1][0]
    assert strip.start == drawn.line.place(datetime.date(2026, 4, 1))
    assert strip.length == drawn.line.place(datetime.date(2026, 7, 1)) - (strip.start or 0)
    assert strip.tail_start + strip.tail == 1000


def test_a_strip_draws_what_is_known_of_its_item() -> None:
    half, most, nearly = (datetime.date(2026, month, 1) for month in (4, 7, 10))
    items = [
        item("all", half, most, nearly, planned=half),
        item("no tail", half, most),
        item("no forecast", planned=half),
    ]

    strips = timeline([("Now", items)], [], TODAY).groups[0][1]

    drawn = [strip.drawn for strip in strips]
    assert drawn[0].startswith(
        '<rect class="plan-tail" x="500.0" y="10" width="250.0" height="4"/>'
    )
    ranged = '<rect class="plan-range" x="250.0" y="5" width="250.0" height="14" rx="3"/>'
    planned = '<line class="plan-date {}" x1="250.0" x2="250.0" y1="2" y2="22"/>'
    assert drawn[0].endswith(ranged + planned.format(strips[0].item.tone))
    assert drawn[1] == ranged
    assert drawn[2] == planned.format("warn")


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({"n_open": 1, "size_from": "items"}, "1 open work item"),
        ({"n_open": 4, "size_from": "estimate"}, "4 work items by its estimate"),
        (
            {"n_open": 4, "size_from": "items", "n_ahead": 1_200},
            "4 open work items, 1,200 before it in the queue of all teams",
        ),
        (
            {"n_open": 4, "size_from": "items", "n_ahead": 2, "work_team": "Checkout"},
            "4 open work items, 2 before it in the queue of Checkout",
        ),
    ],
)
def test_a_forecast_says_what_it_rests_on(known: dict[str, Any], said: str) -> None:
    assert Item(**known).basis == said


def test_what_has_no_date_is_named_apart() -> None:
    drawn = timeline([("Later", [item("a"), item("b", planned=TODAY)])], [], TODAY)

    assert [each.feature.name for each in drawn.undated] == ["a"]
    assert [strip.item.feature.name for strip in drawn.groups[0][1]] == ["b"]


def test_a_release_stands_in_its_quarter() -> None:
    release = Release(name="Summer", release_on=datetime.date(2026, 8, 1))

    drawn = timeline([], [release, Release(name="Undated")], TODAY)

    assert [(str(q), [m.release.name for m in marks]) for q, marks in drawn.columns if marks] == [
        ("Q3 2026", ["Summer"])
    ]
