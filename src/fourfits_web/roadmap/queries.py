"""Reads about the roadmap."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber

from fourfits_web.core import audit, prepared
from fourfits_web.core.models import AuditEntry
from fourfits_web.features import queries as features
from fourfits_web.features.models import Feature
from fourfits_web.roadmap.models import BOARD, QUEUE, Item, Lane, Release, Vision

FILTERS = ("need", "segment", "kind", "team")
SHOWN = 25
"""Items of a lane on one page; the rest is found by narrowing."""
THE_VISION = 1
RECENT = datetime.timedelta(days=92)

_first_of_lanes = prepared.Question(lambda: _first_of_each({}))
_counts = prepared.Question(lambda: _counted({}))
_item = prepared.Question(
    lambda pk: Item.objects.select_related("feature", "release", "forecast").filter(pk=pk)
)
_item_of = prepared.Question(
    lambda pk: Item.objects.select_related("release", "forecast").filter(feature=pk)
)
_choices = prepared.Question(
    lambda: (
        Item.objects.filter(lane__in=BOARD)
        .values_list("feature__need", "feature__segment", "feature__kind", "team", "work_team")
        .order_by()
        .distinct()
    )
)


def vision() -> Vision:
    """The product vision; without a text while nobody has written one."""
    return _vision.first() or Vision(pk=THE_VISION)


_vision = prepared.Question(
    lambda: Vision.objects.filter(pk=THE_VISION).select_related("changed_by")
)


def history_of_vision(one: Vision) -> list[AuditEntry]:
    """Who wrote what into the vision, newest first."""
    entries = audit.history(one)
    for entry in entries:
        entry.words = _written(entry)  # type: ignore[attr-defined]
    return entries


def _written(entry: AuditEntry) -> str:
    changes = {name: after for name, _, after in entry.changes}
    if "text" in changes:
        return f"wrote “{changes['text']}”" if changes["text"] else "took it back"
    if "is_shared" in changes:
        return (
            "put it into the shared view"
            if changes["is_shared"]
            else "took it from the shared view"
        )
    return "left it as it is"


def items(lanes: Iterable[str] = BOARD, chosen: Mapping[str, str] | None = None) -> QuerySet[Item]:
    """Items in their order, narrowed by need, segment, kind, team."""
    found = Item.objects.filter(lane__in=list(lanes)).select_related(
        "feature", "feature__standing", "release"
    )
    for name, value in (chosen or {}).items():
        if name == "team":
            found = found.filter(Q(team=value) | Q(team="", work_team=value))
        elif name in FILTERS:
            found = found.filter(**{f"feature__{name}": value})
    heavy = found.defer("shared_note", "feature__description", "feature__own", "release__notice")
    return heavy.order_by("lane", "place", "pk")


def board(chosen: Mapping[str, str] | None = None) -> dict[str, list[Item]]:
    """The lanes of the board, each with the items that stand first in it: one query."""
    found: dict[str, list[Item]] = {lane.value: [] for lane in BOARD}
    for item in _first_of_each(chosen) if chosen else _first_of_lanes():
        found[item.lane].append(item)
    return found


def counts(chosen: Mapping[str, str] | None = None) -> dict[str, int]:
    """How many items each lane of the board holds."""
    return {lane.value: 0 for lane in BOARD} | dict(_counted(chosen) if chosen else _counts())


def _first_of_each(chosen: Mapping[str, str]) -> QuerySet[Item]:
    place = Window(RowNumber(), partition_by="lane", order_by=["place", "pk"])
    return items(BOARD, chosen).annotate(row=place).filter(row__lte=SHOWN)


def _counted(chosen: Mapping[str, str]) -> QuerySet[Item, tuple[str, int]]:
    return items(BOARD, chosen).order_by().values_list("lane").annotate(n=Count("pk"))


def queue() -> list[Item]:
    """What is built, in the order in which it is done."""
    order = {lane: place for place, lane in enumerate(QUEUE)}
    found = Item.objects.filter(lane__in=QUEUE).select_related("feature")
    return sorted(found, key=lambda item: (order[Lane(item.lane)], item.place, item.pk))


def item(pk: int) -> Item | None:
    """One item."""
    found: Item | None = _item.first(pk)
    return found


def item_of(feature: Feature) -> Item | None:
    """A feature's place, if it ever had one."""
    found: Item | None = _item_of.first(feature.pk)
    if found is not None:
        found.feature = feature
    return found


