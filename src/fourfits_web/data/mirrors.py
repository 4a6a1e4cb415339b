"""Copies the imports and the quarantine from the lake, so that pages need not ask it."""

from __future__ import annotations

import datetime
import itertools
import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from django.db import transaction

from fourfits import sums, tables
from fourfits.imports import mending
from fourfits_web.data.models import Batch, Quarantined

if TYPE_CHECKING:
    from fourfits import sources

MOST_OF_A_BATCH = 10_000
"""Rows of one import's quarantine that pages show; nobody mends more by hand."""

_AT_ONCE = 1_000
_COUNTS = ("n_read", "n_added", "n_changed", "n_known", "n_quarantined")


def imports(data: sources.Data, progress: Callable[[float, str], None]) -> None:
    """Copy both; who asked for an import and what was decided about a row stays."""
    progress(0.0, "Reading imports")
    records = sums.fetch_arrow(data.batches).to_pylist() if "batches" in data else []
    with transaction.atomic():
        _batches(records)
    progress(0.3, "Reading the quarantine")
    readings = {record["batch_id"]: _reading(record) for record in records}
    with transaction.atomic():
        _quarantine(data, readings)


def _reading(record: dict[str, Any]) -> dict[str, Any]:
    reading: dict[str, Any] = json.loads(record.get("mapping") or "{}")
    return reading


def _batches(records: list[dict[str, Any]]) -> None:
    rows = [_batch(record) for record in records]
    fields = [
        "table", "file", "imported_at", "undone_at", "mends", "columns", *_COUNTS,
    ]  # fmt: skip
    Batch.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["batch_id"],
        update_fields=fields,
        batch_size=_AT_ONCE,
    )
    names = {row.batch_id for row in rows}
    gone = [pk for pk, name in Batch.objects.values_list("pk", "batch_id") if name not in names]
    for part in _parts(gone):
        Batch.objects.filter(pk__in=part).delete()


def _parts(values: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]


def _batch(record: dict[str, Any]) -> Batch:
    reading = _reading(record)
    return Batch(
        batch_id=record["batch_id"],
        table=record["table"],
        file=(record.get("file") or "")[:300],
        imported_at=_aware(record["imported_at"]),
        undone_at=_aware(record.get("undone_at")),
        mends=reading.get("mended", {}).get("batch", ""),
        columns=list(reading["types"]) if "types" in reading else None,
        **{name: record.get(name) or 0 for name in _COUNTS},
    )


def _aware(moment: datetime.datetime | None) -> Any:
    return moment and (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC))


def _quarantine(data: sources.Data, readings: dict[str, dict[str, Any]]) -> None:
    keys = dict(Batch.objects.values_list("batch_id", "pk"))
    standing = {
        (batch, line): pk
        for pk, batch, line in Quarantined.objects.values_list("pk", "batch_id", "line")
    }
    held = _held(data) if "quarantine" in data else iter(())
    rows = (
        _row(keys[batch], line, problems, readings[batch])
        for (batch, line), problems in itertools.groupby(
            held, lambda row: (row["batch_id"], row["line"])
        )
        if batch in keys
    )
    while part := list(itertools.islice(rows, _AT_ONCE)):
        for row in part:
            standing.pop((row.batch_id, row.line), None)
        Quarantined.objects.bulk_create(
            part,
            update_conflicts=True,
            unique_fields=["batch", "line"],
            update_fields=["table", "column", "value", "reason", "problems", "row"],
        )
    for gone in _parts(list(standing.values())):
        Quarantined.objects.filter(pk__in=gone).delete()


def _held(data: sources.Data) -> Iterator[dict[str, Any]]:
    """Problems in the order of their rows; of each import the first rows only."""
    import ibis

    held = data.quarantine.select(*tables.QUARANTINE.names)
    window = ibis.window(group_by="batch_id", order_by="line")
    shown = held.mutate(place=ibis.dense_rank().over(window))
    shown = shown.filter(shown.place < MOST_OF_A_BATCH).drop("place")
    for batch in sums.fetch_batches(shown.order_by("batch_id", "line", "column")):
        yield from batch.to_pylist()


def _row(
    batch: int, line: int, problems: Iterator[dict[str, Any]], reading: dict[str, Any]
) -> Quarantined:
    found = list(problems)
    first = found[0]
    return Quarantined(
        batch_id=batch,
        line=line,
        table=first["table"],
        column=(first["column"] or "")[:200],
        value=_plain(first["value"]),
        reason=_plain(" ".join(problem["reason"] for problem in found)),
        problems=[
            {
                "column": problem["column"] or "",
                "value": _plain(problem["value"]),
                "reason": _plain(problem["reason"]),
                "columns": list(mending.columns_of(reading, problem["column"] or "")),
            }
            for problem in found
        ],
        row=json.loads(first["row"].replace("\\u0000", "")) if first["row"] else None,
    )


def _plain(text: str | None) -> str:
    """The text without the one character that PostgreSQL does not store."""
    return (text or "").replace("\x00", "")
