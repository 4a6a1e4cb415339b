"""Running an analysis and keeping the run."""

from __future__ import annotations

import datetime
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
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
from fourfits_web.reports import queries, reading, words
from fourfits_web.reports.models import Report, key_of

KEPT = ("rfm", "themes", "lifetime_value")
"""What fills derived tables on which others stand; each stands on those before it."""
LISTENERS: dict[str, list[Callable[[Report], None]]] = defaultdict(list)
"""What upper slices do when a run of an analysis was kept, such as noting its score."""
SUPPLIERS: dict[str, Callable[[sources.Data], Mapping[str, Any]]] = {}
"""What the workspace adds to the settings of an analysis unless they were asked otherwise."""
DERIVERS: dict[str, Callable[[Opened, results.Result], bool]] = {}
"""Who fills a derived table instead of the result alone."""


def when_kept(analysis: str, listener: Callable[[Report], None]) -> None:
    """Hear of every run of an analysis that is kept, refused ones included."""
    LISTENERS[analysis].append(listener)


def derive_by(table: str, deriver: Callable[[Opened, results.Result], bool]) -> None:
    """Let a slice fill a derived table from a result as people have shaped it; tells if it changed."""
    DERIVERS[table] = deriver


def supply(analysis: str, supplier: Callable[[sources.Data], Mapping[str, Any]]) -> None:
    """Add settings that the workspace knows, such as the names of needs, to every run."""
    SUPPLIERS[analysis] = supplier


@dataclass(frozen=True)
class Opened:
    """An open source, the moment just before it was opened, and who asks.

    The moment is what a report calls the time of its data: asked again of the data as they stood
    then, the question meets the same versions.
    """

    actor: Actor
    source: sources.Data
    at: datetime.datetime

    @classmethod
    def now(cls, actor: Actor, as_of: datetime.datetime | None = None) -> Opened:
        """The data as they stand, or stood; what is derived anew is noted."""
        at = timezone.now()
        opened = cls(actor, data.source(as_of=as_of), at)
        if as_of is None:
            mirroring.note(opened.source)
        return opened


@jobs.job("reports.compute")
def compute(
    progress: jobs.Progress, *, analysis: str, asked: Mapping[str, Any], as_of: str | None
) -> dict[str, Any]:
    """Run one question and keep the run; a second run while nothing changed keeps a second row.

    What the workspace itself asked for, after an import, is not run while a kept run is fresh.
    """
    progress(0.1, "Opening the data")
    opened = Opened.now(progress.actor, datetime.datetime.fromisoformat(as_of) if as_of else None)
    kept = queries.stored(analysis, asked, light=True)
    if progress.actor.member is None and kept is not None and not (kept.stale or kept.refused):
        return {"report": kept.pk, "refused": ""}
    progress(0.2, "Computing")
    result, report = run(opened, analysis, asked)
    if as_of is None and dict(asked) in words.usual(analysis):
        _derive(opened, [result])
    return {"report": report.pk, "refused": report.refused}


@jobs.job("reports.compute_all")
def compute_all(progress: jobs.Progress) -> dict[str, Any]:
    """Run the whole loop question by question, those first on whose answers others stand.

    Each answer is kept as soon as it is there: a run that was broken off loses nothing.
    """
    actor, done, refused = progress.actor, 0, 0
    questions = words.loop(first=KEPT)
    opened = Opened.now(actor)
    with sums.remembered():
        for place, (analysis, title) in enumerate(questions):
            progress(place / len(questions), title)
            result, report = ask(opened, analysis)
            done, refused = done + 1, refused + bool(report.refused)
            if analysis in KEPT and _derive(opened, [result]):
                opened = Opened.now(actor)
    return {"reports": done, "refused": refused}


def ask(opened: Opened, analysis: str) -> tuple[results.Result | None, Report]:
    """Run the first of the usual settings that the data carry; else keep why the first is refused."""
    choices = words.usual(analysis)
    first: dict[str, Any] | None = None
    for asked in choices:
        result, answer = answered(opened.source, analysis, asked)
        if result is not None:
            return result, keep(opened, analysis, asked, answer)
        first = first or answer
    return None, keep(opened, analysis, choices[0], first or {})


def run(
    opened: Opened, analysis: str, asked: Mapping[str, Any]
) -> tuple[results.Result | None, Report]:
    """Run a question on an open source; what the data cannot answer is kept in its words."""
    result, answer = answered(opened.source, analysis, asked)
    return result, keep(opened, analysis, asked, answer)


def answered(
    source: sources.Data, analysis: str, asked: Mapping[str, Any]
) -> tuple[results.Result | None, dict[str, Any]]:
    """The result of a question, and the fields of the report that keeps it or its refusal."""
    started = time.perf_counter()
    parameters = {**_supplied(source, analysis), **asked}
    answer: dict[str, Any] = {"parameters": _json(parameters)}
    result = None
    with sums.statements() as said:
        try:
            result = analyses.named(analysis).run(source, **parameters)
            answer |= _shown(result, said, chart=_chart(result))
        except errors.FourfitsError as problem:
            answer |= {"refused": problem.message, "hint": problem.hint}
    return result, answer | {"seconds": time.perf_counter() - started}


