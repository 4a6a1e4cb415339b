"""When each item can be done: its place in the queue, the library's forecast of its team."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from fourfits import config, sums
from fourfits_web.core.actors import Actor
from fourfits_web.data import mirroring
from fourfits_web.reports import queries as reports
from fourfits_web.reports import running
from fourfits_web.reports.models import Report
from fourfits_web.roadmap import queries
from fourfits_web.roadmap.models import Item

MOST = 40
"""Items of the queue that are forecast; further back the order itself is too unsure."""
_DATES = ("finish_50_on", "finish_70_on", "finish_85_on", "finish_95_on")


@dataclass(frozen=True, kw_only=True)
class Work:
    """What deliveries tell of features and teams."""

    n_open: Mapping[str, int] = field(default_factory=dict)
    n_items: Mapping[str, int] = field(default_factory=dict)
    team: Mapping[str, str] = field(default_factory=dict)
    n_finished: Mapping[str, int] = field(default_factory=dict)
    n_for_features: Mapping[str, int] = field(default_factory=dict)
    """Items that each team finished in the history of a forecast: all, and those of features."""

    def share(self, team: str) -> float:
        """Which part of what a team finishes belongs to features: of all teams where it says nothing."""
        for done, ours in (
            (self.n_finished.get(team, 0), self.n_for_features.get(team, 0)),
            (sum(self.n_finished.values()), sum(self.n_for_features.values())),
        ):
            if done and ours:
                return ours / done
        return 1.0


@dataclass(frozen=True, kw_only=True)
class Place:
    """An item's work and what is done before it by the same team."""

    item: Item
    team: str
    n_open: int
    n_ahead: int
    size_from: str
    share: float

    @property
    def n_items(self) -> int:
        """Finished items until it is done, with those for other work that come in between."""
        return max(math.ceil((self.n_ahead + self.n_open) / self.share), 1)


def work(source: Any) -> Work:
    """Counts of work items by feature and by team: two small queries."""
    if "deliveries" not in source:
        return Work()
    table = source.table("deliveries")
    if not {"team", "feature_id", "finished_on"} <= set(table.columns):
        return Work()
    done = table.finished_on.notnull()
    counted = table.group_by("feature_id", "team").aggregate(
        n=table.count(), n_open=table.count(where=~done)
    )
    by_feature = sums.fetch(counted.filter(counted.feature_id.notnull()))
    last = table.finished_on.max()
    days = config.FORECAST_HISTORY_DAYS
    recent = table.mutate(last=last).filter(lambda rows: done & (
        rows.finished_on > rows.last.cast("date") - _days(days)
    ))  # fmt: skip
    teams = sums.fetch(
        recent.group_by("team").aggregate(
            n=recent.count(), n_ours=recent.count(where=recent.feature_id.notnull())
        )
    )
    return _counted(by_feature, teams)


def places(items: list[Item], known: Work) -> list[Place]:
    """Each item of the queue with what stands before it; one without a size stops nobody."""
    per_month = _items_per_month(items, known)
    ahead: dict[str, int] = {}
    found = []
    for item in items[:MOST]:
        feature = item.feature
        team = item.team or known.team.get(feature.feature_id, "")
        size, size_from = known.n_open.get(feature.feature_id, 0), Item.Size.ITEMS
        if not size and feature.effort_likely and per_month:
            size, size_from = math.ceil(feature.effort_likely * per_month), Item.Size.ESTIMATE
        if not size:
            continue
        queue = team if team else "*"
        before = ahead.get(queue, 0) if team else sum(ahead.values())
        found.append(
            Place(
                item=item,
                team=team,
                n_open=size,
                n_ahead=before,
                size_from=size_from,
                share=known.share(team),
            )
        )
        ahead[queue] = ahead.get(queue, 0) + size
    return found


def forecast(source: Any, progress: Callable[[float, str], None]) -> int:
    """Keep the range of dates of each item in the queue; returns how many have one."""
    items = queries.queue()
    found = {place.item.pk: place for place in places(items, work(source))}
    opened, n_done = running.Opened(Actor.workspace(), source, timezone.now()), 0
    mirroring.note(source)
    with sums.remembered():
        for number, item in enumerate(items):
            progress(number / len(items), "Forecasting")
            _clear(item)
            place = found.get(item.pk)
            if place is not None:
                n_done += _keep(item, place, _report(opened, place))
    Item.objects.bulk_update(items, Item.COMPUTED)
    elsewhere = Item.objects.exclude(pk__in=[item.pk for item in items])
    elsewhere.filter(finish_85_on__isnull=False).update(**_NOTHING)
    return n_done


_NOTHING: Mapping[str, Any] = {
    "work_team": "", "n_open": None, "n_ahead": None, "size_from": "", "feature_work_share": None,
    **dict.fromkeys(_DATES), "forecast_from": None, "forecast": None,
}  # fmt: skip


def _clear(item: Item) -> None:
    for name, value in _NOTHING.items():
        setattr(item, name, value)


def _report(opened: running.Opened, place: Place) -> Report:
    """The stored answer on so many items of this team, if nothing under it has changed."""
    asked: dict[str, Any] = {"items": place.n_items}
    if place.team:
        asked["team"] = place.team
    stored = reports.stored("forecast", asked, light=True)
    if stored is not None and not stored.stale:
        return stored
    return running.run(opened, "forecast", asked)[1]


def _keep(item: Item, place: Place, report: Report) -> bool:
    item.work_team, item.n_open, item.n_ahead = place.team, place.n_open, place.n_ahead
    item.size_from, item.feature_work_share = place.size_from, place.share
    if report.refused or not report.rows:
        return False
    row = report.rows[0]
    for name in _DATES:
        setattr(item, name, _day(row.get(name)))
    item.forecast_from = _day(dict((report.result or {}).get("parameters", {})).get("as_of"))
    item.forecast = report
    return item.finish_85_on is not None


def _items_per_month(items: list[Item], known: Work) -> float:
    """Work items of a person-month of effort, where features tell both."""
    told = [
        (known.n_items[item.feature.feature_id], item.feature.effort_likely)
        for item in items
        if item.feature.effort_likely and item.feature.feature_id in known.n_items
    ]
    months = sum(effort for _, effort in told if effort)
    return sum(n for n, _ in told) / months if months else 0.0


def _counted(by_feature: sums.Columns, teams: sums.Columns) -> Work:
    n_open: dict[str, int] = {}
    n_items: dict[str, int] = {}
    most: dict[str, tuple[int, int, str]] = {}
    for feature, team, n, n_left in zip(
        by_feature["feature_id"], by_feature["team"], by_feature["n"], by_feature["n_open"],
        strict=True,
    ):  # fmt: skip
        n_open[feature] = n_open.get(feature, 0) + int(n_left)
        n_items[feature] = n_items.get(feature, 0) + int(n)
        if team:
            most[feature] = max(most.get(feature, (0, 0, "")), (int(n_left), int(n), team))
    return Work(
        n_open=n_open,
        n_items=n_items,
        team={feature: team for feature, (_, _, team) in most.items()},
        n_finished=_by_team(teams, "n"),
        n_for_features=_by_team(teams, "n_ours"),
    )


def _by_team(teams: sums.Columns, name: str) -> dict[str, int]:
    return {team or "": int(n) for team, n in zip(teams["team"], teams[name], strict=True)}


def _days(days: int) -> Any:
    import ibis

    return ibis.interval(days=days)


def _day(value: Any) -> datetime.date | None:
    return datetime.date.fromisoformat(str(value)[:10]) if value else None
