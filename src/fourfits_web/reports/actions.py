"""Writes about reports: asking for a run."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from fourfits import analyses, errors
from fourfits_web.core import jobs
from fourfits_web.core.actions import action
from fourfits_web.core.actors import Actor
from fourfits_web.core.models import Job
from fourfits_web.reports import queries, words
from fourfits_web.reports.models import key_of


@action("report.refresh", may="reports.run")
def refresh(
    actor: Actor,
    analysis: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    as_of: datetime.datetime | None = None,
) -> Job:
    """Queue a run; while one of the same question waits or runs, that one serves."""
    known, asked = analyses.named(analysis), dict(parameters or {})
    unknown = sorted(set(asked) - set(known.parameters))
    if unknown:
        raise errors.ParameterError(
            f"{words.analysis(analysis)} has no setting {', '.join(unknown)}.",
            hint=f"it has {', '.join(known.parameters) or 'none'}",
        )
    return jobs.start(
        actor,
        "reports.compute",
        f"Compute “{words.question(analysis, asked)[:180]}”",
        url=reverse("reports:newest", args=[key_of(analysis, asked)]),
        once_key=queries.once_key(analysis, asked, as_of),
        analysis=analysis,
        asked=asked,
        as_of=as_of.isoformat() if as_of else None,
    )


@action("report.refresh_all", may="reports.run")
def refresh_all(actor: Actor) -> Job:
    """Queue a run of the whole loop."""
    return jobs.start(
        actor,
        "reports.compute_all",
        "Compute every report",
        url=reverse("reports:list"),
        once_key="all",
    )
