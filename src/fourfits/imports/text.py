"""Files of text: split them into columns, keep every line's number, lose no line."""
# ruff: noqa: S608 - names and values in SQL pass through `engine.identifier` and `engine.literal`

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from fourfits import config
from fourfits.imports import charsets, layouts, plain, structured, values
from fourfits.lake import engine

if TYPE_CHECKING:
    import duckdb

_KINDS = {",": "CSV", ";": "CSV, `;`-separated", "\t": "TSV", "|": "text, `|`-separated"}


def read(
    path: Path,
    called: str,
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    reached: Callable[[float], None],
) -> structured.Parts:
    """Lay a text file down as Parquet; the fields of a `Source`.

    Args:
        path: The unpacked file.
        called: The name by which the user knows it.
        connection: Where the view is made.
        folder: Where the Parquet file is laid down.
        reached: Called with the share done (0-1), where the connection does not know it.
    """
    survey = charsets.survey(path, called)
    if survey.encoding != "utf-8":
        path = _rewritten(path, folder, survey)
    head, whole = _head(path)
    if structured.is_json(head):
        parts = structured.json(path, called, connection, folder)
    else:
        layout = layouts.recognise(head, whole=whole, called=called)
        parts = _separated(path, layout, connection, folder, survey, reached=reached)
    parts["description"] += f", {survey.name}"
    return parts


def _rewritten(path: Path, folder: Path, survey: charsets.Survey) -> Path:
    target = folder / "utf-8.txt"
    charsets.rewrite(path, target, survey.encoding)
    if path.parent == folder:
        path.unlink()
    return target


def _head(path: Path) -> tuple[str, bool]:
    """The start of the file, cut at the end of a line where it goes on; and whether that is all."""
    with path.open("rb") as stream:
        start = stream.read(config.SNIFF_BYTES)
        whole = not stream.read(1)
    return start.decode("utf-8", "replace"), whole


def _separated(
    path: Path,
    layout: layouts.Layout,
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    survey: charsets.Survey,
    *,
    reached: Callable[[float], None],
) -> structured.Parts:
    stage = folder / "rows.parquet"
    if layout.delimiter:
        path = _even_ends(path, folder, survey)
        rejects, n_rows = None, None
        if not survey.quotes:
            n_rows = plain.split(path, stage, layout, n_lines=survey.n_lines, reached=reached)
        if n_rows is None:
            rejects, n_rows = _split(path, stage, layout, connection)
        rows = structured.numbered_rows(
            stage, first=layout.records_from, left_out=layout.records_left_out
        )
        n_rows -= layout.records_left_out
        taken = _n_lines_rejected(connection, rejects)
        if survey.n_lines != layout.lines_before + n_rows + taken:
            rows = _renumber(rows, folder / "numbered.parquet", layout, connection, rejects)
    else:
        rejects, n_rows = _cut(path, stage, layout, connection)
        rows = structured.parquet_rows(stage)
    return {
        "relation": structured.view(connection, rows),
        "columns": layout.names,
        "types": dict.fromkeys(layout.names, "VARCHAR"),
        "description": _KINDS.get(layout.delimiter)
        or ("fixed width" if layout.widths else "text, separated by blanks"),
        "n_rows_hint": n_rows,
        "rejects": rejects,
        "labels": layout.labels,
        "decimal_comma": True if layout.delimiter == ";" else None,
        "named": layout.named,
    }


def _even_ends(path: Path, folder: Path, survey: charsets.Survey) -> Path:
    """DuckDB wants all lines of a file to end alike; a rewritten file has them so already."""
    if not survey.mixed_ends or survey.encoding != "utf-8":
        return path
    target = folder / "even.txt"
    charsets.rewrite(path, target, "utf-8")
    return target


def _split(
    path: Path, stage: Path, layout: layouts.Layout, connection: duckdb.DuckDBPyConnection
) -> tuple[str | None, int]:
    """Let DuckDB split the lines; those that do not split go to a table of their own."""
    mark = uuid.uuid4().hex[:12]
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(layout.names)))
    escape = "\\" if layout.backslash else '"'
    reader = (
        f"read_csv({engine.literal(str(path))}, auto_detect=false, columns={{{columns}}}, "
        f"delim={engine.literal(layout.delimiter)}, quote='\"', escape='{escape}', "
        f"header={str(layout.named).lower()}, skip={layout.skip}, "
        f"max_line_size={config.MAX_LINE_BYTES}, compression='none', store_rejects=true, "
        f"rejects_limit=0, rejects_table='errors_{mark}', rejects_scan='scan_{mark}')"
    )
    cells = ", ".join(f"c{i} AS {engine.identifier(name)}" for i, name in enumerate(layout.names))
    n_rows = _copy(connection, f"SELECT {cells} FROM {reader}", stage)
    shift = layout.records_from - 1 - layout.skip - layout.named
    return _rejects(connection, mark, shift), n_rows


