"""Writes about the roadmap."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from fourfits.errors import ParameterError
from fourfits_web.core import jobs
from fourfits_web.core.actions import action
from fourfits_web.core.actors import Actor
from fourfits_web.core.errors import ConflictError
from fourfits_web.core.models import Job
from fourfits_web.features import actions as features
from fourfits_web.features.models import Feature, Status
from fourfits_web.roadmap import queries
from fourfits_web.roadmap.models import BOARD, STATUS_OF, Item, Lane, Release, Vision

FORECAST = "roadmap.forecast"
SOON = datetime.timedelta(seconds=10)
LOCK = 4_445
"""Number of the lock under which PostgreSQL's transactions put the board in order."""
NEXT_DAYS = 92
"""A planned feature whose date is nearer stands under “next” when it comes to the board."""


def move(
    actor: Actor, item: Item, *, lane: str, place: int | None = None, after: int | None = None
) -> Item:
    """Move an item; two who move at once take turns, and the order stays whole.

    Args:
        actor: Who moves it.
        item: What is moved.
        lane: Where to.
        place: How many items stand before it there; the end unless given.
        after: The item that it follows there, which goes before `place`.
    """
    with transaction.atomic():
        _take_turn()
        return _place(actor, item, lane=lane, place=place, after=after)


def put(actor: Actor, feature: Feature, *, lane: str) -> Item:
    """Put a feature on the roadmap, at the end of a lane."""
    with transaction.atomic():
        _take_turn()
        item, _ = Item.objects.get_or_create(feature=feature, defaults={"moved_at": timezone.now()})
        return _place(actor, item, lane=lane)


@action("roadmap.place", may="roadmap.plan", event="roadmap.moved")
def _place(
    actor: Actor, item: Item, *, lane: str, place: int | None = None, after: int | None = None
) -> Item:
    if lane not in Lane.values:
        raise ParameterError(f"There is no lane {lane!r}.", hint=f"one of {', '.join(Lane.values)}")
    item.refresh_from_db()
    left = item.lane
    others = list(Item.objects.filter(lane=lane).exclude(pk=item.pk).order_by("place", "pk"))
    keys = [each.pk for each in others]
    if after in keys:
        place = keys.index(after) + 1
    place = len(others) if place is None else min(max(place, 0), len(others))
    item.lane, item.moved_at = lane, timezone.now()
    _number([*others[:place], item, *others[place:]])
    item.save()
    if left != lane:
        _number(Item.objects.filter(lane=left).exclude(pk=item.pk).order_by("place", "pk"))
        _tell_feature(actor, item)
    forecast_soon(actor)
    return item


@action("roadmap.describe", may="roadmap.plan")
def describe(actor: Actor, /, item: Item, **fields: Any) -> Item:
    """Say who builds it, and what outsiders may see of it."""
    known = {"team", "is_shared", "shared_name", "shared_note"}
    if set(fields) - known:
        raise ParameterError(f"An item has only {', '.join(sorted(known))} to describe.")
    item.refresh_from_db()
    team = item.team
    for name, value in fields.items():
        setattr(item, name, value.strip() if isinstance(value, str) else value)
    item.save()
    if item.team != team:
        forecast_soon(actor)
    return item


@action("roadmap.assign_release", may="roadmap.plan")
def assign_release(actor: Actor, item: Item, *, release: Release | None) -> Item:
    """Put an item into a release, or take it out; the feature's date follows."""
    item.refresh_from_db()
    _refuse_shipped(release)
    item.release = release
    item.save()
    if release is not None:
        _tell_feature(actor, item, release.release_on)
    return item


@action("roadmap.write_vision", may="roadmap.plan", event="vision.changed")
def write_vision(actor: Actor, vision: Vision, *, text: str, is_shared: bool) -> Vision:
    """Say what the product is for; without a text, take it back.

    Raises:
        ParameterError: If it is longer than anybody keeps in mind.
    """
    text = text.strip()
    if len(text) > Vision.MOST:
        raise ParameterError(
            f"The vision has {len(text)} characters.", hint=f"at most {Vision.MOST}"
        )
    vision.text, vision.is_shared = text, is_shared and bool(text)
    vision.changed_by, vision.changed_at = actor.member, timezone.now()
    vision.save()
    return vision


@action("roadmap.plan_release", may="roadmap.plan", event="release.planned")
def plan_release(
    actor: Actor,
    *,
    name: str,
    release_on: datetime.date | None = None,
    notice: str = "",
    is_shared: bool = False,
) -> Release:
    """Plan a release."""
    _refuse_taken(name)
    return Release.objects.create(
        name=name.strip(),
        release_on=release_on,
        notice=notice.strip(),
        is_shared=is_shared,
        created_at=timezone.now(),
    )


