"""What changed outside of the workspace is noticed, and copied once."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from fourfits import config, imports
from fourfits_web.core import jobs, registry
from fourfits_web.core.actors import Actor
from fourfits_web.core.models import Job
from fourfits_web.data import mirroring, queries
from fourfits_web.data.models import Batch, Quarantined, TableState
from fourfits_web.project import env
from fourfits_web.reports import running

NOW = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def by_command(empty_home: Path, tmp_path: Path, shop: str) -> Any:
    """Import a file as the command line does."""

    def run(text: str = shop, name: str = "shop.csv") -> imports.ImportReport:
        file = tmp_path / name
        file.write_text(text)
        return imports.import_file(file, "orders", home=empty_home, now=NOW)

    return run


def kinds() -> list[str]:
    return list(Job.objects.order_by("created_at").values_list("kind", flat=True))


@pytest.mark.slow
def test_an_import_on_the_command_line_reaches_the_pages(by_command: Any) -> None:
    by_command()

    mirroring.notice()
    jobs.run_waiting()

    assert TableState.objects.get(name="orders").n_rows == 3
    batch = Batch.objects.get()
    assert (batch.batch_id, batch.member, batch.n_quarantined) == ("orders-1", None, 2)
    assert Quarantined.objects.count() == 2
    assert kinds() == ["data.mirror", "data.quality"]


@pytest.mark.slow
@pytest.mark.parametrize("meanwhile", ["a report", "the copying of another table"])
def test_what_came_from_outside_is_copied_though_a_job_met_it_first(
    by_command: Any, meanwhile: str
) -> None:
    by_command()
    if meanwhile == "a report":
        running.Opened.now(Actor.workspace())
    else:
        mirroring.copy(["feedback"], lambda _share, _step: None)

    mirroring.notice()

    assert kinds() == ["data.mirror", "data.quality"]
    jobs.run_waiting()
    mirroring.notice()
    assert Job.objects.count() == 2


@pytest.mark.slow
def test_nothing_is_queued_while_nothing_changed(by_command: Any) -> None:
    by_command()
    mirroring.notice()
    jobs.run_waiting()
    n_jobs = Job.objects.count()

    mirroring.notice()

    assert Job.objects.count() == n_jobs


def test_an_empty_home_asks_for_nothing(empty_home: Path) -> None:
    mirroring.notice()

    assert kinds() == []


@pytest.mark.slow
def test_one_copying_is_queued_however_often_it_is_looked(by_command: Any) -> None:
    by_command()

    mirroring.notice()
    mirroring.notice()

    assert kinds() == ["data.mirror", "data.quality"]


def test_an_import_that_runs_notes_its_changes_itself(by_command: Any) -> None:
    by_command()
    jobs.start(Actor.workspace(), "data.import", "Import x", upload=1)

    mirroring.notice()

    assert kinds() == ["data.import"]


@pytest.mark.slow
def test_a_table_that_was_emptied_is_noted_once(by_command: Any, empty_home: Path) -> None:
    by_command()
    mirroring.notice()
    jobs.run_waiting()
    imports.undo("orders-1", home=empty_home, now=NOW)

    mirroring.notice()
    jobs.run_waiting()
    n_jobs = Job.objects.count()
    mirroring.notice()

    assert TableState.objects.get(name="orders").n_rows == 0
    assert "orders" not in queries.versions()
    assert Job.objects.count() == n_jobs
    assert not Quarantined.objects.exists()
    assert Batch.objects.get().undone_at is not None


@pytest.mark.slow
def test_only_mirrors_of_what_changed_run(by_command: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    by_command()
    ran: list[str] = []
    both = [
        registry.Mirror(
            name=name, tables=frozenset({name}), run=lambda data, _, n=name: ran.append(n)
        )
        for name in ("orders", "feedback")
    ]
    monkeypatch.setattr(registry, "MIRRORS", both)

    mirroring.copy(["orders"], lambda _share, _step: None)

    assert ran == ["orders"]


def test_an_engine_elsewhere_has_no_versions(settings: Any, empty_home: Path) -> None:
    config.write_workspace(empty_home, config.Workspace(engine="postgres://host/db"))
    settings.WORKSPACE = env.LiveWorkspace(empty_home)

    assert mirroring.lake_versions() == {}
    mirroring.notice()
    assert kinds() == []


@pytest.mark.slow
def test_a_lake_that_is_away_empties_no_page_and_is_not_begun_anew(
    by_command: Any, empty_home: Path
) -> None:
    by_command()
    mirroring.notice()
    jobs.run_waiting()
    known = dict(TableState.objects.values_list("name", "n_rows"))
    (empty_home / "lake").rename(empty_home / "away")

    mirroring.notice()
    jobs.run_waiting()

    assert set(Job.objects.filter(status="failed").values_list("kind", flat=True)) == {
        "data.mirror", "data.quality",
    }  # fmt: skip
    assert "The customer data are away" in Job.objects.filter(status="failed")[0].error
    assert dict(TableState.objects.values_list("name", "n_rows")) == known
    assert not (empty_home / "lake").exists()
    (empty_home / "away").rename(empty_home / "lake")
    queries.refuse_away()
