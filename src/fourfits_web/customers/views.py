"""Pages of people and accounts."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from fourfits_web.core import lists, naming, registry
from fourfits_web.core.pages import may, page
from fourfits_web.customers import drawing, queries, timeline, view_lists
from fourfits_web.customers.models import Account, Person
from fourfits_web.reports.models import Report


@require_GET
@may("workspace.read")
def people(request: HttpRequest) -> HttpResponseBase:
    """Everybody."""
    listed = view_lists.people(queries.facets("person"))
    return listed.answer(request, lists.Standing(queries.everybody))


@require_GET
@may("workspace.read")
def accounts(request: HttpRequest) -> HttpResponseBase:
    """All organisations."""
    listed = view_lists.accounts(queries.facets("account"))
    return listed.answer(request, lists.Standing(queries.organisations))


@require_GET
@may("workspace.read")
def person(request: HttpRequest, customer_id: str) -> HttpResponse:
    """One person: who they are, what they are worth, what they did, what other slices know."""
    found = _person(customer_id)
    report = queries.lifetime()
    context = {
        "person": found,
        "mail": found.email.partition("@"),
        "role": view_lists.BUYING_ROLES.get(found.buying_role, found.buying_role),
        "age": timezone.localdate().year - found.birth_year if found.birth_year else None,
        "report": report,
        "group": _group(report, found),
        "timeline": _timeline(request, "person", customer_id),
        "panels": registry.panels(request, "customers.person", found),
    }
    return page(request, "customers/person.html", context)


@require_GET
@may("workspace.read")
def account(request: HttpRequest, account_id: str) -> HttpResponse:
    """One account: who buys, what is open, what all its people did, what other slices know."""
    found = _account(account_id)
    committee = queries.committee(account_id)
    context = {
        "account": found,
        "parent": queries.account(found.parent_account_id) if found.parent_account_id else None,
        "committee": committee,
        "committee_rows": drawing.committee(committee),
        "missing": _missing_roles(committee),
        "has_roles": not committee or any(one.buying_role for one in committee),
        "deals": sorted(map(_dated, found.deals), key=lambda deal: not deal["is_open"]),
        "renews_in": (found.renewal_on - timezone.localdate()).days if found.renewal_on else None,
        "timeline": _timeline(request, "account", account_id),
        "panels": registry.panels(request, "customers.account", found),
    }
    return page(request, "customers/account.html", context)


@require_GET
@may("workspace.read")
def person_timeline(request: HttpRequest, customer_id: str) -> HttpResponse:
    """What a person did, from a moment back."""
    return _timeline_page(request, "person", _person(customer_id), customer_id)


@require_GET
@may("workspace.read")
def account_timeline(request: HttpRequest, account_id: str) -> HttpResponse:
    """What the people of an account did, from a moment back."""
    return _timeline_page(request, "account", _account(account_id), account_id)


def _timeline_page(
    request: HttpRequest, of: queries.Of, owner: Person | Account, key: str
) -> HttpResponse:
    context = {
        "owner": owner,
        "owner_url": reverse(f"customers:{of}", args=[key]),
        "timeline": _timeline(request, of, key),
    }
    return page(request, "customers/timeline.html", context)


def _timeline(request: HttpRequest, of: queries.Of, key: str) -> timeline.Shown:
    asked = request.GET
    start = asked.get("start", "")
    return timeline.shown(
        of,
        key,
        start=int(start) if start.isdecimal() and len(start) < 9 else 0,
        kind=asked.get("kind", ""),
        month=asked.get("month", ""),
    )


def _person(customer_id: str) -> Person:
    found = queries.person(customer_id)
    if found is None:
        raise Http404(f"Nobody has the id {customer_id}.")
    return found


def _account(account_id: str) -> Account:
    found = queries.account(account_id)
    if found is None:
        raise Http404(f"No account has the id {account_id}.")
    return found


def _group(report: Report | None, person: Person) -> Mapping[str, Any] | None:
    """What the report says of people like this one: their segment, else everybody."""
    rows = report.rows if report else []
    same = [row for row in rows if row.get("segment") == person.segment]
    found = same[0] if same else rows[0] if len(rows) == 1 and "segment" not in rows[0] else None
    if found is None or not found.get("n_customers"):
        return None
    n = found["n_customers"]
    return {
        "name": naming.segments().heading(found.get("segment", "everybody")),
        "value": (found["value_amount"] / n, found["value_low"] / n, found["value_high"] / n),
        "alive": (found["alive_share"], found["alive_low"], found["alive_high"]),
        "currency": found.get("currency") or person.currency,
    }


def _missing_roles(committee: list[Person]) -> list[str]:
    """Parts in buying that nobody plays, as far as anybody's part is known."""
    known = {one.buying_role for one in committee} - {""}
    wanted = ("decision_maker", "champion")
    return [view_lists.BUYING_ROLES[role] for role in wanted if known and role not in known]


def _dated(deal: Mapping[str, Any]) -> dict[str, Any]:
    """A deal as it was copied, with its dates as dates."""
    dates = {
        name: datetime.date.fromisoformat(deal[name]) if deal[name] else None
        for name in ("opened_on", "closed_on")
    }
    return {**deal, **dates, "is_open": deal["won"] is None and deal["closed_on"] is None}
