"""Pages of the data: where they live, files on their way in, imports, quality, quarantine."""

from __future__ import annotations

import io
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fourfits import errors, tables
from fourfits_web.core import audit, lists, registry
from fourfits_web.core.actors import Actor
from fourfits_web.core.models import AuditEntry, keys
from fourfits_web.core.pages import back, may, page
from fourfits_web.data import actions, blank_files, forms, places, queries, streaming
from fourfits_web.data.lists import IMPORTS, QUARANTINE, quarantined
from fourfits_web.data.models import Batch, Quarantined, Upload

FIRST_TABLES = (
    ("orders", "What was bought, when, by whom: segments, value, churn."),
    ("feedback", "What customers say: themes and needs."),
    ("customers", "Who they are: plan, country, channel that brought them."),
    ("accounts", "Companies, where you sell to companies: their revenue weighs their needs."),
)

WORDS = {
    "data.imported": "imported it",
    "data.undo": "asked to take it back",
    "data.undone": "took it back",
    "data.mended": "read mended rows",
}


@require_GET
@may("workspace.read")
def start(request: HttpRequest) -> HttpResponse:
    """Where the data live, how fresh and how good they are."""
    check = queries.newest_check()
    rows = queries.overview(check)
    held = [row for row in rows if row.n_rows]
    context = {
        "rows": rows,
        "held": held,
        "missing": [row for row in rows if not row.n_rows],
        "check": check,
        "unfinished": queries.newest_unfinished(),
        "n_waiting": sum(row.n_waiting for row in rows),
        "connection": _connection(),
        "panels": registry.panels(request, "data.start", None),
        **_rights(request),
    }
    if not held:
        context |= _bringing(forms.UploadForm())
    return page(request, "data/start.html", context)


@require_GET
@may("data.import")
def bring(request: HttpRequest) -> HttpResponse:
    """Bring a file in."""
    return page(request, "data/bring.html", _bringing(forms.UploadForm()))


@csrf_exempt  # `_received` checks it, once it is clear that the body may be read
@require_POST
@may("data.import")
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file; it streams to the disk of the home."""
    places.refuse_without_room(int(request.META.get("CONTENT_LENGTH") or 0))
    request.upload_handlers = [streaming.IntoHome(request)]
    return _received(request)


@csrf_protect
def _received(request: HttpRequest) -> HttpResponse:
    form = forms.UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return page(request, "data/bring.html", _bringing(form), status=422)
    file = form.cleaned_data["file"]
    path = places.keep(file, file.name)
    try:
        row = actions.receive(
            Actor.of(request), name=path.name, path=str(path), size_bytes=file.size, is_copy=True
        )
    except Exception:
        places.forget(str(path))
        raise
    return back(request, row)


@require_POST
@may("data.import")
def server_file(request: HttpRequest) -> HttpResponse:
    """Take a file that lies on the server; it is read where it lies."""
    form = forms.ServerFileForm(request.POST)
    context = _bringing(forms.UploadForm(), form)
    if not form.is_valid():
        return page(request, "data/bring.html", context, status=422)
    try:
        path = places.server_file(form.cleaned_data["path"])
    except errors.FileError as problem:
        form.add_error("path", f"{problem.message} Hint: {problem.hint}.")
        return page(request, "data/bring.html", context, status=422)
    row = actions.receive(
        Actor.of(request),
        name=path.name,
        path=str(path),
        size_bytes=path.stat().st_size,
        is_copy=False,
    )
    return back(request, row)


@require_http_methods(["GET", "POST"])
@may("data.import")
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """A file on its way in, however far it is; a post says what its columns are."""
    row = get_object_or_404(Upload.objects.select_related("job", "member"), pk=pk)
    columns = forms.ColumnsForm(row, request.POST or None) if row.look and row.table else None
    if request.method == "POST" and columns is not None and columns.is_valid():
        actions.choose(Actor.of(request), row, table=row.table, **columns.reading())
        return back(request, row)
    status = 422 if request.method == "POST" else 200
    return page(request, "data/file.html", _file(request, row, columns), status=status)


@require_POST
@may("data.import")
def choose_table(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which table the file goes to; what was said of its columns is forgotten."""
    row = get_object_or_404(Upload, pk=pk)
    form = forms.TableForm(request.POST)
    if form.is_valid():
        actions.choose(
            Actor.of(request),
            row,
            table=form.cleaned_data["table"],
            mapping={},
            left_out=[],
            date_order=row.date_order,
        )
        return back(request, row)
    return back(request, row, "Choose a table first.", level=messages.ERROR)