def keep_loop(actor: Actor, source: sources.Data, done: Any) -> list[Report]:
    """Keep what a run of the library's whole loop answered and refused."""
    opened = Opened(actor, source, timezone.now())
    entries = [entry for chapter in done.chapters for entry in chapter.entries]
    if _derive(opened, [entry.result for entry in entries]):
        opened = Opened(actor, data.source(), opened.at)
    mirroring.note(opened.source)
    checked = _whole_tables(done.data_quality)
    kept = []
    for entry in entries:
        analysis, choices = entry.question.analysis, words.usual(entry.question.analysis)
        asked = entry.settings if entry.settings in choices else choices[0]
        if entry.result is None:
            answer = {"refused": entry.refusal.message, "hint": entry.refusal.hint}
        else:
            answer = _shown(entry.result, entry.queries, chart=entry.spec)
        names = queries.inputs(analysis, asked)
        answer["quality"] = [row for row in checked if row["table"] in names]
        answer["parameters"] = _json(entry.settings or asked)
        kept.append(keep(opened, analysis, asked, answer))
    return kept


def keep(
    opened: Opened, analysis: str, asked: Mapping[str, Any], answer: Mapping[str, Any]
) -> Report:
    """Write the run down, with the versions under it and how good its tables are."""
    names, source = queries.inputs(analysis, asked), opened.source
    fields = {"seconds": 0.0, **answer}
    if "quality" not in fields:
        fields["quality"] = _quality(source, names)
    report = Report.objects.create(
        analysis=analysis,
        asked=_json(asked),
        key=key_of(analysis, asked),
        as_of=source.as_of,
        versions={name: source.versions[name] for name in names if name in source.versions},
        code_version=fourfits.__version__,
        computed_at=opened.at,
        computed_for=opened.actor.name,
        **fields,
    )
    for listener in LISTENERS[analysis]:
        listener(report)
    return report


def _derive(opened: Opened, found: Iterable[results.Result | None]) -> bool:
    """Fill the derived tables of the lake from results; whether any of them changed."""
    changed: set[str] = set()
    for result in found:
        derived = result.derived() if result is not None else None
        if result is None or derived is None or _would_displace(opened.source, derived):
            continue
        deriver = DERIVERS.get(derived.table)
        if deriver(opened, result) if deriver else opened.source.keep(result).changed:
            changed.add(derived.table)
    if changed:
        mirroring.refresh(opened.actor, changed)
        mirroring.note(data.source(), changed)
    return bool(changed)


def _would_displace(source: sources.Data, derived: results.Derived) -> bool:
    """Whether `segment` would come to mean these rows, where people already divide otherwise."""
    mine = derived.part.get("segmentation")
    if mine is None or "memberships" not in source:
        return False
    first = source.memberships.segmentation.min().to_pyarrow().as_py()
    return first is not None and mine < first


def _supplied(source: sources.Data, analysis: str) -> dict[str, Any]:
    supplier = SUPPLIERS.get(analysis)
    return dict(supplier(source)) if supplier else {}


def needs_of_features(source: sources.Data) -> dict[str, Any]:
    """Names of needs that people gave to features, so that themes are called like them."""
    if "features" not in source or "need" not in source.features.columns:
        return {}
    features = source.features
    named = features.filter(features.need.notnull()).select("need").distinct()
    return {"known": sorted(sums.fetch(named)["need"])}


supply("themes", needs_of_features)


def _shown(
    result: results.Result, said: Sequence[str], *, chart: dict[str, Any] | None
) -> dict[str, Any]:
    plain = _json({**result.to_dict(), "columns": result.table.column_names})
    finding = findings.finding(result)
    return {
        "result": plain,
        "finding": "" if finding == result.definition else finding,
        "headline": reading.headline(plain, settings.WORKSPACE.currency),
        "chart": _json(chart),
        "queries": list(dict.fromkeys(said)),
    }


def _chart(result: results.Result) -> dict[str, Any] | None:
    if type(result).chart is results.Result.chart:
        return None
    return result.spec()


def _quality(source: sources.Data, names: Sequence[str]) -> list[dict[str, Any]]:
    """How good the tables under a report are; what was found of the same version serves again."""
    known = queries.known_quality()
    here = [name for name in names if name in source]
    tables = {name: source.table(name) for name in source}
    now = timezone.now().replace(tzinfo=None)
    found = []
    for name in here:
        row = known.get((name, source.versions.get(name)))
        rows = [row] if row else _whole_tables(quality.check(tables, as_of=now, only=name))
        found += rows
    return found


def _whole_tables(checked: results.Result) -> list[dict[str, Any]]:
    return [row for row in _json(checked.to_dict()["rows"]) if row["source"] == "all"]


def _json(value: Any) -> Any:
    """The value as JSON can hold it."""
    return json.loads(json.dumps(results.plain(value), default=str, allow_nan=False))
