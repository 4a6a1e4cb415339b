"""Pages of segments."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fourfits_web.core import lists, registry
from fourfits_web.core.actors import Actor
from fourfits_web.core.pages import back, may, page
from fourfits_web.customers import queries as customers
from fourfits_web.customers import view_lists as customer_lists
from fourfits_web.data import queries as data
from fourfits_web.decisions import queries as decisions
from fourfits_web.reports import actions as reports
from fourfits_web.segments import actions, analyses, forms, queries, view_lists
from fourfits_web.segments.models import Segment, Segmentation


@require_GET
@may("workspace.read")
def segments(request: HttpRequest) -> HttpResponseBase:
    """The segments of a way of dividing, with what each brings."""
    known = queries.segmentations()
    chosen = _chosen(known, request.GET.get("by", ""))
    if chosen is None:
        return page(request, "segments/nothing.html", {"has_orders": "orders" in data.versions()})
    found, report = queries.segments_of(chosen), queries.rfm() if chosen.is_rfm else None
    is_bought = report is not None and bool(report.rows)
    context = _described(chosen, found) | {
        "segmentations": known,
        "chosen": chosen,
        "report": report if is_bought else None,
        "drawing": lambda: report.names.drawn(report.chart) if report else None,
    }
    if report is not None and is_bought:
        rows = view_lists.bought(report.rows, found)
    else:
        rows = view_lists.sized(queries.shares(chosen, found))
    declared = view_lists.segments(by_buying=is_bought)
    return declared.answer(request, rows, "segments/list.html", context)


@require_GET
@may("workspace.read")
def segment(request: HttpRequest, pk: int) -> HttpResponse:
    """One segment: who they are against everybody, what they bring, who they are by name."""
    one = _segment(pk)
    found = queries.by_segment(one.segmentation)
    context = {
        "segment": one,
        "whole": one.segmentation,
        "people_share": one.share_of(one.segmentation, "n_people"),
        "revenue_share": one.share_of(one.segmentation, "revenue_amount"),
        "traits": SimpleLazyObject(lambda: analyses.traits(one, one.segmentation)),
        "told": analyses.told(found, [one.name], settings.WORKSPACE.currency)[one.name],
        "reports": found,
        "people": queries.worth_most(one),
        "neighbours": queries.neighbours(one),
        "history": queries.history(one),
        "panels": registry.panels(request, "segments.segment", one),
        "decide_url": decisions.new_url(one, what=f"{one}: "),
    }
    return page(request, "segments/segment.html", context)


@require_GET
@may("workspace.read")
def people(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The members of a segment."""
    one = _segment(pk)
    listed = customer_lists.people(
        customers.facets("person"),
        key="segment-people",
        title=f"People in {one}",
        empty=lists.Empty("Nobody is in this segment", "The data of today put nobody in it."),
    )
    context = {"segment": one}
    return listed.answer(request, queries.people_in(one), "segments/people.html", context)


@require_GET
@may("workspace.read")
def compare(request: HttpRequest) -> HttpResponse:
    """Two segments side by side; the largest ones until somebody chooses."""
    known = queries.choices()
    if not known:
        context: dict[str, Any] = {"has_orders": "orders" in data.versions()}
        return page(request, "segments/compare.html", context)
    asked = [request.GET.get(side, "") for side in ("a", "b")]
    pair = [_asked(known, text) for text in asked]
    if not request.GET.keys() & {"a", "b"}:
        pair = _largest(known)
    a, b = (one and queries.segment(one.pk) for one in pair)
    is_gone = any(text and one is None for text, one in zip(asked, (a, b), strict=True))
    context = {"known": known, "a": a, "b": b, "is_gone": is_gone}
    both = [one for one in (a, b) if one is not None]
    if len(both) == 2:
        context |= _compared(both) | {
            "panels": registry.panels(request, "segments.compare", tuple(both))
        }
    return page(request, "segments/compare.html", context)


@require_http_methods(["GET", "POST"])
@may("segments.shape")
def describe(request: HttpRequest, pk: int) -> HttpResponse:
    """Name and describe a segment."""
    one = _segment(pk)
    form = forms.DescribeForm(request.POST if request.method == "POST" else None, segment=one)
    if form.is_bound and form.is_valid():
        actions.describe(Actor.of(request), one, **form.cleaned_data)
        return back(request, one, "Your words are kept.")
    context = {"form": form, "segment": one}
    return page(request, "segments/describe.html", context, status=422 if form.errors else 200)


@require_POST
@may("reports.run")
def compute(request: HttpRequest) -> HttpResponse:
    """Divide customers by what they buy."""
    job = reports.refresh(Actor.of(request), "rfm", {})
    return back(request, reverse("core:job", args=[job.pk]))


def _chosen(known: list[Segmentation], name: str) -> Segmentation | None:
    named = [one for one in known if one.name == name]
    return named[0] if named else known[0] if known else None


def _asked(known: list[Segment], text: str) -> Segment | None:
    return next((one for one in known if str(one.pk) == text), None)


def _largest(known: list[Segment]) -> list[Segment | None]:
    """The two that bring most, of the first way of dividing: something to begin with."""
    same = [one for one in known if one.segmentation_id == known[0].segmentation_id]
    by_revenue = sorted(same, key=lambda one: one.revenue_amount, reverse=True)
    return [*by_revenue[:2], None, None][:2]


def _segment(pk: int) -> Segment:
    one = queries.segment(pk)
    if one is None:
        raise Http404("This segment is gone: the data of today do not divide customers so.")
    return one


def _described(chosen: Segmentation, found: list[Segment]) -> dict[str, Any]:
    """What the reports by segment say of each."""
    known = queries.by_segment(chosen)
    told = analyses.told(known, [one.name for one in found], settings.WORKSPACE.currency)
    return {
        "reports": known,
        "told": [(one, told[one.name].by_key) for one in found] if known else [],
    }


def _compared(both: list[Segment]) -> dict[str, Any]:
    """Each number and each trait of two segments beside each other."""
    told, known = [], {}  # type: ignore[var-annotated]
    for one in both:
        found = queries.by_segment(one.segmentation)
        names = [other.name for other in both if other.segmentation_id == one.segmentation_id]
        told.append(analyses.told(found, names, settings.WORKSPACE.currency)[one.name])
        known |= found
    keys = dict.fromkeys(measure.key for each in told for measure in each.measures)
    return {
        "sums": [_sums(one) for one in both],
        "measures": [[each.of(key) for each in told] for key in keys],
        "traits": analyses.beside(*both),
        "reports": known,
    }


def _sums(one: Segment) -> dict[str, Any]:
    return {
        "segment": one,
        "people_share": one.share_of(one.segmentation, "n_people"),
        "revenue_share": one.share_of(one.segmentation, "revenue_amount"),
        "buyers_share": one.n_buyers / one.n_people if one.n_people else None,
        "revenue_each": float(one.revenue_amount) / one.n_people if one.n_people else None,
        "orders_each": one.n_orders / one.n_buyers if one.n_buyers else None,
    }
