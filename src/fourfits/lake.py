"""Customer data on disk: one Delta table per canonical table, every commit a version.

DuckDB reads a version through the snapshot's own list of files, so that a reader is never
disturbed by a writer, and a version of last month stays readable.
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from fourfits import errors, tables

if TYPE_CHECKING:
    import pyarrow as pa
    from deltalake import DeltaTable


class Lake:
    """The Delta tables below one folder.

    Args:
        folder: Usually `HOME/lake`; made when something is first written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> tuple[str, ...]:
        """Tables that hold data, in the order of the contract, derived ones last."""
        known = (*tables.CANONICAL, *tables.DERIVED)
        return tuple(name for name in known if (self.folder / name / "_delta_log").is_dir())

    def version(self, name: str, as_of: datetime.datetime | int | None = None) -> int | None:
        """The version of a table, now or at a moment; `None` where it did not exist yet."""
        table = self._open(name, as_of)
        return None if table is None else table.version()

    def files(self, name: str, as_of: datetime.datetime | int | None = None) -> list[str]:
        """Paths of the Parquet files that make up a version; empty where there is no row."""
        table = self._open(name, as_of)
        return [] if table is None else table.file_uris()

    def schema(self, name: str, as_of: datetime.datetime | int | None = None) -> pa.Schema | None:
        """Columns of a version, those that the contract does not know included."""
        import pyarrow as pa

        table = self._open(name, as_of)
        return None if table is None else pa.schema(table.schema().to_arrow())

    def append(self, name: str, rows: pa.Table | pa.RecordBatchReader) -> int:
        """Add rows; returns the new version."""
        return self._write(name, rows, "append")

    def replace(self, name: str, rows: pa.Table | pa.RecordBatchReader) -> int:
        """Put rows in place of all that stand there; older versions stay readable."""
        return self._write(name, rows, "overwrite")

    def _write(self, name: str, rows: pa.Table | pa.RecordBatchReader, mode: str) -> int:
        from deltalake import DeltaTable, write_deltalake

        tables.named(name)
        self.folder.mkdir(parents=True, exist_ok=True)
        target = self.folder / name
        write_deltalake(
            target,
            rows,
            mode=mode,
            schema_mode="merge" if mode == "append" else "overwrite",
        )
        return int(DeltaTable(target).version())

    def _open(self, name: str, as_of: datetime.datetime | int | None) -> DeltaTable | None:
        from deltalake import DeltaTable

        if name not in self.names():
            return None
        table = DeltaTable(self.folder / name)
        if as_of is None:
            return table
        if isinstance(as_of, int):
            if not 0 <= as_of <= table.version():
                raise errors.VersionError(
                    f"{name} has no version {as_of}; it has 0 to {table.version()}.",
                    hint="leave it out for the newest",
                )
            table.load_as_version(as_of)
            return table
        moment = as_of if as_of.tzinfo else as_of.replace(tzinfo=datetime.UTC)
        first = min(entry["timestamp"] for entry in table.history())
        if moment.timestamp() * 1000 < first:
            return None
        table.load_as_version(moment)
        return table
