"""DuckDB as the engine that reads and writes the lake's files, within bounded memory."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from fourfits import config

if TYPE_CHECKING:
    import duckdb


def connect(spill: Path) -> duckdb.DuckDBPyConnection:
    """A connection in memory that spills into a folder when the memory granted is used up."""
    import duckdb

    spill.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"SET memory_limit = '{config.IMPORT_MEMORY_MIB}MiB'")
    connection.execute(f"SET temp_directory = {literal(str(spill))}")
    return connection


@contextlib.contextmanager
def values_once(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Compute each value once, although a condition asks for it too.

    Else the optimiser moves the condition below the projection, where it computes them again.
    """
    connection.execute("SET disabled_optimizers = 'filter_pushdown'")
    try:
        yield
    finally:
        connection.execute("RESET disabled_optimizers")


def identifier(name: str) -> str:
    """A name as SQL writes it.

    >>> print(identifier('their "own" column'))
    "their ""own"" column"
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL writes it.

    >>> print(literal("it's"))
    'it''s'
    """
    return "'" + text.replace("'", "''") + "'"


def listed(names: Iterable[str], prefix: str = "") -> str:
    """Column names as SQL lists them.

    >>> print(listed(["a", "b"], "s."))
    s."a", s."b"
    """
    return ", ".join(prefix + identifier(name) for name in names)


def parquet(files: Iterable[str | Path], *, with_names: bool = False) -> str:
    """A relation over Parquet files whose columns may differ; `filename` tells them apart."""
    paths = ", ".join(literal(str(file)) for file in files)
    names = ", filename = true" if with_names else ""
    return f"read_parquet([{paths}], union_by_name = true{names})"


def types(connection: duckdb.DuckDBPyConnection, select: str) -> dict[str, str]:
    """Columns of a query and their DuckDB types."""
    rows = connection.execute(f"DESCRIBE {select}").fetchall()
    return {row[0]: row[1] for row in rows}


def write_parquet(connection: duckdb.DuckDBPyConnection, select: str, file: Path) -> int:
    """Write what a query returns to a file; the number of its rows."""
    result = connection.execute(
        f"COPY ({select}) TO {literal(str(file))} "
        "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, PARQUET_VERSION v2, "
        "DICTIONARY_SIZE_LIMIT 1000)"
    ).fetchone()
    return int(result[0]) if result else 0
