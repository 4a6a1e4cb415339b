"""Lay the rows of a file down as the lake stores them, and set aside those that break the contract."""
# ruff: noqa: S608 - names and values in SQL pass through `engine.identifier` and `engine.literal`

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fourfits import config, tables
from fourfits.imports import contract, mapping, merging
from fourfits.lake import engine

if TYPE_CHECKING:
    import duckdb

    from fourfits.imports import files, progress

_OWN = {tables.BATCH_COLUMN, contract.LINE_COLUMN, "filename"}
"""Names that our own exports carry; another import gives them anew."""


@dataclass(frozen=True, kw_only=True)
class Laid:
    """What checking left in the folder."""

    columns: contract.Columns
    kept: tuple[Path, ...]
    broken: tuple[Path, ...]
    """Files with `_line`, `column`, `value`, `reason` and `row` of what broke the contract."""
    n_read: int
    n_kept: int
    in_parts: bool
    """Whether lines were numbered part by part, on trust that an order's lines stand together."""


def columns(
    table: tables.Table,
    found: mapping.Mapping,
    stored: Mapping[str, str],
    currency: str,
) -> contract.Columns:
    """How each stored column is made: canonical ones by the contract, others as they were stored.

    Args:
        table: The table of the contract.
        found: How the file's columns were recognised.
        stored: Columns that the table in the lake has already, with their types.
        currency: The workspace's currency, for rows that name none.
    """
    values, raw, types = {}, dict(found.raw), {}
    for column in table:
        value = found.expressions.get(column.name)
        if column.name == "currency":
            default = engine.literal(currency)
            value = default if value is None else f"coalesce({value}, {default})"
        if value is None:
            continue
        values[column.name] = contract.allowed(value, column) if column.allowed else value
        types[column.name] = tables.DUCKDB_TYPES[column.kind]
    kinds = {name.lower(): kind for name, kind in stored.items()}
    taken = {name.lower() for name in values} | _OWN
    for name, value in found.extra.items():
        if name.lower() in taken:
            continue
        kind = contract.stored_type(found.extra_types.get(name, "VARCHAR"))
        types[name] = kinds.get(name.lower(), kind)
        values[name] = f"TRY_CAST({value} AS {types[name]})"
        raw[name] = f"CAST({value} AS VARCHAR)"
    return contract.Columns(values=values, raw=raw, types=types)


def lay_down(
    connection: duckdb.DuckDBPyConnection,
    found: mapping.Mapping,
    *,
    how: contract.Columns,
    batch: str,
    folder: Path,
    watch: progress.Watch,
    whole: bool = False,
) -> Laid:
    """Write the rows that keep the contract as they are stored, the others with their reasons.

    Works part by part, so that memory stays bounded however long the file is. Rows that must be
    seen together (a line's place within its order) are taken to stand together; `whole=True`
    looks at all rows at once instead.
    """
    rules = contract.rules(tables.named(found.table), how)
    parts = [found.relation] if whole else list(_parts(connection, found))
    n_read = n_kept = 0
    kept, broken = [], []
    for number, part in enumerate(parts):
        watch.part(number, len(parts))
        readings = contract.readings(part, how)
        file = folder / f"kept-{number}.parquet"
        with contextlib.nullcontext() if len(parts) > 1 else engine.values_once(connection):
            select = contract.kept(readings, how, rules, batch)
            n_part = engine.write_parquet(connection, select, file)
        kept += [file] if n_part or not number else []
        n_rows = _count(connection, part)
        if n_part < n_rows:
            broken.append(folder / f"broken-{number}.parquet")
            quoted = contract.readings(part, how, engine.types(connection, fields(part)))
            engine.write_parquet(connection, contract.broken(quoted, rules), broken[-1])
        n_read += n_rows
        n_kept += n_part
    return Laid(
        columns=how,
        kept=tuple(kept),
        broken=tuple(broken),
        n_read=n_read,
        n_kept=n_kept,
        in_parts=len(parts) > 1,
    )


def _parts(connection: duckdb.DuckDBPyConnection, found: mapping.Mapping) -> Iterator[str]:
    """The file's rows, in parts if lines are to be numbered; none cuts through an order.

    Numbering is the one step that would hold all rows in memory.
    """
    rows, size = found.relation, config.IMPORT_PART_ROWS
    last = connection.execute(f"SELECT max(_line) FROM {rows}").fetchall()[0][0] or 0
    windows = [name for name, sql in found.expressions.items() if " over " in sql.lower()]
    if last <= size or windows != ["line"] or not found.line_within:
        yield rows
        return
    start = 0
    while start < last:
        end = _end_of_order(connection, found, start + size)
        yield f"(SELECT * FROM {rows} WHERE _line > {start} AND _line <= {end})"
        start = end


def _end_of_order(connection: duckdb.DuckDBPyConnection, found: mapping.Mapping, line: int) -> int:
    """The last line of the order that stands on a line."""
    rows, order = found.relation, found.expressions[str(found.line_within)]
    reach = config.IMPORT_PART_ROWS // 10
    (after,) = connection.execute(
        f"SELECT min(_line) FROM {rows} WHERE _line > {line} AND _line < {line + reach} AND "
        f"({order}) IS DISTINCT FROM (SELECT {order} FROM {rows} WHERE _line = {line})"
    ).fetchall()[0]
    return line + reach if after is None else int(after) - 1


def set_aside(rows: merging.Staged, laid: Laid, source: files.Source, batch: str) -> Path | None:
    """The rows for `quarantine`: broken rules, repeated keys, lines that are no rows; if any."""
    selects = [f"SELECT * FROM {engine.parquet(laid.broken)}"] if laid.broken else []
    if rows.n_other:
        selects.append(merging.contradictions(rows))
    if source.rejects:
        selects.append(
            "SELECT _line, NULL AS column, NULL AS value, "
            "upper(reason[1]) || reason[2:] || '.' AS reason, "
            f"CAST(to_json(row) AS VARCHAR) AS row FROM {source.rejects}"
        )
    if not selects:
        return None
    return rows.write(
        f"SELECT {engine.literal(batch)} AS batch_id, {engine.literal(rows.table.name)} AS table, "
        f"{engine.literal(source.path.name)} AS file, _line AS line, "
        'CAST("column" AS VARCHAR) AS "column", CAST(value AS VARCHAR) AS value, reason, row '
        f"FROM ({' UNION ALL '.join(selects)}) ORDER BY line",
        "quarantine.parquet",
    )


def n_rejects(connection: duckdb.DuckDBPyConnection, source: files.Source) -> int:
    """Lines of the file that could not be split into columns."""
    return _count(connection, source.rejects) if source.rejects else 0


def fields(relation: str) -> str:
    """The file's own columns, as a query."""
    return f"SELECT * EXCLUDE ({contract.LINE_COLUMN}) FROM {relation}"


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {relation}").fetchall()[0][0])
