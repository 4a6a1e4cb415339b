"""A job that is killed, run twice or cancelled does no harm."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import fourfits as ff
from fourfits import errors, imports
from fourfits_web.core import jobs as work
from fourfits_web.core.models import AuditEntry, Job
from fourfits_web.core.roles import Role
from fourfits_web.data import jobs, mirrors, notes, places
from fourfits_web.data.models import Batch, QualityCheck, Quarantined, TableState, Upload
from fourfits_web.members.models import Member

Bring = Callable[..., Upload]


def ready(owner: Client, bring: Bring, text: str) -> Upload:
    upload = bring(owner, text)
    owner.post(reverse("data:import", args=[upload.pk]))
    upload.refresh_from_db()
    return upload


def again(kind: str) -> None:
    """Run a job once more, as after a worker that died before it could say that it was done."""
    job = Job.objects.filter(kind=kind).latest("created_at")
    Job.objects.filter(pk=job.pk).update(status=Job.Status.QUEUED)
    work.run_waiting()


def n_orders(home: Path) -> int:
    return int(ff.open(home).orders.count().to_pyarrow().as_py())


@pytest.mark.slow
def test_an_import_that_is_run_twice_imports_once(
    owner: Client, bring: Bring, shop: str, empty_home: Path
) -> None:
    ready(owner, bring, shop)
    work.run_waiting()

    again("data.import")

    assert n_orders(empty_home) == 3
    assert Batch.objects.count() == 1
    assert AuditEntry.objects.filter(verb="data.imported").count() == 1


@pytest.mark.slow
def test_an_import_whose_worker_died_after_the_lake_is_noted_the_next_time(
    owner: Client, bring: Bring, shop: str, empty_home: Path
) -> None:
    upload = ready(owner, bring, shop)
    imports.import_file(upload.path, "orders", home=empty_home, now=timezone.now())

    work.run_waiting()

    upload.refresh_from_db()
    assert (upload.status, upload.batch_id) == (Upload.Status.IMPORTED, "orders-1")
    assert n_orders(empty_home) == 3


@pytest.mark.slow
def test_an_import_whose_worker_died_after_its_note_is_finished_the_next_time(
    owner: Client, bring: Bring, shop: str, empty_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = ready(owner, bring, shop)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(notes, "put_away", die)
        with pytest.raises(KeyboardInterrupt):
            work.run_waiting()
    unseen = TableState.objects.filter(name="orders").exists()

    again("data.import")

    job = Job.objects.get(kind="data.import")
    assert not unseen
    assert TableState.objects.get(name="orders").n_rows == 3
    assert not Path(upload.path).exists()
    assert (job.status, job.result["batch"], job.result["n_added"]) == ("done", "orders-1", 3)
    assert AuditEntry.objects.filter(verb="data.imported").count() == 1


@pytest.mark.slow
def test_an_undo_that_is_run_twice_undoes_once(
    owner: Client, bring: Bring, shop: str, empty_home: Path
) -> None:
    ready(owner, bring, shop)
    work.run_waiting()
    owner.post(reverse("data:undo", args=["orders-1"]))
    work.run_waiting()

    again("data.undo")

    assert Job.objects.get(kind="data.undo").status == Job.Status.DONE
    assert AuditEntry.objects.filter(verb="data.undone").count() == 1


@pytest.mark.slow
def test_mending_whose_worker_died_after_the_lake_is_noted_the_next_time(
    owner: Client, bring: Bring, shop: str, empty_home: Path
) -> None:
    ready(owner, bring, shop)
    work.run_waiting()
    row = Quarantined.objects.get(line=4)
    owner.post(reverse("data:row", args=[row.pk]), {"v0": "6", "v1": "1.85"})
    imports.mend("orders-1", {4: {"Quantity": "6"}}, home=empty_home, now=timezone.now())

    work.run_waiting()

    assert not Quarantined.objects.filter(line=4).exists()
    assert n_orders(empty_home) == 4
    assert Batch.objects.filter(mends="orders-1").count() == 1


@pytest.mark.slow
def test_whose_role_was_taken_meanwhile_imports_nothing(
    product_manager: Client, bring: Bring, shop: str, empty_home: Path
) -> None:
    upload = ready(product_manager, bring, shop)
    Member.objects.filter(role=Role.PRODUCT_MANAGER).update(role=Role.VIEWER)

    work.run_waiting()

    job = Job.objects.get(kind="data.import")
    assert job.status == Job.Status.FAILED
    assert "A viewer may not" in job.error
    assert not (empty_home / "lake" / "orders").exists()
    page = product_manager.get(upload.get_absolute_url())
    assert page.status_code == 403


@pytest.mark.slow
def test_a_home_that_is_busy_can_be_tried_again(
    owner: Client, bring: Bring, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = ready(owner, bring, shop)

    def busy(*_: object, **__: object) -> None:
        raise errors.BusyError("Another process writes.", hint="try again when it is done")

    with monkeypatch.context() as patched:
        patched.setattr(imports, "import_file", busy)
        work.run_waiting()
    page = owner.get(upload.get_absolute_url()).content.decode()
    assert "Another process writes." in page
    assert "Try again" in page
    owner.post(reverse("data:import", args=[upload.pk]))
    work.run_waiting()

    upload.refresh_from_db()
    assert upload.status == Upload.Status.IMPORTED


@pytest.mark.slow
def test_a_cancelled_import_stores_nothing(
    owner: Client, bring: Bring, shop: str, empty_home: Path
) -> None:
    upload = ready(owner, bring, shop)
    job = Job.objects.get(kind="data.import")

    owner.post(reverse("core:cancel_job", args=[job.pk]))
    work.run_waiting()

    assert not (empty_home / "lake" / "orders").exists()
    assert "It was stopped before its end" in owner.get(upload.get_absolute_url()).content.decode()


@pytest.mark.slow
def test_an_import_that_stands_in_the_lake_is_not_stopped_any_more(
    owner: Client, bring: Bring, shop: str, empty_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = ready(owner, bring, shop)
    noted = mirrors.imports

    def cancelled_meanwhile(*given: Any) -> None:
        owner.post(reverse("core:cancel_job", args=[Job.objects.get(kind="data.import").pk]))
        noted(*given)

    monkeypatch.setattr(mirrors, "imports", cancelled_meanwhile)

    work.run_waiting()

    assert Job.objects.get(kind="data.import").status == Job.Status.DONE
    upload.refresh_from_db()
    assert upload.status == Upload.Status.IMPORTED


@pytest.mark.slow
def test_an_import_whose_file_is_gone_fails_in_words_and_can_be_tried_again(
    owner: Client, bring: Bring, shop: str, empty_home: Path
) -> None:
    upload = ready(owner, bring, shop)
    Path(upload.path).rename(empty_home / "away")

    work.run_waiting("data.import")

    job = Job.objects.get(kind="data.import")
    assert (job.status, "is gone" in job.error) == (Job.Status.FAILED, True)
    page = owner.get(upload.get_absolute_url()).content.decode()
    assert "is gone" in page
    assert "Try again" in page

    (empty_home / "away").rename(upload.path)
    owner.post(reverse("data:import", args=[upload.pk]))
    work.run_waiting()
    upload.refresh_from_db()
    assert upload.status == Upload.Status.IMPORTED


@pytest.mark.slow
def test_an_import_that_waits_for_a_person_is_not_done_by_running_its_job_again(
    owner: Client, bring: Bring, shop: str
) -> None:
    upload = ready(owner, bring, shop)
    Upload.objects.filter(pk=upload.pk).update(status=Upload.Status.OPEN)

    work.run_waiting("data.import")

    job = Job.objects.get(kind="data.import")
    assert (job.status, job.hint) == (Job.Status.FAILED, "open its page and go on there")


@pytest.mark.slow
def test_files_that_nobody_went_on_with_are_removed_after_a_week(
    owner: Client, bring: Bring, shop: str
) -> None:
    upload = bring(owner, shop)
    jobs.sweep()
    assert Upload.objects.exists()

    old = timezone.now() - places.UPLOADS_KEPT - datetime.timedelta(hours=1)
    Upload.objects.filter(pk=upload.pk).update(created_at=old)
    jobs.sweep()

    assert not Upload.objects.exists()
    assert not list(places.uploads().iterdir())


@pytest.mark.slow
def test_rows_corrected_while_their_job_ended_are_read_later(
    owner: Client, bring: Bring, shop: str, empty_home: Path
) -> None:
    ready(owner, bring, shop)
    work.run_waiting()
    Quarantined.objects.filter(line=4).update(
        corrections={"Quantity": "6"}, status=Quarantined.Status.MENDED
    )

    jobs.sweep()
    work.run_waiting()

    assert n_orders(empty_home) == 4


@pytest.mark.slow
def test_rows_of_an_undone_import_cannot_be_mended(
    owner: Client, bring: Bring, shop: str, empty_home: Path
) -> None:
    ready(owner, bring, shop)
    work.run_waiting()
    imports.undo("orders-1", home=empty_home, now=timezone.now())
    row = Quarantined.objects.get(line=4)

    owner.post(reverse("data:row", args=[row.pk]), {"v0": "6"})
    work.run_waiting()

    row.refresh_from_db()
    assert row.status == Quarantined.Status.WAITING
    assert "was undone" in row.again


@pytest.mark.slow
def test_only_the_last_checks_of_quality_are_kept(
    owner: Client, bring: Bring, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "CHECKS_KEPT", 2)
    ready(owner, bring, shop)
    work.run_waiting()

    for _ in range(3):
        owner.post(reverse("data:check_quality"))
        work.run_waiting()

    assert QualityCheck.objects.count() == 2
