"""A change of several tables that becomes visible as a whole, or not at all.

Its files are prepared in a folder of their own, where no reader looks. Writing `decision.json`
there is the one moment that decides: before it, a process that dies leaves nothing behind; after
it, whoever next takes the lock finishes the commits. Each commit carries the decision's token, so
that finishing twice is the same as once.
"""

from __future__ import annotations

import datetime
import json
import shutil
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fourfits import errors
from fourfits.lake import locks

if TYPE_CHECKING:
    import pyarrow as pa
    from deltalake import DeltaTable

CONFIGURATION: dict[str, str | None] = {
    # Every version stays readable: decisions keep the data of their day.
    "delta.enableExpiredLogCleanup": "false",
    "delta.logRetentionDuration": "interval 36500 days",
    "delta.deletedFileRetentionDuration": "interval 36500 days",
    # Smallest and largest values in the log would outlive a customer who asked to be erased.
    "delta.dataSkippingNumIndexedCols": "0",
}
EVENT = "fourfits"
"""Where a commit says what it was: event, change and moment."""

_RESERVE_BYTES = 256 * 1024


class Change:
    """Files to add and remove, in one table or several.

    Made by `Lake.change`; `folder` is the place for its files.
    """

    def __init__(self, lake: Path, name: str) -> None:
        self.name = name
        self.folder = incoming(lake) / name
        self._lake = lake
        self._alive = locks.Lock(self.folder / "alive")
        self._steps: list[dict[str, Any]] = []

    def begin(self) -> None:
        """Make the folder, and show others that this process is at work in it."""
        self.folder.mkdir(parents=True)
        self._alive.acquire(0)
        # Held back, so that the small commits still fit when the rows have filled the disk.
        (self.folder / "reserve").write_bytes(b"\0" * _RESERVE_BYTES)

    def put(
        self,
        table: str,
        *,
        add: Sequence[Path] = (),
        remove: Sequence[str] = (),
        event: dict[str, str],
        rows_change: bool = True,
    ) -> None:
        """Add files of this change's folder to a table, and remove others from it.

        Args:
            table: The table they belong to.
            add: Parquet files in `folder`.
            remove: Files of the present version, as `Lake.files` names them.
            event: What history says of it.
            rows_change: `False` when rows only move from file to file.
        """
        if not add and not remove:
            return
        step = {
            "table": table,
            "add": [file.name for file in add],
            "remove": [Path(file).name for file in remove],
            "event": event | {"change": self.name},
            "rows_change": rows_change,
        }
        self._steps.append(step)

    def version_after(self, table: str) -> int | None:
        """The version that the table will have; `None` if it does not come to exist."""
        there = existing(self._lake / table)
        version = None if there is None else there.version()
        for step in self._steps:
            if step["table"] == table:
                new = there is not None and _new_columns(
                    there, [_schema(self.folder / name) for name in step["add"]]
                )
                version = 0 if version is None else version + (2 if new else 1)
        return version

    def commit(self) -> None:
        """Decide, and do it. The caller holds the lake's lock since it read what it builds on.

        Raises:
            SpaceError: If the disk is full; nothing was changed.
        """
        if not self._steps:
            return
        decision = {"token": uuid.uuid4().hex, "steps": self._steps}
        with locks.storage_failures():
            draft = self.folder / "decision.draft"
            draft.write_text(json.dumps(decision), "utf-8")
            (self.folder / "reserve").unlink(missing_ok=True)
            draft.replace(_decision(self.folder))
            try:
                finish(self._lake, self.folder)
            except Exception as problem:
                if not take_back(self._lake, self.folder):
                    raise errors.StorageError(
                        f"{self.name} is stored, but its record is not yet: {problem}.",
                        hint="free some space; the next command that writes finishes it",
                    ) from problem
                raise

    def end(self) -> None:
        """Leave nothing behind, except a decision that others must finish."""
        self._alive.release()
        if not _decision(self.folder).exists():
            shutil.rmtree(self.folder, ignore_errors=True)


def incoming(lake: Path) -> Path:
    """Where changes are prepared."""
    return lake / "_incoming"


def recover(lake: Path) -> None:
    """Finish what a dead process decided and clear what it left undecided; needs the lock."""
    folder = incoming(lake)
    for left in sorted(folder.iterdir()) if folder.is_dir() else ():
        alive = locks.Lock(left / "alive")
        if not alive.acquire(0):
            continue
        try:
            with locks.storage_failures():
                if _decision(left).exists():
                    finish(lake, left)
        finally:
            alive.release()
        shutil.rmtree(left, ignore_errors=True)