@action("roadmap.change_release", may="roadmap.plan", event="release.changed")
def change_release(
    actor: Actor,
    release: Release,
    *,
    name: str,
    release_on: datetime.date | None,
    notice: str,
    is_shared: bool,
) -> Release:
    """Change a release; the dates of its features follow."""
    release.refresh_from_db()
    _refuse_shipped(release)
    _refuse_taken(name, release)
    is_moved = release.release_on != release_on
    release.name, release.release_on = name.strip(), release_on
    release.notice, release.is_shared = notice.strip(), is_shared
    release.save()
    if is_moved:
        for item in queries.in_release(release):
            _tell_feature(actor, item, release_on)
    return release


@action("roadmap.ship_release", may="roadmap.plan", event="release.shipped")
def ship_release(actor: Actor, release: Release, *, shipped_on: datetime.date) -> Release:
    """Say that a release has reached customers: its features are shipped."""
    release.refresh_from_db()
    _refuse_shipped(release)
    release.shipped_on = shipped_on
    release.save()
    for item in queries.in_release(release):
        item.lane, item.moved_at = Lane.DONE, timezone.now()
        item.save()
        _tell_feature(actor, item, release.release_on or shipped_on)
    renumber()
    forecast_soon(actor)
    return release


@action("roadmap.drop_release", may="roadmap.plan", event="release.dropped")
def drop_release(actor: Actor, release: Release) -> None:
    """Drop a release; its items stay where they are on the board."""
    release.refresh_from_db()
    _refuse_shipped(release)
    Item.objects.filter(release=release).update(release=None)
    release.delete()


def follow(features_: Iterable[Feature], today: datetime.date) -> int:
    """Bring the board in line with statuses that came from elsewhere; returns how many moved.

    A place that already says what the status says stays.
    """
    found = {each.pk: each for each in features_}
    standing = {each.feature_id: each for each in Item.objects.filter(feature__in=list(found))}
    moved = 0
    for pk, feature in found.items():
        item = standing.get(pk)
        lane = lane_for(feature, item.lane if item else Lane.OFF, today)
        if lane == (item.lane if item else Lane.OFF):
            continue
        item = item or Item(feature=feature)
        item.lane, item.moved_at = lane, timezone.now()
        item.place = 1_000_000 + moved if lane in BOARD else 0  # the end, in the order given
        item.save()
        moved += 1
    if moved:
        renumber()
    return moved


def lane_for(feature: Feature, lane: str, today: datetime.date) -> str:
    """The lane that fits a feature's status, the present one if it does."""
    if STATUS_OF.get(lane) == feature.status:
        return lane
    if feature.status == Status.BUILDING:
        return Lane.NOW
    if feature.status == Status.SHIPPED:
        return Lane.DONE
    if feature.status == Status.PLANNED:
        due = feature.release_on
        near = due is not None and due <= today + datetime.timedelta(days=NEXT_DAYS)
        return Lane.NEXT if near else Lane.LATER
    return Lane.OFF


def renumber() -> None:
    """Number the items of each lane of the board from 0."""
    for lane in BOARD:
        _number(Item.objects.filter(lane=lane).order_by("place", "pk"))


def forecast_soon(actor: Actor, *, after: datetime.timedelta | None = SOON) -> None:
    """Queue one forecast for all moves until it starts."""
    waits = Job.objects.filter(kind=FORECAST, status=Job.Status.QUEUED)
    if not waits.exists():
        title = "Forecast when planned work is done"
        jobs.start(actor, FORECAST, title, url="/roadmap/timeline/", after=after)


def _tell_feature(actor: Actor, item: Item, release_on: datetime.date | None = None) -> None:
    feature = item.feature
    features.follow_plan(
        actor, feature, status=STATUS_OF[item.lane], release_on=release_on or feature.release_on
    )


def _number(items: Iterable[Item]) -> None:
    """Write the places that differ from the order."""
    wrong = []
    for place, item in enumerate(items):
        if item.place != place:
            item.place = place
            wrong.append(item)
    Item.objects.bulk_update([item for item in wrong if item.pk], ["place"])


def _refuse_taken(name: str, own: Release | None = None) -> None:
    taken = Release.objects.filter(name__iexact=name.strip())
    if not name.strip():
        raise ParameterError("A release needs a name.")
    if (taken.exclude(pk=own.pk) if own else taken).exists():
        raise ConflictError(
            f"There is a release “{name.strip()}” already.", hint="choose another name"
        )


def _refuse_shipped(release: Release | None) -> None:
    if release is not None and release.shipped_on is not None:
        raise ConflictError(f"{release} has shipped; it is history now.")


def _take_turn() -> None:
    """Wait until nobody else moves; SQLite's writing transactions already stand in line."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
