"""Pages about prices."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_GET, require_http_methods

from fourfits_web.core import naming, registry
from fourfits_web.core.actors import Actor
from fourfits_web.core.pages import back, may, page
from fourfits_web.decisions import queries as decisions
from fourfits_web.pricing import actions, analyses, forms, queries
from fourfits_web.reports import actions as reports
from fourfits_web.reports.models import Report


@require_GET
@may("workspace.read")
def study(request: HttpRequest) -> HttpResponse:
    """What each segment accepts, and where today's prices stand in it."""
    report, scorecard, prices = queries.study(), queries.scorecard(), queries.prices()
    has_answer = report is not None and not report.refused
    used = (scorecard.settings.get("prices") or {}) if scorecard else {}
    context = {
        "report": report,
        "scorecard": scorecard,
        "prices": prices,
        "changes": queries.changes(),
        "is_old": bool(scorecard) and used != prices,
        "panels": registry.panels(request, "pricing.study", report),
        "decide_url": decisions.new_url(report) if has_answer else "",
    }
    if report is not None and has_answer:
        context |= _drawn(report, scorecard, prices)
    return page(request, "pricing/study.html", context)


def _drawn(report: Report, scorecard: Report | None, prices: dict[str, float]) -> dict[str, Any]:
    """What is drawn of the study, read only where the template has not kept the drawing.

    `drawn_of` names all that it depends on: two runs, which never change, and today's prices.
    """
    currency, names = settings.WORKSPACE.currency, naming.segments()
    runs = [(one.pk, one.computed_at) for one in (report, scorecard) if one is not None]
    return {
        "has_markets": bool(report.rows),
        "has_demand": bool((report.result or {}).get("demand")),
        "markets": SimpleLazyObject(lambda: analyses.markets(report, scorecard, prices, names)),
        "demand": lambda: analyses.demand_chart(report, prices, currency, names),
        "curves": lambda: names.drawn(report.chart),
        "names": names,
        "drawn_of": f"{runs} {prices} {currency} {names.pairs}",
    }


@require_http_methods(["GET", "POST"])
@may("pricing.change")
def prices(request: HttpRequest) -> HttpResponse:
    """Change the prices of plans."""
    today = queries.prices()
    form = forms.PricesForm(
        request.POST if request.method == "POST" else None,
        plans=analyses.plans(queries.scorecard(), today),
        today=today,
    )
    if form.is_bound and form.is_valid():
        actor = Actor.of(request)
        actions.change(actor, prices=form.prices, reason=form.cleaned_data["reason"])
        if actor.may("reports.run"):
            reports.refresh_all(actor)
        return back(
            request,
            "pricing:study",
            "The prices are changed; the fits are being computed with them.",
        )
    return page(request, "pricing/prices.html", {"form": form}, status=422 if form.errors else 200)
