"""Take an import back: its rows go, and what it had replaced stands again."""
# ruff: noqa: S608 - names and values in SQL pass through `engine.identifier` and `engine.literal`

from __future__ import annotations

import contextlib
import datetime
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from fourfits import errors, lake, tables
from fourfits.imports import mending, records, reports
from fourfits.lake import engine

if TYPE_CHECKING:
    import duckdb


def undo(batch: str, *, home: str | os.PathLike[str], now: datetime.datetime) -> reports.UndoReport:
    """Take an import back, as if it had never been; batches after it stay.

    Rows that it changed are restored to what stood before it, unless a later batch has changed
    them since. Rows that it set aside leave the quarantine; rows that it had mended return to it.
    Importing the file again brings everything back.

    Args:
        batch: Its name, as the import reported it.
        home: The home folder.
        now: The present moment, for the record.

    Raises:
        VersionError: If there is no such batch, or it was undone already.
        BusyError: If another process writes for too long; nothing was changed.
        SpaceError: If the disk is full; nothing was changed.
    """
    store = lake.Lake(Path(home) / "lake")
    if not store.folder.is_dir():
        raise errors.FileError(f"There is no home at {home}.", hint="name the folder with --home")
    with store.locked(), store.change(f"undo-{batch}") as change:
        record = records.named(store, batch)
        if record.get("undone_at") is not None:
            raise errors.VersionError(
                f"{batch} was undone already, on {record['undone_at']:%Y-%m-%d %H:%M} UTC.",
                hint="import the file again to bring its rows back",
            )
        with contextlib.closing(engine.connect(change.folder / "spill")) as connection:
            report = _prepared(store, change, connection, record, now)
        change.commit()
    return report


def _prepared(
    store: lake.Lake,
    change: lake.Change,
    connection: duckdb.DuckDBPyConnection,
    record: records.Record,
    now: datetime.datetime,
) -> reports.UndoReport:
    name, batch = record["table"], record["batch_id"]
    event = {"event": "undo", "at": records.utc(now).isoformat()}
    n_removed = n_restored = n_quarantined = 0
    if _batched(store, name, None):
        mine = f"{tables.BATCH_COLUMN} = {engine.literal(batch)}"
        restored, n_restored = _restored(store, change, connection, record)
        kept, without, n_removed = store.keeping(connection, change, name, mine)
        change.put(name, add=[*kept, *restored], remove=without, event=event)
    if record["n_quarantined"]:
        ours = f"batch_id = {engine.literal(batch)}"
        rest, held, n_quarantined = store.keeping(connection, change, "quarantine", ours)
        change.put("quarantine", add=rest, remove=held, event=event)
    undone = record | {"undone_at": records.utc(now)}
    changed = mending.returned(store, change, connection, record, event)
    records.put(connection, change, store, [undone, *changed], event)
    return reports.UndoReport(
        batch_id=batch,
        table=name,
        n_removed=n_removed,
        n_restored=n_restored,
        n_quarantined=n_quarantined,
        version_after=change.version_after(name),
    )


def _restored(
    store: lake.Lake,
    change: lake.Change,
    connection: duckdb.DuckDBPyConnection,
    record: records.Record,
) -> tuple[list[Path], int]:
    """A file with the rows that the batch had replaced and that nobody has changed since."""
    files = store.files(record["table"])
    if not record["n_changed"] or not files:
        return [], 0
    key = engine.listed(tables.named(record["table"]).key)
    connection.execute(
        f"CREATE TEMP TABLE wanted AS SELECT {key} FROM {engine.parquet(files)} "
        f"WHERE {tables.BATCH_COLUMN} = {engine.literal(record['batch_id'])}"
    )
    older = _older(store, connection, record)
    if not older:
        return [], 0
    file = change.folder / "restored.parquet"
    count = engine.write_parquet(connection, " UNION ALL BY NAME ".join(older), file)
    return ([file] if count else []), count


def _older(
    store: lake.Lake, connection: duckdb.DuckDBPyConnection, record: records.Record
) -> list[str]:
    """Queries for the wanted rows as they stood before a batch.

    Where a row came from a batch that has itself been undone since, it is sought before that one.
    """
    undone: Mapping[str, records.Record] = {
        each["batch_id"]: each for each in records.read(store) if each.get("undone_at")
    }
    name, column = record["table"], tables.BATCH_COLUMN
    key = engine.listed(tables.named(name).key)
    selects: list[str] = []
    waiting = [(record["version_before"], f"SELECT {key} FROM wanted")]
    while waiting:
        version, keys = waiting.pop()
        files = [] if version is None else store.files(name, version)
        if not files:
            continue
        rows = f"{engine.parquet(files)} AS o SEMI JOIN ({keys}) AS k USING ({key})"
        stale = _stale(connection, rows, undone) if _batched(store, name, version) else []
        stands = f"{column} IN ({', '.join(map(engine.literal, stale))})" if stale else "false"
        selects.append(f"SELECT * FROM {rows} WHERE ({stands}) IS NOT TRUE")
        waiting += [
            (
                undone[each]["version_before"],
                f"SELECT {key} FROM {rows} WHERE {column} = {engine.literal(each)}",
            )
            for each in stale
        ]
    return selects


def _stale(
    connection: duckdb.DuckDBPyConnection, rows: str, undone: Mapping[str, records.Record]
) -> list[str]:
    """Undone batches that brought some of the rows."""
    found = connection.execute(f"SELECT DISTINCT {tables.BATCH_COLUMN} FROM {rows}").fetchall()
    return [batch for (batch,) in found if batch in undone]


def _batched(store: lake.Lake, name: str, version: int | None) -> bool:
    """Whether rows of a version name the import that brought them."""
    schema = store.schema(name, version)
    return schema is not None and tables.BATCH_COLUMN in schema.names
