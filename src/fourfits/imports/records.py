"""The table `batches`: what was imported, and whether it was taken back."""
# ruff: noqa: S608 - names and values in SQL pass through `engine.identifier` and `engine.literal`

from __future__ import annotations

import datetime
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fourfits import errors, lake, tables
from fourfits.lake import engine

if TYPE_CHECKING:
    import duckdb

Record = dict[str, Any]
"""One row of `batches`."""

_DISTURBING = {"undo", "replace", "append"}
"""Events after which rows of an earlier import may be gone."""


def read(store: lake.Lake) -> list[Record]:
    """Every batch, in the order in which they came."""
    rows = store.read("batches")
    if rows is None:
        return []
    found: list[Record] = rows.to_pylist()
    return sorted(found, key=lambda record: record["imported_at"])


def named(store: lake.Lake, batch: str) -> Record:
    """The batch of that name.

    Raises:
        VersionError: If there is none; the message lists the newest ones.
    """
    records = read(store)
    for record in records:
        if record["batch_id"] == batch:
            return record
    newest = ", ".join(record["batch_id"] for record in records[-5:]) or "none"
    raise errors.VersionError(
        f"There is no batch {batch!r}; the newest are {newest}.",
        hint="`fourfits import` prints the name of its batch",
    )


def put(
    connection: duckdb.DuckDBPyConnection,
    change: lake.Change,
    store: lake.Lake,
    new: Sequence[Record],
    event: Mapping[str, str],
) -> None:
    """Add records to a change, or put them in the place of those that have their names."""
    there = store.files("batches")
    rows = " UNION ALL ".join(f"SELECT {_cells(record)}" for record in new)
    if there:
        names = ", ".join(engine.literal(record["batch_id"]) for record in new)
        rows += (
            f" UNION ALL BY NAME SELECT * FROM {engine.parquet(there)} "
            f"WHERE batch_id NOT IN ({names})"
        )
    file = change.folder / "batches.parquet"
    engine.write_parquet(connection, rows, file)
    change.put("batches", add=[file], remove=there, event=dict(event))


def next_name(store: lake.Lake, table: str) -> str:
    """A name for the next batch of a table, such as `orders-3`; the lock keeps it apart."""
    taken = [record["batch_id"] for record in read(store)]
    waiting = lake.changes.incoming(store.folder)
    taken += [folder.name for folder in waiting.iterdir()] if waiting.is_dir() else []
    numbers = [
        int(number)
        for name in taken
        for start, _, number in [name.rpartition("-")]
        if start == table and number.isdigit()
    ]
    return f"{table}-{max(numbers, default=0) + 1}"


def same_file(
    store: lake.Lake, table: str, fingerprint: str, given: Mapping[str, object]
) -> Record | None:
    """The batch that brought this very file, read in this very way, if its rows still stand."""
    for record in reversed(read(store)):
        mapping = json.loads(record.get("mapping") or "{}")
        if (
            record["table"] == table
            and record.get("fingerprint") == fingerprint
            and mapping.get("given") == given
            and record.get("undone_at") is None
            and not _disturbed(store, record)
        ):
            return record
    return None


def fingerprint(path: str | os.PathLike[str]) -> str:
    """Hash of a file's bytes; empty where it cannot be read, which opening it will explain."""
    try:
        with Path(path).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except (OSError, ValueError):
        return ""


def utc(moment: datetime.datetime) -> datetime.datetime:
    """A moment as the lake stores it: in UTC, without a mark of its zone."""
    return moment.astimezone(datetime.UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _disturbed(store: lake.Lake, record: Record) -> bool:
    after = -1 if record["version_after"] is None else record["version_after"]
    return any(
        version.event in _DISTURBING
        for version in store.versions(record["table"])
        if version.version > after
    )


def _cells(record: Record) -> str:
    return ", ".join(
        f"CAST({_text(record.get(column.name))} AS {tables.DUCKDB_TYPES[column.kind]}) "
        f"AS {engine.identifier(column.name)}"
        for column in tables.BATCHES
    )


def _text(value: object) -> str:
    return "NULL" if value is None else engine.literal(str(value))
