"""Features for programs."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router

from fourfits_web.core import api
from fourfits_web.features import actions, queries
from fourfits_web.features.models import Feature, Kind, Status, Strength
from fourfits_web.needs import api as needs

router = Router()
KindWord = Annotated[Kind, api.one_of(Kind)]
StatusWord = Annotated[Status, api.one_of(Status)]
StrengthWord = Annotated[Strength, api.one_of(Strength)]


class StandingOut(api.Out):
    """Where a feature stands in the newest ranking and demand: people and accounts apart."""

    score: float | None
    score_low: float | None
    score_high: float | None
    rank: int | None
    rank_low: int | None
    rank_high: int | None
    p_top_k: float | None
    people: float | None
    people_low: float | None
    people_high: float | None
    account_amount: float | None
    account_amount_low: float | None
    account_amount_high: float | None
    carried_by_one_account: bool


class FeatureOut(api.Out):
    """A feature."""

    id: str
    feature_id: str
    name: str
    description: str
    kind: str
    status: str
    need: str
    segment: str
    product_id: str
    release_on: datetime.date | None
    changed_at: datetime.datetime


class LinkOut(api.Out):
    """A need that a feature answers."""

    need: str
    name: str
    strength: StrengthWord = Field(description="How much it matters for the need.")


class WholeFeatureOut(FeatureOut):
    """A feature with its place in the ranking and the needs that it answers."""

    standing: StandingOut
    needs: list[LinkOut] = Field(description="As people linked them, the strongest first.")


class FeatureIn(api.In):
    """What is asked for."""

    name: str = Field(min_length=1, max_length=300)
    description: str = Field("", max_length=20_000)
    kind: KindWord | None = None
    status: StatusWord = Status.IDEA
    need: str = Field("", max_length=300)
    segment: str = Field("", max_length=200)
    product_id: str = Field("", max_length=200)
    release_on: api.Day | None = None


class FeatureChange(api.In):
    """What is different now; what is left out stays."""

    name: str | None = Field(None, min_length=1, max_length=300)
    description: str | None = Field(None, max_length=20_000)
    kind: KindWord | None = None
    status: StatusWord | None = None
    need: str | None = Field(None, max_length=300)
    segment: str | None = Field(None, max_length=200)
    product_id: str | None = Field(None, max_length=200)
    release_on: api.Day | None = None


class LinkIn(api.In):
    """How a feature answers a need."""

    strength: StrengthWord = Strength.IMPORTANT


class InputIn(api.In):
    """One statement about one input of a score."""

    name: str = Field(max_length=32, description="reach, impact, confidence, effort, …")
    likely: float
    low: float | None = None
    high: float | None = None
    source: str = Field("", max_length=300, description="How you know.")
    confidence_share: float | None = Field(None, gt=0, le=1)


@router.get("/features", response={200: api.Rows[FeatureOut], **api.REFUSALS}, by_alias=True)
def list_features(
    request: HttpRequest,
    part: Query[api.Part],
    status: StatusWord | None = None,
) -> Any:
    """Features, newest first."""
    api.may(request, "workspace.read")
    found = Feature.objects.filter(status=status) if status else Feature.objects.all()
    return api.rows(found, part, _head)


@router.get("/features/{feature_id}", response={200: api.One[WholeFeatureOut], **api.REFUSALS})
def get_feature(request: HttpRequest, feature_id: str) -> Any:
    """One feature with its rank, its score and its demand."""
    api.may(request, "workspace.read")
    return {"data": _whole(named(feature_id))}


@router.post("/features", response={201: api.One[WholeFeatureOut], **api.REFUSALS})
@api.idempotent
def add_feature(request: HttpRequest, given: FeatureIn) -> Any:
    """Add a feature."""
    actor = api.may(request, "features.change")
    fields = {name: value for name, value in given.model_dump().items() if value is not None}
    return 201, {"data": _whole(actions.add(actor, **fields))}


@router.patch("/features/{feature_id}", response={200: api.One[WholeFeatureOut], **api.REFUSALS})
def change_feature(request: HttpRequest, feature_id: str, given: FeatureChange) -> Any:
    """Change a feature."""
    actor = api.may(request, "features.change")
    fields = given.model_dump(exclude_unset=True)
    said = {name: "" if value is None and name != "release_on" else value
            for name, value in fields.items()}  # fmt: skip
    return {"data": _whole(actions.change(actor, named(feature_id), **said))}


@router.post(
    "/features/{feature_id}/inputs", response={201: api.One[WholeFeatureOut], **api.REFUSALS}
)
@api.idempotent
def give_input(request: HttpRequest, feature_id: str, given: InputIn) -> Any:
    """State an input of the score."""
    actor = api.may(request, "features.score")
    feature = actions.give_input(actor, named(feature_id), **given.model_dump())
    return 201, {"data": _whole(feature)}


@router.put(
    "/features/{feature_id}/needs/{need_id}",
    response={200: api.One[WholeFeatureOut], **api.REFUSALS},
)
def link_need(request: HttpRequest, feature_id: str, need_id: str, given: LinkIn) -> Any:
    """Say that a feature answers a need, and how much it matters for it."""
    actor, feature = api.may(request, "features.change"), named(feature_id)
    need = needs.named(need_id)
    return {"data": _whole(actions.link_need(actor, feature, need=need, **given.model_dump()))}


@router.delete(
    "/features/{feature_id}/needs/{need_id}",
    response={200: api.One[WholeFeatureOut], **api.REFUSALS},
)
def unlink_need(request: HttpRequest, feature_id: str, need_id: str) -> Any:
    """Take the link to a need away."""
    actor, feature = api.may(request, "features.change"), named(feature_id)
    return {"data": _whole(actions.unlink_need(actor, feature, need=needs.named(need_id)))}


def named(feature_id: str) -> Feature:
    """The feature of an id.

    Raises:
        Http404: If there is none.
    """
    return get_object_or_404(Feature, pk=api.number(feature_id, "feature"))


def _head(feature: Feature) -> dict[str, Any]:
    named = {name: getattr(feature, name) for name in FeatureOut.model_fields if name != "id"}
    return {"id": f"feature_{feature.pk}", **named}


def _whole(feature: Feature) -> dict[str, Any]:
    standing = queries.standing(feature)
    shown = {name: getattr(standing, name) for name in StandingOut.model_fields}
    linked = [
        {"need": f"need_{link.need_id}", "name": link.need.name, "strength": link.strength}
        for link in queries.links(feature)
    ]
    return {**_head(feature), "standing": shown, "needs": linked}
