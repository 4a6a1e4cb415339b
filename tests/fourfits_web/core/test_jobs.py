"""Background work: shown, cancelled, run again; neither a second run nor a dead worker does harm."""

from __future__ import annotations

import datetime
import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from fourfits.errors import ParameterError
from fourfits_web.core import job_actions, jobs
from fourfits_web.core.actors import Actor
from fourfits_web.core.errors import ConflictError, RefusedError
from fourfits_web.core.models import Job
from fourfits_web.core.roles import Role
from fourfits_web.members.models import Member
from serving import environment

pytestmark = pytest.mark.django_db
Actors = Callable[[Role], Actor]
US = Actor.workspace("command")
Do = Callable[..., Job]


@pytest.fixture
def do() -> Iterator[Do]:
    """Queue a job that does what is given."""
    before = dict(jobs.KINDS)

    def queued(run: Callable[..., Any] = lambda _: None, by: Actor = US, **given: Any) -> Job:
        jobs.job("test")(run)
        return jobs.start(by, "test", "Count the beans", **given)

    yield queued
    jobs.KINDS.clear()
    jobs.KINDS.update(before)


def _now(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def test_a_job_tells_how_far_it_is_and_keeps_what_it_found(do: Do) -> None:
    seen: list[tuple[float, str]] = []

    def count(progress: jobs.Progress, *, beans: int) -> dict[str, int]:
        progress(0.2, "reading")
        progress(0.21, "reading")  # too soon for the same step
        seen.append(_shown(job))
        progress(0.5, "counting")
        seen.append(_shown(job))
        return {"beans": beans}

    job = do(count, beans=3)
    jobs.run_waiting()

    done = _now(job)
    assert seen == [(0.2, "reading"), (0.5, "counting")]
    assert (done.status, done.progress_share, done.result) == ("done", 1.0, {"beans": 3})
    assert [line[9:] for line in done.log.splitlines()] == ["reading", "counting"]
    assert done.started_at is not None
    assert done.finished_at is not None


def test_a_step_stands_once_in_the_log_however_often_it_moves(
    do: Do, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "SHOWN_EVERY_SECONDS", 0)

    def count(progress: jobs.Progress) -> None:
        for tenth in range(10):
            progress(tenth / 10, "counting")

    job = do(count)
    jobs.run_waiting()

    assert _now(job).log.count("counting") == 1


def _shown(job: Job) -> tuple[float, str]:
    one = _now(job)
    return one.progress_share, one.step


def test_what_a_job_refuses_is_kept_in_words(do: Do) -> None:
    def refuse(_: jobs.Progress) -> None:
        raise ParameterError("There are no beans.", hint="bring some")

    job = do(refuse)
    jobs.run_waiting()

    failed = _now(job)
    assert (failed.status, failed.error, failed.hint) == (
        "failed", "There are no beans.", "bring some",
    )  # fmt: skip


@pytest.mark.parametrize(
    "problem",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OperationalError("database or disk is full"),
    ],
)
def test_a_full_disk_is_called_so(do: Do, problem: Exception) -> None:
    def fill(_: jobs.Progress) -> None:
        raise RuntimeError("it broke") from problem

    job = do(fill)
    jobs.run_waiting()

    assert (_now(job).status, _now(job).error) == ("failed", "The disk is full.")


def test_a_mistake_of_the_program_shows_nothing_of_its_insides(
    do: Do, caplog: pytest.LogCaptureFixture
) -> None:
    job = do(lambda _: 1 / 0)
    jobs.run_waiting()

    failed = _now(job)
    assert (failed.status, failed.error) == (
        "failed",
        "The job failed by a mistake of the program.",
    )
    assert "ZeroDivisionError" in caplog.text


def test_a_job_is_run_once_however_often_a_worker_takes_it(do: Do) -> None:
    runs = []
    job = do(runs.append)

    for _ in range(3):
        jobs.execute.call(str(job.pk))

    assert len(runs) == 1
    assert _now(job).attempts == 1


def test_what_waits_or_runs_already_is_not_queued_twice(do: Do) -> None:
    first = do(once_key="all")
    again, other = do(once_key="all"), do(once_key="else")
    jobs.run_waiting()

    assert (first.pk, first.pk == other.pk) == (again.pk, False)
    assert do(once_key="all").pk != first.pk


