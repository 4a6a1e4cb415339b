"""When each item can be done."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from fourfits_web.core import jobs
from fourfits_web.core.actors import Actor
from fourfits_web.core.roles import Role
from fourfits_web.data import mirroring
from fourfits_web.data import queries as data
from fourfits_web.features.models import Feature
from fourfits_web.reports.models import Report
from fourfits_web.roadmap import actions, analyses, queries
from fourfits_web.roadmap.models import Item

Act = Callable[[Role], Actor]
pytestmark = pytest.mark.django_db


def mirrored() -> None:
    mirroring.copy({"features", "deliveries"}, lambda share, step: None)
    jobs.run_waiting(actions.FORECAST)


def test_the_order_of_the_queue_decides_what_is_done_before(sample_home: Path) -> None:
    mirrored()

    places = analyses.places(queries.queue(), analyses.work(data.source()))

    ahead: dict[str, int] = {}
    for place in places:
        assert place.n_ahead == ahead.get(place.team, 0)
        assert place.size_from == Item.Size.ITEMS
        ahead[place.team] = place.n_ahead + place.n_open
    assert {"app", "commerce", "machine"} <= set(ahead)


def test_other_work_of_a_team_takes_its_part() -> None:
    known = analyses.Work(n_finished={"app": 80, "web": 20}, n_for_features={"app": 20})

    assert known.share("app") == 0.25
    assert known.share("web") == 0.2, "a team that never named a feature is like all teams"
    assert analyses.Work().share("app") == 1


def test_each_item_of_the_queue_has_a_range_that_leads_to_its_report(sample_home: Path) -> None:
    mirrored()

    queue = queries.queue()

    assert queue
    for item in queue:
        assert item.finish_50_on is not None
        assert item.finish_85_on is not None
        assert item.finish_50_on <= item.finish_85_on
        assert item.forecast is not None
        assert item.forecast.analysis == "forecast"
        assert item.forecast.rows[0]["finish_85_on"] == item.finish_85_on.isoformat()


def test_a_forecast_that_stands_is_not_computed_again(sample_home: Path) -> None:
    mirrored()
    before = Report.objects.count()

    mirrored()

    assert Report.objects.count() == before


def test_what_moves_back_in_the_queue_is_done_later(own_sample_home: Path, actor: Act) -> None:
    mirrored()
    first = next(item for item in queries.queue() if item.doer == "app")
    assert first.finish_85_on is not None

    actions.move(actor(Role.PRODUCT_MANAGER), first, lane="next")
    jobs.run_waiting()

    moved = Item.objects.get(pk=first.pk)
    assert moved.finish_85_on is not None
    assert moved.finish_85_on > first.finish_85_on


def test_work_without_items_is_sized_by_its_estimate_and_says_so(
    own_sample_home: Path, actor: Act
) -> None:
    mirrored()
    idea = Item.objects.filter(feature__feature_id="F08").first()
    assert idea is None
    feature = Feature.objects.get(feature_id="F08")
    assert feature.pk in {pk for pk, _, _ in queries.ideas()}
    actions.put(actor(Role.PRODUCT_MANAGER), feature, lane="next")
    jobs.run_waiting()

    item = Item.objects.get(feature=feature)
    assert item.size_from == Item.Size.ESTIMATE
    assert item.n_open is not None
    assert item.n_open > 0
    assert item.finish_85_on is not None


def test_what_leaves_the_queue_loses_its_range(own_sample_home: Path, actor: Act) -> None:
    mirrored()
    item = queries.queue()[0]

    actions.move(actor(Role.PRODUCT_MANAGER), item, lane="later")
    jobs.run_waiting()

    assert Item.objects.get(pk=item.pk).finish_85_on is None


@pytest.mark.parametrize(
    ("planned", "chance"),
    [
        (datetime.date(2026, 1, 1), "less than 50%"),
        (datetime.date(2026, 2, 1), "at least 50%"),
        (datetime.date(2026, 4, 1), "at least 85%"),
        (datetime.date(2026, 6, 1), "at least 95%"),
    ],
)
def test_the_chance_of_a_date_is_read_from_the_levels(planned: datetime.date, chance: str) -> None:
    from fourfits_web.features.models import Feature

    item = Item(
        feature=Feature(name="a", release_on=planned),
        finish_50_on=datetime.date(2026, 2, 1),
        finish_70_on=datetime.date(2026, 3, 1),
        finish_85_on=datetime.date(2026, 4, 1),
        finish_95_on=datetime.date(2026, 5, 1),
    )

    assert item.chance == chance
