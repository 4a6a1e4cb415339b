"""The inbox as a list: its tabs, columns, filters, and what can be done with several items.

Slices above add what they know of items with `extend`, such as the needs that items speak of.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from fourfits_web.core import addresses, lists, naming
from fourfits_web.customers import queries as customers
from fourfits_web.feedback import queries
from fourfits_web.feedback.models import Item, Source, Status
from fourfits_web.feedback.templatetags.feedback import excerpt
from fourfits_web.members.models import Member

TABS = (
    ("open", "Open"),
    ("mine", "Mine"),
    ("sorted", "Sorted"),
    ("closed", "Closed"),
    ("all", "All"),
)
TONES = {
    Status.OPEN: ("Open", "info"),
    Status.SORTED: ("Sorted", "good"),
    Status.CLOSED: ("Closed", ""),
}
_STARS = tuple((float(n), str(n)) for n in range(1, 6))


@dataclass(frozen=True, kw_only=True)
class Extension:
    """What a slice above adds to the inbox; the functions are called for each page."""

    columns: tuple[lists.Column, ...] = ()
    filters: Callable[[], Iterable[lists.Filter]] = tuple
    bulk: tuple[lists.Bulk, ...] = ()
    prepare: Callable[[Sequence[Item]], None] | None = None


EXTENSIONS: list[Extension] = []


def extend(**fields: Any) -> None:
    """Add to the inbox."""
    EXTENSIONS.append(Extension(**fields))


def inbox(tab: str, request: HttpRequest, members: Iterable[Member]) -> lists.List:
    """The inbox at one of its tabs; the address of an item remembers the way back."""
    first, way = address("open"), _way(tab, request)
    return lists.List(
        key="feedback",
        title="Feedback",
        noun="item",
        columns=_columns(),
        filters=tuple(_filters(members)),
        search=queries.matching,
        search_hint="Search what was said",
        default_sort="-occurred_at",
        open=lambda item: f"{first}{item.pk}/?{way}",
        empty=_empty(tab),
        bulk=_bulk(tab),
        prepare=_prepare,
    )


def address(tab: str) -> str:
    """Where a tab is."""
    return addresses.page("feedback:inbox" if tab == "open" else f"feedback:{tab}")


def _way(tab: str, request: HttpRequest) -> str:
    """The part of the address that says from which list an item was opened."""
    way = request.GET.copy()
    for name in ("page", "size", "columns", "format"):
        way.pop(name, None)
    way["tab"] = tab
    return way.urlencode()


@functools.cache
def _columns() -> tuple[lists.Column, ...]:
    return (
        lists.Column("text", "Feedback", render=excerpt, link=True),
        lists.Column("customer", "Customer", value=_voice, link=_voice_address, wraps=True),
        *(column for each in EXTENSIONS for column in each.columns),
        lists.Column("source", "Source", labels=dict(Source.choices), sort="source"),
        lists.Column("rating", "Rating", kind="number", sort="rating"),
        lists.Column("tags", "Tags", kind="tags"),
        lists.Column("assignee", "Assignee", value="assignee.name"),
        lists.Column("status", "Status", labels=TONES, shown=False),
        lists.Column("strength", "Matters", shown=False),
        lists.Column("language", "Language", shown=False),
        lists.Column("url", "Where it stands", shown=False),
        lists.Column("feedback_id", "Id", shown=False),
        lists.Column("occurred_at", "Said", kind="ago", sort="occurred_at"),
    )


def _filters(members: Iterable[Member]) -> Iterable[lists.Filter]:
    yield lists.Choice("source", "Source", options=tuple(Source.choices))
    yield lists.Choice("rating", "Rating", options=_STARS)
    people = tuple((member.pk, member.name) for member in members)
    yield lists.Choice("assignee", "Assignee", options=people, nothing="Nobody")
    if tags := queries.tags():
        yield Tagged("tag", "Tag", options=tuple((name, name) for name in tags))
    known = customers.facets("person")
    for field, title in (("segment", "Segment"), ("plan", "Plan")):
        if field in known:
            said = naming.segments() if field == "segment" else str
            values = tuple((value, f"{said(value)} ({n:,})") for value, n in known[field])
            yield OfCustomer(field, title, options=values)
    for each in EXTENSIONS:
        yield from each.filters()
    yield lists.Days("said", "Said", field="occurred_at")


@dataclass(frozen=True)
class Tagged(lists.Choice):
    """Items with any of the chosen tags."""

    def narrow(self, rows: Any, chosen: list[str]) -> Any:
        return rows.when(queries.tagged(chosen))


@dataclass(frozen=True)
class OfCustomer(lists.Choice):
    """Items of customers with any of the chosen values."""

    def narrow(self, rows: Any, chosen: list[str]) -> Any:
        return rows.when(queries.of_customers(self.name, chosen))


def _bulk(tab: str) -> tuple[lists.Bulk, ...]:
    may = "feedback.sort"
    reopen = lists.Bulk("Reopen", "feedback:reopen_several", may, key="e")
    close = lists.Bulk("Close", "feedback:close_several", may, key="e")
    return (
        lists.Bulk("Assign", "feedback:assign_several", may, "feedback/_assign_to.html", key="a"),
        lists.Bulk("Tag", "feedback:tag_several", may, "feedback/_tag_with.html", key="t"),
        *(bulk for each in EXTENSIONS for bulk in each.bulk),
        reopen if tab == "closed" else close,
    )


def _empty(tab: str) -> lists.Empty:
    if tab in {"open", "all"}:
        return lists.Empty(
            "No feedback here",
            "Import reviews, tickets and answers, let other systems send it, or write down what a "
            "customer said.",
            action=("Add feedback", "feedback:add"),
            permission="feedback.add",
            icon="message-2",
        )
    title, text = {
        "mine": (
            "Nothing is assigned to you",
            "Choose items under Open and assign them, to yourself or to others.",
        ),
        "sorted": (
            "Nothing is sorted yet",
            "An item is sorted once its need is confirmed or somebody marks it so.",
        ),
        "closed": (
            "Nothing is closed yet",
            "Close what needs no answer any more; it still counts in the needs.",
        ),
    }[tab]
    return lists.Empty(title, text, action=("See what is open", "feedback:inbox"), icon="message-2")


def _prepare(found: Sequence[Item]) -> None:
    queries.with_voices(found)
    for each in EXTENSIONS:
        if each.prepare:
            each.prepare(found)


def _voice(item: Item) -> str:
    """Who said it, and for whom."""
    names = [str(each) for each in (item.person, item.account) if each is not None]
    return ", ".join(names) or item.customer_id or item.account_id


def _voice_address(item: Item) -> str:
    if item.person is not None:
        return addresses.to("customers:person", item.customer_id)
    return addresses.to("customers:account", item.account_id) if item.account else ""
