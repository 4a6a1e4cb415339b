"""An import as one transaction: read, check, compare, and then all of it or nothing."""
# ruff: noqa: S608 - names and values in SQL pass through `engine.identifier` and `engine.literal`

from __future__ import annotations

import contextlib
import datetime
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fourfits import checks, config, errors, lake, tables
from fourfits.imports import (
    contract,
    dates,
    files,
    merging,
    progress,
    recognition,
    records,
    reports,
    staging,
)
from fourfits.imports import mapping as mappings
from fourfits.lake import engine

if TYPE_CHECKING:
    import duckdb

_REASONS_SHOWN = 5


def import_file(
    path: str | os.PathLike[str],
    table: str,
    *,
    home: str | os.PathLike[str],
    now: datetime.datetime,
    mapping: Mapping[str, str] | None = None,
    vendor: str | None = None,
    date_order: str | None = None,
    leave_out: Sequence[str] = (),
    dry_run: bool = False,
    progress: progress.Progress | None = None,
) -> reports.ImportReport:
    r"""Bring a file into a table: new rows are added, changed ones replaced, broken ones set aside.

    Safe to repeat: the same file twice adds nothing twice, a file that grew adds only its new
    rows. Safe to interrupt: until its last moment nothing is visible. Safe to regret: `undo`.

    Args:
        path: The file: CSV and its kin, Excel, JSON, Parquet, also packed.
        table: One of the fifteen canonical tables.
        home: The home folder; made when it does not exist.
        now: The present moment, for the record.
        mapping: Our column to theirs, where names are not recognised.
        vendor: The tool whose export it is, where its header does not say.
        date_order: `day` or `month` first, where the dates do not decide.
        leave_out: Columns of the file that are not to be stored at all.
        dry_run: Do everything except writing.
        progress: Called with the share done (0-1) and what is being done.

    Returns:
        How many rows were read, added, changed, known and set aside, and why.

    Raises:
        TableError: If there is no such table.
        FileError: If the file is missing, empty, or no table.
        ColumnError: If a required column is not found, or one to leave out.
        AmbiguityError: If dates have two readings and nothing decides.
        ParameterError: If `date_order` or `vendor` is none that there is.
        BusyError: If another process writes for too long; nothing was changed.
        SpaceError: If the disk is full; nothing was changed.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> file = folder / "people.csv"
    >>> _ = file.write_text("customer_id,signed_up_on\n7,2024-02-29\n8,2024-02-30\n")
    >>> now = datetime.datetime(2024, 3, 1)
    >>> report = import_file(file, "customers", home=folder / "home", now=now)
    >>> report.n_added, report.reasons
    (1, ("line 3: signed_up_on holds '2024-02-30', must be a date.",))
    """
    chosen, order = _importable(table), _order(date_order)
    given = _given(mapping, vendor, date_order, leave_out)
    store = lake.Lake(Path(home) / "lake")
    fingerprint = records.fingerprint(path)
    earlier = records.same_file(store, table, fingerprint, given)
    if earlier is not None:
        return _repeated(earlier, dry_run=dry_run)
    with begun(store, chosen, now, progress) as run:
        source, found = _read(
            run, Path(path), leave_out, mapping=mapping, vendor=vendor, date_order=order
        )
        outcome = _prepared(run, source, found, config.workspace(Path(home)).currency)
        if not dry_run:
            outcome = _committed(run, outcome, {"given": given}, fingerprint)
    if outcome.merge.add:
        _compact(store, table)
    return _report(run, outcome, dry_run=dry_run)


def _read(
    run: Run, path: Path, leave_out: Sequence[str], **asked: Any
) -> tuple[files.Source, mappings.Mapping]:
    """Open the file and find out how its columns are read, as it was asked."""
    with run.watch.stage(f"reading {path.name}", 0.0, 0.5):
        opened = files.open_file(
            path, run.connection, within=run.change.folder, reached=run.watch.reached
        )
        source = files.without(opened, leave_out, run.connection)
        return source, recognition.recognise(source, run.table, run.connection, **asked)


