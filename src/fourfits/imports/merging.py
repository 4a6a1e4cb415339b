"""What of a file's rows is new, changed or known already, and which files of the lake follow."""
# ruff: noqa: S608 - names and values in SQL pass through `engine.identifier` and `engine.literal`

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from fourfits import tables
from fourfits.imports import contract
from fourfits.lake import engine

if TYPE_CHECKING:
    import duckdb

_SORTED_AT_ONCE = 12_000_000
"""Hashes of eight bytes each."""

_OWN = (tables.BATCH_COLUMN, contract.LINE_COLUMN)


@dataclass(frozen=True, kw_only=True)
class Staged:
    """The rows of a file that keep the contract, each key once."""

    connection: duckdb.DuckDBPyConnection
    table: tables.Table
    folder: Path
    files: tuple[Path, ...]
    """All of them, and the repeats if there are any."""
    columns: tuple[str, ...]
    n_rows: int
    n_same: int
    """Rows beside these that say the same as an earlier one of their key; left out."""
    n_other: int
    """Rows beside these that say something else than an earlier one of their key; set aside."""

    @property
    def n_repeats(self) -> int:
        """Rows whose key stands on an earlier line."""
        return self.n_same + self.n_other

    @property
    def relation(self) -> str:
        """The rows, as SQL."""
        rows = engine.parquet(self.files)
        if self.n_repeats:
            rows = f"(SELECT * FROM {rows} WHERE _line NOT IN (SELECT _line FROM repeated))"
        return rows

    def write(self, select: str, name: str) -> Path:
        """Lay down what a query returns beside the staged rows."""
        target = self.folder / name
        engine.write_parquet(self.connection, select, target)
        return target

    def numbers(self, select: str) -> tuple[int, ...]:
        """The one row of counts that a query returns."""
        return tuple(self.connection.execute(select).fetchall()[0])


@dataclass(frozen=True, kw_only=True)
class Merge:
    """Files to add to the table and files to remove, with what that does to its rows."""

    version: int | None
    """The version of the table that this was computed on."""
    n_added: int
    n_changed: int
    n_known: int
    add: tuple[Path, ...] = ()
    remove: tuple[str, ...] = ()


def staged(
    connection: duckdb.DuckDBPyConnection,
    table: tables.Table,
    folder: Path,
    files: Sequence[Path],
    columns: Sequence[str],
) -> Staged:
    """Look for keys that stand twice among the rows laid down in files.

    Fills the table `repeated` with `_line`, `first_line` and `same` of every row but a key's
    first. Keys of different hashes differ, so that only rows whose hash occurs twice are compared.
    """
    key, rows = engine.listed(table.key), engine.parquet(files)
    marks = f"SELECT hash({key}) AS mark FROM {rows}"
    suspects = " GROUP BY mark HAVING count(*) > 1" if _any_twice(connection, marks) else " LIMIT 0"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE suspects AS {marks}{suspects}")
    fields = _fields(columns)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE repeated AS "
        "SELECT _line, first_line, content IS NOT DISTINCT FROM first_content AS same FROM ("
        "SELECT _line, content, row_number() OVER w AS place, "
        "first_value(_line) OVER w AS first_line, first_value(content) OVER w AS first_content "
        f"FROM (SELECT {key}, _line, {{{fields}}} AS content FROM {rows} "
        f"WHERE hash({key}) IN (SELECT mark FROM suspects)) "
        f"WINDOW w AS (PARTITION BY {key} ORDER BY _line)) WHERE place > 1"
    )
    n_rows, n_same, n_other = connection.execute(
        f"SELECT (SELECT count(*) FROM {rows}), count(*) FILTER (same), "
        "count(*) FILTER (NOT same) FROM repeated"
    ).fetchall()[0]
    return Staged(
        connection=connection,
        table=table,
        folder=folder,
        files=tuple(files),
        columns=tuple(columns),
        n_rows=n_rows - n_same - n_other,
        n_same=n_same,
        n_other=n_other,
    )


def _any_twice(connection: duckdb.DuckDBPyConnection, marks: str) -> bool:
    """Whether one of the hashes that a query yields as `mark` occurs twice.

    Sorting them, a share of all at a time, takes a third of the engine's time to group them.
    """
    import numpy as np

    (n_rows,) = connection.execute(f"SELECT count(*) FROM ({marks})").fetchall()[0]
    shares = n_rows // _SORTED_AT_ONCE + 1
    for share in range(shares):
        held = connection.execute(
            f"SELECT mark FROM ({marks})"
            + (f" WHERE mark % {shares} = {share}" if shares > 1 else "")
        ).fetchnumpy()["mark"]
        held.sort()
        if np.any(held[1:] == held[:-1]):
            return True
    return False