def test_a_job_may_wait_for_its_time(do: Do) -> None:
    job = do(after=datetime.timedelta(seconds=30))

    task = DBTaskResult.objects.get()
    assert task.run_after - job.created_at == datetime.timedelta(seconds=30)
    assert not DBTaskResult.objects.ready().exists()


def test_a_job_that_waits_is_cancelled_and_does_not_start(do: Do, actor: Actors) -> None:
    runs: list[Any] = []
    job = do(runs.append)

    job_actions.cancel(actor(Role.ANALYST), job)
    jobs.execute.call(str(job.pk))

    assert runs == []
    assert _now(job).status == "cancelled"
    assert _now(job).finished_at is not None


def test_a_job_that_runs_is_cancelled_at_its_next_step(do: Do, actor: Actors) -> None:
    reached = []

    def count(progress: jobs.Progress) -> None:
        progress(0.1, "first")
        job_actions.cancel(actor(Role.ANALYST), progress.row)
        reached.append("asked")
        progress(0.2, "second")
        reached.append("too far")

    job = do(count)
    jobs.run_waiting()

    assert reached == ["asked"]
    assert _now(job).status == "cancelled"


def test_what_failed_or_was_cancelled_runs_again_from_the_start(do: Do, actor: Actors) -> None:
    runs = []

    def fail_once(progress: jobs.Progress) -> str:
        progress(0.7, "nearly")
        runs.append(1)
        if len(runs) == 1:
            raise ParameterError("Not yet.")
        return "well"

    job = do(fail_once)
    jobs.run_waiting()
    queued = job_actions.retry(actor(Role.ANALYST), job)
    before = (queued.status, queued.progress_share, queued.step, queued.finished_at)
    jobs.run_waiting()

    done = _now(job)
    assert before == ("queued", 0.0, "", None)
    assert (done.status, done.result, done.error, done.attempts) == ("done", "well", "", 2)


def test_what_is_over_is_not_cancelled_and_what_stands_does_not_run_again(
    do: Do, actor: Actors
) -> None:
    job, analyst = do(), actor(Role.ANALYST)
    with pytest.raises(ConflictError):
        job_actions.retry(analyst, job)
    jobs.run_waiting()

    with pytest.raises(ConflictError):
        job_actions.cancel(analyst, job)
    with pytest.raises(ConflictError):
        job_actions.retry(analyst, job)


@pytest.mark.parametrize("act", [job_actions.cancel, job_actions.retry])
def test_a_viewer_neither_cancels_nor_retries(act: Any, do: Do, actor: Actors) -> None:
    job = do()

    with pytest.raises(RefusedError):
        act(actor(Role.VIEWER), job)

    assert _now(job).status == "queued"


def test_the_page_of_a_job_cancels_it_and_runs_it_again(do: Do, product_manager: Client) -> None:
    job = do()
    address = reverse("core:job", args=[job.pk])

    cancelled = product_manager.post(reverse("core:cancel_job", args=[job.pk]), follow=True)
    again = product_manager.post(reverse("core:retry_job", args=[job.pk]), follow=True)

    assert [answer.redirect_chain[-1][0] for answer in (cancelled, again)] == [address, address]
    assert "Run again</button>" in cancelled.content.decode()
    assert "Cancel</button>" in again.content.decode()


def test_a_job_does_what_its_member_may_do_today(do: Do, actor: Actors) -> None:
    may: list[bool] = []
    job = do(
        lambda progress: may.append(progress.actor.may("data.import")), actor(Role.PRODUCT_MANAGER)
    )
    Member.objects.update(role=Role.VIEWER)

    jobs.run_waiting()

    assert may == [False]
    assert _now(job).status == "done"


def test_a_job_of_who_left_does_nothing(do: Do, actor: Actors) -> None:
    job = do(lambda progress: progress.actor, actor(Role.PRODUCT_MANAGER))
    Member.objects.update(is_active=False)

    jobs.run_waiting()

    assert _now(job).status == "failed"
    assert "may no longer come in" in _now(job).error