def _compact(store: lake.Lake, table: str) -> None:
    """Join small files; a table of many is slower to read, not wrong: it may wait for space."""
    with contextlib.suppress(errors.SpaceError):
        store.compact(table)


def _given(
    mapping: Mapping[str, str] | None,
    vendor: str | None,
    date_order: str | None,
    leave_out: Sequence[str],
) -> dict[str, object]:
    """How the file was asked to be read: the same file, read otherwise, is another import."""
    given: dict[str, object] = {
        "mapping": dict(mapping or {}),
        "vendor": vendor,
        "date_order": date_order,
    }
    return given | ({"leave_out": sorted(leave_out)} if leave_out else {})


@dataclass(frozen=True, kw_only=True)
class Run:
    """What one import works with."""

    store: lake.Lake
    table: tables.Table
    change: lake.Change
    connection: duckdb.DuckDBPyConnection
    watch: progress.Watch
    now: datetime.datetime


@dataclass(frozen=True, kw_only=True)
class _Outcome:
    """What one import found."""

    source: files.Source
    found: mappings.Mapping
    rows: merging.Staged
    merge: merging.Merge
    quarantine: Path | None
    n_read: int
    n_quarantined: int
    reasons: tuple[str, ...]
    version_after: int | None = None


def _importable(name: str) -> tables.Table:
    if name in tables.DERIVED:
        raise errors.TableError(
            f"{name} is made by fourfits itself; it can import {', '.join(tables.CANONICAL)}.",
            hint="`fourfits tables` describes each",
        )
    return tables.named(name)


def _order(given: str | None) -> dates.DateOrder | None:
    if given is None:
        return None
    return "day" if checks.one_of(given, "date_order", ("day", "month")) == "day" else "month"


@contextlib.contextmanager
def begun(
    store: lake.Lake,
    table: tables.Table,
    now: datetime.datetime,
    report: progress.Progress | None = None,
) -> Iterator[Run]:
    """A place to prepare the next batch of a table in, gone at the end."""
    with contextlib.ExitStack() as stack:
        with store.locked():
            name = records.next_name(store, table.name)
            change = stack.enter_context(store.change(name))
        connection = stack.enter_context(
            contextlib.closing(engine.connect(change.folder / "spill"))
        )
        watch = progress.Watch(connection, report)
        yield Run(
            store=store, table=table, change=change, connection=connection, watch=watch, now=now
        )


def _prepared(run: Run, source: files.Source, found: mappings.Mapping, currency: str) -> _Outcome:
    """Check every row and compare it with those that stand in the table; nothing is visible yet."""
    there = run.store.files(run.table.name)
    stored = engine.types(run.connection, f"SELECT * FROM {engine.parquet(there)}") if there else {}
    how = staging.columns(run.table, found, stored, currency)
    with run.watch.stage("checking every row", 0.5, 0.85):
        laid, rows = _laid(run, found, how, whole=False)
        if laid.in_parts and found.line_within and rows.n_repeats:
            laid, rows = _laid(run, found, how, whole=True)
    with run.watch.stage("comparing with what is there", 0.85, 1.0):
        quarantine = staging.set_aside(rows, laid, source, run.change.name)
        merge = merged(run, rows)
    n_rejects = staging.n_rejects(run.connection, source)
    return _Outcome(
        source=source,
        found=found,
        rows=rows,
        merge=merge,
        quarantine=quarantine,
        n_read=laid.n_read + n_rejects,
        n_quarantined=laid.n_read - laid.n_kept + rows.n_other + n_rejects,
        reasons=_reasons(run.connection, quarantine),
    )


def _laid(
    run: Run, found: mappings.Mapping, how: contract.Columns, *, whole: bool
) -> tuple[staging.Laid, merging.Staged]:
    folder = run.change.folder
    laid = staging.lay_down(
        run.connection,
        found,
        how=how,
        batch=run.change.name,
        folder=folder,
        watch=run.watch,
        whole=whole,
    )
    rows = merging.staged(run.connection, run.table, folder, laid.kept, tuple(how.values))
    return laid, rows


