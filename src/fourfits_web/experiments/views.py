"""Pages about experiments."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fourfits_web.core import registry
from fourfits_web.core.actors import Actor
from fourfits_web.core.lists import Standing
from fourfits_web.core.pages import back, may, page
from fourfits_web.decisions import queries as decisions
from fourfits_web.experiments import actions, analyses, forms, queries, view_lists
from fourfits_web.experiments.models import Experiment
from fourfits_web.reports import actions as reports
from fourfits_web.reports.models import Report


@require_GET
@may("workspace.read")
def experiments(request: HttpRequest) -> HttpResponseBase:
    """All experiments, the latest first."""
    context = {"report": queries.report()}
    found = Standing(queries.experiments)
    return view_lists.EXPERIMENTS.answer(request, found, "experiments/list.html", context)


@require_GET
@may("workspace.read")
def experiment(request: HttpRequest, pk: int) -> HttpResponse:
    """One experiment: what it tries, and what it did."""
    one = _found(pk)
    report = queries.report(one.asked)
    rows = queries.rows(report, one)
    effects = analyses.effects(rows, settings.WORKSPACE.currency)
    context = _around(one) | {
        "report": report,
        "job": None if report else queries.job_for(one.asked),
        "effects": effects,
        "adjusted": analyses.adjusted(effects, analyses.chosen(one.asked)["correction"]),
        "alarm": analyses.alarm(rows),
        "decide_url": _decide_url(one, report),
        "decisions": decisions.about(one),
        "panels": registry.panels(request, "experiments.experiment", one),
    }
    return page(request, "experiments/experiment.html", context)


@require_http_methods(["GET", "POST"])
@may("experiments.change")
def new(request: HttpRequest) -> HttpResponse:
    """Plan an experiment."""
    form = forms.PlanForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        one = actions.plan(Actor.of(request), **form.cleaned_data)
        return back(request, one, "The experiment is planned.")
    context = {"form": form}
    return page(request, "experiments/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@may("experiments.change")
def describe(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is said of an experiment."""
    one = _found(pk)
    first = {name: getattr(one, name) for name in ("name", "hypothesis", "owner", "state")}
    form = forms.DescribeForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_bound and form.is_valid():
        actions.describe(Actor.of(request), one, **form.cleaned_data)
        return back(request, one, "Saved.")
    context = {"experiment": one, "form": form}
    return page(request, "experiments/describe.html", context, status=422 if form.errors else 200)


@require_POST
@may("experiments.change")
def measure(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose what is measured, and compute it."""
    one, actor = _found(pk), Actor.of(request)
    form = forms.MeasureForm(request.POST, arms=list(one.arms))
    if not form.is_valid():
        context = {**_around(one), "measure_form": form, "effects": [], "report": None}
        return page(request, "experiments/experiment.html", context, status=422)
    asked = analyses.asked(**form.cleaned_data)
    actions.measure(actor, one, asked=asked)
    if queries.report(asked) is None and actor.may("reports.run"):
        reports.refresh(actor, "experiment", asked)
    return back(request, one, "The experiment is measured so from now on.")


def _found(pk: int) -> Experiment:
    one = queries.experiment(pk)
    if one is None:
        raise Http404
    return one


def _around(one: Experiment) -> dict[str, Any]:
    chosen = analyses.chosen(one.asked)
    return {
        "experiment": one,
        "chosen": chosen,
        "metrics": [analyses.METRICS.get(name, name) for name in chosen["metrics"]],
        "measure_form": forms.MeasureForm(initial=chosen, arms=list(one.arms)),
    }


def _decide_url(one: Experiment, report: Report | None) -> str:
    """Where a decision about an experiment is recorded, with its result as evidence."""
    known: dict[str, Any] = {
        "what": f"{one.name}: ",
        "why": report.finding if report and not report.refused else one.hypothesis,
        "kind": "experiment",
        "report": report.pk if report and not report.refused else [],
        "record": f"experiments.experiment:{one.pk}",
        "url": one.get_absolute_url(),
    }
    return f"{reverse('decisions:new')}?{urlencode(known, doseq=True)}"
