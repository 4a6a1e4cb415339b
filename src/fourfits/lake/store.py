"""The Delta tables of a home: read a version, add, replace, erase, compact, vacuum."""
# ruff: noqa: S608 - names and values in SQL pass through `engine.identifier` and `engine.literal`

from __future__ import annotations

import contextlib
import datetime
import itertools
import threading
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fourfits import config, errors, tables
from fourfits.lake import changes, engine, keeping, locks

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa
    from deltalake import DeltaTable

Moment = datetime.datetime | int | None
"""Which version: the newest, the one that stood at a moment (UTC), or a version by its number."""
_VACUUMED = "vacuumed-"
"""Begins the names of files with the ids that stood in files which are gone."""


@dataclass(frozen=True, kw_only=True)
class Version:
    """One commit of a table."""

    version: int
    at: datetime.datetime
    event: str
    """`import`, `undo`, `append`, `replace`, `keep`, `erase` or `compact`."""
    change: str
    """The batch or other change that it belongs to."""


class Lake:
    """The Delta tables below one folder.

    Args:
        folder: Usually `HOME/lake`; made when something is first written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        self._lock = locks.Lock(self.folder / "_lock")
        self._turn = threading.RLock()
        self._depth = 0

    def names(self) -> tuple[str, ...]:
        """Tables that hold data, in the order of the contract, derived ones last."""
        known = (*tables.CANONICAL, *tables.DERIVED)
        return tuple(
            name for name in known if any((self.folder / name / "_delta_log").glob("*.json"))
        )

    def version(self, name: str, as_of: Moment = None) -> int | None:
        """The version of a table, now or at a moment; `None` where it did not exist yet.

        Raises:
            VersionError: If a version is asked for by a number that there is not.
        """
        table = self._open(name, as_of)
        return None if table is None else table.version()

    def versions(self, name: str) -> tuple[Version, ...]:
        """Every commit of a table, oldest first; none where there is no such table yet."""
        table = self._open(name, None)
        return () if table is None else _versions(table)

    def files(self, name: str, as_of: Moment = None) -> list[str]:
        """Paths of the Parquet files that make up a version; empty where there is no row.

        Raises:
            VersionError: If files of an old version were vacuumed.
        """
        table = self._open(name, as_of)
        # Names alone: the addresses that Delta gives have `%20` where a folder has a blank.
        uris = [] if table is None else table.file_uris()
        files = [str(self.folder / name / Path(uri).name) for uri in uris]
        if as_of is not None and not all(Path(file).exists() for file in files):
            raise errors.VersionError(
                f"The data of {name} at {as_of} are no longer kept.", hint="ask for a later moment"
            )
        return files

    def schema(self, name: str, as_of: Moment = None) -> pa.Schema | None:
        """Columns of a version, those that the contract does not know included."""
        import pyarrow as pa

        table = self._open(name, as_of)
        return None if table is None else pa.schema(table.schema().to_arrow())

    def read(self, name: str, as_of: Moment = None) -> pa.Table | None:
        """A version in memory, for small tables; `None` where it did not exist yet."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema = self.schema(name, as_of)
        if schema is None:
            return None
        # One by one, and no table from Python objects: either would load pandas where it is there.
        parts = [pq.ParquetFile(file).read() for file in self.files(name, as_of)]
        if not parts:
            return schema.empty_table()
        return pa.concat_tables(parts, promote_options="permissive")

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Be the only writer; what a dead writer left is finished or cleared first.

        Raises:
            BusyError: If another process keeps writing; nothing was changed.
        """
        with self._turn:
            if self._depth == 0:
                with locks.storage_failures():
                    if not self._lock.acquire(config.LOCK_SECONDS):
                        raise errors.BusyError(
                            f"Another process has been writing to {self.folder.parent} for "
                            f"{config.LOCK_SECONDS:g} seconds; nothing was changed.",
                            hint="try again when it is done",
                        )
                changes.recover(self.folder)
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0:
                    self._lock.release()

    @contextlib.contextmanager
    def change(self, name: str) -> Iterator[changes.Change]:
        """A change to prepare and commit; what is not committed is gone at the end.

        Args:
            name: Stands in the history and in the names of its files.
        """
        change = changes.Change(self.folder, name)
        try:
            with locks.storage_failures():
                with self.locked():
                    change.begin()
                yield change
        finally:
            change.end()

    def append(self, name: str, rows: pa.Table | pa.RecordBatchReader) -> int:
        """Add rows; returns the new version."""
        return self._write(name, rows, "append")

    def replace(self, name: str, rows: pa.Table | pa.RecordBatchReader) -> int:
        """Put rows in place of all that stand there; older versions stay readable."""
        return self._write(name, rows, "replace")

    def keep(
        self,
        name: str,
        rows: pa.Table | pa.RecordBatchReader,
        *,
        part: keeping.Part | None = None,
    ) -> keeping.Kept:
        """Put derived rows in place of those of their part, as one version or not at all.

        Rows that stand there already make no version, so that it may be repeated without harm.

        Args:
            name: A derived table, such as `memberships`.
            rows: Its rows, in columns of the contract and any others.
            part: Which rows they replace, such as `{"segmentation": "rfm"}`; `None` is all. No
                rows remove the part.

        Raises:
            ColumnError: If a required column is missing.
            RangeError: If a row breaks the contract; nothing was changed.
            BusyError: If another process writes for too long; nothing was changed.
        """
        contract, part = tables.named(name), part or {}
        condition = keeping.condition_of(part)
        with self.locked(), self.change(f"keep-{name}") as change:
            connection = engine.connect(change.folder / "spill")
            file = change.folder / "rows.parquet"
            n_rows = keeping.lay(connection, contract, rows, file)
            keeping.check(connection, contract, file, part)
            changed = not keeping.alike(connection, self.files(name), condition, file)
            if changed:
                kept, without, _ = self.keeping(connection, change, name, condition)
                added = [file, *kept] if n_rows else kept
                change.put(name, add=added, remove=without, event={"event": "keep"})
                change.commit()
        return keeping.Kept(table=name, n_rows=n_rows, version=self.version(name), changed=changed)

    def erase(self, name: str, column: str, value: str) -> int:
        """Remove rows for good: from the newest version, and from the files of every older one.

        Older versions stay readable without these rows. In `quarantine`, where rows stand as they
        were read, `column` is passed over: a row goes when any of its fields is the value.

        Returns:
            Rows removed from the newest version; where it held none, from older ones.
        """
        with self.locked():
            if name not in self.names():
                return 0
            column = "row" if name == "quarantine" else column
            condition = _condition(name, column, value)
            removed = self._remove(name, column, condition)
            older = self._scrub(name, column, condition)
        return removed or older

    def forget(self, column: str, value: str) -> dict[str, int]:
        """`erase` in every table that has or had the column, and in quarantine; rows by table."""
        removed = {name: self.erase(name, column, value) for name in self.names()}
        return {name: count for name, count in removed.items() if count}

    def remembered(self, column: str, values: Iterable[str]) -> set[str]:
        """Those of the values that some version of some table still holds in a column.

        What an undo removed is remembered, also when its files were vacuumed; what was erased is not.
        """
        wanted, found = set(values), set[str]()
        for name in self.names():
            files = _with_column(self._all_files(name), column) if wanted - found else []
            if files:
                found |= _held(files, column, wanted - found)
        return found

    def compact(self, name: str) -> bool:
        """Join the small files of a table where there are many; `True` if that was so."""
        with self.locked():
            limit = config.SMALL_FILE_MIB * 2**20
            small = [file for file in self.files(name) if Path(file).stat().st_size < limit]
            if len(small) < config.SMALL_FILES:
                return False
            with self.change(f"compact-{name}") as change:
                connection = engine.connect(change.folder / "spill")
                joined = change.folder / "joined.parquet"
                engine.write_parquet(connection, f"SELECT * FROM {engine.parquet(small)}", joined)
                change.put(
                    name,
                    add=[joined],
                    remove=small,
                    event={"event": "compact"},
                    rows_change=False,
                )
                change.commit()
        return True

    def vacuum(self, name: str, *, before: datetime.datetime) -> int:
        """Delete the files that only versions replaced before a moment need; how many those were.

        Never done by itself: decisions keep the data of their day. Of rows that go, the ids stay,
        and nothing else, until they are erased: otherwise nobody could tell the one from the other.
        """
        with self.locked():
            versions = self.versions(name)
            kept = set(self.files(name))
            for this, after in itertools.pairwise(versions):
                if after.at >= _utc(before):
                    kept.update(self.files(name, this.version))
            unneeded = [file for file in self._all_files(name) if file not in kept]
            rows = [file for file in unneeded if not Path(file).name.startswith(_VACUUMED)]
            if rows:
                self._keep_ids(name, unneeded)
            for file in unneeded if rows else ():
                Path(file).unlink()
        return len(rows)

    def keeping(
        self,
        connection: duckdb.DuckDBPyConnection,
        change: changes.Change,
        name: str,
        unwanted: str,
    ) -> tuple[list[Path], list[str], int]:
        """A file with what stays of the files that hold unwanted rows, those files, how many rows."""
        counts = _holding(connection, self.files(name), unwanted)
        if not counts:
            return [], [], 0
        kept = change.folder / f"kept-{name}.parquet"
        n_kept = engine.write_parquet(
            connection,
            f"SELECT * FROM {engine.parquet(counts)} WHERE ({unwanted}) IS NOT TRUE",
            kept,
        )
        return ([kept] if n_kept else []), list(counts), sum(counts.values())

    def _write(self, name: str, rows: pa.Table | pa.RecordBatchReader, event: str) -> int:
        from deltalake import write_deltalake

        tables.named(name)
        target = self.folder / name
        with self.locked(), locks.storage_failures():
            write_deltalake(
                target,
                rows,
                mode="append" if event == "append" else "overwrite",
                schema_mode="merge" if event == "append" else "overwrite",
                configuration=None if name in self.names() else changes.CONFIGURATION,
                commit_properties=changes.described({"event": event}),
            )
        return self.version(name) or 0

    def _all_files(self, name: str) -> list[str]:
        """The files of every version, and what vacuuming kept of others."""
        return list(map(str, (self.folder / name).glob("*.parquet")))

    def _keep_ids(self, name: str, files: list[str]) -> None:
        """Put the ids that stand in files which will go in one file, where erasing finds them."""
        with self.change(f"vacuum-{name}") as change:
            connection = engine.connect(change.folder / "spill")
            there = engine.types(connection, f"SELECT * FROM {engine.parquet(files)}")
            ids = ", ".join(engine.identifier(one) for one in there if one.endswith("_id"))
            if ids and name != "quarantine":  # where ids stand in rows as they were read
                kept = change.folder / f"{_VACUUMED}{uuid.uuid4().hex}.parquet"
                select = f"SELECT DISTINCT {ids} FROM {engine.parquet(files)}"
                engine.write_parquet(connection, select, kept)
                kept.replace(self.folder / name / kept.name)

    def _remove(self, name: str, column: str, condition: str) -> int:
        """Rewrite the files of the newest version that hold such rows."""
        if not _with_column(self.files(name), column):
            return 0
        with self.change(f"erase-{name}") as change:
            connection = engine.connect(change.folder / "spill")
            kept, without, count = self.keeping(connection, change, name, condition)
            change.put(name, add=kept, remove=without, event={"event": "erase"})
            change.commit()
        return count

    def _scrub(self, name: str, column: str, condition: str) -> int:
        """Rewrite, each in its place, the files that only older versions read."""
        here = set(self.files(name))
        old = [file for file in self._all_files(name) if file not in here]
        held = _with_column(old, column)
        if not held:
            return 0
        with self.change(f"scrub-{name}") as change:
            connection = engine.connect(change.folder / "spill")
            counts: dict[str, int] = {}
            for file in held:
                counts |= _holding(connection, [file], condition)
            for number, file in enumerate(counts):
                kept = change.folder / f"{number}.parquet"
                engine.write_parquet(
                    connection,
                    f"SELECT * FROM {engine.parquet([file])} WHERE ({condition}) IS NOT TRUE",
                    kept,
                )
                kept.replace(file)
        return max(counts.values(), default=0)

    def _open(self, name: str, as_of: Moment) -> DeltaTable | None:
        tables.named(name)
        table = changes.existing(self.folder / name)
        if table is None or as_of is None:
            return table
        if isinstance(as_of, int):
            if not 0 <= as_of <= table.version():
                raise errors.VersionError(
                    f"{name} has no version {as_of}; it has 0 to {table.version()}.",
                    hint="leave it out for the newest",
                )
            table.load_as_version(as_of)
            return table
        moment = _utc(as_of)
        known = [each.version for each in _versions(table) if each.at <= moment]
        if not known:
            return None
        table.load_as_version(known[-1])
        return table


def _versions(table: DeltaTable) -> tuple[Version, ...]:
    found = []
    for entry in reversed(table.history()):
        event = entry.get(changes.EVENT, {})
        moment = datetime.datetime.fromtimestamp(entry["timestamp"] / 1000, datetime.UTC)
        found.append(
            Version(
                version=int(entry["version"]),
                at=_utc(datetime.datetime.fromisoformat(event["at"])) if "at" in event else moment,
                event=event.get("event", entry["operation"].lower()),
                change=event.get("change", ""),
            )
        )
    return tuple(found)


def _utc(moment: datetime.datetime) -> datetime.datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def _with_column(files: Sequence[str], column: str) -> list[str]:
    """Those of the files that have the column: columns come in the course of time."""
    from pyarrow import parquet

    return [file for file in files if column in parquet.read_schema(file).names]


def _condition(name: str, column: str, value: str) -> str:
    if name == "quarantine":
        text = engine.literal(value)
        return f"list_contains(json_extract_string(\"row\", '$.*'), {text}) OR value = {text}"
    return f"CAST({engine.identifier(column)} AS VARCHAR) = {engine.literal(value)}"


def _holding(
    connection: duckdb.DuckDBPyConnection, files: Sequence[str], condition: str
) -> dict[str, int]:
    """Files that hold such rows, and how many each."""
    if not files:
        return {}
    rows = connection.execute(
        f"SELECT filename, count(*) FROM {engine.parquet(files, with_names=True)} "
        f"WHERE {condition} GROUP BY filename"
    ).fetchall()
    return dict(rows)


def _held(files: Sequence[str], column: str, values: set[str]) -> set[str]:
    """Those of the values that stand in a column of the files."""
    import duckdb

    with duckdb.connect() as connection:
        rows = connection.execute(
            f"SELECT DISTINCT value FROM (SELECT {engine.identifier(column)}::VARCHAR AS value "
            f"FROM {engine.parquet(files)}) WHERE value IN (SELECT unnest(?))",
            [sorted(values)],
        ).fetchall()
    return {value for (value,) in rows}
