"""A place for the time of one copying, in the engine of the lake or beside another engine."""

# ruff: noqa: S608 - every name in a statement is ours

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from django.conf import settings

if TYPE_CHECKING:
    import duckdb

    from fourfits import sources

MEMORY_MIB = 768
ROWS_AT_ONCE = 100_000


@contextmanager
def opened(data: sources.Data) -> Iterator[Scratch]:
    """An empty place; what exceeds its memory is written to the home, and nothing is left."""
    cache = settings.HOME / "cache" / "spilled"
    cache.mkdir(parents=True, exist_ok=True)
    scratch = Scratch(data, str(cache))
    try:
        yield scratch
    finally:
        scratch.close()


class Scratch:
    """The place, and the few things that are asked of it.

    Its tables stand in a schema of their own; names of the lake's tables mean the lake's.
    """

    def __init__(self, data: sources.Data, folder: str) -> None:
        import duckdb

        self.backend = next((data.table(name).get_backend() for name in data), None)
        self._is_here = self.backend is not None and self.backend.name == "duckdb"
        self.connection = self.backend.con if self._is_here else duckdb.connect()  # type: ignore[union-attr]
        self.run(f"SET memory_limit = '{MEMORY_MIB}MiB'")
        self.run("SET preserve_insertion_order = false; SET TimeZone = 'UTC'")
        if self.one("SELECT current_setting('temp_directory')") != folder:
            self.run(f"SET temp_directory = '{folder}'")
        self.run("CREATE SCHEMA copying; SET search_path = 'copying'")

    def close(self) -> None:
        """Leave nothing behind."""
        self.run("RESET search_path; DROP SCHEMA copying CASCADE")
        if not self._is_here:
            self.connection.close()

    def run(self, statement: str) -> duckdb.DuckDBPyConnection:
        """Run a statement of ours."""
        return self.connection.execute(statement)

    def make(self, name: str, columns: dict[str, str], rows: Any = None) -> None:
        """A table, filled from an Ibis query or an Arrow table if there is one."""
        spelt = ", ".join(f"{column} {_TYPES[kind]}" for column, kind in columns.items())
        self.run(f"CREATE TABLE {name} ({spelt})")
        if rows is not None:
            self.add(name, rows)

    def add(self, name: str, rows: Any) -> None:
        """Append an Ibis query, streamed where another engine holds its data, or an Arrow table."""
        if isinstance(rows, pa.Table):
            self._append(name, rows)
        elif self._is_here and rows.get_backend() is self.backend:
            self.backend.create_view("incoming", rows, overwrite=True)
            self.run(f"INSERT INTO {name} BY NAME SELECT * FROM incoming")
            self.run("DROP VIEW incoming")
        else:
            for batch in rows.to_pyarrow_batches(chunk_size=ROWS_AT_ONCE):
                self._append(name, pa.Table.from_batches([batch]))

    def _append(self, name: str, rows: pa.Table) -> None:
        self.connection.register("arrived", rows)
        self.run(f"INSERT INTO {name} BY NAME SELECT * FROM arrived")
        self.connection.unregister("arrived")

    def batches(self, query: str) -> Iterator[pa.RecordBatch]:
        """Rows of a query of ours, streamed; others may be asked meanwhile."""
        with self.connection.cursor() as beside:
            beside.execute("SET search_path = 'copying'")
            yield from beside.execute(query).to_arrow_reader(ROWS_AT_ONCE)

    def one(self, query: str) -> Any:
        """The one value that a query gives."""
        found = self.run(query).fetchone()
        return found[0] if found else None


_TYPES = {
    "string": "VARCHAR",
    "int64": "BIGINT",
    "float64": "DOUBLE",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "boolean": "BOOLEAN",
}