def contradictions(rows: Staged) -> str:
    """Repeats that say something else than the first of their key, worded as broken rules are."""
    key, fields = rows.table.key, _fields(rows.columns)
    shown = " || ', ' || ".join(f"CAST({engine.identifier(name)} AS VARCHAR)" for name in key)
    return (
        f'SELECT _line, {engine.literal(key[0])} AS "column", {shown} AS value, '
        f"{engine.literal(', '.join(key))} || ' ''' || {shown} || ''' stands on line ' || "
        "first_line || ' already, with other content.' AS reason, "
        f"CAST(to_json({{{fields}}}) AS VARCHAR) AS row FROM {engine.parquet(rows.files)} JOIN repeated USING (_line) WHERE NOT same"
    )


def merge(rows: Staged, files: Sequence[str], version: int | None) -> Merge:
    """Compare the staged rows with those in files of the table, and lay down what changes.

    Columns that the file does not have keep what the table holds for that key.
    """
    fresh, n_added, n_changed = _compared(rows, files) if files else (rows.relation, rows.n_rows, 0)
    found = Merge(
        version=version,
        n_added=n_added,
        n_changed=n_changed,
        n_known=rows.n_rows - n_added - n_changed + rows.n_same,
    )
    if n_added + n_changed == 0:
        return found
    if n_added == rows.n_rows and not rows.n_repeats:
        return replace(found, add=rows.files)
    kept, remove = _without(rows) if n_changed else ([], ())
    new = rows.write(f"SELECT * FROM {fresh}", "rows.parquet")
    return replace(found, add=(new, *kept), remove=remove)


def _compared(rows: Staged, files: Sequence[str]) -> tuple[str, int, int]:
    """Rows that are new or differ from those of the same key, and how many of each.

    Fills the file `compared.parquet`, where `_file` names the file that holds the older row.
    """
    key = rows.table.key
    there = {
        column.lower(): column
        for column in engine.types(rows.connection, f"SELECT * FROM {engine.parquet(files)}")
    }
    own = {name.lower() for name in (*_OWN, *key)}
    here = {name.lower() for name in rows.columns}
    differs = [
        f"n.{name} IS DISTINCT FROM o.{name}"
        if column.lower() in there
        else f"n.{name} IS NOT NULL"
        for column in rows.columns
        if column.lower() not in own
        for name in [engine.identifier(column)]
    ]
    missing = [column for name, column in there.items() if name not in here | own]
    older = "".join(f", o.{engine.identifier(column)}" for column in missing)
    matched = " AND ".join(f"n.{name} = o.{name}" for name in map(engine.identifier, key))
    compared = rows.write(
        f"SELECT n.*{older}, o.filename AS _file FROM {rows.relation} AS n "
        f"LEFT JOIN {engine.parquet(files, with_names=True)} AS o ON {matched} "
        f"WHERE o.filename IS NULL OR {' OR '.join(differs) or 'false'}",
        "compared.parquet",
    )
    n_added, n_changed = rows.numbers(
        "SELECT count(*) FILTER (_file IS NULL), count(_file) FROM " + engine.parquet([compared])
    )
    return f"(SELECT * EXCLUDE (_file) FROM {engine.parquet([compared])})", n_added, n_changed


def _without(rows: Staged) -> tuple[list[Path], tuple[str, ...]]:
    """The files that hold older rows, and one file with what else stands in them."""
    compared = engine.parquet([rows.folder / "compared.parquet"])
    found = rows.connection.execute(
        f"SELECT DISTINCT _file FROM {compared} WHERE _file IS NOT NULL"
    ).fetchall()
    holding = tuple(file for (file,) in found)
    kept = rows.write(
        f"SELECT * FROM {engine.parquet(holding)} AS o ANTI JOIN {compared} AS n "
        f"USING ({engine.listed(rows.table.key)})",
        "kept.parquet",
    )
    (n_kept,) = rows.numbers(f"SELECT count(*) FROM {engine.parquet([kept])}")
    return ([kept] if n_kept else []), holding


def _fields(columns: Sequence[str]) -> str:
    """The content of a row as the fields of a struct."""
    return ", ".join(f"{engine.literal(name)}: {engine.identifier(name)}" for name in columns)
