"""What of a file's rows is new, changed or known already, and which files of the lake follow."""
# ruff: noqa: S608 - names and values in SQL pass through `engine.identifier` and `engine.literal`

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fourfits import tables
from fourfits.imports import contract
from fourfits.lake import engine

if TYPE_CHECKING:
    import duckdb

_OWN = (tables.BATCH_COLUMN, contract.LINE_COLUMN)


@dataclass(frozen=True, kw_only=True)
class Staged:
    """The rows of a file that keep the contract, each key once."""

    connection: duckdb.DuckDBPyConnection
    table: tables.Table
    file: Path
    """All of them, and the repeats if there are any."""
    columns: tuple[str, ...]
    n_rows: int
    n_same: int
    """Rows beside these that say the same as an earlier one of their key; left out."""
    n_other: int
    """Rows beside these that say something else than an earlier one of their key; set aside."""

    @property
    def relation(self) -> str:
        """The rows, as SQL."""
        rows = engine.parquet([self.file])
        if self.n_same or self.n_other:
            rows = f"(SELECT * FROM {rows} WHERE _line NOT IN (SELECT _line FROM repeated))"
        return rows

    def write(self, select: str, name: str) -> Path:
        """Lay down what a query returns beside the staged rows."""
        target = self.file.with_name(name)
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
    file: Path,
    columns: Sequence[str],
) -> Staged:
    """Look for keys that stand twice among the rows laid down in a file.

    Fills the table `repeated` with `_line`, `first_line` and `same` of every row but a key's
    first. Keys of different hashes differ, so that only rows whose hash occurs twice are compared.
    """
    key, rows = engine.listed(table.key), engine.parquet([file])
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE suspects AS SELECT hash({key}) AS mark FROM {rows} "
        "GROUP BY mark HAVING count(*) > 1"
    )
    fields = ", ".join(f"{engine.literal(name)}: {engine.identifier(name)}" for name in columns)
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
        file=file,
        columns=tuple(columns),
        n_rows=n_rows - n_same - n_other,
        n_same=n_same,
        n_other=n_other,
    )


def contradictions(rows: Staged) -> str:
    """Repeats that say something else than the first of their key, worded as broken rules are."""
    key = rows.table.key
    shown = " || ', ' || ".join(f"CAST({engine.identifier(name)} AS VARCHAR)" for name in key)
    return (
        f"SELECT _line, {engine.literal(key[0])} AS \"column\", {shown} AS value, "
        f"{engine.literal(', '.join(key))} || ' ''' || {shown} || ''' stands on line ' || "
        "first_line || ' already, with other content.' AS reason "
        f"FROM {engine.parquet([rows.file])} JOIN repeated USING (_line) WHERE NOT same"
    )


def merge(rows: Staged, files: Sequence[str], version: int | None) -> Merge:
    """Compare the staged rows with those in files of the table, and lay down what changes.

    Columns that the file does not have keep what the table holds for that key.
    """
    fresh, n_added, n_changed = (
        _compared(rows, files) if files else (rows.relation, rows.n_rows, 0)
    )
    counts = {
        "version": version,
        "n_added": n_added,
        "n_changed": n_changed,
        "n_known": rows.n_rows - n_added - n_changed + rows.n_same,
    }
    if n_added + n_changed == 0:
        return Merge(**counts)
    if n_added == rows.n_rows and not (rows.n_same or rows.n_other):
        return Merge(**counts, add=(rows.file,))
    add = [rows.write(f"SELECT * FROM {fresh}", "rows.parquet")]
    remove: tuple[str, ...] = ()
    if n_changed:
        kept, remove = _without(rows, files)
        add += kept
    return Merge(**counts, add=tuple(add), remove=remove)


def _compared(rows: Staged, files: Sequence[str]) -> tuple[str, int, int]:
    """Rows that are new or differ from those of the same key, and how many of each.

    Fills the file `compared.parquet`, where `_file` names the file that holds the older row.
    """
    key = rows.table.key
    there = _columns(rows.connection, files)
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
        f"LEFT JOIN {_with_names(files)} AS o ON {matched} "
        f"WHERE o.filename IS NULL OR {' OR '.join(differs) or 'false'}",
        "compared.parquet",
    )
    n_added, n_changed = rows.numbers(
        "SELECT count(*) FILTER (_file IS NULL), count(_file) FROM " + engine.parquet([compared])
    )
    return f"(SELECT * EXCLUDE (_file) FROM {engine.parquet([compared])})", n_added, n_changed


def _without(rows: Staged, files: Sequence[str]) -> tuple[list[Path], tuple[str, ...]]:
    """The files that hold older rows, and one file with what else stands in them."""
    compared = engine.parquet([rows.file.with_name("compared.parquet")])
    found = rows.connection.execute(
        f"SELECT DISTINCT _file FROM {compared} WHERE _file IS NOT NULL"
    ).fetchall()
    holding = tuple(file for (file,) in found)
    kept = rows.write(
        f"SELECT * FROM {engine.parquet(holding)} ANTI JOIN {compared} "
        f"USING ({engine.listed(rows.table.key)})",
        "kept.parquet",
    )
    (n_kept,) = rows.numbers(f"SELECT count(*) FROM {engine.parquet([kept])}")
    return ([kept] if n_kept else []), holding


def _with_names(files: Sequence[str]) -> str:
    return engine.parquet(files).replace(
        "union_by_name = true", "union_by_name = true, filename = true"
    )


def _columns(connection: duckdb.DuckDBPyConnection, files: Sequence[str]) -> dict[str, str]:
    """Columns of the files, by their names in small letters."""
    rows = connection.execute(f"DESCRIBE SELECT * FROM {engine.parquet(files)}").fetchall()
    return {row[0].lower(): row[0] for row in rows}
