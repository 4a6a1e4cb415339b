"""Needs for programs: read them, shape them, say which feedback speaks of them."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router

from fourfits_web.core import api
from fourfits_web.core.actors import Actor
from fourfits_web.feedback import api as feedback
from fourfits_web.needs import actions, queries
from fourfits_web.needs.models import Need, Status

router = Router()
StatusWord = Annotated[Status, api.one_of(Status)]
QUOTES = 8


class NeedOut(api.Out):
    """A need with the figures of its newest count."""

    id: str
    name: str
    description: str
    status: StatusWord
    is_named: bool = Field(description="Whether a person gave the name; runs leave it then.")
    found_as: str
    merged_into: str | None
    n_items: int
    n_people: int
    n_accounts: int
    people: float | None
    account_amount: float | None
    is_carried: bool = Field(description="Whether one account holds more than half of the money.")
    trend_ratio: float | None
    counted_at: datetime.datetime | None
    created_at: datetime.datetime


class QuoteOut(api.Out):
    """What stands for a need, in a customer's words."""

    feedback: str
    customer_id: str
    account_id: str
    occurred_at: datetime.datetime
    text: str


class WholeNeedOut(NeedOut):
    """A need with its words and its months."""

    months: list[int] = Field(description="Items of each of the last twelve months.")
    quotes: list[QuoteOut]


class NeedIn(api.In):
    """A need that nobody found."""

    name: str = Field(min_length=1, max_length=actions.LONGEST_NAME)
    description: str = Field("", max_length=5_000)


class NeedChange(api.In):
    """What is different now; what is left out stays."""

    name: str | None = Field(None, min_length=1, max_length=actions.LONGEST_NAME)
    description: str | None = Field(None, max_length=5_000)


class MergeIn(api.In):
    """Where a need goes."""

    into: str = Field(description="Id of the need that stays.")


class SplitIn(api.In):
    """What becomes a need of its own."""

    name: str = Field(min_length=1, max_length=actions.LONGEST_NAME)
    feedback: list[str] = Field(min_length=1, max_length=1_000, description="Ids of its items.")


@router.get("/needs", response={200: api.Rows[NeedOut], **api.REFUSALS}, by_alias=True)
def list_needs(
    request: HttpRequest,
    part: Query[api.Part],
    status: StatusWord | Literal["standing"] | None = None,
) -> Any:
    """Needs, newest first; those that are `standing` are proposed or accepted."""
    api.may(request, "workspace.read")
    found = queries.tab(status) if status else Need.objects.all()
    return api.rows(found, part, _head)


@router.get("/needs/{need_id}", response={200: api.One[WholeNeedOut], **api.REFUSALS})
def get_need(request: HttpRequest, need_id: str) -> Any:
    """One need with its figures, its months and its most telling quotes."""
    api.may(request, "workspace.read")
    return {"data": _whole(named(need_id))}


@router.get(
    "/needs/{need_id}/feedback",
    response={200: api.Rows[feedback.ItemOut], **api.REFUSALS},
    by_alias=True,
)
def list_feedback_of_need(
    request: HttpRequest,
    part: Query[api.Part],
    need_id: str,
) -> Any:
    """What speaks of a need, the newest to arrive first."""
    api.may(request, "workspace.read")
    return api.rows(queries.items(named(need_id)), part, feedback.shown)


@router.post("/needs", response={201: api.One[WholeNeedOut], **api.REFUSALS})
@api.idempotent
def add_need(request: HttpRequest, given: NeedIn) -> Any:
    """Name a need that nobody found; a theme of that name joins it."""
    actor = api.may(request, "needs.shape")
    return 201, {"data": _whole(actions.add(actor, **given.model_dump()))}


@router.patch("/needs/{need_id}", response={200: api.One[WholeNeedOut], **api.REFUSALS})
def change_need(request: HttpRequest, need_id: str, given: NeedChange) -> Any:
    """Give another name or description; both stay after every run."""
    actor, need = api.may(request, "needs.shape"), named(need_id)
    with transaction.atomic():
        if given.name is not None:
            need = actions.rename(actor, need, name=given.name)
        if given.description is not None:
            need = actions.describe(actor, need, description=given.description)
    return {"data": _whole(need)}


