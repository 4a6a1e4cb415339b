"""Reads about reports."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterable, Mapping
from copy import copy
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

import fourfits
from fourfits import analyses
from fourfits_web.core import prepared, registry
from fourfits_web.core.actors import Actor
from fourfits_web.core.models import Job, keys
from fourfits_web.core.remembering import once_a_request
from fourfits_web.data import queries as data
from fourfits_web.reports import words
from fourfits_web.reports.models import Report, key_of

_NEIGHBOURS = ("memberships", "customers", "accounts")
"""Tables whose attributes any analysis may be grouped by."""
_HEAVY = ("result", "chart", "queries", "quality")
RUNS_KEPT = 64
"""Runs that a process keeps in memory, some 300 KB each: twice what the pages ask for."""


def stored(
    analysis: str, parameters: Mapping[str, Any] | None = None, *, light: bool = False
) -> Report | None:
    """The newest run of a question on the data of today, or of an earlier day if none is newer.

    Args:
        analysis: Name in `fourfits.analyses`.
        parameters: Settings, as they were asked.
        light: Leave the chart behind, for pages that show numbers only.
    """
    return all_stored([(analysis, parameters or {})], light=light)[0]


def all_stored(
    questions: Iterable[tuple[str, Mapping[str, Any]]], *, light: bool = False
) -> list[Report | None]:
    """The newest run of each of several questions, looked for at once."""
    keys = [key_of(analysis, asked) for analysis, asked in questions]
    newest = {key: run for key, *run in _newest_of(keys)}
    left = ("queries", "quality", "chart") if light else ("queries", "quality")
    return [marked(copy(read_once(*newest[key], left))) if key in newest else None for key in keys]


_newest_of = prepared.Question(
    lambda keys: (
        Report.objects.filter(key__in=keys, as_of=None)
        .order_by()
        .values_list("key")
        .annotate(Max("pk"), Max("computed_at"))
    )
)


def first_stored(analysis: str, *choices: Mapping[str, Any], light: bool = False) -> Report | None:
    """The newest run of the first of several settings that has been answered."""
    runs = all_stored([(analysis, asked) for asked in choices or ({},)], light=light)
    return next((run for run in runs if run is not None and not run.refused), None)


def run(pk: int) -> Report | None:
    """A run by its number, with all that it found."""
    at = Report.objects.filter(pk=pk).values_list("computed_at", flat=True).first()
    return marked(copy(read_once(pk, at))) if at else None


@functools.lru_cache(maxsize=RUNS_KEPT)
def read_once(pk: int, computed_at: datetime.datetime, left: tuple[str, ...] = ()) -> Report:
    """A run as every request of this process shares it: it is never changed, so nobody may.

    A workspace that was brought back to an earlier day may give a number again; hence the moment.
    """
    return Report.objects.defer(*left).get(pk=pk)


def inputs(analysis: str, parameters: Mapping[str, Any] | None = None) -> tuple[str, ...]:
    """The tables that an analysis reads; by groups also those that know the groups."""
    known = analyses.named(analysis)
    grouped = _NEIGHBOURS if (parameters or {}).get("by") else ()
    return tuple(dict.fromkeys((*known.inputs, *known.optional, *grouped)))


def is_stale(report: Report, versions: Mapping[str, int] | None = None) -> bool:
    """Whether data or code under a report have changed since."""
    if report.as_of is not None or report.analysis not in analyses.ALL:
        return False
    now = versions_now() if versions is None else versions
    under = {name: now[name] for name in inputs(report.analysis, report.asked) if name in now}
    return under != report.versions or report.code_version != fourfits.__version__


def marked(report: Report | None) -> Report | None:
    """The report, with its staleness looked up."""
    if report is not None:
        report.stale = is_stale(report)
    return report


@once_a_request
def versions_now() -> dict[str, int]:
    """The newest version of each table; within one request asked once."""
    return data.versions()


def once_key(
    analysis: str, asked: Mapping[str, Any], as_of: datetime.datetime | None = None
) -> str:
    """What keeps a question from being computed twice at the same time."""
    return key_of(analysis, {**asked, "as_of": as_of})


def job_for(report: Report) -> Job | None:
    """The job that waits or runs to answer the question anew, alone or with all others."""
    found: Job | None = _job_for.first(once_key(report.analysis, report.asked))
    return found


_job_for = prepared.Question(
    lambda key: _standing().filter(
        Q(kind="reports.compute", once_key=key) | Q(kind="reports.compute_all")
    )
)


def job_on_the_day(analysis: str, asked: Mapping[str, Any], as_of: datetime.datetime) -> Job | None:
    """The job that waits or runs to answer a question on the data of an earlier moment."""
    found: Job | None = _job_on_the_day.first(once_key(analysis, asked, as_of))
    return found


def failed_on_the_day(
    analysis: str, asked: Mapping[str, Any], as_of: datetime.datetime
) -> Job | None:
    """The last job that could not answer a question on the data of an earlier moment."""
    found: Job | None = _failed_on_the_day.first(once_key(analysis, asked, as_of))
    return found


_job_on_the_day = prepared.Question(lambda key: _standing().filter(once_key=key))
_failed_on_the_day = prepared.Question(
    lambda key: (
        Job.objects.filter(
            status__in=[Job.Status.FAILED, Job.Status.CANCELLED],
            kind="reports.compute",
            once_key=key,
        )
        .defer("log", "result", "arguments")
        .order_by("-created_at")
    )
)


def job_for_all() -> Job | None:
    """The job that waits or runs to compute every report."""
    found: Job | None = _job_for_all.first()
    return found


_job_for_all = prepared.Question(lambda: _standing().filter(kind="reports.compute_all"))


def failed_lately(report: Report) -> bool:
    """Whether computing anew failed within the hour, so that it is not tried at every look."""
    since = timezone.now() - datetime.timedelta(hours=1)
    over = Job.objects.filter(status__in=[Job.Status.FAILED, Job.Status.CANCELLED])
    mine = Q(once_key=once_key(report.analysis, report.asked)) | Q(kind="reports.compute_all")
    return over.filter(mine, created_at__gte=max(since, report.computed_at)).exists()


def newest(key: str, as_of: datetime.datetime | None = None) -> Report | None:
    """The newest run of a question by its key."""
    runs = Report.objects.filter(key=key, as_of=as_of)
    return runs.defer("result", "chart", "queries", "quality").order_by("-computed_at").first()


def newest_of_any_day(key: str) -> Report | None:
    """The run of a question that was computed last, whichever day its data are of."""
    runs = Report.objects.filter(key=key).defer("result", "chart", "queries", "quality")
    return runs.order_by("-computed_at").first()


def run_of(report: Report, pk: int) -> Report | None:
    """Another run of the same question."""
    runs = Report.objects.filter(key=report.key, pk=pk)
    return runs.defer("result", "chart", "queries", "quality").first()


def by_ids(texts: Iterable[str]) -> list[Report]:
    """Reports by their numbers as an address spells them; what is no number is left out."""
    ids = keys(texts)
    found = Report.objects.filter(pk__in=ids).defer("result", "chart", "queries", "quality")
    return sorted(found, key=lambda report: ids.index(report.pk))


def overview() -> list[dict[str, Any]]:
    """Every analysis by what it answers, with the newest run of its usual question and others."""
    found = newest_of_each()
    parts: dict[str, list[dict[str, Any]]] = {part: [] for part in words.PARTS}
    for name, known in analyses.ALL.items():
        usual = {key_of(name, asked) for asked in words.usual(name)}
        runs = found.get(name, [])
        main = next((run for run in runs if run.key in usual), None)
        others = [run for run in runs if run is not main and run.key not in usual]
        parts[words.part(name)].append({
            "analysis": name, "title": words.analysis(name), "meaning": known.meaning,
            "report": main, "others": others,
        })  # fmt: skip
    return [
        {"key": part, "title": words.PARTS[part], "questions": _in_order(questions)}
        for part, questions in parts.items()
        if questions
    ]


def _in_order(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that the loop asks first, then those that somebody asked, then the rest."""
    asked = [name for name, _ in words.loop()]

    def place(question: Mapping[str, Any]) -> tuple[bool, bool, int]:
        name, runs = question["analysis"], question["report"] or question["others"]
        return name not in asked, not runs, asked.index(name) if name in asked else 0

    return sorted(questions, key=place)


