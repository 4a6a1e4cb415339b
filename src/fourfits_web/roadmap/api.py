"""The roadmap for programs."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Query, Router

from fourfits.errors import ParameterError
from fourfits_web.core import api
from fourfits_web.features import api as features
from fourfits_web.features.models import Feature
from fourfits_web.roadmap import actions, asked, queries, telling
from fourfits_web.roadmap.models import Channel, Item, Lane, Note, Release, Vision

router = Router()
DESCRIBED = ("team", "is_shared", "shared_name", "shared_note")
EMPTY = ("release_on",)
"""What a null empties; elsewhere it says nothing."""
LaneWord = Annotated[Lane, api.one_of(Lane)]
ChannelWord = Annotated[Channel, api.one_of(Channel)]
KindOfNote = Annotated[Note.Kind, api.one_of(Note.Kind)]
StateWord = Literal["waiting", "told", "helped", "not_helped"]


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


class VisionOut(api.Out):
    """What the product is for: what should be true, for whom, by when. Empty until it is written."""

    text: str
    is_shared: bool
    changed_by: str | None
    changed_at: datetime.datetime | None


class VisionIn(api.In):
    """What the product is for."""

    text: str = Field(max_length=Vision.MOST, description="Plain text; empty takes it back.")
    is_shared: bool = Field(
        default=False, description="Whether outsiders read it above the roadmap."
    )


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


class SaidOut(api.Out):
    """What somebody said last of a need that the feature answers."""

    id: str
    text: str
    said_at: datetime.datetime


class AskedOut(api.Out):
    """Somebody who asked for a feature, and what became of it."""

    customer_id: str
    name: str
    email: str
    account_id: str
    account_name: str
    state: StateWord = Field(
        description="How far it is: not told yet, told, or what they answered."
    )
    channel: str
    told_at: datetime.datetime | None
    told_by: str
    answered_at: datetime.datetime | None
    words: str = Field(description="What they answered, in their words.")
    n_said: int = Field(description="How often they spoke of it.")
    newest: SaidOut | None


class NoteOut(api.Out):
    """What was noted at once of people who asked for a feature."""

    id: str
    feature: str
    kind: KindOfNote
    channel: str
    n_people: int = Field(
        description="Of how many it was noted; who was told before is not told again."
    )
    at: datetime.datetime


class AskedIn(api.In):
    """Who was told, or what they answered."""

    kind: KindOfNote = Field(
        description="`told`; `helped` or `not_helped`, what they answered; `taken_back` takes their "
        "answer back, else that they were told."
    )
    people: list[Annotated[str, Field(max_length=200)]] = Field(
        min_length=1, max_length=1_000, description="Their customer ids."
    )
    channel: ChannelWord | None = Field(None, description="How they were told; needed for `told`.")
    words: str = Field(
        "", max_length=telling.LONGEST_WORDS, description="What they answered, in their words."
    )


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


@router.get("/vision", response={200: api.One[VisionOut], **api.REFUSALS})
def get_vision(request: HttpRequest) -> Any:
    """The product vision."""
    api.may(request, "workspace.read")
    return {"data": _vision(queries.vision())}


@router.put("/vision", response={200: api.One[VisionOut], **api.REFUSALS})
def write_vision(request: HttpRequest, given: VisionIn) -> Any:
    """Write the product vision anew."""
    actor = api.may(request, "roadmap.plan")
    return {"data": _vision(actions.write_vision(actor, queries.vision(), **given.model_dump()))}


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


@router.get(
    "/features/{feature_id}/asked",
    response={200: api.Rows[AskedOut], **api.REFUSALS},
    by_alias=True,
)
def list_asked(
    request: HttpRequest, feature_id: str, part: Query[api.Part], state: StateWord | None = None
) -> Any:
    """Who asked for a feature, by customer id, who of them was told, and what they answered."""
    api.may(request, "workspace.read")
    feature = features.named(feature_id)
    behind = asked.needs_behind([feature])[feature.pk]
    found = asked.people([feature.pk], behind)
    if state:
        found = found.filter(asked.in_state(feature.pk, [state]))
    answer = api.rows(found, part, lambda person: person, by="customer_id")
    asked.look_up(answer["data"], feature.pk, behind)
    return {**answer, "data": [_asked(person) for person in answer["data"]]}


@router.post("/features/{feature_id}/asked", response={201: api.One[NoteOut], **api.REFUSALS})
@api.idempotent
def note_asked(request: HttpRequest, feature_id: str, given: AskedIn) -> Any:
    """Note that people who asked for a feature were told, or what they answered.

    Nothing is sent by this: tell them first. Whoever did not ask is refused with all others.
    """
    actor, feature = api.may(request, "features.change"), features.named(feature_id)
    _refuse_others(feature, given.people)
    if given.kind == Note.Kind.TOLD:
        channel = given.channel or ""
        note = telling.tell(actor, feature, people=given.people, channel=channel)
    elif given.kind == Note.Kind.TAKEN_BACK:
        note = telling.take_back(actor, feature, people=given.people)
    else:
        note = telling.answer(
            actor, feature, people=given.people, kind=given.kind, words=given.words
        )
    return 201, {"data": _note(note)}


@router.delete(
    "/features/{feature_id}/asked/{note_id}", response={200: api.One[NoteOut], **api.REFUSALS}
)
def undo_note(request: HttpRequest, feature_id: str, note_id: str) -> Any:
    """Take back all that was noted at once. Answers with how it stood."""
    actor, feature = api.may(request, "features.change"), features.named(feature_id)
    note = get_object_or_404(Note, pk=api.number(note_id, "note"), feature=feature)
    stood = _note(note)
    telling.undo(actor, note)
    return {"data": stood}


def _refuse_others(feature: Feature, people: list[str]) -> None:
    behind = asked.needs_behind([feature])[feature.pk]
    others = sorted(set(people) - set(asked.known(feature.pk, behind, people)))
    if others:
        named = ", ".join(others[:5]) + (", …" if len(others) > 5 else "")
        raise ParameterError(
            f"Not all of them asked for {feature}: not {named}.",
            hint="GET this address lists who did",
        )


def _asked(person: Any) -> dict[str, Any]:
    one = person.asked
    asker, newest = one.asker, one.newest
    by = asker.told.author if asker else None
    return {
        "customer_id": person.customer_id,
        "name": person.name,
        "email": person.email,
        "account_id": person.account_id,
        "account_name": person.account_name,
        "state": one.state,
        "channel": asker.told.channel if asker else "",
        "told_at": asker.told.at if asker else None,
        "told_by": by.name if by else "",
        "answered_at": asker.answer.at if asker and asker.answer else None,
        "words": asker.words if asker else "",
        "n_said": one.n_said,
        "newest": newest
        and {
            "id": f"feedback_{newest.pk}",
            "text": newest.text,
            "said_at": newest.occurred_at,
        },
    }


def _note(note: Note) -> dict[str, Any]:
    return {
        "id": f"note_{note.pk}",
        "feature": f"feature_{note.feature_id}",
        "kind": note.kind,
        "channel": note.channel,
        "n_people": note.n_people,
        "at": note.at,
    }


def _named(place_id: str) -> Item:
    on_it = Item.objects.select_related("feature", "release")
    return get_object_or_404(on_it, pk=api.number(place_id, "roadmap"))


def _release_named(release_id: str) -> Release:
    return get_object_or_404(Release, pk=api.number(release_id, "release"))


def _vision(vision: Vision) -> dict[str, Any]:
    writer = vision.changed_by
    return {
        "text": vision.text,
        "is_shared": vision.is_shared,
        "changed_by": writer.name if writer else None,
        "changed_at": vision.changed_at,
    }


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
