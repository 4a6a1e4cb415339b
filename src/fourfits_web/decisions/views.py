"""Pages about decisions."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fourfits_web.core import registry
from fourfits_web.core.actors import Actor
from fourfits_web.core.lists import Standing
from fourfits_web.core.pages import back, may, page, safe_address
from fourfits_web.decisions import actions, forms, queries, records, view_lists
from fourfits_web.decisions.models import Decision, Evidence, Status
from fourfits_web.reports import actions as report_actions
from fourfits_web.reports import queries as reports
from fourfits_web.reports import reading
from fourfits_web.reports.models import Report

MOST_EVIDENCE = 20
WORDS = ("what", "why", "kind", "fits", "expected_effect", "look_again_on")


@require_GET
@may("workspace.read")
def decisions(request: HttpRequest) -> HttpResponseBase:
    """All decisions, newest first."""
    context = {"new_url": reverse("decisions:new")}
    return view_lists.DECISIONS.answer(
        request, Standing(queries.decisions), "decisions/list.html", context
    )


@require_http_methods(["GET", "POST"])
@may("decisions.record")
def new(request: HttpRequest) -> HttpResponse:
    """Record a decision; the address may bring its words and its evidence."""
    given = request.POST if request.method == "POST" else request.GET
    evidence = _given(given.getlist("report"), given.getlist("record"))
    url = safe_address(request, given.get("url", ""))[:500]
    others = _reports_but(evidence)
    if request.method == "POST":
        form = forms.DecisionForm(request.POST, reports=others)
        if form.is_valid():
            rests_on = [*evidence, *form.chosen_reports]
            decision = actions.record(Actor.of(request), **form.words, evidence=rests_on, url=url)
            return back(request, decision, "The decision is recorded.")
    else:
        first: dict[str, Any] = {
            name: request.GET.get(name, "") for name in ("what", "why", "expected_effect")
        }
        first["kind"] = request.GET.get("kind", "")
        first["fits"] = request.GET.getlist("fits")
        first["look_again_on"] = forms.first_look()
        form = forms.DecisionForm(initial=first, reports=others)
    context = {"form": form, "evidence": evidence, "url": url, "names": _names(evidence)}
    status = 422 if form.errors else 200
    return page(request, "decisions/new.html", context, status=status)


@require_GET
@may("workspace.read")
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """One decision: why, on what, and what came of it."""
    found = _decision(pk)
    return page(request, "decisions/decision.html", _around(request, found))


@require_http_methods(["GET", "POST"])
@may("decisions.record")
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the words, add evidence."""
    found = _decision(pk)
    others = _reports_but([row.report for row in queries.evidence(found) if row.report])
    before = {name: getattr(found, name) for name in WORDS}
    form = forms.DecisionForm(
        request.POST if request.method == "POST" else None, initial=before, reports=others
    )
    if form.is_bound and form.is_valid():
        told = {name: value for name, value in form.words.items() if value != before[name]}
        actions.revise(Actor.of(request), found, told, evidence=form.chosen_reports)
        return back(request, found, "The decision is revised; what stood before is in the log.")
    context = {"decision": found, "form": form}
    return page(request, "decisions/revise.html", context, status=422 if form.is_bound else 200)


@require_POST
@may("decisions.record")
def look_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what happened since."""
    found = _decision(pk)
    form = forms.LookForm(request.POST)
    if not form.is_valid():
        context = {**_around(request, found), "look_form": form}
        return page(request, "decisions/decision.html", context, status=422)
    actions.look_again(Actor.of(request), found, **form.cleaned_data)
    return back(request, found, "What happened is noted.")


@require_POST
@may("decisions.record")
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree as the other role, or say how one sees it."""
    found, agrees = _decision(pk), request.POST.get("agrees") == "yes"
    form = forms.OpinionForm(request.POST)
    if form.is_valid() and not agrees and not form.cleaned_data["note"].strip():
        form.add_error("note", "Say what you would do instead, in a sentence.")
    if not form.is_valid():
        context = {**_around(request, found), "opinion_form": form}
        return page(request, "decisions/decision.html", context, status=422)
    actions.answer(Actor.of(request), found, agrees=agrees, note=form.cleaned_data["note"])
    return back(request, found, "Your word stands beside the decision.")


