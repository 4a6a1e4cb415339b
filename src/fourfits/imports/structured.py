"""Files that know their columns: Parquet, workbooks, JSON."""
# ruff: noqa: S608 - names and values in SQL pass through `engine.identifier` and `engine.literal`

from __future__ import annotations

import datetime
import math
import re
import uuid
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fourfits import config, errors
from fourfits.imports import layouts, values
from fourfits.lake import engine

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

Parts = dict[str, Any]
"""The fields of a `files.Source` that its reader knows."""


_SHEETS_NAMED = 5
_LARGEST_WORKBOOK = 2 * 2**30
"""Bytes of an unpacked workbook; it is read in memory, so a larger one is refused."""

_NEVER = "\x1f"
"""A separator that no text holds, so that a line stays whole."""

LAID_DOWN = (
    "FORMAT parquet, COMPRESSION lz4_raw, DICTIONARY_SIZE_LIMIT 5000, ROW_GROUP_SIZE 40960, "
    "WRITE_BLOOM_FILTER false"
)
"""How rows are laid down for reading: dictionaries only where they pay, the quickest compression.

Small groups of rows have few different values in each, such as the moments of an order's lines:
DuckDB then reads a date once for all rows of the group that bear it.
"""


def told(problem: BaseException) -> str:
    r"""What DuckDB says about a file: its first line, without its own headline and our folders.

    >>> told(ValueError("Invalid Input Error: Malformed JSON in file \"/tmp/x/a.json\", at byte 17 "))
    "Malformed JSON in file 'a.json', at byte 17"
    """
    first = re.sub(r"^[A-Z][A-Za-z ]* Error: ", "", str(problem).splitlines()[0])
    return re.sub(r"""['"](?:[^'"]*/)?([^'"/]*)['"]""", r"'\1'", first).strip().rstrip(".")


def view(connection: duckdb.DuckDBPyConnection, rows: str) -> str:
    """Give a query a name that lasts as long as the connection."""
    name = f"source_{uuid.uuid4().hex[:12]}"
    connection.execute(f"CREATE TEMP VIEW {name} AS SELECT * FROM {rows}")
    return name


def parquet_rows(path: Path) -> str:
    """The SQL that reads a Parquet file."""
    return f"read_parquet({engine.literal(str(path))})"


def numbered_rows(path: Path, *, first: int, left_out: int = 0) -> str:
    """The SQL that reads a Parquet file with `_line`, the row's place in it counted from `first`.

    The reader knows the places: to store them would cost as much as all other columns together.
    """
    return (
        f"(SELECT * EXCLUDE (file_row_number), file_row_number + {first} AS _line FROM "
        f"read_parquet({engine.literal(str(path))}, file_row_number = true) "
        f"WHERE file_row_number >= {left_out})"
    )


def lines(path: Path) -> str:
    """The SQL that reads a text file line by line, into the column `line`."""
    return (
        f"read_csv({engine.literal(str(path))}, auto_detect=false, columns={{'line': 'VARCHAR'}}, "
        f"header=false, delim='{_NEVER}', quote='', escape='', "
        f"max_line_size={config.MAX_LINE_BYTES}, compression='none')"
    )


def parquet(path: Path, connection: duckdb.DuckDBPyConnection) -> Parts:
    """A Parquet file, read where it lies; `_line` is the row's number."""
    schema = connection.execute(f"DESCRIBE SELECT * FROM {parquet_rows(path)}").fetchall()
    layouts.refuse_doubled([row[0] for row in schema], path.name)
    _refuse_many(len(schema), path.name)
    return {
        "relation": view(connection, numbered_rows(path, first=1)),
        "columns": tuple(row[0] for row in schema),
        "types": {row[0]: str(row[1]) for row in schema},
        "description": "Parquet",
        "n_rows_hint": values.number_of(connection, f"SELECT count(*) FROM {parquet_rows(path)}"),
    }


def _refuse_many(n: int, called: str) -> None:
    if n > config.MAX_COLUMNS:
        raise errors.ColumnError(
            f"{called} has {n:,} columns; at most {config.MAX_COLUMNS:,} are read.",
            hint="keep the columns that are needed",
        )


def is_json(head: str) -> bool:
    """Whether a text that begins like this is JSON."""
    start = head.lstrip("\ufeff \t\r\n")[:200]
    return start.startswith("{") or (
        start.startswith("[") and start[1:].lstrip()[:1] in set('{[]"')
    )


