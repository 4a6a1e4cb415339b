"""Data for programs: bring a file, say what its columns are, import it, take an import back."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable
from typing import Annotated, Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router

from fourfits.errors import ParameterError
from fourfits_web.core import api, api_jobs
from fourfits_web.core.api_jobs import JobOut
from fourfits_web.data import actions, places, queries, streaming
from fourfits_web.data.models import Batch, Upload

router = Router()
UploadStatus = Annotated[Upload.Status, api.one_of(Upload.Status)]
FILE = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"file": {"type": "string", "format": "binary"}},
                    "required": ["file"],
                }
            }
        },
    }
}


class UploadOut(api.Out):
    """A file on its way in."""

    id: str
    name: str
    size_bytes: int
    status: UploadStatus
    table: str
    mapping: dict[str, str]
    left_out: list[str]
    date_order: str
    job: str | None
    import_: str | None = Field(alias="import", description="The import, once its rows are in.")
    created_at: datetime.datetime


class WholeUploadOut(UploadOut):
    """A file on its way in, with what it holds and what importing it does."""

    look: dict[str, Any] | None = Field(description="Its columns and what they were taken for.")
    problem: dict[str, Any] | None = Field(description="What must be said before it can go on.")
    dry_run: dict[str, Any] | None = Field(description="What an import would do.")
    report: dict[str, Any] | None = Field(description="What the import did.")


class ServerFileIn(api.In):
    """A file that lies on the server."""

    path: str = Field(min_length=1, max_length=1_000, description="In a folder that is allowed.")


class ReadingIn(api.In):
    """How a file is to be read; what is left out stays."""

    table: str | None = Field(None, max_length=64, description="Name of a table of the contract.")
    mapping: dict[str, str] | None = Field(
        None, description="Our column → the file's, or a constant in single quotes."
    )
    left_out: list[str] | None = Field(None, max_length=1_000, description="Columns not to take.")
    date_order: str | None = Field(None, pattern="^(day|month|)$", description="day or month first")


class ImportOut(api.Out):
    """What came in at once, and can be taken back at once."""

    id: str
    batch_id: str
    table: str
    file: str
    imported_at: datetime.datetime
    n_read: int
    n_added: int
    n_changed: int
    n_known: int
    n_quarantined: int
    undone_at: datetime.datetime | None
    mends: str = Field(description="The import whose rows were mended, if it did that.")
    job: str | None


class ImportFilter(api.In):
    """Which imports."""

    table: str = ""


def _streamed(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let a file stream to the disk of the home, if the key may import and the disk has room."""

    @functools.wraps(view)
    def guarded(request: HttpRequest) -> Any:
        api.may(request, "data.import")
        places.refuse_without_room(int(request.META.get("CONTENT_LENGTH") or 0))
        request.upload_handlers = [streaming.IntoHome(request)]
        return view(request)

    return guarded


# ------------------------------------------------------------------------------- files on their way


@router.get("/uploads", response={200: api.Rows[UploadOut], **api.REFUSALS}, by_alias=True)
def list_files(
    request: HttpRequest,
    part: Query[api.Part],
    status: UploadStatus | None = None,
) -> Any:
    """Files that were brought, newest first."""
    api.may(request, "data.import")
    found = _with_import(queries.uploads())
    return api.rows(found.filter(status=status) if status else found, part, _head)


@router.post(
    "/uploads",
    response={202: api.One[WholeUploadOut], **api.REFUSALS},
    by_alias=True,
    url_name="hand_in_file",
    openapi_extra=FILE,
)
@_streamed
@api.idempotent
def hand_in_file(request: HttpRequest) -> Any:
    """Bring a file as the field `file` of a form; it is looked at in the background."""
    actor, file = api.may(request, "data.import"), request.FILES.get("file")
    if file is None or not file.name:
        raise ParameterError("No file was sent.", hint="send it as the field `file` of a form")
    path = places.keep(file, file.name)
    try:
        upload = actions.receive(
            actor, name=path.name, path=str(path), size_bytes=file.size or 0, is_copy=True
        )
    except Exception:
        places.forget(str(path))
        raise
    return 202, {"data": _whole(upload)}


@router.post(
    "/uploads/from-server",
    response={202: api.One[WholeUploadOut], **api.REFUSALS},
    by_alias=True,
)
@api.idempotent
def name_server_file(request: HttpRequest, given: ServerFileIn) -> Any:
    """Name a file in a folder of the server that may be imported from; it is read where it lies."""
    actor, path = api.may(request, "data.import"), places.server_file(given.path)
    size = path.stat().st_size
    upload = actions.receive(actor, name=path.name, path=str(path), size_bytes=size, is_copy=False)
    return 202, {"data": _whole(upload)}