@require_GET
@may("workspace.read")
def evidence(request: HttpRequest, pk: int, evidence: int) -> HttpResponse:
    """A piece of evidence with the data of its day, beside that of today."""
    found = _decision(pk)
    piece = queries.piece(found, evidence)
    if piece is None:
        raise Http404("The decision does not rest on this.")
    context: dict[str, Any] = {"decision": found, "evidence": piece}
    if piece.report is not None:
        context |= _runs(piece.report, piece.as_of)
    else:
        now = records.found(piece.record_kind, piece.record_id)
        seen = records.on_the_day(piece.record_kind, piece.record_id, piece.as_of)
        context |= {
            "record": now,
            "address": records.address_of(now) if now else "",
            "from_log": seen is not None,
            "fields": records.compared(
                piece.record_kind, seen or piece.snapshot, records.plain(now)
            ),
        }
    return page(request, "decisions/evidence.html", context)


@require_POST
@may("reports.run")
def compute_again(request: HttpRequest, pk: int, evidence: int) -> HttpResponse:
    """Run the report of a decision anew on the data of that day, from the lake's history."""
    piece = get_object_or_404(Evidence.objects.select_related("report"), pk=evidence, decision=pk)
    if piece.report is None:
        raise Http404("Only a report can be computed again.")
    job = report_actions.refresh(
        Actor.of(request), piece.report.analysis, piece.report.asked, as_of=piece.as_of
    )
    address = reverse("decisions:evidence", args=[pk, piece.pk])
    return back(request, f"{address}?job={job.pk}")


def _decision(pk: int) -> Decision:
    found = queries.decision(pk)
    if found is None:
        raise Http404("This decision is gone.")
    return found


def _around(request: HttpRequest, found: Decision) -> dict[str, Any]:
    return {
        "decision": found,
        "evidence": queries.evidence(found),
        "looks": queries.looks(found),
        "look_state": found.look_state(queries.today()),
        **_sides(Actor.of(request), found),
        "look_form": forms.LookForm(initial={"look_again_on": forms.first_look()}),
        "panels": registry.panels(request, "decisions.decision", found),
    }


def _sides(actor: Actor, found: Decision) -> dict[str, Any]:
    """What each role says that answers for a fit which the decision touches."""
    said, waiting = queries.opinions(found), found.waits_for.split(",")
    last = {one.role: one for one in said if one.stands}
    is_asked = actor.role in found.others and found.status != Status.WITHDRAWN
    return {
        "sides": [
            (role.label, last.get(role)) for role in found.others if role in last or role in waiting
        ],
        "earlier": [one for one in said if not one.stands],
        "opinion_form": forms.OpinionForm() if is_asked and actor.may("decisions.record") else None,
        "is_missing": actor.role in waiting,
        "has_spoken": actor.role in last,
    }


def _runs(then: Report, as_of: datetime.datetime) -> dict[str, Any]:
    """The run of that day, the same computed again, and that of today, number by number."""
    again = reports.on_the_day(then.analysis, then.asked, as_of)
    if again is not None and again.pk == then.pk:
        again = None
    today = reports.stored(then.analysis, then.asked)
    is_newest = today is not None and today.pk == then.pk
    then_is_stale = is_newest and today is not None and bool(today.stale)
    if is_newest:
        today = None
    runs = [run for run in (then, again, today) if run is not None]
    return {
        "then": then,
        "again": again,
        "today": today,
        "is_newest": is_newest,
        "then_is_stale": then_is_stale,
        "beside": reading.beside([run.numbers for run in runs]),
        "job": None if again else reports.job_on_the_day(then.analysis, then.asked, as_of),
        "failed": None if again else reports.failed_on_the_day(then.analysis, then.asked, as_of),
        "may_differ": again is not None and again.code_version != then.code_version,
    }


def _given(report_ids: list[str], record_names: list[str]) -> list[models.Model]:
    """The reports and records that an address names; what does not exist is left out."""
    found: list[models.Model] = list(reports.by_ids(report_ids[:MOST_EVIDENCE]))
    named = (records.named(name) for name in dict.fromkeys(record_names[:MOST_EVIDENCE]))
    return [*found, *(record for record in named if record is not None)]


def _names(evidence: list[models.Model]) -> dict[str, list[str]]:
    """How a form names its evidence when it is posted."""
    return {
        "report": [str(piece.pk) for piece in evidence if isinstance(piece, Report)],
        "record": [records.name_of(piece) for piece in evidence if not isinstance(piece, Report)],
    }


def _reports_but(chosen: list[Any]) -> list[Report]:
    """The newest answers, which a decision may rest on, but for those that it rests on already."""
    there = {piece.pk for piece in chosen if isinstance(piece, Report)}
    every = [run for runs in reports.newest_of_each().values() for run in runs]
    return [run for run in every if not run.refused and run.pk not in there]
