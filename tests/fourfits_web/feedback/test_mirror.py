"""Imported feedback as items."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fourfits import imports, lake, sources
from fourfits_web.core import jobs as queue
from fourfits_web.core.actors import Actor
from fourfits_web.feedback import actions, jobs, mirror, queries
from fourfits_web.feedback.models import Item, Lake, Status


def brought(home: Path, name: str, *rows: str) -> str:
    """An import of `feedback_id,customer_id,text,occurred_at,rating` lines; the name of its batch."""
    home.mkdir(parents=True, exist_ok=True)
    file = home.parent / name
    file.write_text("feedback_id,customer_id,text,occurred_at,rating\n" + "\n".join(rows) + "\n")
    report = imports.import_file(file, "feedback", home=home, now=timezone.now())
    assert report.batch_id is not None
    return report.batch_id


def copied(home: Path) -> None:
    mirror.mirror(sources.open(home), lambda share, step: None)


@pytest.fixture
def lake_home(empty_home: Path, db: None) -> Path:
    return empty_home


def test_imported_feedback_appears_open(lake_home: Path) -> None:
    brought(lake_home, "a.csv", "r1,C1,too loud,2026-01-02,2", "r2,,,2026-01-03,5", "r3,C2,fine,,")

    copied(lake_home)

    assert set(Item.objects.values_list("feedback_id", "text", "rating")) == {
        ("r1", "too loud", 2.0), ("r3", "fine", None),
    }  # fmt: skip
    item = Item.objects.get(feedback_id="r1")
    assert (item.status, item.lake, item.customer_id) == (Status.OPEN, Lake.STANDING, "C1")
    assert item.occurred_at.isoformat() == "2026-01-02T00:00:00+00:00"


def test_copying_again_writes_nothing(lake_home: Path) -> None:
    brought(lake_home, "a.csv", "r1,C1,too loud,2026-01-02,2", "r3,C2,fine,,")
    copied(lake_home)

    with CaptureQueriesContext(
        connection,
    ) as captured:
        copied(lake_home)

    assert not [
        q for q in captured.captured_queries if "INSERT" in q["sql"] or "UPDATE" in q["sql"]
    ]


@pytest.mark.slow
def test_a_changed_row_keeps_what_the_team_did(lake_home: Path, sorter: Actor) -> None:
    brought(lake_home, "a.csv", "r1,C1,too loud,2026-01-02,2")
    copied(lake_home)
    item = actions.tag(sorter, Item.objects.get(), add=["noise"])
    actions.assign(sorter, item, to=sorter.member)
    actions.mark(sorter, item, status=Status.SORTED)

    brought(lake_home, "b.csv", "r1,C1,far too loud,2026-01-02,1")
    copied(lake_home)

    item.refresh_from_db()
    assert (item.text, item.rating) == ("far too loud", 1.0)
    assert (item.tags, item.assignee, item.status) == (["noise"], sorter.member, Status.SORTED)
    assert list(queries.matching(queries.items(), "far")) == [item]


@pytest.mark.slow
def test_an_undone_import_takes_along_what_nobody_touched(lake_home: Path, sorter: Actor) -> None:
    batch = brought(
        lake_home, "a.csv", "r1,C1,too loud,2026-01-02,2", "r2,C2,too slow,2026-01-02,2"
    )
    copied(lake_home)
    actions.tag(sorter, Item.objects.get(feedback_id="r2"), add=["speed"])

    imports.undo(batch, home=lake_home, now=timezone.now())
    copied(lake_home)

    left = Item.objects.get()
    assert (left.feedback_id, left.tags, left.lake) == ("r2", ["speed"], Lake.GONE)
    assert not queries.matching(queries.items(), "loud")


@pytest.mark.slow
def test_what_was_received_is_never_taken_along(lake_home: Path, said: Callable[..., Item]) -> None:
    said("by hand", feedback_id="h1")
    jobs.look()
    queue.run_waiting()
    batch = "feedback-1"

    imports.undo(batch, home=lake_home, now=timezone.now())
    copied(lake_home)

    assert Item.objects.get().lake == Lake.GONE


@pytest.mark.slow
def test_what_was_erased_goes_whoever_worked_on_it(lake_home: Path, sorter: Actor) -> None:
    batch = brought(lake_home, "a.csv", "r1,C1,too loud,,", "r2,C2,too dear,,")
    copied(lake_home)
    for item in Item.objects.all():
        actions.tag(sorter, item, add=["speed"])
    imports.undo(batch, home=lake_home, now=timezone.now())
    copied(lake_home)
    assert Item.objects.count() == 2, "an undo leaves what was worked on"

    lake.Lake(lake_home / "lake").forget("customer_id", "C1")
    copied(lake_home)

    assert [item.feedback_id for item in Item.objects.all()] == ["r2"]


def test_what_waits_is_not_mistaken_for_what_is_gone(
    lake_home: Path, said: Callable[..., Item]
) -> None:
    said("by hand", feedback_id="h1")
    brought(lake_home, "a.csv", "r1,C1,too loud,2026-01-02,2")

    copied(lake_home)

    assert Item.objects.get(feedback_id="h1").lake == Lake.WAITING


def test_the_sample_company_is_copied_whole(sample_home: Path) -> None:
    copied(sample_home)

    assert Item.objects.count() == 2_000
    with_account = Item.objects.exclude(account_id="")
    assert with_account.exists()
    assert Item.objects.exclude(strength="").exists()
