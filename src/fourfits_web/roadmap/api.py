"""The roadmap for programs."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Query, Router

from fourfits_web.core import api
from fourfits_web.features import api as features
from fourfits_web.roadmap import actions, queries
from fourfits_web.roadmap.models import Item, Lane, Release

router = Router()
DESCRIBED = ("team", "is_shared", "shared_name", "shared_note")
EMPTY = ("release_on",)
"""What a null empties; elsewhere it says nothing."""
LaneWord = Annotated[Lane, api.one_of(Lane)]


class RoadmapOut(api.Out):
    """A feature on the roadmap, and when it can be done: 50 and 85 % of simulations are done by then."""

    id: str
    feature: str
    name: str
    lane: LaneWord
    place: int
    team: str
    release: str | None
    is_shared: bool
    planned_on: datetime.date | None
    finish_50_on: datetime.date | None
    finish_85_on: datetime.date | None
    chance: str


class ReleaseOut(api.Out):
    """Work that reaches customers together."""

    id: str
    name: str
    release_on: datetime.date | None
    shipped_on: datetime.date | None
    notice: str
    is_shared: bool


class RoadmapIn(api.In):
    """A feature that comes to the roadmap."""

    feature: str = Field(max_length=64, description="Id of the feature.")
    lane: LaneWord = Lane.LATER


class RoadmapChange(api.In):
    """What is different now; what is left out stays."""

    lane: LaneWord | None = Field(None, description="Where to; `off` takes it from the roadmap.")
    place: int | None = Field(
        None, ge=0, le=100_000, description="How many stand before it there; the end unless given."
    )
    team: str | None = Field(None, max_length=80)
    release: str | None = Field(None, max_length=64, description="Its id; null takes it out of it.")
    is_shared: bool | None = None
    shared_name: str | None = Field(None, max_length=200)
    shared_note: str | None = Field(None, max_length=500)


class ReleaseIn(api.In):
    """A release to plan."""

    name: str = Field(min_length=1, max_length=120)
    release_on: api.Day | None = None
    notice: str = Field("", max_length=5_000, description="What companies are told ahead of it.")
    is_shared: bool = False


class ReleaseChange(api.In):
    """What is different now; what is left out stays."""

    name: str | None = Field(None, min_length=1, max_length=120)
    release_on: api.Day | None = None
    notice: str | None = Field(None, max_length=5_000)
    is_shared: bool | None = None


class ShipIn(api.In):
    """When a release reached customers."""

    shipped_on: api.Day | None = Field(None, description="Today, unless given.")


@router.get("/roadmap", response={200: api.Rows[RoadmapOut], **api.REFUSALS}, by_alias=True)
def list_roadmap(
    request: HttpRequest,
    part: Query[api.Part],
    lane: LaneWord | None = None,
) -> Any:
    """What is on the roadmap; `lane` and `place` are the order of the board."""
    api.may(request, "workspace.read")
    found = Item.objects.select_related("feature", "release").exclude(lane=Lane.OFF)
    return api.rows(found.filter(lane=lane) if lane else found, part, _item)


@router.get("/roadmap/{place_id}", response={200: api.One[RoadmapOut], **api.REFUSALS})
def get_place(request: HttpRequest, place_id: str) -> Any:
    """One feature's place on the roadmap."""
    api.may(request, "workspace.read")
    return {"data": _item(_named(place_id))}


@router.post("/roadmap", response={201: api.One[RoadmapOut], **api.REFUSALS})
@api.idempotent
def put_on_roadmap(request: HttpRequest, given: RoadmapIn) -> Any:
    """Put a feature on the roadmap, at the end of a lane; its status follows."""
    actor, feature = api.may(request, "roadmap.plan"), features.named(given.feature)
    return 201, {"data": _item(actions.put(actor, feature, lane=given.lane))}