def _rejects(connection: duckdb.DuckDBPyConnection, mark: str, shift: int) -> str | None:
    """What DuckDB set aside, one row a line, with the reason in our words.

    `shift` is added to DuckDB's count of records, which takes a header of several lines for one.
    """
    target = f"rejects_{mark}"
    connection.execute(f"""
        CREATE TEMP TABLE {target} AS
        SELECT line::BIGINT + {shift} AS _line, any_value(CASE error_type
            WHEN 'MISSING COLUMNS' THEN 'the line has fewer fields than the header'
            WHEN 'TOO MANY COLUMNS' THEN 'the line has more fields than the header'
            WHEN 'UNQUOTED VALUE' THEN 'a quotation mark is not closed'
            WHEN 'INVALID ENCODING' THEN 'the line is not valid UTF-8'
            WHEN 'LINE SIZE OVER MAXIMUM' THEN 'the line is too long'
            ELSE error_message END) AS reason,
            any_value(trim(csv_line, chr(10) || chr(13))) AS row
        FROM errors_{mark} GROUP BY line ORDER BY line
    """)
    for spent in ("errors", "scan"):
        connection.execute(f"DROP TABLE IF EXISTS {spent}_{mark}")
    return _kept(connection, target)


def _kept(connection: duckdb.DuckDBPyConnection, table: str) -> str | None:
    """The table of rejects, if it has rows."""
    found = connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()
    if found is None:
        connection.execute(f"DROP TABLE {table}")
        return None
    return table


def _n_lines_rejected(connection: duckdb.DuckDBPyConnection, rejects: str | None) -> int:
    if rejects is None:
        return 0
    return values.number_of(connection, f"SELECT sum({_LINES_OF_REJECT}) FROM {rejects}")


_LINES_OF_REJECT = "1 + length(row) - length(replace(row, chr(10), ''))"


def _renumber(
    rows: str,
    target: Path,
    layout: layouts.Layout,
    connection: duckdb.DuckDBPyConnection,
    rejects: str | None,
) -> str:
    """Turn the numbers of records into those of lines.

    Lines within quoted fields count, and so do the lines that were rejected; `reached` is the
    number of the first record after a reject, as long as no reject is counted.
    """
    breaks = " + ".join(
        f"coalesce(length({cell}) - length(replace({cell}, chr(10), '')), 0)"
        for cell in map(engine.identifier, layout.names)
    )
    rows = f"""
        SELECT *, (sum(_breaks) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
            - _breaks)::BIGINT AS _above
        FROM (SELECT *, {breaks} AS _breaks FROM {rows})
    """
    if rejects is None:
        numbered = (
            f"SELECT * EXCLUDE (_breaks, _above) REPLACE (_line + _above AS _line) FROM ({rows})"
        )
        _copy(connection, numbered, target)
    else:
        connection.execute(f"""
            CREATE OR REPLACE TEMP TABLE {rejects} AS
            SELECT *, _line - row_number() OVER w + 1 AS reached,
                (sum({_LINES_OF_REJECT}) OVER w)::BIGINT AS taken
            FROM {rejects} WINDOW w AS (ORDER BY _line)
        """)
        after = f"(SELECT reached, max(taken) AS taken FROM {rejects} GROUP BY reached)"
        numbered = f"""
            SELECT rows.* EXCLUDE (_breaks, _above)
                REPLACE (_line + _above + coalesce(taken, 0) AS _line)
            FROM ({rows}) AS rows ASOF LEFT JOIN {after} AS after ON rows._line >= after.reached
            ORDER BY _line
        """
        _copy(connection, numbered, target)
        _renumber_rejects(connection, rejects, rows)
    return structured.parquet_rows(target)


def _renumber_rejects(connection: duckdb.DuckDBPyConnection, rejects: str, rows: str) -> None:
    """The same for the rejects themselves."""
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE {rejects} AS
        SELECT reached + taken - {_LINES_OF_REJECT} + coalesce(above, 0) AS _line, reason, row
        FROM {rejects} AS r ASOF LEFT JOIN (
            SELECT _line AS record, _above + _breaks AS above FROM ({rows}) WHERE _breaks > 0
        ) AS broken ON r.reached > broken.record
        ORDER BY _line
    """)


def _cut(
    path: Path, stage: Path, layout: layouts.Layout, connection: duckdb.DuckDBPyConnection
) -> tuple[str | None, int]:
    """Cut lines at runs of blanks, or at fixed places."""
    width = len(layout.names)
    lines = (
        f"(SELECT line, row_number() OVER () AS _line FROM {structured.lines(path)}) "
        f"WHERE _line > {layout.lines_before} AND trim(coalesce(line, '')) <> ''"
    )
    if layout.widths:
        fields = [f"trim(substring(line, {start}, {n}))" for start, n in layout.widths]
        cut, fits = f"SELECT *, [{', '.join(fields)}] AS fields FROM {lines}", "true"
    else:
        cut = f"SELECT *, string_split_regex(trim(line), '\\s+') AS fields FROM {lines}"
        fits = f"len(fields) = {width}"
    cells = ", ".join(
        f"fields[{i}] AS {engine.identifier(given)}" for i, given in enumerate(layout.names, 1)
    )
    n_rows = _copy(connection, f"SELECT {cells}, _line FROM ({cut}) WHERE {fits}", stage)
    target = f"rejects_{uuid.uuid4().hex[:12]}"
    connection.execute(f"""
        CREATE TEMP TABLE {target} AS SELECT _line,
            'the line has ' || len(fields) || ' fields, {width} are expected' AS reason,
            line AS row FROM ({cut}) WHERE NOT ({fits}) ORDER BY _line
    """)
    return _kept(connection, target), n_rows


def _copy(connection: duckdb.DuckDBPyConnection, rows: str, target: Path) -> int:
    return values.number_of(
        connection, f"COPY ({rows}) TO {engine.literal(str(target))} ({structured.LAID_DOWN})"
    )