@router.post("/needs/{need_id}/accept", response={200: api.One[WholeNeedOut], **api.REFUSALS})
@api.idempotent
def accept_need(request: HttpRequest, need_id: str) -> Any:
    """Say that it is a need; it stays after every run."""
    return _shaped(request, need_id, actions.accept)


@router.post("/needs/{need_id}/drop", response={200: api.One[WholeNeedOut], **api.REFUSALS})
@api.idempotent
def drop_need(request: HttpRequest, need_id: str) -> Any:
    """Say that it is none: what speaks of it is not proposed again."""
    return _shaped(request, need_id, actions.drop)


@router.post("/needs/{need_id}/propose", response={200: api.One[WholeNeedOut], **api.REFUSALS})
@api.idempotent
def propose_need(request: HttpRequest, need_id: str) -> Any:
    """Take up again what was dropped, has faded, or was accepted too early."""
    return _shaped(request, need_id, actions.propose)


@router.post("/needs/{need_id}/merge", response={200: api.One[WholeNeedOut], **api.REFUSALS})
@api.idempotent
def merge_need(request: HttpRequest, need_id: str, given: MergeIn) -> Any:
    """Make it a part of another need, with all that speaks of it."""
    actor = api.may(request, "needs.shape")
    need, into = named(need_id), named(given.into)
    return {"data": _whole(actions.merge(actor, need, into=into))}


@router.post("/needs/{need_id}/unmerge", response={200: api.One[WholeNeedOut], **api.REFUSALS})
@api.idempotent
def unmerge_need(request: HttpRequest, need_id: str) -> Any:
    """Take a merger back: what the need brought along comes back with it."""
    return _shaped(request, need_id, actions.unmerge)


@router.post("/needs/{need_id}/split", response={201: api.One[WholeNeedOut], **api.REFUSALS})
@api.idempotent
def split_need(request: HttpRequest, need_id: str, given: SplitIn) -> Any:
    """Make a need of its own of some of what speaks of a need; answers with the new one."""
    actor, need = api.may(request, "needs.shape"), named(need_id)
    items = [api.number(one, "feedback") for one in given.feedback]
    return 201, {"data": _whole(actions.split(actor, need, name=given.name, items=items))}


@router.put(
    "/needs/{need_id}/feedback/{item_id}",
    response={200: api.One[feedback.ItemOut], **api.REFUSALS},
)
def link_feedback(request: HttpRequest, need_id: str, item_id: str) -> Any:
    """Say that an item speaks of a need, whatever runs find."""
    actor, need = api.may(request, "feedback.sort"), named(need_id)
    item = actions.link(actor, feedback.named(item_id), need=need)
    return {"data": feedback.shown(item)}


@router.delete(
    "/needs/{need_id}/feedback/{item_id}",
    response={200: api.One[feedback.ItemOut], **api.REFUSALS},
)
def unlink_feedback(request: HttpRequest, need_id: str, item_id: str) -> Any:
    """Say that an item does not speak of a need, whatever runs find."""
    actor, need = api.may(request, "feedback.sort"), named(need_id)
    item = actions.unlink(actor, feedback.named(item_id), need=need)
    return {"data": feedback.shown(item)}


def named(need_id: str) -> Need:
    """The need of an id.

    Raises:
        Http404: If there is none.
    """
    return get_object_or_404(Need, pk=api.number(need_id, "need"))


def _shaped(request: HttpRequest, need_id: str, act: Callable[[Actor, Need], Need]) -> Any:
    actor = api.may(request, "needs.shape")
    return {"data": _whole(act(actor, named(need_id)))}


def _head(need: Need) -> dict[str, Any]:
    named = {
        name: getattr(need, name)
        for name in NeedOut.model_fields
        if name not in {"id", "merged_into"}
    }
    into = f"need_{need.merged_into_id}" if need.merged_into_id else None
    return {"id": f"need_{need.pk}", "merged_into": into, **named}


def _whole(need: Need) -> dict[str, Any]:
    quotes = [
        {
            "feedback": f"feedback_{item.pk}",
            "customer_id": item.customer_id,
            "account_id": item.account_id,
            "occurred_at": item.occurred_at,
            "text": item.text,
        }
        for item in queries.quotes(need, QUOTES)
    ]
    return {**_head(need), "months": need.months, "quotes": quotes}
