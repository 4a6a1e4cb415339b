"""Feedback for programs: hand it in, read it, sort it."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router
from pydantic import BaseModel, ConfigDict, SkipValidation, ValidationError

from fourfits.errors import FourfitsError
from fourfits_web.core import api
from fourfits_web.feedback import actions, queries
from fourfits_web.feedback.models import Item, Source, Status, Strength
from fourfits_web.members.models import Member

router = Router()
MOST_AT_ONCE = 1_000
StatusWord = Annotated[Status, api.one_of(Status)]
SourceWord = Annotated[Source, api.one_of(Source)]
StrengthWord = Annotated[Strength, api.one_of(Strength)]


class ItemOut(api.Out):
    """One piece of feedback, and how far the team is with it."""

    id: str
    feedback_id: str
    customer_id: str
    account_id: str
    source: str
    occurred_at: datetime.datetime
    title: str
    text: str
    rating: float | None
    language: str
    url: str
    strength: str
    status: StatusWord
    assignee_id: int | None
    tags: list[str]


class ItemIn(api.In):
    """What a customer said."""

    text: str = Field(min_length=1, max_length=100_000)
    feedback_id: str = Field("", max_length=200, description="Yours; the same again is the same.")
    customer_id: str = Field("", max_length=200)
    account_id: str = Field("", max_length=200)
    source: SourceWord | None = None
    occurred_at: api.Moment | None = Field(None, description="Now, unless given.")
    title: str = Field("", max_length=1_000)
    rating: float | None = Field(None, ge=-1e9, le=1e9)
    language: str = Field("", max_length=35)
    url: str = Field("", max_length=2_000)
    strength: StrengthWord | None = Field(None, description="How much it matters to who said it.")


class BatchIn(BaseModel):
    """Items at once; each is looked at by itself, so that one that is refused refuses no other."""

    model_config = ConfigDict(extra="forbid")
    feedback: list[SkipValidation[ItemIn]] = Field(min_length=1, max_length=MOST_AT_ONCE)


class TakenOut(api.Out):
    """What became of one item: its id, or why it was refused."""

    id: str | None
    feedback_id: str | None
    error: api.Problem | None


class BatchOut(api.Out):
    """What became of each item, in the order in which they were handed in."""

    data: list[TakenOut]
    n_taken: int = Field(description="Stored, or stood already.")
    n_refused: int


class ItemChange(api.In):
    """What the team does about it; what is left out stays."""

    status: StatusWord | None = None
    assignee_id: int | None = Field(
        None, ge=0, le=api.LARGEST, description="A member; 0 takes it from everybody."
    )
    add_tags: list[str] = Field([], max_length=20)
    remove_tags: list[str] = Field([], max_length=20)


class ItemFilter(api.In):
    """Which items."""

    status: StatusWord | None = None
    source: SourceWord | None = None
    customer_id: str = ""
    account_id: str = ""


@router.get("/feedback", response={200: api.Rows[ItemOut], **api.REFUSALS}, by_alias=True)
def list_feedback(
    request: HttpRequest,
    part: Query[api.Part],
    chosen: Query[ItemFilter],
) -> Any:
    """Feedback, the newest to arrive first."""
    api.may(request, "workspace.read")
    wanted = {name: value for name, value in chosen.model_dump().items() if value}
    return api.rows(queries.items().filter(**wanted), part, shown)


@router.post("/feedback/batch", response={207: BatchOut, **api.REFUSALS})
@api.idempotent
def hand_in_many(request: HttpRequest, given: BatchIn) -> Any:
    """Hand in up to 1,000 items at once; those not refused are stored, all together, when it answers.

    Each item is taken or refused by itself, as if it came alone: the answer names, in their order,
    its id or its error. Ten items count as one request of the limit per minute.
    """
    actor = api.may(request, "feedback.add")
    api.count_items(request, len(given.feedback))
    read = [_draft(one) for one in given.feedback]
    drafts = [one for one in read if isinstance(one, actions.Draft)]
    taken = iter(actions.receive_all(actor, drafts))
    data = [
        _taken(next(taken)) if isinstance(one, actions.Draft) else _refused(one) for one in read
    ]
    n_refused = sum(one["error"] is not None for one in data)
    return 207, {"data": data, "n_taken": len(data) - n_refused, "n_refused": n_refused}


@router.get("/feedback/{item_id}", response={200: api.One[ItemOut], **api.REFUSALS})
def get_feedback(request: HttpRequest, item_id: str) -> Any:
    """One item."""
    api.may(request, "workspace.read")
    return {"data": shown(named(item_id))}


@router.post("/feedback", response={201: api.One[ItemOut], **api.REFUSALS})
@api.idempotent
def hand_in_feedback(request: HttpRequest, given: ItemIn) -> Any:
    """Hand in what a customer said; it is stored when this answers."""
    actor = api.may(request, "feedback.add")
    return 201, {"data": shown(actions.receive(actor, **_said(given)))}


@router.patch("/feedback/{item_id}", response={200: api.One[ItemOut], **api.REFUSALS})
def sort_feedback(request: HttpRequest, item_id: str, given: ItemChange) -> Any:
    """Mark, assign, tag."""
    actor = api.may(request, "feedback.sort")
    item = named(item_id)
    with transaction.atomic():
        if given.assignee_id is not None:
            to = get_object_or_404(Member, pk=given.assignee_id) if given.assignee_id else None
            item = actions.assign(actor, item, to=to)
        if given.add_tags or given.remove_tags:
            item = actions.tag(actor, item, add=given.add_tags, remove=given.remove_tags)
        if given.status is not None:
            item = actions.mark(actor, item, status=given.status)
    return {"data": shown(item)}


def named(item_id: str) -> Item:
    """The item of an id.

    Raises:
        Http404: If there is none.
    """
    return get_object_or_404(Item, pk=api.number(item_id, "feedback"))


def shown(item: Item) -> dict[str, Any]:
    """An item as the API tells it."""
    fields = {name: getattr(item, name) for name in ItemOut.model_fields if name != "id"}
    return {"id": f"feedback_{item.pk}", **fields}


def _said(given: ItemIn) -> dict[str, Any]:
    return {name: value for name, value in given.model_dump().items() if value is not None}


def _draft(given: Any) -> actions.Draft | dict[str, Any]:
    """An item of a batch, or what its schema says against it."""
    try:
        return actions.Draft(**_said(ItemIn.model_validate(given)))
    except ValidationError as problem:
        return api.told_invalid(problem.errors())


def _taken(one: Item | FourfitsError) -> dict[str, Any]:
    if isinstance(one, FourfitsError):
        return _refused(api.told(one))
    return {"id": f"feedback_{one.pk}", "feedback_id": one.feedback_id, "error": None}


def _refused(problem: dict[str, Any]) -> dict[str, Any]:
    return {"id": None, "feedback_id": None, "error": problem}
