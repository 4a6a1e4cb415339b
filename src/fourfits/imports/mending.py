"""Rows that were set aside, read once more after a person has corrected them.

They are read exactly as their file was: by the expressions that its import recorded. What keeps
the contract now lands as a batch of its own, and leaves the quarantine in the same decision.
"""
# ruff: noqa: S608 - names and values in SQL pass through `engine.identifier` and `engine.literal`

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fourfits import config, errors, lake, tables
from fourfits.imports import batches, merging, records, reports, staging
from fourfits.imports import mapping as mappings
from fourfits.lake import engine

if TYPE_CHECKING:
    import duckdb

Corrections = Mapping[int, Mapping[str, str | None]]
"""Line to the file's columns that hold something else now; none where a row stays as it is."""

_PLACE = "_place"
"""The place of a line within its order, as the whole file gave it."""


def mend(
    batch: str,
    rows: Corrections,
    *,
    home: str | os.PathLike[str],
    now: datetime.datetime,
) -> reports.MendReport:
    """Read rows of the quarantine again, with corrections; those that keep the contract land.

    Safe to repeat: a row that has landed is in quarantine no more, and is passed over.

    Args:
        batch: The import that set the rows aside.
        rows: Line to what is corrected: column of the file, or of the table, to its new text.
        home: The home folder.
        now: The present moment, for the record.

    Raises:
        VersionError: If there is no such batch, or it was undone.
        ParameterError: If the import did not record how it read its columns.
        BusyError: If another process writes for too long; nothing was changed.
        SpaceError: If the disk is full; nothing was changed.
    """
    store = lake.Lake(Path(home) / "lake")
    record = records.named(store, batch)
    reading = read_as(record)
    if record.get("undone_at") is not None:
        raise errors.VersionError(
            f"{batch} was undone, and its rows have left the quarantine.",
            hint="import the corrected file",
        )
    table = tables.named(record["table"])
    with batches.begun(store, table, now) as run:
        held = _held(run, record, reading, rows)
        if not held:
            return reports.MendReport(batch=batch, table=table.name)
        found = _mapping(table, reading)
        there = store.files(table.name)
        stored = engine.types(run.connection, f"SELECT * FROM {engine.parquet(there)}")
        currency = config.workspace(Path(home)).currency
        how = staging.columns(table, found, stored if there else {}, currency)
        laid = staging.lay_down(
            run.connection,
            found,
            how=how,
            batch=run.change.name,
            folder=run.change.folder,
            watch=run.watch,
            whole=True,
        )
        kept = merging.staged(
            run.connection, table, run.change.folder, laid.kept, tuple(how.values)
        )
        reasons = _reasons(run.connection, laid, kept)
        landed = tuple(line for line in held if line not in reasons)
        if not landed:
            return reports.MendReport(batch=batch, table=table.name, reasons=reasons)
        merge = _committed(run, record, kept, landed)
    return reports.MendReport(
        batch=batch,
        table=table.name,
        batch_id=run.change.name,
        n_added=merge.n_added,
        n_changed=merge.n_changed,
        n_known=merge.n_known,
        landed=landed,
        reasons=reasons,
    )


def read_as(record: records.Record) -> dict[str, Any]:
    """How an import read its columns.

    Raises:
        ParameterError: If it did not record that.
    """
    reading: dict[str, Any] = json.loads(record.get("mapping") or "{}")
    if "types" not in reading:
        raise errors.ParameterError(
            f"{record['batch_id']} did not record how it read its columns.",
            hint="undo it and import the file again, or correct the file",
        )
    return reading


def columns_of(reading: Mapping[str, Any], column: str) -> tuple[str, ...]:
    """The file's columns from which a column of the table was read.

    >>> reading = {"raw": {"country": 'trim("Their country")'},
    ...            "types": {"Their country": "VARCHAR", "Other": "VARCHAR"}}
    >>> columns_of(reading, "country")
    ('Their country',)
    """
    raw = reading.get("raw", {}) | reading.get("extra", {})
    sql = raw.get(column) or reading.get("columns", {}).get(column, "")
    return tuple(name for name in reading.get("types", {}) if engine.identifier(name) in sql)


