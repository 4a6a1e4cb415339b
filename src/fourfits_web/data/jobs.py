"""Background work of the data: looking at files, importing, undoing, mending, scoring."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from fourfits import errors, imports, quality
from fourfits.imports import records
from fourfits.lake import Lake
from fourfits_web.core import jobs
from fourfits_web.core.actions import require
from fourfits_web.core.actors import Actor
from fourfits_web.core.errors import CancelledError, ConflictError
from fourfits_web.data import actions, mirroring, mirrors, notes, places, queries
from fourfits_web.data.models import Batch, QualityCheck, Quarantined, Upload

COUNTED_AT_ONCE_BYTES = 64 * 2**20
"""A file up to this size is counted as soon as it was looked at; a larger one when asked."""

log = logging.getLogger(__name__)
CHECKS_KEPT = 50


@jobs.job("data.look")
def look(progress: jobs.Progress, *, upload: int, count: bool) -> dict[str, Any]:
    """Tell what a file holds and, if nothing is open, what importing it would do."""
    file = Upload.objects.get(pk=upload)
    if file.status != Upload.Status.LOOKING:
        return {"status": file.status}
    try:
        path = _path(file)
        say = _shown(progress, 0.0, 0.5)
        found = imports.look(
            path, file.table or None, **file.reading, within=places.workshop(), progress=say
        )
        is_told = bool(found.table) and found.problem is None
        goes_on = is_told and (count or file.size_bytes <= COUNTED_AT_ONCE_BYTES)
        notes.looked(file, found, goes_on=goes_on)
        if goes_on:
            notes.tried(file, _import(file, path, _shown(progress, 0.5, 1.0), dry_run=True))
    except errors.InputError as problem:
        notes.stopped(file, problem)
    return {"status": file.status}


@jobs.job("data.import")
def import_(progress: jobs.Progress, *, upload: int) -> dict[str, Any]:
    """Import a file; run again, it goes on where it was: rows in the lake, noted, on the pages."""
    file = Upload.objects.select_related("job").get(pk=upload)
    if file.status != Upload.Status.IMPORTED:
        _land(progress, file)
    progress.go_through()
    notes.put_away(file)
    _bring_pages_up_to_date(progress, file.table, 0.65)
    counts = ("n_read", "n_added", "n_changed", "n_known", "n_quarantined")
    told = file.report or {}
    return {"batch": file.batch_id, **{name: told.get(name) for name in counts}}


def _land(progress: jobs.Progress, file: Upload) -> None:
    """Have the rows in the lake, and note them."""
    if file.status != Upload.Status.IMPORTING:
        raise ConflictError(
            f"{file.name} waits for somebody.", hint="open its page and go on there"
        )
    require(progress.actor, "data.import")
    queries.refuse_away()
    try:
        report = _import(file, _path(file), _shown(progress, 0.0, 0.6), dry_run=False)
    except errors.FileError:  # it may be brought back: trying again is all that is needed
        raise
    except errors.InputError as problem:
        notes.stopped(file, problem)
        raise
    progress.go_through()
    mirrors.imports(queries.source(), _shown(progress, 0.6, 0.65))
    actions.note_import(progress.actor, file, report=report, now=timezone.now())


@jobs.job("data.undo")
def undo(progress: jobs.Progress, *, batch: str) -> dict[str, Any]:
    """Take an import back; run again, it finds that done."""
    require(progress.actor, "data.import")
    told: dict[str, Any] = {}
    record = records.named(Lake(Path(settings.HOME) / "lake"), batch)
    progress(0.1, "Taking the rows out")
    if record.get("undone_at") is None:
        report = imports.undo(batch, home=settings.HOME, now=timezone.now())
        told = {
            name: getattr(report, name) for name in ("n_removed", "n_restored", "n_quarantined")
        }
    progress.go_through()
    row = Batch.objects.get(batch_id=batch)
    if row.undone_at is None:
        actions.note_undo(progress.actor, row, undone_at=timezone.now())
    _bring_pages_up_to_date(progress, row.table, 0.5)
    return told


@jobs.job("data.mend")
def mend(progress: jobs.Progress, *, batch: str) -> dict[str, Any]:
    """Read corrected rows again; those that landed meanwhile are found gone from the quarantine."""
    require(progress.actor, "data.import")
    row = Batch.objects.get(batch_id=batch)
    n_landed = n_broken = 0
    while waiting := _corrected(row):
        progress(0.2, f"Reading {len(waiting):,} rows again")
        now = timezone.now()
        try:
            report = imports.mend(batch, waiting, home=settings.HOME, now=now)
        except errors.InputError as problem:
            notes.cannot_mend(row.pk, problem)
            raise
        progress.go_through()
        actions.note_mend(progress.actor, row, report=report, now=now)
        n_landed, n_broken = n_landed + len(report.landed), n_broken + len(report.reasons)
        _leave_no_trace(row, waiting)
    data = queries.source()
    mirrors.imports(data, _shown(progress, 0.6, 1.0))
    mirroring.note(data, [row.table, *mirroring.OF_IMPORTS])
    mirroring.refresh(progress.actor, [row.table], after=mirroring.LATER)
    return {"landed": n_landed, "still_broken": n_broken}


@jobs.job("data.quality")
def look_at_quality(progress: jobs.Progress) -> dict[str, Any]:
    """Score every table and file, and keep the scores."""
    progress(0.1, "Counting every table")
    started, data = time.perf_counter(), queries.source()
    now = timezone.now()
    result = quality.check({name: data.table(name) for name in data}, as_of=now)
    told = result.summary()
    kept = QualityCheck.objects.create(
        checked_at=now,
        versions=data.versions,
        score=told["score"],
        weakest=told["weakest"] or "",
        rows=result.table.to_pylist(),
        warnings=list(result.warnings),
        seconds=time.perf_counter() - started,
    )
    old = QualityCheck.objects.order_by("-checked_at").values_list("pk", flat=True)[CHECKS_KEPT:]
    QualityCheck.objects.filter(pk__in=list(old)).delete()
    return {"score": kept.score, "weakest": kept.weakest}


def sweep() -> None:
    """Queue what was left behind: rows corrected while their job ended, uploads long forgotten."""
    lost = Quarantined.objects.filter(status=Quarantined.Status.MENDED)
    ids = lost.values_list("batch", flat=True).distinct()
    if not jobs.failed_lately("data.mend"):
        actions.read_mended(Actor.workspace(), Batch.objects.filter(pk__in=ids))
    end = timezone.now() - places.UPLOADS_KEPT
    for upload in queries.unfinished().filter(created_at__lt=end)[:20]:
        if not upload.is_under_way:
            actions.discard(Actor.workspace(), upload)


def _path(upload: Upload) -> Path:
    """Where the file lies; one on the server is judged anew, as folders and links may change."""
    if Path(upload.path).is_file():
        return Path(upload.path) if upload.is_copy else places.server_file(upload.path)
    raise errors.FileError(
        f"{upload.name} is gone: it is not at {upload.path} any more.",
        hint="let go of it, and bring the file in anew"
        if upload.is_copy
        else "put it back there and try again, or let go of it",
    )


def _import(
    upload: Upload, path: Path, say: Callable[[float, str], None], *, dry_run: bool
) -> imports.ImportReport:
    return imports.import_file(
        path,
        upload.table,
        home=settings.HOME,
        now=timezone.now(),
        **upload.reading,
        dry_run=dry_run,
        progress=say,
    )


def _corrected(batch: Batch) -> dict[int, dict[str, str]]:
    rows = Quarantined.objects.filter(batch=batch, status=Quarantined.Status.MENDED)
    return dict(rows.values_list("line", "corrections"))


def _leave_no_trace(batch: Batch, lines: Collection[int]) -> None:
    """Rows that were read and neither landed nor broke are in the quarantine no more."""
    rows = Quarantined.objects.filter(batch=batch, status=Quarantined.Status.MENDED)
    for pk, line in list(rows.values_list("pk", "line")):
        if line in lines:
            Quarantined.objects.filter(pk=pk).delete()


def _bring_pages_up_to_date(progress: jobs.Progress, table: str, start: float) -> None:
    mirroring.copy({table, *mirroring.OF_IMPORTS}, _shown(progress, start, 1.0))
    actions.look_at_quality(Actor.workspace())


def _shown(progress: jobs.Progress, start: float, end: float) -> Callable[[float, str], None]:
    """Show a part of the job's progress.

    The library also tells from a thread that watches a long query. That thread has a connection of
    its own to let go of, and cannot end the job: the job's own thread does at its next stage.
    """
    own = threading.get_ident()

    def say(share: float, step: str = "") -> None:
        whole = start + share * (end - start)
        if threading.get_ident() == own:
            progress(whole, step)
            return
        try:
            progress(whole, step)
        except CancelledError:
            return
        except DatabaseError as problem:  # a bar that moves late must not end the watch
            log.info("progress of %s could not be shown: %s", progress.row.pk, problem)
        finally:
            connection.close()

    return say
