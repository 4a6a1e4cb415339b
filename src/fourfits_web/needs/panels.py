"""What needs show on pages of lower slices, in the inbox and in the palette."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString

from fourfits_web.core import addresses, lists
from fourfits_web.core.actors import Actor
from fourfits_web.core.registry import Found
from fourfits_web.feedback.models import Item
from fourfits_web.needs import queries
from fourfits_web.needs.models import Need

SHOWN = 8


def of_item(request: HttpRequest, item: Item) -> Mapping[str, Any]:
    """The needs that an item speaks of."""
    may_sort = Actor.of(request).may("feedback.sort")
    return {"item": item, "links": queries.links_of(item), "may_sort": may_sort}


def of_person(request: HttpRequest, person: Any) -> Mapping[str, Any] | None:
    """The needs that a person carries."""
    return _carried(queries.spoken_of_by_person(person.customer_id))


def of_account(request: HttpRequest, account: Any) -> Mapping[str, Any] | None:
    """The needs that the people of an account carry."""
    return _carried(queries.spoken_of_by_account(account.account_id))


def palette(actor: Actor, text: str, limit: int) -> Iterable[Found]:
    """Needs by a part of their name."""
    for need in queries.active().filter(name__icontains=text)[:limit]:
        url = addresses.to("needs:need", need.pk)
        yield Found(title=need.name, url=url, detail=f"{need.n_people:,} people")


def prepare(items: Sequence[Item]) -> None:
    """Look up the needs of the items of a page."""
    found = queries.by_item([item.pk for item in items])
    for item in items:
        item.__dict__["needs"] = found.get(item.pk, [])


def column() -> lists.Column:
    """The needs of an item, in the inbox."""
    return lists.Column("needs", "Need", value=_names, render=_linked, wraps=True)


def filters() -> Iterable[lists.Filter]:
    """Items by need, in the inbox."""
    known = tuple(queries.choices())
    if known:
        yield Speaking("need", "Need", options=known, nothing="No need yet")


class Speaking(lists.Choice):
    """Items that speak of any of the chosen needs."""

    def narrow(self, rows: Any, chosen: list[str]) -> Any:
        ids = [int(each) for each in chosen if each != self.NOTHING]
        condition: Any = queries.speaking_of(ids) if ids else None
        if self.NOTHING in chosen:
            none = ~queries.speaking_of_any()
            condition = none if condition is None else condition | none
        return rows.when(condition)


def _carried(found: list[tuple[Need, int]]) -> Mapping[str, Any] | None:
    return {"needs": found[:SHOWN], "n_more": max(len(found) - SHOWN, 0)} if found else None


def _names(item: Item) -> list[str]:
    return [need.name for need in item.__dict__.get("needs", ())]


def _linked(item: Item) -> str:
    needs = item.__dict__.get("needs", ())
    if not needs:
        return SafeString('<span class="none">–</span>')
    links = [
        f'<a href="{addresses.to("needs:need", need.pk)}">{escape(need.name)}</a>' for need in needs
    ]
    return SafeString(", ".join(links))