@router.patch("/roadmap/{place_id}", response={200: api.One[RoadmapOut], **api.REFUSALS})
def change_place(request: HttpRequest, place_id: str, given: RoadmapChange) -> Any:
    """Move a feature on the roadmap, put it into a release, say who builds it and who may see it."""
    actor, item = api.may(request, "roadmap.plan"), _named(place_id)
    said = given.model_dump(exclude_unset=True)
    described = {name: said[name] for name in DESCRIBED if said.get(name) is not None}
    with transaction.atomic():
        if given.lane is not None or given.place is not None:
            item = actions.move(actor, item, lane=given.lane or item.lane, place=given.place)
        if "release" in said:
            release = _release_named(given.release) if given.release else None
            item = actions.assign_release(actor, item, release=release)
        if described:
            item = actions.describe(actor, item, **described)
    return {"data": _item(_named(place_id))}


@router.get("/releases", response={200: api.Rows[ReleaseOut], **api.REFUSALS}, by_alias=True)
def list_releases(
    request: HttpRequest,
    part: Query[api.Part],
) -> Any:
    """Releases, newest first."""
    api.may(request, "workspace.read")
    return api.rows(queries.releases(), part, _release)


@router.get("/releases/{release_id}", response={200: api.One[ReleaseOut], **api.REFUSALS})
def get_release(request: HttpRequest, release_id: str) -> Any:
    """One release."""
    api.may(request, "workspace.read")
    return {"data": _release(_release_named(release_id))}


@router.post("/releases", response={201: api.One[ReleaseOut], **api.REFUSALS})
@api.idempotent
def plan_release(request: HttpRequest, given: ReleaseIn) -> Any:
    """Plan a release."""
    actor = api.may(request, "roadmap.plan")
    return 201, {"data": _release(actions.plan_release(actor, **given.model_dump()))}


@router.patch("/releases/{release_id}", response={200: api.One[ReleaseOut], **api.REFUSALS})
def change_release(request: HttpRequest, release_id: str, given: ReleaseChange) -> Any:
    """Change a release; the dates of its features follow."""
    actor, release = api.may(request, "roadmap.plan"), _release_named(release_id)
    standing = {name: getattr(release, name) for name in ReleaseChange.model_fields}
    said = given.model_dump(exclude_unset=True)
    wanted = {name: value for name, value in said.items() if name in EMPTY or value is not None}
    return {"data": _release(actions.change_release(actor, release, **(standing | wanted)))}


@router.post("/releases/{release_id}/ship", response={200: api.One[ReleaseOut], **api.REFUSALS})
@api.idempotent
def ship_release(request: HttpRequest, release_id: str, given: ShipIn) -> Any:
    """Say that a release has reached customers: its features are shipped."""
    actor, release = api.may(request, "roadmap.plan"), _release_named(release_id)
    day = given.shipped_on or timezone.localdate()
    return {"data": _release(actions.ship_release(actor, release, shipped_on=day))}


@router.delete("/releases/{release_id}", response={200: api.One[ReleaseOut], **api.REFUSALS})
def drop_release(request: HttpRequest, release_id: str) -> Any:
    """Drop a release; its features stay where they are. Answers with how it stood."""
    actor, release = api.may(request, "roadmap.plan"), _release_named(release_id)
    stood = _release(release)
    actions.drop_release(actor, release)
    return {"data": stood}


def _named(place_id: str) -> Item:
    on_it = Item.objects.select_related("feature", "release")
    return get_object_or_404(on_it, pk=api.number(place_id, "roadmap"))


def _release_named(release_id: str) -> Release:
    return get_object_or_404(Release, pk=api.number(release_id, "release"))


def _item(item: Item) -> dict[str, Any]:
    return {
        "id": f"roadmap_{item.pk}",
        "feature": f"feature_{item.feature_id}",
        "name": item.feature.name,
        "lane": item.lane,
        "place": item.place,
        "team": item.doer,
        "release": f"release_{item.release_id}" if item.release_id else None,
        "is_shared": item.is_shared,
        "planned_on": item.feature.release_on,
        "finish_50_on": item.finish_50_on,
        "finish_85_on": item.finish_85_on,
        "chance": item.chance,
    }


def _release(release: Release) -> dict[str, Any]:
    named = {name: getattr(release, name) for name in ReleaseOut.model_fields if name != "id"}
    return {"id": f"release_{release.pk}", **named}