def choices() -> dict[str, list[str]]:
    """What the board can be narrowed by."""
    found: dict[str, set[str]] = {name: set() for name in FILTERS}
    for need, segment, kind, team, work_team in _choices():
        told = {"need": need, "segment": segment, "kind": kind, "team": team or work_team}
        for name, value in told.items():
            found[name].add(value)
    return {name: sorted(values - {""}) for name, values in found.items()}


def ideas() -> list[tuple[int, str, int | None]]:
    """What could be put on the roadmap, best rank first: key, name, rank."""
    return features.ideas()


def releases() -> QuerySet[Release]:
    """Releases with the number of their items, the next one first."""
    held = Item.objects.filter(release=OuterRef("pk")).order_by().values("release")
    n_items = Coalesce(Subquery(held.annotate(n=Count("pk")).values("n")), 0)
    return Release.objects.annotate(n_items=n_items).order_by(
        F("shipped_on").asc(nulls_first=True), F("release_on").asc(nulls_last=True), "name"
    )


def open_releases() -> QuerySet[Release]:
    """Releases that are still ahead."""
    return Release.objects.filter(shipped_on=None).order_by(
        F("release_on").asc(nulls_last=True), "name"
    )


_open_releases = prepared.Question(open_releases)


def releases_ahead() -> list[Release]:
    """Releases that are still ahead, to show them."""
    return _open_releases()


def release(pk: int) -> Release | None:
    """One release."""
    found: Release | None = _release.first(pk)
    return found


def in_release(one: Release) -> list[Item]:
    """The items of a release."""
    return _in_release(one.pk)


_release = prepared.Question(lambda pk: Release.objects.filter(pk=pk))
_in_release = prepared.Question(
    lambda pk: (
        Item.objects.filter(release=pk)
        .select_related("feature", "feature__standing", "release")
        .order_by("lane", "place")
    )
)


def releases_found_by(text: str, limit: int) -> list[Release]:
    """Releases whose name holds the text."""
    return list(Release.objects.filter(name__icontains=text).order_by("-release_on")[:limit])


@dataclass(frozen=True, kw_only=True)
class Shared:
    """An item as outsiders may see it: nothing else of it leaves the workspace."""

    name: str
    note: str
    lane: str
    release: str
    release_on: datetime.date | None


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A release as outsiders may see it."""

    name: str
    release_on: datetime.date | None
    notice: str
    shipped_on: datetime.date | None


def shared(today: datetime.date) -> dict[str, list[Shared]]:
    """What the shared view shows, by lane; what shipped long ago is left out."""
    lanes: dict[str, list[Shared]] = {lane.value: [] for lane in (*BOARD, Lane.DONE)}
    recent = Q(lane__in=BOARD) | Q(lane=Lane.DONE, moved_at__date__gte=today - RECENT)
    found = Item.objects.filter(recent, is_shared=True).select_related("feature", "release")
    for each in found.order_by("place", "pk"):
        told = each.release if each.release and each.release.is_shared else None
        lanes[each.lane].append(
            Shared(
                name=each.shared_name or each.feature.name,
                note=each.shared_note,
                lane=each.lane,
                release=told.name if told else "",
                release_on=(told.shipped_on or told.release_on) if told else None,
            )
        )
    return lanes


def notices(today: datetime.date) -> list[Notice]:
    """Releases that are announced: those ahead, and those of the last three months."""
    recent = Q(shipped_on=None) | Q(shipped_on__gte=today - RECENT)
    found = Release.objects.filter(recent, is_shared=True).order_by(
        F("release_on").asc(nulls_last=True), "name"
    )
    return [
        Notice(
            name=each.name,
            release_on=each.release_on,
            notice=each.notice,
            shipped_on=each.shipped_on,
        )
        for each in found
    ]