def json(path: Path, called: str, connection: duckdb.DuckDBPyConnection, folder: Path) -> Parts:
    """JSON lines, an array of objects, or an object that holds one; nested values stay JSON."""
    with path.open(encoding="utf-8", errors="replace") as stream:
        start = stream.readline(config.MAX_LINE_BYTES).strip()
        goes_on = any(line.strip() for line in stream)
    valid = f"SELECT json_valid({engine.literal(start)})::INT"
    if start.startswith("{") and goes_on and values.number_of(connection, valid):
        return _json_lines(path, called, connection, folder)
    return _json_array(path, called, connection, folder)


def _json_lines(
    path: Path, called: str, connection: duckdb.DuckDBPyConnection, folder: Path
) -> Parts:
    numbered = f"(SELECT line, row_number() OVER () AS _line FROM {lines(path)})"
    valid = f"(SELECT CASE WHEN json_valid(line) THEN line::JSON END AS item, * FROM {numbered})"
    good = f"(SELECT item, _line FROM {valid} WHERE json_type(item) = 'OBJECT')"
    parts = _json_rows(good, called, connection, folder)
    target = f"rejects_{uuid.uuid4().hex[:12]}"
    connection.execute(f"""
        CREATE TEMP TABLE {target} AS
        SELECT _line, 'the line is not a JSON object' AS reason, line AS row FROM {valid}
        WHERE trim(coalesce(line, '')) <> '' AND coalesce(json_type(item), '') <> 'OBJECT'
        ORDER BY _line
    """)
    found = connection.execute(f"SELECT 1 FROM {target} LIMIT 1").fetchone()
    return parts | {"description": "JSON lines", "rejects": target if found else None}


def _json_array(
    path: Path, called: str, connection: duckdb.DuckDBPyConnection, folder: Path
) -> Parts:
    import duckdb

    quoted = engine.literal(str(path))
    rows = (
        f"(SELECT json AS item, row_number() OVER () AS _line FROM "
        f"read_json_objects({quoted}, format='auto', maximum_object_size={_LARGEST_JSON}))"
    )
    try:
        first = connection.execute(f"SELECT item FROM {rows} LIMIT 1").fetchone()
        inner = _list_within(connection, rows)
        if inner:
            rows = (
                f"(SELECT item, row_number() OVER () AS _line FROM (SELECT unnest("
                f"json_extract(item, {engine.literal(inner)})) AS item FROM {rows}))"
            )
        if first is None:
            raise errors.FileError(f"{called} holds no row.", hint="export it again")
        return _json_rows(rows, called, connection, folder) | {"description": "JSON"}
    except duckdb.InvalidInputException as problem:
        raise errors.FileError(
            f"{called} is not valid JSON: {told(problem)}.",
            hint="export it again, or give one object a line",
        ) from problem


_LARGEST_JSON = 64 * 2**20


def _list_within(connection: duckdb.DuckDBPyConnection, rows: str) -> str:
    """Where a single object holds a list of objects (`{"data": [...]}`): the path to its items."""
    found = connection.execute(f"""
        SELECT '$."' || key || '"[*]' FROM (
            SELECT item, unnest(json_keys(item)) AS key FROM {rows}
            WHERE (SELECT count(*) FROM {rows}) = 1)
        WHERE json_type(item, '$."' || key || '"') = 'ARRAY'
            AND json_type(item, '$."' || key || '"[0]') = 'OBJECT'
        LIMIT 1
    """).fetchone()
    return str(found[0]) if found else ""


def _json_rows(
    items: str, called: str, connection: duckdb.DuckDBPyConnection, folder: Path
) -> Parts:
    """Objects as rows of text, a column for every key that occurs."""
    found = connection.execute(f"""
        SELECT key FROM (
            SELECT unnest(json_keys(item)) AS key, unnest(range(len(json_keys(item)))) AS place, _line
            FROM {items})
        GROUP BY key ORDER BY min((_line, place)) LIMIT {config.MAX_COLUMNS + 1}
    """).fetchall()
    names = [row[0] for row in found]
    if not names:
        raise errors.FileError(
            f"{called} holds no JSON objects, so it has no columns.",
            hint="export one object for each row",
        )
    layouts.refuse_doubled(names, called)
    _refuse_many(len(names), called)
    cells = "".join(
        f"item ->> {engine.literal(_pointer(name))} AS {engine.identifier(name)}, "
        for name in names
    )
    stage = folder / "rows.parquet"
    n_rows = values.number_of(
        connection,
        f"COPY (SELECT {cells} _line FROM {items}) TO {engine.literal(str(stage))} ({LAID_DOWN})",
    )
    return {
        "relation": view(connection, parquet_rows(stage)),
        "columns": tuple(names),
        "types": dict.fromkeys(names, "VARCHAR"),
        "n_rows_hint": n_rows,
    }


def _pointer(key: str) -> str:
    """A key as a JSON pointer (RFC 6901)."""
    return "/" + key.replace("~", "~0").replace("/", "~1")