def finish(lake: Path, folder: Path) -> None:
    """Do the commits of a decision that are not done yet."""
    decision = json.loads(_decision(folder).read_text("utf-8"))
    for step in decision["steps"]:
        _commit(lake / step["table"], folder, decision["token"], step)
    _decision(folder).unlink()


def take_back(lake: Path, folder: Path) -> bool:
    """Undecide a change and remove its files; `False` where one of its commits is done already."""
    decision = json.loads(_decision(folder).read_text("utf-8"))
    token = decision["token"]
    if any(_is_done(existing(lake / step["table"]), token) for step in decision["steps"]):
        return False
    _decision(folder).unlink()
    for step in decision["steps"]:
        for file in _placed(lake / step["table"], folder.name, token, len(step["add"])):
            file.unlink(missing_ok=True)
    return True


def existing(folder: Path) -> DeltaTable | None:
    """The Delta table in a folder; `None` where nothing was committed yet."""
    from deltalake import DeltaTable

    if not any((folder / "_delta_log").glob("*.json")):
        return None
    return DeltaTable(folder)


def described(event: dict[str, str]) -> Any:
    """Commit properties that say what the commit was."""
    from deltalake import CommitProperties

    return CommitProperties(custom_metadata={EVENT: event})


def _decision(folder: Path) -> Path:
    return folder / "decision.json"


def _is_done(table: DeltaTable | None, token: str) -> bool:
    return table is not None and table.transaction_version(token) is not None


def _placed(target: Path, change: str, token: str, count: int) -> list[Path]:
    return [target / f"{change}-{token[:8]}-{number}.parquet" for number in range(count)]


def _commit(target: Path, folder: Path, token: str, step: dict[str, Any]) -> None:
    """One Delta commit: new files in, old files out, with the token that says it is done."""
    import pyarrow as pa
    from deltalake import CommitProperties, Schema
    from deltalake.transaction import Transaction, create_table_with_add_actions

    table = existing(target)
    if _is_done(table, token):
        return
    files = _placed(target, folder.name, token, len(step["add"]))
    target.mkdir(parents=True, exist_ok=True)
    for name, file in zip(step["add"], files, strict=True):
        if (folder / name).exists():
            (folder / name).replace(file)
    properties = CommitProperties(
        custom_metadata={EVENT: step["event"]}, app_transactions=[Transaction(token, 1)]
    )
    actions = [_added(file, rows_change=step["rows_change"]) for file in files]
    schemas = [_schema(file) for file in files]
    if table is None:
        create_table_with_add_actions(
            str(target),
            Schema.from_arrow(_joined(schemas)),
            actions,
            mode="append",
            configuration=CONFIGURATION,
            commit_properties=properties,
        )
        return
    if new := _new_columns(table, schemas):
        table.alter.add_columns(Schema.from_arrow(pa.schema(new)).fields)
    actions += [_removed(name, rows_change=step["rows_change"]) for name in step["remove"]]
    table.create_write_transaction(actions, "append", table.schema(), commit_properties=properties)


def _new_columns(table: DeltaTable, schemas: Sequence[pa.Schema]) -> list[pa.Field]:
    """Columns that only the new files have."""
    import pyarrow as pa

    there = {name.lower() for name in pa.schema(table.schema().to_arrow()).names}
    return [field for field in _joined(schemas) if field.name.lower() not in there]


def _schema(file: Path) -> pa.Schema:
    import pyarrow.parquet as pq

    return pq.read_schema(file)


def _joined(schemas: Sequence[pa.Schema]) -> pa.Schema:
    import pyarrow as pa

    plain = [schema.remove_metadata() for schema in schemas]
    return pa.unify_schemas(plain) if plain else pa.schema([])


def _added(file: Path, *, rows_change: bool) -> Any:
    import pyarrow.parquet as pq
    from deltalake.transaction import AddAction

    status = file.stat()
    return AddAction(
        path=file.name,
        size=status.st_size,
        partition_values={},
        modification_time=int(status.st_mtime * 1000),
        data_change=rows_change,
        stats=json.dumps({"numRecords": pq.read_metadata(file).num_rows}),
    )


def _removed(name: str, *, rows_change: bool) -> Any:
    from deltalake.transaction import RemoveAction

    moment = int(datetime.datetime.now(datetime.UTC).timestamp() * 1000)
    return RemoveAction(name, rows_change, moment)
