"""Background work of feedback: what was received one by one goes to the customer data in batches."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone

from fourfits import imports
from fourfits_web.core import jobs
from fourfits_web.data import mirroring
from fourfits_web.data import queries as data
from fourfits_web.feedback import actions, queries
from fourfits_web.feedback.mirror import SAID
from fourfits_web.feedback.models import Item

if TYPE_CHECKING:
    import pyarrow as pa

AT_ONCE = 5_000
PAGES_FOLLOW = datetime.timedelta(minutes=10)
"""Timelines of customers follow so much later: they are made anew as a whole."""


@jobs.job("feedback.to_lake")
def to_lake(progress: jobs.Progress) -> dict[str, Any]:
    """Move what waits, each item exactly once.

    The import knows an item by its id, so one that was moved but not yet marked when the worker
    died is known the next time, and only marked.
    """
    n_moved = 0
    while items := queries.waiting(AT_ONCE):
        progress(0.5, f"moving {len(items):,} items")
        n_moved += move(progress, items)
    if n_moved:
        mirroring.note(data.source(), ["feedback", *mirroring.OF_IMPORTS])
        mirroring.refresh(progress.actor, ["feedback"], after=PAGES_FOLLOW)
    return {"moved": n_moved}


def move(progress: jobs.Progress, items: Sequence[Item]) -> int:
    """Import the items, then mark those that stand in the customer data."""
    with tempfile.TemporaryDirectory() as folder:
        file = _written(items, Path(folder) / "received.parquet")
        imports.import_file(file, "feedback", home=settings.HOME, now=timezone.now())
    there = _standing([item.feedback_id for item in items])
    actions.note_moved(progress.actor, items, there=there)
    return len(there)


def look() -> None:
    """Queue what came in since, and what was left behind by a worker that died between two items.

    Whoever hands something in waits for no job to be queued: the worker looks every few seconds.
    """
    if queries.is_waiting() and not jobs.failed_lately("feedback.to_lake"):
        actions.move_to_lake()


def _written(items: Sequence[Item], file: Path) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: dict[str, pa.Array] = {"feedback_id": pa.array([i.feedback_id for i in items])}
    for name, kind in SAID.items():
        values = [getattr(item, name) for item in items]
        if kind == "timestamp":
            values = [value.astimezone(datetime.UTC).replace(tzinfo=None) for value in values]
        of_kind = {"string": pa.string(), "float64": pa.float64(), "timestamp": pa.timestamp("us")}
        columns[name] = pa.array(
            [value or None for value in values] if kind == "string" else values, of_kind[kind]
        )
    pq.write_table(pa.table(columns), file)
    return file


def _standing(ids: Sequence[str]) -> set[str]:
    source = data.source()
    if "feedback" not in source:  # the contract refused all that ever came
        return set()
    table = source.feedback
    found = table.filter(table.feedback_id.isin(list(ids))).select("feedback_id").to_pyarrow()
    return set(found["feedback_id"].to_pylist())
