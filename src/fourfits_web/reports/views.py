"""Pages about reports."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fourfits import analyses, charts
from fourfits_web.core import registry
from fourfits_web.core.actions import require
from fourfits_web.core.actors import Actor
from fourfits_web.core.models import Job, keys
from fourfits_web.core.pages import back, may, page, wants_fragment
from fourfits_web.reports import actions, exports, forms, queries, reading, words
from fourfits_web.reports.models import Report

ROWS_SHOWN = 100
YEAR_SECONDS = 31_536_000


@require_GET
@may("workspace.read")
def reports(request: HttpRequest) -> HttpResponse:
    """Every question by what it answers, with its newest answer."""
    context = {"parts": queries.overview(), "job": queries.job_for_all()}
    return page(request, "reports/list.html", context)


@require_POST
@may("reports.run")
def compute_all(request: HttpRequest) -> HttpResponse:
    """Ask every question of the loop again."""
    actions.refresh_all(Actor.of(request))
    return back(request, "reports:list")


@require_GET
@may("workspace.read")
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: its answer, what it stands on, and the runs before it."""
    found = queries.run(pk)
    if found is None:
        raise Http404("There is no such report.")
    context = {
        **_answer(request, found),
        **_around(request, found),
        "panels": registry.panels(request, "reports.report", found),
    }
    return page(request, "reports/report.html", context)


@require_GET
@may("workspace.read")
def newest(request: HttpRequest, key: str) -> HttpResponse:
    """To the newest run of a question."""
    found = queries.newest(key) or queries.newest_of_any_day(key)
    if found is None:
        raise Http404("This question has not been answered yet.")
    return HttpResponseRedirect(reverse("reports:report", args=[found.pk]))


@require_http_methods(["GET", "POST"])
@may("workspace.read")
def ask(request: HttpRequest, analysis: str) -> HttpResponse:
    """An analysis, what it answers, and a form with its settings that runs it."""
    if analysis not in analyses.ALL:
        raise Http404("There is no such analysis.")
    form = _form(request, analysis)
    status = 200
    if request.method == "POST":
        actor = Actor.of(request)
        require(actor, "reports.run")
        if form.is_valid():
            job = actions.refresh(actor, analysis, form.asked, as_of=form.as_of)
            return _follow(request, job)
        status = 422
    context = {
        "analysis": analysis,
        "title": words.analysis(analysis),
        "known": analyses.named(analysis),
        "form": form,
        "reports": queries.newest_of_each().get(analysis, []),
        "job": _job(request),
    }
    return page(request, "reports/ask.html", context, status=status)


