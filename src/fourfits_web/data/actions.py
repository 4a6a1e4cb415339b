"""Writes about customer data: files brought, imported, undone; rows mended; settings."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from fourfits import config, imports, tables
from fourfits.errors import ParameterError
from fourfits_web.core import jobs
from fourfits_web.core.actions import action
from fourfits_web.core.actors import Actor
from fourfits_web.core.errors import ConflictError
from fourfits_web.core.models import Job
from fourfits_web.data import notes
from fourfits_web.data.models import Batch, Quarantined, Upload, WorkspaceSettings

SOON = datetime.timedelta(seconds=2)

# ------------------------------------------------------------------------------- files on their way


@action("data.upload", may="data.import")
def receive(actor: Actor, *, name: str, path: str, size_bytes: int, is_copy: bool) -> Upload:
    """Take a file in, and have it looked at."""
    if settings.WORKSPACE.engine != "duckdb":
        raise ParameterError(
            "The customer data of this workspace are read from another engine; files cannot be "
            "imported here.",
            hint='set `engine = "duckdb"` in config.toml, or load the data into that engine',
        )
    upload = Upload.objects.create(
        name=name[:200],
        path=path,
        is_copy=is_copy,
        size_bytes=size_bytes,
        member=actor.member,
        created_at=timezone.now(),
    )
    return _look(actor, upload)


@action("data.map", may="data.import")
def choose(
    actor: Actor,
    upload: Upload,
    *,
    table: str,
    mapping: Mapping[str, str],
    left_out: Sequence[str],
    date_order: str,
) -> Upload:
    """Say what the file's columns are, and have it looked at again."""
    if table:
        tables.named(table)
    _only_while(upload, Upload.Status.OPEN, Upload.Status.CHECKED, Upload.Status.LOOKING)
    upload.table, upload.mapping = table, dict(mapping)
    upload.left_out, upload.date_order = list(left_out), date_order
    return _look(actor, upload)


@action("data.check", may="data.import")
def check(actor: Actor, upload: Upload) -> Upload:
    """Have counted what an import would do."""
    _only_while(upload, Upload.Status.OPEN, Upload.Status.CHECKED, Upload.Status.LOOKING)
    return _look(actor, upload, count=True)


@action("data.import", may="data.import")
def start_import(actor: Actor, upload: Upload) -> Upload:
    """Have the file imported."""
    _only_while(upload, Upload.Status.CHECKED, Upload.Status.IMPORTING)
    upload.status = Upload.Status.IMPORTING
    title = f"Import {upload.name} into {upload.table}"
    return _queued(actor, upload, "data.import", title)


@action("data.imported", may="data.import", event="import.finished")
def note_import(
    actor: Actor, upload: Upload, *, report: imports.ImportReport, now: datetime.datetime
) -> Batch | None:
    """Write down what an import did; nothing where the very same file came before."""
    notes.landed(upload, report)
    batch = Batch.objects.filter(batch_id=report.batch_id).first()
    if report.repeated:
        return batch
    batch = batch or Batch(batch_id=report.batch_id or "", imported_at=now)
    batch.table, batch.file = report.table, report.file[:300]
    for name in ("n_read", "n_added", "n_changed", "n_known", "n_quarantined"):
        setattr(batch, name, getattr(report, name))
    batch.member, batch.job = actor.member, upload.job
    batch.save()
    return batch


@action("data.discard", may="data.import")
def discard(actor: Actor, upload: Upload) -> None:
    """Let go of a file that is not to be imported; its copy is removed."""
    over = upload.job is None or upload.job.is_over
    if upload.status == Upload.Status.IMPORTING and not over:
        raise ConflictError("The import is running.", hint="cancel it first")
    notes.put_away(upload)
    upload.delete()


# ------------------------------------------------------------------------------------------ undo


@action("data.undo", may="data.import")
def start_undo(actor: Actor, batch: Batch) -> Batch:
    """Have an import taken back."""
    if batch.undone_at is not None:
        raise ConflictError(f"{batch.batch_id} was undone already.")
    batch.job = jobs.start(
        actor,
        "data.undo",
        f"Undo {batch.batch_id}",
        url=batch.get_absolute_url(),
        once_key=batch.batch_id[:64],
        batch=batch.batch_id,
    )
    batch.save(update_fields=["job"])
    return batch


@action("data.undone", may="data.import", event="import.undone")
def note_undo(actor: Actor, batch: Batch, *, undone_at: datetime.datetime) -> Batch:
    """Write down that an import was taken back."""
    batch.undone_at = undone_at
    batch.save(update_fields=["undone_at"])
    return batch


# ------------------------------------------------------------------------------------- quarantine


@action("data.mend", may="data.import")
def correct(
    actor: Actor, row: Quarantined, *, corrections: Mapping[str, str], also_alike: bool = False
) -> Quarantined:
    """Correct a row, and with it others with the same wrong value, and have them read again."""
    rows = _waiting(Quarantined.objects.filter(pk=row.pk))
    if also_alike:
        wrong = {name for problem in row.problems for name in problem["columns"]}
        shared = {name: text for name, text in corrections.items() if name in wrong}
        others = Quarantined.objects.filter(
            batch=row.batch_id, column=row.column, value=row.value,
            status=Quarantined.Status.WAITING,
        ).exclude(pk=row.pk)  # fmt: skip
        others.update(corrections=shared, status=Quarantined.Status.MENDED, again="")
    rows.update(corrections=dict(corrections), status=Quarantined.Status.MENDED, again="")
    read_mended(actor, [row.batch])
    row.refresh_from_db()
    return row