def _lost(job: Job, **fields: Any) -> None:
    """As a worker leaves it that is killed while it runs."""
    DBTaskResult.objects.all().delete()
    silent = timezone.now() - datetime.timedelta(seconds=jobs.SILENT_SECONDS + 1)
    Job.objects.filter(pk=job.pk).update(
        **{"status": "running", "attempts": 1, "heartbeat_at": silent, "created_at": silent}
        | fields
    )


def test_a_job_that_lost_its_worker_is_queued_again(do: Do) -> None:
    job = do()
    _lost(job)

    jobs.recover()
    jobs.recover()

    assert _now(job).status == "queued"
    assert DBTaskResult.objects.get().args_kwargs["args"] == [str(job.pk)]


def test_a_job_whose_worker_lives_is_left_alone(do: Do) -> None:
    job = do()
    _lost(job, heartbeat_at=timezone.now())

    jobs.recover()

    assert _now(job).status == "running"
    assert not DBTaskResult.objects.exists()


def test_a_job_that_was_taken_by_a_worker_that_died_before_it_began_is_queued_again(
    do: Do,
) -> None:
    job = do()
    _lost(job, status="queued", heartbeat_at=None)

    jobs.recover()
    jobs.recover()

    assert DBTaskResult.objects.get().args_kwargs["args"] == [str(job.pk)]


def test_a_job_that_ends_one_worker_after_the_other_is_given_up_until_somebody_asks(
    do: Do, actor: Actors
) -> None:
    job = do()
    _lost(job, attempts=jobs.MOST_LOST)

    jobs.recover()
    failed = _now(job)
    job_actions.retry(actor(Role.ANALYST), job)
    jobs.run_waiting()

    assert (failed.status, failed.error) == ("failed", "Its worker ended in the middle 5 times.")
    assert _now(job).status == "done"


def test_what_told_workers_to_begin_is_removed_after_a_day(do: Do) -> None:
    do()
    old = timezone.now() - jobs.TASKS_KEPT - datetime.timedelta(minutes=1)
    DBTaskResult.objects.update(finished_at=old, status="SUCCESSFUL")
    do(after=datetime.timedelta(days=3))

    jobs.forget_tasks()

    assert [task.status for task in DBTaskResult.objects.all()] == ["READY"]
    assert Job.objects.count() == 2


WORKER = """
import pathlib, sys, time
from fourfits_web.project import cli
cli.start(pathlib.Path(sys.argv[1]))
from fourfits_web.core import jobs
from fourfits_web.core.actors import Actor
from fourfits_web.core.management.commands import work
from fourfits_web.core.models import Job
jobs.BEAT_SECONDS, jobs.SILENT_SECONDS, work.LOOK_EVERY_SECONDS = 0.2, 2, 0.5

@jobs.job("nap")
def nap(progress):
    progress(0.5, "asleep")
    row = Job.objects.get(pk=progress.row.pk)
    if row.attempts > 1:
        return "slept enough"
    while Job.objects.get(pk=row.pk).heartbeat_at == row.heartbeat_at:
        time.sleep(0.05)
    print("its heart beats", flush=True)
    time.sleep(600)

if not Job.objects.exists():
    jobs.start(Actor.workspace(), "nap", "Sleep")
if sys.argv[2] == "work":
    from django.core.management import call_command
    call_command("work")
row = Job.objects.get()
print(row.status, row.result, row.attempts)
"""


@pytest.mark.slow
def test_killing_the_worker_loses_no_job(tmp_path: Path) -> None:
    shell = environment()

    def started(what: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", WORKER, str(tmp_path / "home"), what]
        return subprocess.Popen(command, env=shell, stdout=subprocess.PIPE, text=True)

    first = started("work")
    assert first.stdout is not None
    assert first.stdout.readline() == "its heart beats\n"
    first.kill()
    first.wait(20)

    second, deadline = started("work"), time.monotonic() + 90
    while (seen := started("look").communicate(timeout=60)[0]) != "done slept enough 2\n":
        assert time.monotonic() < deadline, seen
    os.kill(second.pid, signal.SIGTERM)

    assert second.wait(30) == 0
