"""Speeds of teams against a planted truth."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pytest

from fourfits import checks, errors, samples, sums
from fourfits.roadmap import speed

DAY = datetime.date(2026, 1, 1)
FEATURES = {"feature_id": ["F1"], "kind": ["usability"]}


def counts(items: dict[str, list[Any]], as_of: datetime.date | None = None) -> sums.Columns:
    query = speed.by_team_and_kind(checks.table(items), checks.table(FEATURES), as_of)
    return sums.fetch(query)


def done(team: str, took: list[int], **more: Any) -> dict[str, list[Any]]:
    n = len(took)
    return {
        "team": [team] * n,
        "started_on": [DAY] * n,
        "finished_on": [DAY + datetime.timedelta(days) for days in took],
        **{name: [value] * n for name, value in more.items()},
    }


def both(*parts: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {name: [cell for part in parts for cell in part[name]] for name in parts[0]}


def test_days_are_counted_at_least_one_and_never_backwards() -> None:
    found = counts(done("app", [0, 3, -2], kind="bug"))

    assert found["n"].tolist() == [2]
    assert found["days"].tolist() == [4]


def test_the_kind_of_an_item_is_that_of_its_feature() -> None:
    found = counts(
        both(
            done("app", [1], kind="bug", feature_id="F1"),
            done("app", [2], kind="bug", feature_id="F9"),
        )
    )

    assert found["kind"].tolist() == ["bug", "usability"]


def test_what_was_finished_later_is_not_known() -> None:
    found = counts(done("app", [1, 2, 30]), as_of=DAY + datetime.timedelta(10))

    assert found["n"].tolist() == [2]


def test_with_much_history_the_speed_is_the_ratio_of_paces() -> None:
    items = both(done("fast", [2] * 2000), done("slow", [6] * 2000))

    found = speed.speeds(counts(items), [speed.NO_KIND])

    # The company's pace is 4 days: twice as fast, and two thirds.
    assert found.mean[:, 0] == pytest.approx([2, 2 / 3], rel=0.01)
    low, high = found.interval(0.95)
    assert (low < found.mean).all()
    assert (found.mean < high).all()


def test_estimates_make_teams_with_larger_items_comparable() -> None:
    items = both(done("large", [8] * 500, estimate=8.0), done("small", [1] * 500, estimate=1.0))

    assert speed.speeds(counts(items), [speed.NO_KIND]).mean == pytest.approx(1.0)


def test_a_kind_that_a_team_never_did_takes_its_speed_on_all_work_but_less_surely() -> None:
    items = both(done("fast", [2] * 500, kind="bug"), done("slow", [6] * 500, kind="bug"))

    found = speed.speeds(counts(items), ["bug", "story"])

    assert found.mean[:, 1] == pytest.approx(found.mean[:, 0], rel=0.01)
    low, high = found.interval(0.95)
    assert ((high - low)[:, 1] > 5 * (high - low)[:, 0]).all()
    assert found.n_items.tolist() == [[500, 0], [500, 0]]


def test_draws_have_the_mean_and_the_interval() -> None:
    found = speed.speeds(counts(done("app", [2, 4] * 10)), [speed.NO_KIND])

    drawn = found.draw(50_000, seed=1)

    assert drawn.mean() == pytest.approx(found.mean[0, 0], rel=0.01)
    low, _ = found.interval(0.95)
    assert np.quantile(drawn, 0.025) == pytest.approx(low[0, 0], rel=0.02)


def test_a_team_that_finished_nothing_for_half_a_year_is_left_out() -> None:
    found = speed.speeds(
        counts(both(done("now", [300] * 9), done("then", [5] * 9))), [speed.NO_KIND]
    )

    assert found.teams == ["now"]
    assert found.gone == ["then"]


def test_no_finished_item_is_refused() -> None:
    with pytest.raises(errors.NotEnoughDataError, match="no team's speed is known"):
        speed.speeds(counts(done("app", [-1])), [speed.NO_KIND])


def test_the_planted_speeds_are_found(company: samples.Company) -> None:
    tables = company.tables
    query = speed.by_team_and_kind(
        checks.table(tables["deliveries"]), checks.table(tables["features"]), None
    )

    found = speed.speeds(sums.fetch(query), ["story"])

    # More days per estimated day is slower; the ratios of any two teams are planted.
    planted = np.array([company.truth.teams[team].days_per_estimated_day for team in found.teams])
    ratio = found.mean[:, 0] * planted
    assert ratio / ratio.mean() == pytest.approx(1.0, abs=0.15)