def _reasons(connection: duckdb.DuckDBPyConnection, quarantine: Path | None) -> tuple[str, ...]:
    """Why the first rows were set aside."""
    if quarantine is None:
        return ()
    rows = connection.execute(
        f"SELECT line, reason FROM {engine.parquet([quarantine])} LIMIT {_REASONS_SHOWN}"
    ).fetchall()
    return tuple(f"line {line}: {reason}" for line, reason in rows)


def merged(run: Run, rows: merging.Staged) -> merging.Merge:
    """Compare the rows with the newest version of their table."""
    version = run.store.version(run.table.name)
    there = [] if version is None else run.store.files(run.table.name, version)
    return merging.merge(rows, there, version)


def _committed(
    run: Run, outcome: _Outcome, mapping: dict[str, object], fingerprint: str
) -> _Outcome:
    """Make it visible: the rows, those set aside, and the record, in one decision."""
    name = run.table.name
    with run.store.locked():
        if run.store.version(name) != outcome.merge.version:  # another came in between
            outcome = replace(outcome, merge=merged(run, outcome.rows))
        merge = outcome.merge
        event = {"event": "import", "at": records.utc(run.now).isoformat()}
        run.change.put(name, add=merge.add, remove=merge.remove, event=event)
        if outcome.quarantine is not None:
            run.change.put("quarantine", add=[outcome.quarantine], event=event)
        after = run.change.version_after(name)
        record = {
            "batch_id": run.change.name,
            "table": name,
            "file": outcome.source.path.name,
            "fingerprint": fingerprint,
            "imported_at": records.utc(run.now),
            "n_read": outcome.n_read,
            "n_added": merge.n_added,
            "n_changed": merge.n_changed,
            "n_known": merge.n_known,
            "n_quarantined": outcome.n_quarantined,
            "version_before": merge.version,
            "version_after": after,
            "mapping": json.dumps(mapping | _reading(run, outcome.found)),
        }
        records.put(run.connection, run.change, run.store, [record], event)
        run.change.commit()
    return replace(outcome, version_after=after)


def _reading(run: Run, found: mappings.Mapping) -> dict[str, object]:
    """How every column was read, so that a row that was set aside can be read again (`mending`)."""
    return {
        "columns": found.expressions,
        "raw": found.raw,
        "extra": found.extra,
        "extra_types": found.extra_types,
        "types": engine.types(run.connection, staging.fields(found.relation)),
    }


def _report(run: Run, outcome: _Outcome, *, dry_run: bool) -> reports.ImportReport:
    merge, rows = outcome.merge, outcome.rows
    notes = list(outcome.found.notes)
    if rows.n_same:
        notes.append(f"left out, as they repeat an earlier row exactly: {rows.n_same:,}")
    return reports.ImportReport(
        table=run.table.name,
        file=outcome.source.path.name,
        description=outcome.source.description,
        batch_id=None if dry_run else run.change.name,
        n_read=outcome.n_read,
        n_added=merge.n_added,
        n_changed=merge.n_changed,
        n_known=merge.n_known,
        n_quarantined=outcome.n_quarantined,
        notes=tuple(notes),
        reasons=outcome.reasons,
        version_before=merge.version,
        version_after=merge.version if dry_run else outcome.version_after,
        dry_run=dry_run,
    )


def _repeated(record: records.Record, *, dry_run: bool) -> reports.ImportReport:
    """The report on a file that was imported before, to the byte."""
    return reports.ImportReport(
        table=record["table"],
        file=record["file"],
        batch_id=record["batch_id"],
        n_read=record["n_read"],
        n_known=record["n_read"] - record["n_quarantined"],
        n_quarantined=record["n_quarantined"],
        version_before=record["version_after"],
        version_after=record["version_after"],
        dry_run=dry_run,
        repeated=True,
    )
