"""Running an analysis and keeping the run."""

from __future__ import annotations

import datetime
import json
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone

import fourfits
from fourfits import analyses, errors, quality, results, sources, sums
from fourfits.report import findings
from fourfits_web.core import jobs
from fourfits_web.core.actors import Actor
from fourfits_web.data import mirroring
from fourfits_web.data import queries as data
from fourfits_web.reports import queries, reading
from fourfits_web.reports.models import Report, key_of

LISTENERS: dict[str, list[Callable[[Report], None]]] = defaultdict(list)
"""What upper slices do when a run of an analysis was kept, such as noting its score."""


def when_kept(analysis: str, listener: Callable[[Report], None]) -> None:
    """Hear of every run of an analysis that is kept, refused ones included."""
    LISTENERS[analysis].append(listener)


@jobs.job("reports.compute")
def compute(
    progress: jobs.Progress, *, analysis: str, asked: Mapping[str, Any], as_of: str | None
) -> dict[str, Any]:
    """Run one question and keep the run; a second run while nothing changed keeps a second row."""
    progress(0.1, "Opening the data")
    moment = datetime.datetime.fromisoformat(as_of) if as_of else None
    opened = timezone.now()
    source = data.source(as_of=moment)
    if moment is None:
        mirroring.note(source)
    progress(0.2, "Computing")
    report = run(progress.actor, source, analysis, asked, at=opened)
    return {"report": report.pk, "refused": report.refused}


@jobs.job("reports.compute_all")
def compute_all(progress: jobs.Progress) -> dict[str, Any]:
    """Run the whole loop, and keep each run."""
    from fourfits import report as loop

    opened = timezone.now()
    source = data.source()
    done = loop.run(source, today=timezone.now().date(), progress=progress)
    return {"reports": len(keep_loop(progress.actor, source, done, at=opened))}


def run(
    actor: Actor,
    source: sources.Data,
    analysis: str,
    asked: Mapping[str, Any],
    *,
    at: datetime.datetime | None = None,
) -> Report:
    """Run a question on an open source; what the data cannot answer is kept in its words.

    `at` is the moment just before the source was opened: asked again of the data as they stood
    then, the question meets the same versions.
    """
    at = at or timezone.now()
    started = time.perf_counter()
    parameters = dict(asked)
    with sums.statements() as said:
        try:
            result = analyses.named(analysis).run(source, **parameters)
            answer = _answer(result, said)
        except errors.FourfitsError as problem:
            answer = {"refused": problem.message, "hint": problem.hint}
    answer["seconds"] = time.perf_counter() - started
    answer["quality"] = _quality(source, queries.inputs(analysis, asked))
    return _keep(actor, source, (analysis, asked, parameters), answer, at)


def keep_loop(
    actor: Actor, source: sources.Data, done: Any, *, at: datetime.datetime | None = None
) -> list[Report]:
    """Keep what a run of the whole loop answered and refused."""
    at = at or timezone.now()
    mirroring.note(data.source())
    checked = _whole_tables(done.data_quality)
    kept = []
    for chapter in done.chapters:
        for entry in chapter.entries:
            choices = entry.question.settings
            asked = entry.settings if entry.settings in choices else choices[0]
            if entry.result is None:
                answer = {"refused": entry.refusal.message, "hint": entry.refusal.hint}
            else:
                answer = _answer(entry.result, entry.queries)
            names = queries.inputs(entry.question.analysis, asked)
            answer["quality"] = [row for row in checked if row["table"] in names]
            asking = (entry.question.analysis, asked, entry.settings or asked)
            kept.append(_keep(actor, source, asking, answer, at))
    return kept


def _keep(
    actor: Actor,
    source: sources.Data,
    asking: tuple[str, Mapping[str, Any], Mapping[str, Any]],
    answer: Mapping[str, Any],
    at: datetime.datetime,
) -> Report:
    analysis, asked, parameters = asking
    names = queries.inputs(analysis, asked)
    report = Report.objects.create(
        analysis=analysis,
        asked=_json(asked),
        parameters=_json(parameters),
        key=key_of(analysis, asked),
        as_of=source.as_of,
        versions={name: source.versions[name] for name in names if name in source.versions},
        code_version=fourfits.__version__,
        computed_at=at,
        computed_for=actor.name,
        **{"seconds": 0.0, **answer},
    )
    for listener in LISTENERS[analysis]:
        listener(report)
    return report


def _answer(result: results.Result, said: Sequence[str]) -> dict[str, Any]:
    plain = _json(result.to_dict())
    finding = findings.finding(result)
    return {
        "result": plain,
        "finding": "" if finding == result.definition else finding,
        "headline": reading.headline(plain, settings.WORKSPACE.currency),
        "chart": _chart(result),
        "queries": list(dict.fromkeys(said)),
    }


def _chart(result: results.Result) -> dict[str, Any] | None:
    try:
        return dict(_json(result.spec()))
    except (TypeError, errors.FourfitsError):  # some results have none
        return None


def _quality(source: sources.Data, names: Sequence[str]) -> list[dict[str, Any]]:
    """How good the tables under a report are; what was found of the same version serves again."""
    here = [name for name in names if name in source]
    known = queries.known_quality()
    found = {
        name: known[name, source.versions.get(name)]
        for name in here
        if (name, source.versions.get(name)) in known
    }
    tables = {name: source.table(name) for name in source}
    now = timezone.now().replace(tzinfo=None)
    for name in here:
        if name not in found:
            for row in _whole_tables(quality.check(tables, as_of=now, only=name)):
                found[name] = row
    return [found[name] for name in here if name in found]


def _whole_tables(checked: results.Result) -> list[dict[str, Any]]:
    return [row for row in _json(checked.to_dict()["rows"]) if row["source"] == "all"]


def _json(value: Any) -> Any:
    """The value as JSON can hold it."""
    return json.loads(json.dumps(results.plain(value), default=str, allow_nan=False))