@router.get(
    "/uploads/{upload_id}", response={200: api.One[WholeUploadOut], **api.REFUSALS}, by_alias=True
)
def get_file(request: HttpRequest, upload_id: str) -> Any:
    """One file: what its columns were taken for, what is open, what an import would do or did."""
    api.may(request, "data.import")
    return {"data": _whole(_upload(upload_id))}


@router.patch(
    "/uploads/{upload_id}", response={202: api.One[WholeUploadOut], **api.REFUSALS}, by_alias=True
)
def say_how_to_read(request: HttpRequest, upload_id: str, given: ReadingIn) -> Any:
    """Say which table it goes to and what its columns are; it is looked at again."""
    actor, upload = api.may(request, "data.import"), _upload(upload_id)
    said = given.model_dump(exclude_none=True)
    now = {name: getattr(upload, name) for name in ReadingIn.model_fields}
    return 202, {"data": _whole(actions.choose(actor, upload, **{**now, **said}))}


@router.post("/uploads/{upload_id}/dry-run", response={202: api.One[JobOut], **api.REFUSALS})
@api.idempotent
def try_file(request: HttpRequest, upload_id: str) -> Any:
    """Count what an import would do; `dry_run` of the file holds the answer when the job is done."""
    actor = api.may(request, "data.import")
    return 202, {"data": api_jobs.shown(_job(actions.check(actor, _upload(upload_id))))}


@router.post("/uploads/{upload_id}/import", response={202: api.One[JobOut], **api.REFUSALS})
@api.idempotent
def import_file(request: HttpRequest, upload_id: str) -> Any:
    """Import the file; the job's result names the import."""
    actor = api.may(request, "data.import")
    return 202, {"data": api_jobs.shown(_job(actions.start_import(actor, _upload(upload_id))))}


@router.delete("/uploads/{upload_id}", response={204: None, **api.REFUSALS})
def let_file_go(request: HttpRequest, upload_id: str) -> Any:
    """Let go of a file; what was imported of it stays."""
    actions.discard(api.may(request, "data.import"), _upload(upload_id))
    return 204, None


# ---------------------------------------------------------------------------------------- imports


@router.get("/imports", response={200: api.Rows[ImportOut], **api.REFUSALS}, by_alias=True)
def list_imports(
    request: HttpRequest,
    part: Query[api.Part],
    chosen: Query[ImportFilter],
) -> Any:
    """Imports, newest first."""
    api.may(request, "workspace.read")
    found = queries.batches()
    found = found.filter(table=chosen.table) if chosen.table else found
    return api.rows(found, part, _import, by="-imported_at")


@router.get("/imports/{import_id}", response={200: api.One[ImportOut], **api.REFUSALS})
def get_import(request: HttpRequest, import_id: str) -> Any:
    """One import: what it did."""
    api.may(request, "workspace.read")
    return {"data": _import(_batch(import_id))}


@router.post("/imports/{import_id}/undo", response={202: api.One[JobOut], **api.REFUSALS})
@api.idempotent
def undo_import(request: HttpRequest, import_id: str) -> Any:
    """Take an import back."""
    actor = api.may(request, "data.import")
    return 202, {"data": api_jobs.shown(_job(actions.start_undo(actor, _batch(import_id))))}


def _upload(upload_id: str) -> Upload:
    return get_object_or_404(Upload, pk=api.number(upload_id, "upload"))


def _with_import(found: QuerySet[Upload]) -> QuerySet[Upload]:
    """Files with the key of the import that their rows came in by: one query for all."""
    batch = Batch.objects.filter(batch_id=OuterRef("batch_id")).values("pk")[:1]
    return found.annotate(batch_pk=Subquery(batch))


def _batch(import_id: str) -> Batch:
    return get_object_or_404(Batch, pk=api.number(import_id, "import"))


def _job(about: Upload | Batch) -> Any:
    return about.job


def _head(upload: Any) -> dict[str, Any]:
    ours = {"id", "job", "import_"}
    named = {name: getattr(upload, name) for name in UploadOut.model_fields if name not in ours}
    return {
        "id": f"upload_{upload.pk}",
        "job": api_jobs.job_id(upload.job),
        "import": f"import_{upload.batch_pk}" if upload.batch_pk else None,
        **named,
    }


def _whole(upload: Upload) -> dict[str, Any]:
    found = _with_import(Upload.objects.select_related("job")).get(pk=upload.pk)
    names = ("look", "problem", "dry_run", "report")
    return {**_head(found), **{name: getattr(found, name) for name in names}}


def _import(batch: Batch) -> dict[str, Any]:
    ours = {"id", "job"}
    named = {name: getattr(batch, name) for name in ImportOut.model_fields if name not in ours}
    job = f"job_{batch.job_id}" if batch.job_id else None
    return {"id": f"import_{batch.pk}", "job": job, **named}
