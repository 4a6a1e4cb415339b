"""What jobs note of their findings: no person decides it, so it is no action."""

from __future__ import annotations

import dataclasses
from typing import Any

from fourfits import errors, imports
from fourfits_web.data import places
from fourfits_web.data.models import Quarantined, Upload


def looked(upload: Upload, look: imports.Look, *, goes_on: bool) -> Upload:
    """What a file holds; unless the job goes on with counting, it waits for a person."""
    upload.look = _look(look)
    upload.table = look.table
    upload.problem = problem(look.problem) if look.problem else None
    upload.dry_run = None
    upload.status = Upload.Status.LOOKING if goes_on else Upload.Status.OPEN
    return _save(upload, "look", "table", "problem", "dry_run", "status")


def tried(upload: Upload, report: imports.ImportReport) -> Upload:
    """What an import would do."""
    upload.dry_run = _report(report)
    upload.problem = None
    upload.status = Upload.Status.CHECKED
    return _save(upload, "dry_run", "problem", "status")


def stopped(upload: Upload, found: errors.InputError) -> Upload:
    """What keeps a file from being imported as it is to be read; a person can change that."""
    upload.problem = problem(found)
    upload.dry_run = None
    upload.status = Upload.Status.OPEN if upload.look else Upload.Status.REFUSED
    return _save(upload, "problem", "dry_run", "status")


def landed(upload: Upload, report: imports.ImportReport) -> None:
    """What an import did."""
    upload.report = _report(report)
    upload.batch_id = report.batch_id or ""
    upload.status = Upload.Status.IMPORTED
    _save(upload, "report", "batch_id", "status")


def put_away(upload: Upload) -> None:
    """Remove the copy of a file whose rows are in the lake: customers' data stay in one place."""
    if upload.is_copy:
        places.forget(upload.path)


def still_broken(batch: int, reasons: dict[int, str]) -> None:
    """Why rows were set aside again."""
    rows = Quarantined.objects.filter(batch=batch, line__in=list(reasons))
    for row in rows.only("pk", "line"):
        row.again = reasons[row.line]
        row.status = Quarantined.Status.WAITING
        row.save(update_fields=["again", "status"])


def cannot_mend(batch: int, found: errors.InputError) -> None:
    """Why none of the corrected rows of an import can land."""
    rows = Quarantined.objects.filter(batch=batch, status=Quarantined.Status.MENDED)
    rows.update(again=found.message, status=Quarantined.Status.WAITING)


def problem(found: errors.FourfitsError) -> dict[str, Any]:
    """An error as its page needs it."""
    kind = "dates" if isinstance(found, errors.AmbiguityError) else found.code
    fields = {name: value for name, value in found.fields.items() if name != "found"}
    return {"kind": kind, "message": found.message, "hint": found.hint, **fields}


def _look(look: imports.Look) -> dict[str, Any]:
    return {
        "description": look.description,
        "n_rows": look.n_rows,
        "columns": [dataclasses.asdict(column) for column in look.columns],
        "made": look.made,
        "notes": list(look.notes),
        "longer": look.longer,
        "fits": [fit.table for fit in look.fits if not fit.missing],
    }


def _report(report: imports.ImportReport) -> dict[str, Any]:
    return dataclasses.asdict(report)


def _save(upload: Upload, *fields: str) -> Upload:
    upload.save(update_fields=fields)
    return upload
