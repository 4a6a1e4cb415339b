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


def work() -> None:
    """What the worker does every few seconds, and then."""
    jobs.look()
    queue.run_waiting()


def ids_in(home: Path) -> list[str]:
    rows = lake.Lake(home / "lake").read("feedback")
    return [] if rows is None else sorted(rows["feedback_id"].to_pylist())


@pytest.mark.slow
def test_what_was_received_stands_in_the_lake_as_it_was_said(said: Said, empty_home: Path) -> None:
    item = said(
        "N'est-ce pas?\nLine two, with “quotes”", feedback_id="a", source="review", rating=4.0,
        customer_id="C1", account_id="A1", language="fr", strength="critical", title="Hm",
        url="https://example.org/1",
    )  # fmt: skip

    work()

    row = lake.Lake(empty_home / "lake").read("feedback").to_pylist()[0]
    assert {name: row[name] for name in ("feedback_id", "text", "title", "rating", "strength")} == {
        "feedback_id": "a", "text": item.text, "title": "Hm", "rating": 4.0, "strength": "critical",
    }  # fmt: skip
    assert row["occurred_at"] == item.occurred_at.replace(tzinfo=None)
    assert Item.objects.get().lake == Lake.STANDING


@pytest.mark.slow
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
            work()
    assert ids_in(empty_home) == ["f0", "f1", "f2", "f3"]
    assert set(Item.objects.values_list("lake", flat=True)) == {Lake.WAITING}
    said("words 4", feedback_id="f4")
    Job.objects.update(status=Job.Status.QUEUED)  # as when it lost its worker
    work()

    assert ids_in(empty_home) == ["f0", "f1", "f2", "f3", "f4"]
    assert set(Item.objects.values_list("lake", flat=True)) == {Lake.STANDING}


@pytest.mark.slow
def test_items_move_in_parts(said: Said, empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    for number in range(5):
        said(f"words {number}", feedback_id=f"f{number}")

    work()

    assert len(ids_in(empty_home)) == 5
    assert Job.objects.get(kind="feedback.to_lake").result == {"moved": 5}


@pytest.mark.slow
def test_an_item_that_the_contract_refuses_stays_here_and_holds_up_nobody(
    said: Said, empty_home: Path
) -> None:
    said("n/a", feedback_id="bad")
    work()
    said("fine", feedback_id="good")

    work()

    assert ids_in(empty_home) == ["good"]
    assert Item.objects.get(feedback_id="bad").lake == Lake.REFUSED


def test_the_worker_queues_one_move_however_much_comes_in(said: Said, empty_home: Path) -> None:
    for number in range(5):
        said(f"words {number}")
        jobs.look()

    assert Job.objects.filter(kind="feedback.to_lake").count() == 1


@pytest.mark.slow
def test_what_comes_in_while_items_move_is_moved_next_and_once(
    said: Said, empty_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said("words 0", feedback_id="f0")
    move = jobs.move

    def busy(*given: Any) -> int:
        moved = move(*given)
        if not Item.objects.filter(feedback_id="f1").exists():
            said("words 1", feedback_id="f1")
            jobs.look()
        return moved

    monkeypatch.setattr(jobs, "move", busy)
    work()
    said("words 2", feedback_id="f2")
    work()
    work()

    assert ids_in(empty_home) == ["f0", "f1", "f2"]
    assert set(Item.objects.values_list("lake", flat=True)) == {Lake.STANDING}
    moved = [job.result["moved"] for job in Job.objects.filter(kind="feedback.to_lake")]
    assert sum(moved) == 3


@pytest.mark.slow
def test_the_worker_has_nothing_to_do_when_nothing_waits(said: Said, empty_home: Path) -> None:
    said("words")
    work()

    jobs.look()

    assert Job.objects.filter(kind="feedback.to_lake").count() == 1


def test_the_worker_rests_after_a_failure(said: Said, empty_home: Path) -> None:
    said("forgotten")
    empty_home.parent.mkdir(exist_ok=True)
    empty_home.write_text("a file where a folder should be")
    work()
    assert Job.objects.get().status == Job.Status.FAILED

    jobs.look()

    assert Job.objects.count() == 1
