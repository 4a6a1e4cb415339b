"""Imported feedback as items: what is new is added, what changed follows, the team's part stays."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterator
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from fourfits import sources
from fourfits_web.data import mirroring
from fourfits_web.feedback.models import Item, Lake, Status

TABLES = frozenset({"feedback", "customers"})
AT_ONCE = 5_000

SAID = {
    "customer_id": "string", "account_id": "string", "source": "string",
    "occurred_at": "timestamp", "title": "string", "text": "string", "rating": "float64",
    "language": "string", "url": "string", "strength": "string",
}  # fmt: skip
"""Columns of the lake that an item copies, and what to take them for where they are missing."""

_FRESH = {"status": Status.OPEN.value, "tags": "[]", "added_by": ""}
"""What the team has done to an item that just came: nothing."""

_KEPT = ("feedback_id", *SAID, "lake")


def mirror(data: sources.Data, progress: Callable[[float, str], None]) -> None:
    """Copy the feedback of the lake; running it twice writes nothing the second time."""
    seen: set[str] = set()
    if "feedback" in data:
        for done, rows in _read(data):
            progress(0.9 * done, "feedback")
            _write(rows)
            seen.update(rows)
    progress(0.9, "feedback that is gone")
    _leave(seen)


def _read(data: sources.Data) -> Iterator[tuple[float, dict[str, dict[str, Any]]]]:
    """Rows of the lake by `feedback_id`, some at a time, with the share that is read."""
    import ibis

    from fourfits.needs import voices

    said = voices.said(data.feedback, data.customers if "customers" in data else None)
    columns = {
        name: said[name].cast(kind) if name in said.columns else ibis.null(kind)
        for name, kind in SAID.items()
    }
    table = said.select("feedback_id", **columns)
    total, n_read = table.count().to_pyarrow().as_py(), 0
    for batch in table.to_pyarrow_batches(chunk_size=AT_ONCE):
        n_read += batch.num_rows
        rows = {row["feedback_id"]: _plain(row) for row in batch.to_pylist()}
        yield n_read / max(total, 1), rows


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row as an item holds it: no text is empty text, moments know that they are UTC."""
    plain: dict[str, Any] = {
        name: ("" if row[name] is None and kind == "string" else row[name])
        for name, kind in SAID.items()
    }
    if plain["occurred_at"] is not None:
        plain["occurred_at"] = plain["occurred_at"].replace(tzinfo=datetime.UTC)
    return plain


def _write(rows: dict[str, dict[str, Any]]) -> None:
    """Add what is new, change what differs; a moment that the lake does not know is that of arrival."""
    there = {
        kept[0]: dict(zip(_KEPT, kept, strict=True))
        for kept in Item.objects.filter(feedback_id__in=list(rows)).values_list(*_KEPT)
    }
    new, changed = [], []
    for feedback_id, row in rows.items():
        standing = there.get(feedback_id)
        moment = row["occurred_at"] or (standing["occurred_at"] if standing else timezone.now())
        wanted = {
            "feedback_id": feedback_id,
            **row,
            "occurred_at": moment,
            "lake": Lake.STANDING.value,
        }
        if standing is None:
            new.append(wanted)
        elif standing != wanted:
            changed.append(Item(**wanted))
    _add(new)
    Item.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["feedback_id"],
        update_fields=[*SAID, "lake"],
    )


def _add(rows: list[dict[str, Any]]) -> None:
    """Add rows by one prepared statement: a query of models costs half as much again."""
    if not rows:
        return
    adapt = connection.ops.adapt_datetimefield_value
    columns = (*rows[0], *_FRESH)
    quoted = ", ".join(connection.ops.quote_name(column) for column in columns)
    places = ", ".join(["%s"] * len(columns))
    table = connection.ops.quote_name(Item._meta.db_table)
    values = [
        (*(row | {"occurred_at": adapt(row["occurred_at"])}).values(), *_FRESH.values())
        for row in rows
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({quoted}) VALUES ({places}) ON CONFLICT DO NOTHING",  # noqa: S608
            values,
        )


def _leave(seen: Collection[str]) -> None:
    """Let go what the lake no longer holds, but for what came by hand or was worked on.

    What was erased goes in any case, also where an undo had taken it away before.
    """
    held = Item.objects.filter(lake__in=[Lake.STANDING, Lake.GONE]).values_list("pk", "feedback_id")
    gone = [row for row in held.iterator(chunk_size=20_000) if row[1] not in seen]
    remembered = mirroring.remembered("feedback_id", {feedback_id for _, feedback_id in gone})
    for start in range(0, len(gone), 1_000):
        part = gone[start : start + 1_000]
        rows = Item.objects.filter(pk__in=[pk for pk, _ in part])
        rows.filter(added_by="", touched_at=None).delete()
        if remembered is not None:
            erased = [pk for pk, feedback_id in part if feedback_id not in remembered]
            Item.objects.filter(pk__in=erased).delete()
        rows.update(lake=Lake.GONE)