@require_POST
@may("data.import")
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Count what an import would do."""
    row = get_object_or_404(Upload, pk=pk)
    return back(request, actions.check(Actor.of(request), row))


@require_POST
@may("data.import")
def import_(request: HttpRequest, pk: int) -> HttpResponse:
    """Import the file."""
    row = get_object_or_404(Upload, pk=pk)
    return back(request, actions.start_import(Actor.of(request), row))


@require_POST
@may("data.import")
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Let go of a file."""
    row = get_object_or_404(Upload, pk=pk)
    name = row.name
    actions.discard(Actor.of(request), row)
    return back(request, "data:start", f"{name} was let go; nothing of it was imported.")


# ---------------------------------------------------------------------------------------- imports


@require_GET
@may("workspace.read")
def imports(request: HttpRequest) -> HttpResponseBase:
    """Every import."""
    return IMPORTS.answer(request, lists.Standing(queries.batches), "data/imports.html")


@require_GET
@may("workspace.read")
def batch(request: HttpRequest, batch_id: str) -> HttpResponse:
    """One import: what it did, and the way to take it back."""
    row = get_object_or_404(Batch.objects.select_related("member", "job"), batch_id=batch_id)
    context = {
        "batch": row,
        "has_page": row.table in tables.CANONICAL,  # derived tables have none
        "upload": queries.upload_of(row),
        "history": _told(audit.history(row)),
        "is_busy": row.job is not None and not row.job.is_over and row.job.kind == "data.undo",
        **_rights(request),
    }
    return page(request, "data/batch.html", context)


@require_POST
@may("data.import")
def undo(request: HttpRequest, batch_id: str) -> HttpResponse:
    """Take an import back."""
    row = get_object_or_404(Batch, batch_id=batch_id)
    return back(request, actions.start_undo(Actor.of(request), row))


# ------------------------------------------------------------------------- quality and quarantine


@require_GET
@may("workspace.read")
def quality(request: HttpRequest) -> HttpResponse:
    """How good the data are, part by part, table by table, file by file."""
    check_ = queries.newest_check()
    context = {
        "check": check_,
        "tables": lambda: queries.by_table(check_) if check_ else [],
        "parts": queries.PARTS,
        "n_waiting": queries.waiting_rows().count(),
        "job": queries.running("data.quality"),
        **_rights(request),
    }
    return page(request, "data/quality.html", context)


@require_POST
@may("data.import")
def check_quality(request: HttpRequest) -> HttpResponse:
    """Look again."""
    actions.check_quality(Actor.of(request))
    return back(request, "data:quality")


@require_GET
@may("workspace.read")
def quarantine(request: HttpRequest) -> HttpResponseBase:
    """Rows that broke the contract."""
    rows = quarantined(request.GET.getlist("status"))
    return QUARANTINE.answer(request, rows, "data/quarantine.html")