@require_POST
@may("reports.run")
def refresh(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the same question of the data of now.

    From the line under a number, which asks by itself (`auto`) when the data have changed; that
    one is quiet where a run stands already or failed lately.
    """
    found = get_object_or_404(Report.objects.defer("chart", "queries", "quality"), pk=pk)
    found.stale = queries.is_stale(found)
    job = queries.job_for(found)
    is_auto = request.POST.get("auto") == "1"
    if is_auto and job is None and (not found.stale or queries.failed_lately(found)):
        return _source(request, found, None)
    if job is None:
        job = actions.refresh(Actor.of(request), found.analysis, found.asked)
    if wants_fragment(request) and "page" not in request.POST:
        return _source(request, found, job)
    return _follow(request, job, found)


@require_GET
@may("workspace.read")
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """The line under a number while a new run is under way."""
    found = get_object_or_404(Report.objects.defer("chart", "queries", "quality"), pk=pk)
    found.stale = queries.is_stale(found)
    return _source(request, found, _job(request))


@require_GET
@may("workspace.read")
def progress(request: HttpRequest, job: UUID) -> HttpResponse:
    """How far a run is; at its end, htmx is sent to what came of it."""
    row = get_object_or_404(Job.objects.defer("log"), pk=job)
    if row.status == Job.Status.DONE and wants_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": _result_of(row)})
    if not wants_fragment(request):
        target = _result_of(row) if row.status == Job.Status.DONE else None
        return HttpResponseRedirect(target or reverse("core:job", args=[row.pk]))
    return render(request, "reports/_progress.html", {"job": row})


@require_GET
@may("workspace.read")
def export(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The table or the chart as a file."""
    if form not in exports.TYPES:
        raise Http404("There is no such form of a report.")
    rows = Report.objects.all() if form in exports.PICTURES else Report.objects.defer("chart")
    found = get_object_or_404(rows, pk=pk)
    theme: charts.Theme = "dark" if request.GET.get("theme") == "dark" else "light"
    answer = HttpResponse(exports.content(found, form, theme), content_type=exports.TYPES[form])
    name = exports.file_name(found, form)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = f"private, max-age={YEAR_SECONDS}, immutable"
    return answer


def _answer(request: HttpRequest, found: Report) -> dict[str, Any]:
    """The table, the numbers and, if asked, how they differ from those of another run."""
    other = request.GET.get("against", "")
    against = next((queries.run_of(found, pk) for pk in keys([other])), None)
    return {
        "report": found,
        "title": str(found),
        "table": SimpleLazyObject(lambda: _table(found)),
        "against": against,
        "differences": reading.differences(found.numbers, against.numbers) if against else [],
        "numbers": SimpleLazyObject(lambda: found.numbers),
        "drawing": lambda: found.names.drawn(found.chart),
    }


def _table(found: Report) -> dict[str, Any]:
    """The rows as cells, for a template that keeps what it drew of them."""
    rows, currency = reading.in_words(found.rows, found.names), settings.WORKSPACE.currency
    columns = reading.shown(rows, found.analysis)
    return {
        "columns": columns,
        "cells": [
            [(each, each.cell(row, currency), each.range(row, currency)) for each in columns]
            for row in rows[:ROWS_SHOWN]
        ],
        "n_rows": len(rows),
    }


def _around(request: HttpRequest, found: Report) -> dict[str, Any]:
    """What the report stands on, its other runs, the job that answers it anew, the form."""
    known = analyses.ALL.get(found.analysis)
    return {
        "known": known,
        "stands_on": queries.stands_on(found),
        "settings": SimpleLazyObject(lambda: _settings(found, known)),
        "history": queries.history(found),
        "job": _job(request) or queries.job_for(found),
        "forms": ["csv", "json", "parquet", *(["png", "svg"] if found.chart else [])],
    }


def _settings(found: Report, known: analyses.Analysis | None) -> list[tuple[str, str, bool]]:
    """The settings of a run in the order of the form, with whether somebody asked for them."""
    order = {name: place for place, name in enumerate(known.parameters)} if known else {}
    ordered = sorted(found.settings.items(), key=lambda item: order.get(item[0], len(order)))
    return [
        (words.setting(name), words.listed(value), name in found.asked) for name, value in ordered
    ]


def _form(request: HttpRequest, analysis: str) -> forms.SettingsForm:
    """The settings as posted, else those of the report that the address names (`like`)."""
    given = request.POST if request.method == "POST" else None
    if given is not None:
        asked = forms.remembered(given.get("before", ""))
    else:
        like = queries.by_ids([request.GET.get("like", "")])
        asked = like[0].asked if like and like[0].analysis == analysis else {}
    return forms.SettingsForm(given, analysis=analysis, asked=asked)


def _follow(request: HttpRequest, job: Job, found: Report | None = None) -> HttpResponse:
    """To the page that shows the run's progress: the report itself, or the analysis."""
    if found is not None:
        address = reverse("reports:report", args=[found.pk])
    else:
        address = reverse("reports:ask", args=[job.arguments["analysis"]])
    return back(request, f"{address}?job={job.pk}")


def _job(request: HttpRequest) -> Job | None:
    """The job that the address names."""
    try:
        pk = UUID(request.GET.get("job", ""))
    except ValueError:
        return None
    rows = Job.objects.filter(pk=pk, kind__in=["reports.compute", "reports.compute_all"])
    return rows.defer("log", "arguments").first()


def _result_of(row: Job) -> str:
    found = (row.result or {}).get("report")
    return reverse("reports:report", args=[found]) if found else reverse("reports:list")


def _source(request: HttpRequest, found: Report, job: Job | None) -> HttpResponse:
    context = {"report": found, "job": job, "quiet": True}
    return render(request, "reports/_source.html", context)
