"""Pages about channels."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from fourfits_web.channels import analyses, queries, view_lists
from fourfits_web.core import display, registry
from fourfits_web.core.actors import Actor
from fourfits_web.core.pages import back, may, page
from fourfits_web.decisions import queries as decisions
from fourfits_web.reports import actions as reports

TABS = (
    ("channel", "By channel"),
    ("segment", "By channel and segment"),
    ("plan", "By channel and plan"),
)


@require_GET
@may("workspace.read")
def channels(request: HttpRequest, division: str = "channel") -> HttpResponseBase:
    """Every channel, whole or divided by segment or plan."""
    if division not in queries.DIVISIONS:
        raise Http404
    report = queries.economics(division, light=True)
    context: dict[str, Any] = {
        "report": report,
        "division": division,
        "tabs": [(name, words, _address(name)) for name, words in TABS],
    }
    if report is None or report.refused:
        return page(request, "channels/nothing.html", context)
    currency = settings.WORKSPACE.currency
    rows = [
        {"currency": currency, "row_id": place, "segment": "", "plan": "", **row}
        for place, row in enumerate(report.rows)
    ]
    return view_lists.LISTS[division].answer(request, rows, "channels/list.html", context)


@require_GET
@may("workspace.read")
def channel(request: HttpRequest, name: str) -> HttpResponse:
    """One channel: its economics, and for which plans and segments it pays back."""
    report = queries.answered()
    row = queries.row(report, name) if report else None
    if report is None or row is None:
        raise Http404
    scorecard = queries.scorecard()
    words, tone = analyses.verdict(row)
    cells = analyses.cells(scorecard, name)
    context = {
        "name": name,
        "row": row,
        "paying": f"n = {display.number(row['n_customers'])} paying customers",
        "won": f"n = {display.number(sum(cell.n or 0 for cell in cells))} won in a year",
        "report": report,
        "scorecard": scorecard,
        "verdict": words,
        "tone": tone,
        "market": analyses.MARKETS.get(row["market"], row["market"]),
        "cells": cells,
        "panels": registry.panels(request, "channels.channel", name),
        "decide_url": decisions.new_url(report, what=f"{name}: "),
    }
    return page(request, "channels/channel.html", context)


@require_POST
@may("reports.run")
def compute(request: HttpRequest, division: str) -> HttpResponse:
    """Compute a division that nobody has asked for yet."""
    if division not in queries.DIVISIONS:
        raise Http404
    asked = {"by": queries.DIVISIONS[division]}
    job = reports.refresh(Actor.of(request), "acquisition", asked)
    return back(request, reverse("core:job", args=[job.pk]))


def _address(division: str) -> str:
    if division == "channel":
        return reverse("channels:list")
    return reverse("channels:divided", args=[division])