@require_http_methods(["GET", "POST"])
@may("workspace.read")
def row(request: HttpRequest, pk: int) -> HttpResponse:
    """A row that broke the contract, in a form in which it can be mended."""
    found = queries.row(pk)
    if found is None:
        raise Http404("This row is gone.")
    form = forms.MendForm(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.correct(
            Actor.of(request),
            found,
            corrections=form.corrections(),
            also_alike=form.cleaned_data["also_alike"],
        )
        following = queries.next_waiting(found)
        return back(request, following or "data:quarantine", f"{found} is read again.")
    context = {
        "row": found,
        "form": form,
        "n_alike": queries.n_alike(found),
        "following": queries.next_waiting(found),
        "raw": found.row if isinstance(found.row, str) else "",
        **_rights(request),
    }
    status = 422 if request.method == "POST" else 200
    return page(request, "data/row.html", context, status=status)


@require_POST
@may("data.import")
def run_again(request: HttpRequest) -> HttpResponse:
    """Read chosen rows again."""
    rows = _chosen(request)
    actions.run_again(Actor.of(request), rows)
    return back(request, "data:quarantine", f"{_n(rows)} read again.")


@require_POST
@may("data.import")
def set_aside(request: HttpRequest) -> HttpResponse:
    """Leave chosen rows out for good."""
    rows = _chosen(request)
    actions.set_aside(Actor.of(request), rows)
    return back(request, "data:quarantine", f"{_n(rows)} set aside for good.")


@require_POST
@may("data.import")
def take_back(request: HttpRequest) -> HttpResponse:
    """Let chosen rows wait again."""
    rows = _chosen(request)
    actions.take_back(Actor.of(request), rows)
    return back(request, "data:quarantine", f"{_n(rows)} waiting again.")


# ------------------------------------------------------------------------------ tables, settings


@require_GET
@may("workspace.read")
def table(request: HttpRequest, name: str) -> HttpResponse:
    """A table of the contract: what each column holds, and what stands in it."""
    if name not in tables.CANONICAL:
        raise Http404
    check_ = queries.newest_check()
    found = next(row for row in queries.overview(check_) if row.name == name)
    recent = queries.batches().filter(table=name).order_by("-imported_at")[:5]
    context = {
        "row": found,
        "check": check_,
        "batches": recent,
        "quality_parts": queries.PARTS,
        **_rights(request),
    }
    return page(request, "data/table.html", context)


@require_GET
@may("workspace.read")
def template(request: HttpRequest, name: str, form: str) -> HttpResponseBase:
    """An empty file for a table, with a row that shows what belongs where."""
    if name not in tables.CANONICAL or form not in blank_files.WRITERS:
        raise Http404
    content, kind = blank_files.WRITERS[form](tables.named(name))
    return FileResponse(
        io.BytesIO(content), content_type=kind, as_attachment=True, filename=f"{name}.{form}"
    )


@require_http_methods(["GET", "POST"])
@may("settings.change")
def workspace_settings(request: HttpRequest) -> HttpResponse:
    """Name, currency, to whom is sold."""
    record = queries.workspace_settings()
    initial = {name: getattr(record, name) for name in forms.SettingsForm.base_fields}
    form = forms.SettingsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.change_settings(Actor.of(request), record, **form.cleaned_data)
        return back(request, "data:start", "The settings are changed.")
    status = 422 if request.method == "POST" else 200
    return page(request, "data/settings.html", {"form": form}, status=status)


# ---------------------------------------------------------------------------------------- inside


def _told(entries: list[AuditEntry]) -> list[AuditEntry]:
    for entry in entries:
        entry.words = WORDS.get(entry.verb, "")  # type: ignore[attr-defined]
    return entries


def _rights(request: HttpRequest) -> dict[str, bool]:
    actor = Actor.of(request)
    return {
        "may_import": actor.may("data.import"),
        "may_change_settings": actor.may("settings.change"),
        "may_compute": actor.may("reports.run"),
    }


def _bringing(form: forms.UploadForm, server: forms.ServerFileForm | None = None) -> dict[str, Any]:
    return {
        "form": form,
        "server_form": server or forms.ServerFileForm(),
        "server_files": places.listing(),
        "folders": places.folders(),
        "limit": settings.UPLOAD_LIMIT_BYTES,
        "first_tables": FIRST_TABLES,
        "other_tables": queries.described(
            name for name in tables.CANONICAL if name not in dict(FIRST_TABLES)
        ),
    }


def _connection() -> dict[str, Any]:
    known = queries.workspace()
    engine = known.engine
    return {
        "home": settings.HOME,
        "engine": "DuckDB on Delta tables in the home"
        if engine == "duckdb"
        else _without_secret(engine),
        "is_lake": engine == "duckdb",
        "settings": known,
    }


def _without_secret(address: str) -> str:
    """The address of an engine without the password in it."""
    head, mark, rest = address.partition("://")
    return f"{head}{mark}{rest.rpartition('@')[2]}"


def _file(request: HttpRequest, upload: Upload, columns: Any) -> dict[str, Any]:
    over = upload.job is None or upload.job.is_over
    return {
        "upload": upload,
        "columns": columns,
        "table_form": forms.TableForm(initial={"table": upload.table}),
        "is_busy": upload.is_under_way and not over,
        "has_failed": upload.is_under_way and over,
        "is_followed": upload.status == Upload.Status.IMPORTED and not over,
        "batch": Batch.objects.filter(batch_id=upload.batch_id).first()
        if upload.batch_id
        else None,
        "panels": registry.panels(request, "data.imported", upload)
        if upload.status == Upload.Status.IMPORTED
        else [],
        **_rights(request),
    }


def _chosen(request: HttpRequest) -> list[Quarantined]:
    chosen = keys(lists.chosen(request))
    rows = list(Quarantined.objects.filter(pk__in=chosen).defer("row", "problems"))
    if not rows:
        raise errors.ParameterError("No row is chosen.", hint="tick the rows first")
    return rows


def _n(rows: list[Quarantined]) -> str:
    return "1 row is" if len(rows) == 1 else f"{len(rows):,} rows are"
