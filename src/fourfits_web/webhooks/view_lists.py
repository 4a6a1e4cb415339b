"""The lists of receivers and of what was brought to one of them."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.safestring import SafeString

from fourfits_web.core import addresses, display, lists
from fourfits_web.webhooks import queries
from fourfits_web.webhooks.models import Attempt, Delivery, Endpoint

if TYPE_CHECKING:
    from django.http import HttpRequest

    from fourfits_web.core.lists.sources import Rows

_NONE = SafeString('<span class="none">–</span>')
_SAMPLE = uuid.UUID(int=0)
_NAMED = 3
"""Events that a row names; more are counted."""
_STATES = {"active": ("Active", "good"), "paused": ("Paused", "warn")}
_TONES = {
    Delivery.Status.WAITING: ("Waiting", "info"),
    Delivery.Status.DELIVERED: ("Delivered", "good"),
    Delivery.Status.GIVEN_UP: ("Given up", "bad"),
}


@dataclass(frozen=True, eq=False)
class _Hears(lists.Choice):
    """Who hears of an event; a receiver without a choice hears of all."""

    def narrow(self, rows: Rows, chosen: list[str]) -> Rows:
        return rows.when(lambda one: not one.events or bool({*chosen} & {*one.events}))


def _hears(one: Endpoint) -> list[str]:
    return list(one.events) or ["everything"]


def _hears_cell(one: Endpoint) -> str:
    named = _hears(one)
    more = len(named) - _NAMED
    words = ", ".join(named[:_NAMED])
    return f"{words} and {more} more" if more > 0 else words


def _state(one: Endpoint) -> str:
    return "active" if one.is_active else "paused"


def _state_cell(one: Endpoint) -> SafeString:
    word, tone = _STATES[_state(one)]
    why = (
        ""
        if one.is_active
        else f'<br><small class="text-secondary">{escape(one.paused_because)}</small>'
    )
    return SafeString(f'<span class="status {tone}">{word}</span>{why}')


ENDPOINTS = lists.List(
    key="webhooks",
    title="Webhooks",
    noun="receiver",
    columns=(
        lists.Column("name", "Receiver", link=True, sort="name"),
        lists.Column("url", "Address", sort="url", wraps=True),
        lists.Column("events", "Hears", value=_hears, render=_hears_cell, wraps=True, headed=True),
        lists.Column("state", "State", value=_state, render=_state_cell, sort="is_active"),
        lists.Column("paused_because", "Why paused", shown=False),
        lists.Column("created_at", "Added", kind="day", sort="created_at", shown=False, headed=True),
    ),
    filters=(
        lists.Choice("state", "State", field="is_active", options=[(True, "Active"), (False, "Paused")]),
        _Hears("hears", "Hears", options=lambda: [(name, name) for name in queries.events()]),
    ),
    search=("name", "url", "events"),
    search_hint="Search receiver, address or event",
    default_sort="name",
    open=lambda one: addresses.to("webhooks:endpoint", one.pk),
    empty=lists.Empty(
        "Nothing is sent anywhere yet",
        "Add the address of a system that should hear of new feedback, needs, features or decisions.",
        icon="webhook",
    ),
)  # fmt: skip


def deliveries(request: HttpRequest) -> lists.List:
    """The log of one receiver, newest first; each message can be sent again."""
    form, page, replay = lists.Form(request), _around("delivery"), _around("replay")

    def again(one: Delivery) -> SafeString:
        if not one.has_body:
            return SafeString('<span class="text-secondary">message removed</span>')
        return form.button(str(one.pk).join(replay), "Send again")

    return lists.List(
        key="deliveries",
        title="Deliveries",
        noun=("delivery", "deliveries"),
        columns=(
            lists.Column("event", "Event", link=True, sort="event"),
            lists.Column("created_at", "When", kind="moment", sort="created_at"),
            lists.Column("status", "State", labels=_TONES, render=_status, sort="status"),
            lists.Column("n_attempts", "Attempts", kind="number", sort="n_attempts"),
            lists.Column("answer", "Last answer", value=_answer, render=_answer_cell),
            lists.Column("next_at", "Tried next", kind="moment", value=_next_at, sort="next_at", shown=False),
            lists.Column("message_id", "Message", shown=False),
            lists.Column("again", "Send again", render=again, is_control=True),
        ),
        filters=(
            lists.Choice("status", "State", options=Delivery.Status.choices),
            lists.Text("event", "Event"),
            lists.Days("created_at", "When"),
        ),
        search=("event", "message_id"),
        search_hint="Search event or message",
        default_sort="-created_at",
        open=lambda one: str(one.pk).join(page),
        prepare=_prepare,
        empty=lists.Empty(
            "Nothing was sent there yet",
            "Events stand here as they happen; a trial message shows whether the receiver answers.",
            icon="webhook",
        ),
    )  # fmt: skip


def _around(name: str) -> tuple[str, str]:
    """What stands before and after the key in an address: resolved once for all rows."""
    before, _, after = reverse(f"webhooks:{name}", args=[_SAMPLE]).partition(str(_SAMPLE))
    return before, after


def _prepare(found: list[Any]) -> None:
    """Look up the attempts of all of them at once."""
    prefetch_related_objects(found, "attempts")


def _last(one: Delivery) -> Attempt | None:
    attempts = list(one.attempts.all())
    return attempts[-1] if attempts else None


def _answer(one: Delivery) -> str:
    last = _last(one)
    return f"{last.answer or ''} {last.problem}".strip() if last else ""


def _answer_cell(one: Delivery) -> SafeString:
    last = _last(one)
    if last is None:
        return _NONE
    took = f' <small class="text-secondary">{last.milliseconds} ms</small>' if last.answer else ""
    return SafeString(f"{escape(_answer(one))}{took}")


def _next_at(one: Delivery) -> datetime.datetime | None:
    """When a message that was not taken is tried again."""
    is_tried_again = one.status == Delivery.Status.WAITING and one.n_attempts
    return one.next_at if is_tried_again else None


def _status(one: Delivery) -> SafeString:
    word, tone = _TONES[Delivery.Status(one.status)]
    shown, again = f'<span class="status {tone}">{word}</span>', _next_at(one)
    if again is not None:
        shown += f'<br><small class="text-secondary">next {escape(display.moment(again))}</small>'
    return SafeString(shown)
