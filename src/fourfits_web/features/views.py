"""Pages of features."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fourfits_web.core import audit, display, registry
from fourfits_web.core.actors import Actor
from fourfits_web.core.lists import Standing
from fourfits_web.core.pages import back, may, page
from fourfits_web.decisions import panels as decisions
from fourfits_web.features import actions, analyses, forms, lists, queries, scales, words
from fourfits_web.features.models import Feature
from fourfits_web.needs import queries as needs
from fourfits_web.reports import actions as reports

SHOWN = 50
"""Rows of the ranking's table; the list of features has them all."""


@require_GET
@may("workspace.read")
def features(request: HttpRequest) -> HttpResponseBase:
    """All features, best rank first."""
    return lists.FEATURES.answer(request, Standing(queries.features), "features/features.html")


@require_http_methods(["GET", "POST"])
@may("features.change")
def new(request: HttpRequest) -> HttpResponse:
    """Add a feature."""
    need = request.GET.get("need", "")
    form = forms.NewFeatureForm(request.POST or None, initial={"need_link": need or None})
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        need_link = given.pop("need_link")
        added = actions.add(Actor.of(request), **given)
        if need_link is not None:
            actions.link_need(Actor.of(request), added, need=need_link)
        return back(request, reverse("features:feature", args=[added.pk]), f"Added “{added}”.")
    status = 422 if request.method == "POST" else 200
    return page(request, "features/new.html", {"form": form}, status=status)


@require_GET
@may("workspace.read")
def feature(request: HttpRequest, pk: int) -> HttpResponse:
    """One feature: who needs it, what its score is made of, where it stands."""
    return _feature(request, _found(pk))


@require_http_methods(["GET", "POST"])
@may("features.change")
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is said about a feature."""
    found = _found(pk)
    form = forms.ChangeFeatureForm(request.POST or None, feature=found)
    if request.method == "POST" and form.is_valid():
        changes = form.changes()
        if changes:
            actions.change(Actor.of(request), found, **changes)
        return back(request, reverse("features:feature", args=[pk]), "Saved.")
    status = 422 if request.method == "POST" else 200
    return page(request, "features/change.html", {"form": form, "feature": found}, status=status)


@require_POST
@may("features.change")
def link_need(request: HttpRequest, pk: int) -> HttpResponse:
    """Link a need."""
    found, form = _found(pk), forms.LinkForm(request.POST)
    if not form.is_valid():
        return _feature(request, found, link_form=form, status=422)
    need, strength = form.cleaned_data["need_link"], form.cleaned_data["strength"]
    actions.link_need(Actor.of(request), found, need=need, strength=strength)
    return back(request, reverse("features:feature", args=[pk]), f"Linked to “{need}”.")


@require_POST
@may("features.change")
def unlink_need(request: HttpRequest, pk: int, need: int) -> HttpResponse:
    """Take a link away."""
    found, linked = _found(pk), needs.need(need)
    if linked is None:
        raise Http404("This need is gone.")
    actions.unlink_need(Actor.of(request), found, need=linked)
    return back(request, reverse("features:feature", args=[pk]), "The link is gone.")


@require_POST
@may("features.score")
def give_input(request: HttpRequest, pk: int) -> HttpResponse:
    """State an input of the score."""
    found, form = _found(pk), forms.InputForm(request.POST)
    if form.is_valid():
        statement = form.statement()
        actions.give_input(Actor.of(request), found, **statement)
        title = scales.SCALES[statement["name"]].title
        target = f"{reverse('features:feature', args=[pk])}#inputs"
        return back(request, target, f"{title} is stated; the rank follows in a moment.")
    return _feature(request, found, input_form=form, status=422)


@require_GET
@may("workspace.read")
def ranking(request: HttpRequest) -> HttpResponse:
    """The order of features with its uncertainty, by one of several formulas."""
    key = request.GET.get("by", "rice")
    formula = scales.FORMULAS.get(key) or scales.FORMULAS["rice"]
    report = analyses.ranking(formula.key)
    rows, learn = [], []
    if report is not None and not report.refused:
        rows, learn = _linked(report.rows[:SHOWN], analyses.learn_first(report))
    context = {
        "formula": formula,
        "formulas": list(scales.FORMULAS.values()),
        "report": report,
        "stale": report is not None and bool(report.stale),
        "rows": [{**row, "input": scales.title_of(row["top_input"])} for row in rows],
        "linked": ",".join(str(row["feature"].pk) if row["feature"] else "" for row in rows),
        "n_rows": len(report.rows) if report and rows else 0,
        "learn": learn,
        "may_compute": Actor.of(request).may("reports.run"),
    }
    return page(request, "features/ranking.html", context)


@require_POST
@may("reports.run")
def compute(request: HttpRequest) -> HttpResponse:
    """Compute a ranking, or the demand, anew."""
    key = request.POST.get("by", "rice")
    actor = Actor.of(request)
    if key == "demand":
        reports.refresh(actor, "demand", {})
        return back(request, "features:list", "Demand is computed in the background.")
    formula = scales.FORMULAS.get(key) or scales.FORMULAS["rice"]
    reports.refresh(actor, "ranking", formula.parameters)
    address = f"{reverse('features:ranking')}?by={formula.key}"
    return back(request, address, f"{formula.title} is computed in the background.")


def _found(pk: int) -> Feature:
    found = queries.feature(pk)
    if found is None:
        raise Http404("There is no such feature.")
    return found


def _feature(
    request: HttpRequest,
    found: Feature,
    *,
    link_form: forms.LinkForm | None = None,
    input_form: forms.InputForm | None = None,
    status: int = 200,
) -> HttpResponse:
    actor, asked = Actor.of(request), request.GET
    if link_form is None and "link" in asked:
        link_form = forms.LinkForm()
    if input_form is None and "input" in asked:
        input_form = forms.InputForm(initial={"input": asked["input"]})
    n_ranked = queries.n_ranked()
    context: dict[str, Any] = {
        "feature": found,
        "standing": queries.standing(found),
        "rank": lists.rank_of(found),
        "n_ranked": n_ranked,
        "inputs": queries.inputs(found),
        "history": words.told(audit.history(found)),
        "panels": registry.panels(request, "features.feature", found),
        "voices": queries.voices(found, queries.links(found)),
        "link_form": link_form,
        "input_form": input_form,
        "rank_bar": _rank_bar(found, n_ranked),
        "top": scales.TOP,
        "may_change": actor.may("features.change"),
        "may_score": actor.may("features.score"),
        "decisions": decisions.about(request, found),
        "ranking": analyses.ranking_light(),
        "demand_address": analyses.demand_address(),
    }
    return page(request, "features/feature.html", context, status=status)


def _rank_bar(found: Feature, n: int) -> str:
    """Where the rank lies among all, and where the chosen few end."""
    rank = lists.rank_of(found)
    return display.range_bar(*rank, (1, n), mark=scales.TOP + 0.5) if rank else ""


def _linked(*tables: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Rows of reports, each with its feature."""
    known = queries.by_id({row["feature_id"] for rows in tables for row in rows})
    return [[{**row, "feature": known.get(row["feature_id"])} for row in rows] for rows in tables]