def stands_on(report: Report) -> list[dict[str, Any]]:
    """The tables under a report: rows used, version then and now, quality then."""
    now = versions_now()
    quality = {row["table"]: row for row in report.quality}
    used = report.n_rows_used
    return [
        {
            "table": name,
            "n_used": used.get(name),
            "version": version,
            "changed": report.as_of is None and now.get(name) != version,
            "quality": quality.get(name),
        }
        for name, version in report.versions.items()
    ]


def newest_of_each() -> dict[str, list[Report]]:
    """The newest run of every question on the data of today, by analysis; without results."""
    found: dict[str, list[Report]] = {}
    versions = versions_now()
    for report in _newest_runs():
        report.stale = is_stale(report, versions)
        found.setdefault(report.analysis, []).append(report)
    return found


_newest_runs = prepared.Question(
    lambda: (
        Report.objects.filter(
            pk__in=Report.objects.filter(as_of=None)
            .values("key")
            .annotate(newest=Max("pk"))
            .values("newest")
        )
        .defer(*_HEAVY, "parameters", "headline")
        .order_by("-computed_at")
    )
)


def known_quality() -> dict[tuple[str, int | None], dict[str, Any]]:
    """What reports found about the quality of tables, by table and version."""
    recent = Report.objects.order_by("-computed_at").values_list("versions", "quality")[:60]
    return {
        (row["table"], versions.get(row["table"])): row
        for versions, rows in reversed(recent)
        for row in rows
    }


def history(report: Report) -> Iterable[Report]:
    """Earlier and later runs of the same question, newest first."""
    runs = Report.objects.filter(key=report.key).defer("result", "chart", "queries", "quality")
    return runs.order_by("-computed_at")[:50]


def on_the_day(
    analysis: str, parameters: Mapping[str, Any], as_of: datetime.datetime
) -> Report | None:
    """A run on the data of an earlier moment."""
    runs = Report.objects.filter(key=key_of(analysis, parameters), as_of=as_of)
    return runs.defer("queries").order_by("-computed_at").first()


def found(actor: Actor, text: str, limit: int) -> list[registry.Found]:
    """Analyses whose title or meaning holds the text, for the palette."""
    wanted = text.casefold()
    return [
        registry.Found(title=words.analysis(name), url=reverse("reports:ask", args=[name]))
        for name, known in analyses.ALL.items()
        if wanted in f"{words.analysis(name)} {known.meaning} {name}".casefold()
    ][:limit]


def _standing() -> QuerySet[Job]:
    waiting = Job.objects.filter(status__in=[Job.Status.QUEUED, Job.Status.RUNNING])
    return waiting.defer("log", "result", "arguments").order_by("created_at")