def returned(
    store: lake.Lake,
    change: lake.Change,
    connection: duckdb.DuckDBPyConnection,
    record: records.Record,
    event: Mapping[str, str],
) -> list[records.Record]:
    """Put rows back into quarantine that a batch had mended; the records that change by that."""
    mended = json.loads(record.get("mapping") or "{}").get("mended")
    if not mended:
        return []
    origin = records.named(store, mended["batch"])
    files = store.files("quarantine", mended["quarantine_version"])
    if origin.get("undone_at") is not None or not files:
        return []
    file = change.folder / "returned.parquet"
    wanted = _wanted(mended["batch"], mended["lines"])
    engine.write_parquet(connection, f"SELECT * FROM {engine.parquet(files)} WHERE {wanted}", file)
    change.put("quarantine", add=[file], event=dict(event))
    return [origin | {"n_quarantined": origin["n_quarantined"] + len(mended["lines"])}]


def _held(
    run: batches.Run, record: records.Record, reading: Mapping[str, Any], rows: Corrections
) -> tuple[int, ...]:
    """Lay out the rows asked for as the table `held`; their lines.

    Every row of the batch that waits counts for the places, whether it is asked for or not.
    """
    files = run.store.files("quarantine")
    if not files or not rows:
        return ()
    connection, types = run.connection, reading["types"]
    connection.execute("CREATE TEMP TABLE corrections (line BIGINT, patch VARCHAR)")
    connection.executemany(
        "INSERT INTO corrections VALUES (?, ?)",
        [(line, _patch(changes)) for line, changes in rows.items()],
    )
    connection.execute(f"""
        CREATE TEMP TABLE waiting AS
        SELECT q.line AS _line, c.line IS NOT NULL AS asked,
            CASE WHEN c.patch IS NULL THEN CAST(q.row AS JSON)
                ELSE json_merge_patch(CAST(q.row AS JSON), CAST(c.patch AS JSON)) END AS item
        FROM (SELECT line, any_value(row) AS row FROM {engine.parquet(files)}
            WHERE batch_id = {engine.literal(record["batch_id"])} GROUP BY line) AS q
        LEFT JOIN corrections AS c USING (line)
    """)
    cells = "".join(
        f"TRY_CAST({_text(name)} AS {type_}) AS {engine.identifier(name)}, "
        for name, type_ in types.items()
    )
    connection.execute(
        f"CREATE TEMP TABLE laid_out AS SELECT {cells} item AS _item, asked AS _asked, _line "
        "FROM waiting"
    )
    places = _places(run, reading)
    connection.execute(f"CREATE TEMP TABLE places (_line BIGINT, {_PLACE} BIGINT)")
    if places:
        connection.executemany("INSERT INTO places VALUES (?, ?)", list(places.items()))
    connection.execute(
        f"CREATE TEMP TABLE held AS SELECT laid_out.*, {_PLACE} FROM laid_out "
        "LEFT JOIN places USING (_line) WHERE _asked"
    )
    return tuple(line for (line,) in _rows(run, "SELECT _line FROM held ORDER BY _line"))


def _patch(changes: Mapping[str, str | None]) -> str:
    """Corrections as JSON; a blank takes away what stood there."""
    return json.dumps({name: text or "" for name, text in changes.items()})


def _places(run: batches.Run, reading: Mapping[str, Any]) -> dict[int, int]:
    """The place of each waiting line in its order: the gaps that its order has, in their order."""
    order = reading["columns"].get("order_id")
    if order is None or not _is_counted(reading):
        return {}
    waiting: dict[str | None, list[int]] = {}
    for line, order_id in _rows(
        run, f"SELECT _line, CAST({order} AS VARCHAR) FROM laid_out ORDER BY _line"
    ):
        waiting.setdefault(order_id, []).append(line)
    taken: dict[str | None, set[int]] = {}
    files = run.store.files(run.table.name)
    known = ", ".join(engine.literal(order_id) for order_id in waiting if order_id is not None)
    if files and known:
        for order_id, line in _rows(
            run, f"SELECT order_id, line FROM {engine.parquet(files)} WHERE order_id IN ({known})"
        ):
            taken.setdefault(order_id, set()).add(line)
    return {
        line: place
        for order_id, lines in waiting.items()
        for line, place in zip(lines, _gaps(taken.get(order_id, set()), len(lines)), strict=True)
    }


def _gaps(taken: set[int], n: int) -> list[int]:
    """The first numbers from 1 that are not taken.

    >>> _gaps({1, 3}, 3)
    [2, 4, 5]
    """
    free = (number for number in range(1, len(taken) + n + 1) if number not in taken)
    return [number for number, _ in zip(free, range(n), strict=False)]


