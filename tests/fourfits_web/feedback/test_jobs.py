"""Received feedback on its way to the customer data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fourfits import lake
from fourfits_web.core import jobs as queue
from fourfits_web.core.models import Job
from fourfits_web.feedback import actions, jobs
from fourfits_web.feedback.models import Item, Lake

Said = Callable[..., Item]


def ids_in(home: Path) -> list[str]:
    rows = lake.Lake(home / "lake").read("feedback")
    return [] if rows is None else sorted(rows["feedback_id"].to_pylist())


def test_what_was_received_stands_in_the_lake_as_it_was_said(said: Said, empty_home: Path) -> None:
    item = said(
        "N'est-ce pas?\nLine two, with “quotes”", feedback_id="a", source="review", rating=4.0,
        customer_id="C1", account_id="A1", language="fr", strength="critical", title="Hm",
        url="https://example.org/1",
    )  # fmt: skip

    queue.run_waiting()

    row = lake.Lake(empty_home / "lake").read("feedback").to_pylist()[0]
    assert {name: row[name] for name in ("feedback_id", "text", "title", "rating", "strength")} == {
        "feedback_id": "a", "text": item.text, "title": "Hm", "rating": 4.0, "strength": "critical",
    }  # fmt: skip
    assert row["occurred_at"] == item.occurred_at.replace(tzinfo=None)
    assert Item.objects.get().lake == Lake.STANDING


def test_each_item_moves_exactly_once_though_the_worker_dies_before_marking(
    said: Said, empty_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        said(f"words {number}", feedback_id=f"f{number}")

    def die(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt  # what ends a process without a word

    with monkeypatch.context() as patch:
        patch.setattr(actions, "note_moved", die)
        with pytest.raises(KeyboardInterrupt):
            queue.run_waiting()
    assert ids_in(empty_home) == ["f0", "f1", "f2", "f3"]
    assert set(Item.objects.values_list("lake", flat=True)) == {Lake.WAITING}
    said("words 4", feedback_id="f4")
    Job.objects.update(status=Job.Status.QUEUED)
    queue.run_waiting()

    assert ids_in(empty_home) == ["f0", "f1", "f2", "f3", "f4"]
    assert set(Item.objects.values_list("lake", flat=True)) == {Lake.STANDING}


def test_items_move_in_parts(said: Said, empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    for number in range(5):
        said(f"words {number}", feedback_id=f"f{number}")

    queue.run_waiting()

    assert len(ids_in(empty_home)) == 5
    assert Job.objects.get(kind="feedback.to_lake").result == {"moved": 5}


def test_an_item_that_the_contract_refuses_stays_here_and_holds_up_nobody(
    said: Said, empty_home: Path
) -> None:
    said("n/a", feedback_id="bad")
    queue.run_waiting()
    said("fine", feedback_id="good")

    queue.run_waiting()

    assert ids_in(empty_home) == ["good"]
    assert Item.objects.get(feedback_id="bad").lake == Lake.REFUSED


def test_the_worker_looks_for_what_was_left_behind(said: Said, empty_home: Path) -> None:
    said("forgotten")
    Job.objects.all().delete()

    jobs.look()
    jobs.look()

    assert Job.objects.filter(kind="feedback.to_lake").count() == 1


def test_the_worker_rests_after_a_failure(said: Said, empty_home: Path) -> None:
    said("forgotten")
    empty_home.parent.mkdir(exist_ok=True)
    empty_home.write_text("a file where a folder should be")
    queue.run_waiting()
    assert Job.objects.get().status == Job.Status.FAILED

    jobs.look()

    assert Job.objects.count() == 1