def workbook(
    path: Path, connection: duckdb.DuckDBPyConnection, folder: Path, sheet: str | None
) -> Parts:
    """A sheet of a workbook; `_line` is the row's number in the sheet."""
    import pyarrow.parquet as pq
    import python_calamine as calamine

    _refuse_swollen(path)
    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
    except calamine.CalamineError as problem:
        raise errors.FileError(
            f"{path.name} is not a workbook that can be read: {problem}.",
            hint="save it as .xlsx or CSV",
        ) from problem
    chosen, rows = _sheet(book, path.name, sheet)
    start = next(i for i, row in enumerate(rows) if any(cell != "" for cell in row))
    header = [_header_cell(cell) for cell in rows[start]]
    while header and not header[-1]:
        header.pop()
    names = [name or f"column_{i}" for i, name in enumerate(header, 1)]
    layouts.refuse_doubled(names, path.name)
    _refuse_many(len(names), path.name)
    stage = folder / "rows.parquet"
    table = _arrow(names, rows[start + 1 :], start + 2)
    pq.write_table(table, stage)
    relation = view(connection, parquet_rows(stage))
    types = connection.execute(f"DESCRIBE {relation}").fetchall()
    return {
        "relation": relation,
        "columns": tuple(names),
        "types": {row[0]: str(row[1]) for row in types if row[0] != "_line"},
        "description": f"Excel, sheet {chosen!r}{_others(book, chosen)}",
        "n_rows_hint": table.num_rows,
    }


def _refuse_swollen(path: Path) -> None:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
        allowed = path.stat().st_size * config.MAX_UNPACK_RATIO
        if size > min(max(config.MAX_UNPACKED_FREE_BYTES, allowed), _LARGEST_WORKBOOK):
            raise errors.FileError(
                f"{path.name} unpacks to {size / 2**30:.1f} GiB, too much for a workbook.",
                hint="export it as CSV",
            )


def _sheet(book: Any, called: str, wanted: str | None) -> tuple[str, list[list[Any]]]:
    """The sheet that is named, else the first that is a table, else the first that has rows."""
    if wanted is not None and wanted not in book.sheet_names:
        raise errors.FileError(
            f"{called} has no sheet {wanted!r}; it has {', '.join(book.sheet_names)}.",
            hint="name one of these",
        )
    found: list[tuple[str, list[list[Any]]]] = []
    for candidate in [wanted] if wanted is not None else book.sheet_names:
        rows = book.get_sheet_by_name(candidate).to_python(skip_empty_area=False)
        filled = [sum(cell != "" for cell in row) for row in rows]
        if sum(map(bool, filled)) > 1 and max(filled) > 1:
            return candidate, rows
        found += [(candidate, rows)] if any(filled) else []
    if found:
        return found[0]
    raise errors.FileError(f"{called} has no sheet with rows.", hint="export it again")


def _others(book: Any, chosen: str) -> str:
    """The sheets with rows that were left, so that nobody takes them for imported."""
    names = [name for name in book.sheet_names if name != chosen]
    left = [repr(name) for name in names if book.get_sheet_by_name(name).height]
    told = left if len(left) <= _SHEETS_NAMED else [*left[:_SHEETS_NAMED], "..."]
    return f"; not read: {', '.join(told)}" if left else ""


def _header_cell(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).strip()


def _arrow(names: list[str], rows: list[list[Any]], first: int) -> pa.Table:
    """Cells as columns: of one type where all agree, else as text; blank rows left out."""
    import pyarrow as pa

    kept = [(i, row) for i, row in enumerate(rows, first) if any(cell != "" for cell in row)]
    columns = {
        name: _column(row[j] if j < len(row) else "" for _, row in kept)
        for j, name in enumerate(names)
    }
    return pa.table(columns | {"_line": pa.array([i for i, _ in kept], pa.int64())})


def _column(cells: Iterable[Any]) -> pa.Array:
    import pyarrow as pa

    given = [None if cell == "" else cell for cell in cells]
    kinds = {type(cell) for cell in given if cell is not None}
    if kinds and kinds <= {datetime.datetime, datetime.date}:
        moments = [
            datetime.datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - sheets have no zone
            if type(cell) is datetime.date
            else cell
            for cell in given
        ]
        return pa.array(moments, pa.timestamp("us"))
    if kinds == {bool}:
        return pa.array(given, pa.bool_())
    if kinds and kinds <= {int, float}:
        return pa.array([None if cell is None else float(cell) for cell in given], pa.float64())
    return pa.array([None if cell is None else _text(cell) for cell in given], pa.string())


def _text(cell: Any) -> str:
    """A cell in a column of mixed types, as text."""
    if isinstance(cell, float) and math.isfinite(cell) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(sep=" ")
    return str(cell)