def _is_counted(reading: Mapping[str, Any]) -> bool:
    """Whether lines were numbered by the import, as the file does not number them."""
    return " over " in reading["columns"].get("line", "").lower()


def _mapping(table: tables.Table, reading: Mapping[str, Any]) -> mappings.Mapping:
    """The reading of the file, over the rows held.

    What a person writes as the file does not, but as we do (2024-01-31), counts too; and rows that
    contradict an earlier one stand in quarantine under the names of the table.
    """
    expressions, raw = dict(reading["columns"]), dict(reading["raw"])
    for name in (*expressions, "currency"):
        if name not in table:
            continue
        counted = name == "line" and _is_counted(reading)
        ways = [_PLACE] if counted else [expressions[name]] if name in expressions else []
        kind = tables.DUCKDB_TYPES[table[name].kind]
        texts = [raw[name]] if name in raw else []
        if name not in reading["types"]:  # else the file's column of that name is something else
            texts.append(_text(name, "_item"))
        if len(texts) > 1:
            raw[name] = f"coalesce({', '.join(texts)})"
        ways += [f"TRY_CAST({text} AS {kind})" for text in texts]
        if ways:
            expressions[name] = f"coalesce({', '.join(ways)}, NULL)"
    extra = {
        name: f"coalesce({sql}, TRY_CAST({_text(name, '_item')} AS {reading['extra_types'][name]}))"
        for name, sql in reading["extra"].items()
    }
    return mappings.Mapping(
        table=table.name,
        relation="held",
        expressions=expressions,
        raw=raw,
        extra=extra,
        extra_types=dict(reading["extra_types"]),
    )


def _reasons(
    connection: duckdb.DuckDBPyConnection, laid: staging.Laid, kept: merging.Staged
) -> dict[int, str]:
    """Why lines still break the contract."""
    selects = [f"SELECT _line, reason FROM {engine.parquet(laid.broken)}"] if laid.broken else []
    if kept.n_other:
        selects.append(f"SELECT _line, reason FROM ({merging.contradictions(kept)})")
    if not selects:
        return {}
    found: dict[int, str] = {}
    for line, reason in connection.execute(" UNION ALL ".join(selects)).fetchall():
        found[line] = f"{found[line]} {reason}" if line in found else reason
    return found


def _committed(
    run: batches.Run, record: records.Record, kept: merging.Staged, landed: Sequence[int]
) -> merging.Merge:
    """Rows into their table, out of quarantine, and both records: one decision."""
    event = {"event": "mend", "at": records.utc(run.now).isoformat()}
    name, change, connection = run.table.name, run.change, run.connection
    with run.store.locked():
        merge = batches.merged(run, kept)
        change.put(name, add=merge.add, remove=merge.remove, event=event)
        before = run.store.version("quarantine")
        rest, without, _ = run.store.keeping(
            connection, change, "quarantine", _wanted(record["batch_id"], landed)
        )
        change.put("quarantine", add=rest, remove=without, event=event)
        mended = {
            "batch": record["batch_id"],
            "lines": list(landed),
            "quarantine_version": before,
        }
        new = {
            "batch_id": change.name,
            "table": name,
            "file": record["file"],
            "fingerprint": "",
            "imported_at": records.utc(run.now),
            "n_read": len(landed),
            "n_added": merge.n_added,
            "n_changed": merge.n_changed,
            "n_known": merge.n_known,
            "n_quarantined": 0,
            "version_before": merge.version,
            "version_after": change.version_after(name),
            "mapping": json.dumps({"mended": mended}),
        }
        standing = records.named(run.store, record["batch_id"])
        left = standing | {"n_quarantined": max(standing["n_quarantined"] - len(landed), 0)}
        records.put(connection, change, run.store, [new, left], event)
        change.commit()
    return merge


def _wanted(batch: str, lines: Iterable[int]) -> str:
    """SQL: rows of quarantine that stand on some lines of a batch."""
    numbers = ", ".join(str(int(line)) for line in lines)
    return f"batch_id = {engine.literal(batch)} AND line IN ({numbers})"


def _text(name: str, of: str = "item") -> str:
    """SQL of a field of the row as text; nothing where it was left blank."""
    pointer = "/" + name.replace("~", "~0").replace("/", "~1")
    return f"nullif({of} ->> {engine.literal(pointer)}, '')"


def _rows(run: batches.Run, select: str) -> list[tuple[Any, ...]]:
    return run.connection.execute(select).fetchall()
