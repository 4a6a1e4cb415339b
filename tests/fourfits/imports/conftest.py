"""What tests of reading files share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from fourfits import tables
from fourfits.imports import files, mapping, recognition

Row = dict[str, Any]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB of its own."""
    with duckdb.connect() as opened:
        yield opened


@pytest.fixture
def opened(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> Callable[[str, str | bytes], files.Source]:
    """Write a file and open it."""

    held = []

    def write(name: str, content: str | bytes) -> files.Source:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        held.append(files.open_file(path, connection))
        return held[-1]

    return write


@pytest.fixture
def rows(connection: duckdb.DuckDBPyConnection) -> Callable[[str | None], list[Any]]:
    """All rows of a relation."""

    def fetch(relation: str | None) -> list[Any]:
        return connection.execute(f"SELECT * FROM {relation}").fetchall()

    return fetch


@pytest.fixture
def canonical(
    connection: duckdb.DuckDBPyConnection,
) -> Callable[..., tuple[mapping.Mapping, list[Row]]]:
    """Recognise an opened file, and read its rows as the table wants them."""

    def read(
        source: files.Source, table: tables.Table, **more: Any
    ) -> tuple[mapping.Mapping, list[Row]]:
        found = recognition.recognise(source, table, connection, **more)
        selected = found.expressions | found.extra
        cells = ", ".join(f'{sql} AS "{name}"' for name, sql in selected.items())
        cells += "".join(f', {sql} AS "raw {name}"' for name, sql in found.raw.items())
        read = connection.execute(f"SELECT {cells}, _line FROM {found.relation} ORDER BY _line")
        names = [column[0] for column in read.description or ()]
        return found, [dict(zip(names, row, strict=True)) for row in read.fetchall()]

    return read
