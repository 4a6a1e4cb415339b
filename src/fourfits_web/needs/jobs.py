"""Background work of needs: looking for themes, looking for parts of a need."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fourfits import errors, results, sources
from fourfits_web.core import jobs
from fourfits_web.core.actors import Actor
from fourfits_web.needs import actions, continuing, counting, queries
from fourfits_web.reports import queries as reports
from fourfits_web.reports import running

MOST_ITEMS = 20_000
PART_MIN_ITEMS = 3


def derive(opened: running.Opened, result: results.Result) -> bool:
    """What a run of themes comes to: not its own rows, but the needs that it continues."""
    stored = reports.stored("themes", light=True)
    report = stored if stored is not None and stored.computed_at >= opened.at else None
    actions.take(opened.actor, found=continuing.found(result), report=report)
    actions.count_soon(opened.actor)
    return counting.write(opened.source)


def after_feedback(data: sources.Data, progress: Callable[[float, str], None]) -> None:
    """After an import of feedback: look for themes anew, in a job of its own."""
    if "feedback" in data:
        actions.look(Actor.workspace())


def after_customers(data: sources.Data, progress: Callable[[float, str], None]) -> None:
    """After an import of what needs are counted by: count them anew."""
    if queries.active().exists():
        actions.count_soon(Actor.workspace())


@jobs.job("needs.parts")
def parts(progress: jobs.Progress, *, need: int) -> dict[str, Any]:
    """Look for themes within what speaks of a need."""
    from fourfits import needs

    one = queries.need(need)
    if one is None:
        return {"parts": 0}
    rows = list(queries.items(one).values_list("pk", "text")[:MOST_ITEMS])
    progress(0.3, f"{len(rows):,} items")
    words = {"feedback_id": [str(pk) for pk, _ in rows], "text": [text for _, text in rows]}
    try:
        result = needs.themes(words, min_size=PART_MIN_ITEMS)
    except errors.FourfitsError as problem:
        actions.note_parts(progress.actor, one, parts={"refused": problem.message})
        return {"parts": 0, "refused": problem.message}
    members: dict[str, list[int]] = {}
    for row in result.assigned.to_pylist():
        members.setdefault(row["theme"], []).append(int(row["feedback_id"]))
    found = [
        {"label": row["theme"], "quotes": row["quotes"], "items": members[row["theme"]]}
        for row in result.table.to_pylist()
    ]
    actions.note_parts(progress.actor, one, parts={"found": found})
    return {"parts": len(found)}
