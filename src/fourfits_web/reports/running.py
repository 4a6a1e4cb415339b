"""Running an analysis and keeping the run."""

from __future__ import annotations

import datetime
import json
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils import timezone

import fourfits
from fourfits import analyses, errors, results, sources, sums
from fourfits_web.core import jobs
from fourfits_web.core.actors import Actor
from fourfits_web.data import mirroring
from fourfits_web.data import queries as data
from fourfits_web.reports import queries
from fourfits_web.reports.models import Report, key_of

LISTENERS: dict[str, list[Callable[[Report], None]]] = defaultdict(list)
"""What upper slices do when a run of an analysis was kept, such as noting its score."""


def when_kept(analysis: str, listener: Callable[[Report], None]) -> None:
    """Hear of every run of an analysis that is kept, refused ones included."""
    LISTENERS[analysis].append(listener)


@jobs.job("reports.compute")
def compute(
    progress: jobs.Progress, *, analysis: str, parameters: Mapping[str, Any], as_of: str | None
) -> dict[str, Any]:
    """Run one question and keep the run; a second run while nothing changed keeps a second row."""
    progress(0.1, "Opening the data")
    moment = datetime.datetime.fromisoformat(as_of) if as_of else None
    source = data.source(as_of=moment)
    progress(0.2, "Computing")
    report = run(progress.actor, source, analysis, parameters)
    return {"report": report.pk, "refused": report.refused}


@jobs.job("reports.compute_all")
def compute_all(progress: jobs.Progress) -> dict[str, Any]:
    """Run the whole loop, and keep each run."""
    from fourfits import report as loop

    source = data.source()
    done = loop.run(source, today=timezone.now().date(), progress=progress)
    return {"reports": len(keep_loop(progress.actor, source, done))}


def run(actor: Actor, source: sources.Data, analysis: str, parameters: Mapping[str, Any]) -> Report:
    """Run a question on an open source; what the data cannot answer is kept in its words."""
    started = time.perf_counter()
    with sums.observed() as seen:
        try:
            result = analyses.named(analysis).run(source, **parameters)
            answer = _answer(result, [sums.sql(query) for query in seen])
        except errors.FourfitsError as problem:
            answer = {"refused": problem.message, "hint": problem.hint}
    return _keep(actor, source, analysis, parameters, time.perf_counter() - started, answer)


def keep_loop(actor: Actor, source: sources.Data, done: Any) -> list[Report]:
    """Keep what a run of the whole loop answered and refused."""
    mirroring.note(data.source())
    kept = []
    for chapter in done.chapters:
        for entry in chapter.entries:
            if entry.result is None:
                answer = {"refused": entry.refusal.message, "hint": entry.refusal.hint}
            else:
                answer = _answer(entry.result, entry.queries)
            kept.append(_keep(actor, source, entry.question.analysis, entry.settings, 0.0, answer))
    return kept


def _keep(
    actor: Actor,
    source: sources.Data,
    analysis: str,
    parameters: Mapping[str, Any],
    seconds: float,
    answer: Mapping[str, Any],
) -> Report:
    report = Report.objects.create(
        analysis=analysis,
        parameters=dict(parameters),
        key=key_of(analysis, parameters),
        as_of=source.as_of,
        versions={
            name: source.versions[name]
            for name in queries.inputs(analysis)
            if name in source.versions
        },
        code_version=fourfits.__version__,
        seconds=seconds,
        computed_at=timezone.now(),
        computed_for=actor.name,
        **answer,
    )
    for listener in LISTENERS[analysis]:
        listener(report)
    return report


def _answer(result: results.Result, queries_: Sequence[str]) -> dict[str, Any]:
    return {
        "result": _json(result.to_dict()),
        "chart": _json(_chart(result.chart)),
        "queries": list(queries_),
    }


def _chart(draw: Callable[[], Any]) -> dict[str, Any] | None:
    try:
        spec = draw().to_dict()
    except (TypeError, errors.FourfitsError):  # some results have none
        return None
    return dict(spec)


def _json(value: Any) -> Any:
    """The value as JSON can hold it."""
    return json.loads(json.dumps(results.plain(value), default=str, allow_nan=False))
