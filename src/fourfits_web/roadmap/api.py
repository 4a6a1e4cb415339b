"""The roadmap for programs."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from fourfits_web.core import api
from fourfits_web.roadmap import queries
from fourfits_web.roadmap.models import Item, Lane, Release

router = Router()
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


@router.get("/roadmap", response={200: api.Rows[RoadmapOut], **api.REFUSALS}, by_alias=True)
def list_roadmap(
    request: HttpRequest,
    lane: LaneWord | None = None,
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=api.MOST_ROWS),
) -> Any:
    """What is on the roadmap; `lane` and `place` are the order of the board."""
    api.may(request, "workspace.read")
    found = Item.objects.select_related("feature", "release").exclude(lane=Lane.OFF)
    return api.rows(found.filter(lane=lane) if lane else found, cursor, limit, _item)


@router.get("/releases", response={200: api.Rows[ReleaseOut], **api.REFUSALS}, by_alias=True)
def list_releases(
    request: HttpRequest,
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=api.MOST_ROWS),
) -> Any:
    """Releases, newest first."""
    api.may(request, "workspace.read")
    return api.rows(queries.releases(), cursor, limit, _release)


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
