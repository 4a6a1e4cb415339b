"""Reads about reports."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

import fourfits
from fourfits import analyses
from fourfits_web.data import queries as data
from fourfits_web.reports.models import Report, key_of


def stored(
    analysis: str, parameters: Mapping[str, Any] | None = None, *, light: bool = False
) -> Report | None:
    """The newest run of a question on the data of today, or of an earlier day if none is newer.

    Args:
        analysis: Name in `fourfits.analyses`.
        parameters: Settings, as they were asked.
        light: Leave the chart behind, for pages that show numbers only.
    """
    runs = Report.objects.filter(key=key_of(analysis, parameters or {}), as_of=None)
    runs = runs.defer("queries", "chart") if light else runs.defer("queries")
    return runs.order_by("-computed_at").first()


def first_stored(analysis: str, *choices: Mapping[str, Any]) -> Report | None:
    """The newest run of the first of several settings that has been answered."""
    for parameters in choices or ({},):
        report = stored(analysis, parameters)
        if report is not None and not report.refused:
            return report
    return None


def inputs(analysis: str) -> tuple[str, ...]:
    """The tables that an analysis reads."""
    known = analyses.named(analysis)
    return (*known.inputs, *known.optional)


def is_stale(report: Report, versions: Mapping[str, int] | None = None) -> bool:
    """Whether data or code under a report have changed since."""
    if report.as_of is not None:
        return False
    now = data.versions() if versions is None else versions
    under = {name: now[name] for name in inputs(report.analysis) if name in now}
    return under != report.versions or report.code_version != fourfits.__version__


def history(report: Report) -> Iterable[Report]:
    """Earlier and later runs of the same question, newest first."""
    runs = Report.objects.filter(key=report.key).defer("result", "chart", "queries")
    return runs.order_by("-computed_at")[:50]


def on_the_day(
    analysis: str, parameters: Mapping[str, Any], as_of: datetime.datetime
) -> Report | None:
    """A run on the data of an earlier moment."""
    return Report.objects.filter(key=key_of(analysis, parameters), as_of=as_of).first()
