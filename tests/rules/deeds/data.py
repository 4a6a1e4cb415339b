"""What is done with files, imports and broken rows."""

from __future__ import annotations

from django.utils import timezone

from fourfits import imports
from fourfits_web.data import actions as data
from fourfits_web.data import queries as data_queries
from fourfits_web.data.models import Batch, Quarantined, Upload
from rules.deeds import records
from rules.deeds.cases import Cases, Deed

case = Cases()


def _upload(status: Upload.Status = Upload.Status.CHECKED) -> Upload:
    return Upload.objects.create(
        name="x.csv", path="x.csv", size_bytes=1, status=status, table="orders", member=records.member(),
        created_at=timezone.now(),
    )  # fmt: skip


def _batch() -> Batch:
    return Batch.objects.create(
        batch_id="orders-1", table="orders", file="x.csv", imported_at=timezone.now(), n_read=2,
        n_added=1, n_changed=0, n_known=0, n_quarantined=1,
    )  # fmt: skip


def _row() -> Quarantined:
    return Quarantined.objects.create(
        batch=_batch(), line=3, table="orders", column="quantity", value="six", reason="no number"
    )


@case("data.upload")
def _() -> Deed:
    return lambda actor: data.receive(
        actor, name="x.csv", path="x.csv", size_bytes=1, is_copy=False
    )


@case("data.map")
def _() -> Deed:
    one = _upload()
    return lambda actor: data.choose(
        actor, one, table="orders", mapping={}, left_out=[], date_order="day"
    )


case.on("data.check", _upload, data.check)
case.on("data.import", _upload, data.start_import)


@case("data.imported")
def _() -> Deed:
    one = _upload(Upload.Status.IMPORTING)
    done = imports.ImportReport(table="orders", file="x.csv", batch_id="orders-1", n_read=1)
    return lambda actor: data.note_import(actor, one, report=done, now=timezone.now())


case.on("data.discard", _upload, data.discard)
case.on("data.undo", _batch, data.start_undo)


@case("data.undone")
def _() -> Deed:
    one = _batch()
    return lambda actor: data.note_undo(actor, one, undone_at=timezone.now())


@case("data.mend")
def _() -> Deed:
    one = _row()
    return lambda actor: data.correct(actor, one, corrections={"quantity": "6"}, also_alike=True)


@case("data.rerun")
def _() -> Deed:
    one = _row()
    return lambda actor: data.run_again(actor, [one])


@case("data.set_aside")
def _() -> Deed:
    one = _row()
    return lambda actor: data.set_aside(actor, [one])


@case("data.take_back")
def _() -> Deed:
    one = _row()
    data.set_aside(records.us(), [one])
    return lambda actor: data.take_back(actor, [one])


@case("data.mended")
def _() -> Deed:
    one = _row().batch
    done = imports.MendReport(batch="orders-1", table="orders", batch_id="orders-2", landed=(3,))
    return lambda actor: data.note_mend(actor, one, report=done, now=timezone.now())


@case("data.check_quality")
def _() -> Deed:
    return data.check_quality


@case("settings.change_workspace")
def _() -> Deed:
    record = data_queries.workspace_settings()
    return lambda actor: data.change_settings(
        actor, record, name="Ours", currency="EUR", product_kind="both", fiscal_start_month=4
    )
