"""Pages of people and accounts."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from fourfits_web.core import registry
from fourfits_web.core.pages import may, page
from fourfits_web.customers import lists, queries


@require_GET
@may("workspace.read")
def people(request: HttpRequest) -> HttpResponseBase:
    """Everybody."""
    return lists.PEOPLE.answer(request, queries.everybody())


@require_GET
@may("workspace.read")
def accounts(request: HttpRequest) -> HttpResponseBase:
    """All organisations."""
    return lists.ACCOUNTS.answer(request, queries.organisations())


@require_GET
@may("workspace.read")
def person(request: HttpRequest, customer_id: str) -> HttpResponse:
    """One person: facts, what they did in time order, what upper slices know of them."""
    found = queries.person(customer_id)
    if found is None:
        raise Http404
    context = {
        "person": found,
        "account": queries.account(found.account_id) if found.account_id else None,
        "panels": registry.panels(request, "customers.person", found),
        **_timeline(request, "person", customer_id),
    }
    return page(request, "customers/person.html", context)


@require_GET
@may("workspace.read")
def account(request: HttpRequest, account_id: str) -> HttpResponse:
    """One account: facts, its people by their part in buying, deals, what they did."""
    found = queries.account(account_id)
    if found is None:
        raise Http404
    context = {
        "account": found,
        "people": list(queries.people_of(account_id)[:100]),
        "panels": registry.panels(request, "customers.account", found),
        **_timeline(request, "account", account_id),
    }
    return page(request, "customers/account.html", context)


def _timeline(request: HttpRequest, of: str, key: str) -> dict[str, Any]:
    given = request.GET.get("part", "0")
    part = int(given) if given.isdecimal() else 0
    kind = request.GET.get("kind", "")
    rows = queries.moments(of, key, part)
    shown = [
        {
            "at": datetime.datetime.fromtimestamp(at, datetime.UTC),
            "kind": kind_,
            "title": title,
            "detail": detail,
            "amount": None if kind_ == "usage" else amount,
            "n": n,
            "who": who,
            "currency": currency or settings.WORKSPACE.currency,
        }
        for at, kind_, title, detail, amount, n, who, currency in map(_whole, rows)
        if not kind or kind == kind_
    ]
    return {
        "moments": shown,
        "kinds": sorted({row[1] for row in rows}),
        "kind": kind,
        "earlier": part + 1 if rows and len(rows) >= 500 else None,
    }


def _whole(moment: list[Any]) -> list[Any]:
    """What stands at the end of a moment is left out where it is nothing."""
    return [*moment, *[None] * (8 - len(moment))]