@action("data.rerun", may="data.import")
def run_again(actor: Actor, rows: Sequence[Quarantined]) -> None:
    """Have rows read again as they stand, with what was corrected of them before."""
    found = _waiting(Quarantined.objects.filter(pk__in=[row.pk for row in rows]))
    batches = {row.batch for row in found.select_related("batch")}
    found.update(status=Quarantined.Status.MENDED, again="")
    read_mended(actor, batches)


@action("data.set_aside", may="data.import")
def set_aside(actor: Actor, rows: Sequence[Quarantined]) -> None:
    """Leave rows out for good: nobody is asked about them again."""
    found = _waiting(Quarantined.objects.filter(pk__in=[row.pk for row in rows]))
    found.update(status=Quarantined.Status.SET_ASIDE)


@action("data.take_back", may="data.import")
def take_back(actor: Actor, rows: Sequence[Quarantined]) -> None:
    """Let rows wait again that were set aside for good."""
    aside = Quarantined.objects.filter(
        pk__in=[row.pk for row in rows], status=Quarantined.Status.SET_ASIDE
    )
    aside.update(status=Quarantined.Status.WAITING)


@action("data.mended", may="data.import")
def note_mend(
    actor: Actor, batch: Batch, *, report: imports.MendReport, now: datetime.datetime
) -> Batch:
    """Write down which corrected rows landed, and why others did not."""
    notes.still_broken(batch.pk, report.reasons)
    Quarantined.objects.filter(batch=batch, line__in=report.landed).delete()
    if report.batch_id is None:
        return batch
    batch.n_quarantined = max(batch.n_quarantined - len(report.landed), 0)
    batch.save(update_fields=["n_quarantined"])
    found, _ = Batch.objects.update_or_create(
        batch_id=report.batch_id,
        defaults={
            "table": report.table,
            "file": batch.file,
            "imported_at": now,
            "n_read": len(report.landed),
            "n_added": report.n_added,
            "n_changed": report.n_changed,
            "n_known": report.n_known,
            "n_quarantined": 0,
            "mends": batch.batch_id,
            "member": actor.member,
        },
    )
    return found


# ---------------------------------------------------------------------------- quality, settings


@action("data.check_quality", may="data.import")
def check_quality(actor: Actor) -> Job:
    """Have the quality of the data looked at."""
    return look_at_quality(actor)


def look_at_quality(actor: Actor) -> Job:
    """The same after an import, which was an action already."""
    return jobs.start(actor, "data.quality", "Look at the quality of the data", once_key="all")


@action("settings.change_workspace", may="settings.change")
def change_settings(
    actor: Actor,
    record: WorkspaceSettings,
    *,
    name: str,
    currency: str,
    product_kind: str,
    fiscal_start_month: int,
) -> WorkspaceSettings:
    """Change what `config.toml` says; pages and commands read it anew."""
    now = config.workspace(settings.HOME)
    changed: dict[str, Any] = {
        "name": name,
        "currency": currency,
        "product_kind": product_kind,
        "fiscal_start_month": fiscal_start_month,
    }
    config.write_workspace(settings.HOME, replace(now, **changed))
    for field, value in changed.items():
        setattr(record, field, value)
    record.save()
    return record


# --------------------------------------------------------------------------------------- inside


def _look(actor: Actor, upload: Upload, *, count: bool = False) -> Upload:
    upload.status, upload.problem, upload.dry_run = Upload.Status.LOOKING, None, None
    return _queued(actor, upload, "data.look", f"Look at {upload.name}", count=count)


def _queued(actor: Actor, upload: Upload, kind: str, title: str, **more: Any) -> Upload:
    upload.job = jobs.start(
        actor, kind, title[:200], url=upload.get_absolute_url(), upload=upload.pk, **more
    )
    upload.save()
    return upload


def _only_while(upload: Upload, *statuses: Upload.Status) -> None:
    """Refuse what comes too late: another reader of the page was quicker."""
    over = upload.job is None or upload.job.is_over
    if upload.status not in statuses or (upload.is_under_way and not over):
        raise ConflictError(
            f"{upload.name} is at another step already: {upload.get_status_display().lower()}.",
            hint="open its page again",
        )


def _waiting(rows: QuerySet[Quarantined]) -> QuerySet[Quarantined]:
    return rows.filter(status=Quarantined.Status.WAITING)


def read_mended(actor: Actor, batches: Iterable[Batch]) -> None:
    """Have corrected rows read again; one run serves those that are corrected in a row."""
    for batch in batches:
        jobs.start(
            actor,
            "data.mend",
            f"Read mended rows of {batch.batch_id} again",
            url=reverse("data:quarantine"),
            once_key=batch.batch_id[:64],
            after=SOON,
            batch=batch.batch_id,
        )
