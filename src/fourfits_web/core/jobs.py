"""Background work: a row that people watch, run by a worker that may die at any moment.

A job takes plain arguments, calls actions, and must do no harm when it runs twice: a worker that
was killed leaves its job running without a heartbeat, and the next one starts it again.
"""

from __future__ import annotations

import contextlib
import datetime
import errno
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from fourfits import errors
from fourfits_web.core import forgetting
from fourfits_web.core.actors import Actor
from fourfits_web.core.errors import CancelledError, ConflictError
from fourfits_web.core.models import Job

BEAT_SECONDS = 5
SILENT_SECONDS = 30
"""A running job without a heartbeat for so long has lost its worker."""
MOST_LOST = 5
"""After every so many runs, a job that lost its worker in the last one is not queued again by itself:
one that takes too much memory would end worker after worker."""
TASKS_KEPT = datetime.timedelta(days=1)
SHOWN_EVERY_SECONDS = 0.5
SHOWN_AFTER_FAILURE = datetime.timedelta(minutes=10)
"""So long a failure stands in the corner of every page of who asked for it."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kind:
    """What a job does: `run(progress, **arguments)` returns what its page shows at the end."""

    name: str
    run: Callable[..., Any]


KINDS: dict[str, Kind] = {}
ASKERS: dict[str, Callable[[str], Actor | None]] = {}
"""By kind of actor: who that is today, with the rights of today; none who may no longer come in."""


def job(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function `(progress, **arguments) -> plain data` as a kind of job."""

    def wrap(function: Callable[..., Any]) -> Callable[..., Any]:
        KINDS[name] = Kind(name, function)
        return function

    return wrap


def start(
    actor: Actor,
    kind: str,
    title: str,
    *,
    url: str = "",
    once_key: str = "",
    after: datetime.timedelta | None = None,
    **arguments: Any,
) -> Job:
    """Queue a job.

    Args:
        actor: Who asks for it.
        kind: Name under which `job` registered it.
        title: What people read.
        url: Where its page leads when it is done.
        once_key: While a job of this kind and key waits or runs, that one is returned instead.
        after: How long it waits, so that one run serves much that comes in a row.
        arguments: What it is called with; plain data.
    """
    with transaction.atomic():
        if once_key:
            standing = Job.objects.filter(
                kind=kind, once_key=once_key, status__in=[Job.Status.QUEUED, Job.Status.RUNNING]
            ).first()
            if standing is not None:
                return standing
        row = Job.objects.create(
            kind=kind,
            title=title,
            url=url,
            arguments=arguments,
            actor_kind=actor.kind,
            actor_id=actor.id,
            actor_name=actor.name,
            once_key=once_key,
            created_at=timezone.now(),
        )
        due = execute if after is None else execute.using(run_after=row.created_at + after)
        due.enqueue(str(row.pk))
    return row


class Progress:
    """What a running job tells its page: call it with the share done and the step."""

    def __init__(self, row: Job) -> None:
        self.row = row
        self._shown_at = 0.0
        self._step = ""
        self._goes_through = False

    def __call__(self, share: float, step: str = "") -> None:
        """Show how far the job is.

        Raises:
            CancelledError: If somebody asked to stop.
        """
        now = time.monotonic()
        if step == self._step and now - self._shown_at < SHOWN_EVERY_SECONDS:
            return
        line = f"{timezone.now():%H:%M:%S} {step}\n" if step and step != self._step else ""
        self._shown_at, self._step = now, step
        rows = Job.objects.filter(pk=self.row.pk)
        rows.update(
            progress_share=min(max(share, 0.0), 1.0),
            step=step[:300],
            heartbeat_at=timezone.now(),
            log=Concat(F("log"), Value(line)),
        )
        if not self._goes_through and rows.filter(cancel_asked=True).exists():
            raise CancelledError("The job was cancelled.")

    def go_through(self) -> None:
        """From here on nobody stops the job: what it was asked for stands, the rest only follows."""
        self._goes_through = True

    @property
    def actor(self) -> Actor:
        """Who asked for the job, at the job's door, with the rights of today."""
        if self.row.actor_kind == "workspace":
            return Actor.workspace()
        found = ASKERS[self.row.actor_kind](self.row.actor_id)
        if found is None:
            raise ConflictError(
                f"{self.row.actor_name}, who asked for it, may no longer come in.",
                hint="ask for it anew",
            )
        return found.through("job")


@task()
def execute(job_id: str) -> None:
    """Run a queued job once; what it refuses is kept in words, what is a bug in the server's log."""
    if not _claim(job_id):
        return
    row = Job.objects.get(pk=job_id)
    progress = Progress(row)
    with _Heartbeat(row):
        try:
            result = KINDS[row.kind].run(progress, **row.arguments)
        except CancelledError:
            _finish(row, Job.Status.CANCELLED)
        except errors.FourfitsError as problem:
            _finish(row, Job.Status.FAILED, error=problem.message, hint=problem.hint)
        except Exception as problem:
            log.exception("job %s %s failed", row.kind, row.pk)
            error, hint = _said_of(problem, row)
            _finish(row, Job.Status.FAILED, error=error, hint=hint)
        else:
            _finish(row, Job.Status.DONE, result=result, progress_share=1.0, step="")


def _said_of(problem: BaseException | None, row: Job) -> tuple[str, str]:
    """What its page says of an error that is nobody's refusal: a full disk is no mistake of ours."""
    while problem is not None:
        is_full = isinstance(problem, OSError) and problem.errno == errno.ENOSPC
        if is_full or "disk is full" in str(problem) or "No space left" in str(problem):
            return "The disk is full.", "free some space, then run it again"
        problem = problem.__cause__
    return (
        "The job failed by a mistake of the program.",
        f"run it again; if it fails again, the server's log says more, under {row.pk}",
    )


def recover() -> None:
    """Queue again what lost its worker: while it ran, or when it was taken but had not begun."""
    silent = timezone.now() - datetime.timedelta(seconds=SILENT_SECONDS)
    lost = Job.objects.filter(status=Job.Status.RUNNING).filter(
        Q(heartbeat_at__lt=silent) | Q(heartbeat_at=None)
    )
    for row in lost:
        if row.attempts and row.attempts % MOST_LOST == 0:
            _give_up(lost.filter(pk=row.pk), row)
            continue
        with transaction.atomic():
            if lost.filter(pk=row.pk).update(status=Job.Status.QUEUED, heartbeat_at=None):
                execute.enqueue(str(row.pk))
    for key in _never_begun(silent):
        execute.enqueue(key)


def forget_tasks() -> None:
    """Remove what told workers to begin; the jobs themselves stay to be read."""
    over = DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - TASKS_KEPT)
    forgetting.remove_some(over)


def _give_up(rows: QuerySet[Job], row: Job) -> None:
    rows.update(
        status=Job.Status.FAILED,
        finished_at=timezone.now(),
        error=f"Its worker ended in the middle {row.attempts} times.",
        hint="see whether the machine has memory and disk enough, then run it again",
    )


def _never_begun(silent: datetime.datetime) -> list[str]:
    """Jobs that wait, but that no task waits for: its worker died between taking it and the claim."""
    queued = Job.objects.filter(status=Job.Status.QUEUED, created_at__lt=silent)
    keys = [str(pk) for pk in queued.values_list("pk", flat=True)]
    if not keys:
        return []
    ready = DBTaskResult.objects.filter(
        status=TaskResultStatus.READY, task_path=execute.module_path
    )
    waited_for = {given["args"][0] for given in ready.values_list("args_kwargs", flat=True)}
    return [key for key in keys if key not in waited_for]


def in_the_corner(actor: Actor, now: datetime.datetime) -> list[Job]:
    """What waits or runs, and what this actor asked for that failed lately and was not mended since."""
    later = Job.objects.filter(
        kind=OuterRef("kind"),
        status=Job.Status.DONE,
        finished_at__gt=OuterRef("finished_at"),
    )
    missed = Q(
        ~Exists(later),
        status=Job.Status.FAILED,
        finished_at__gt=now - SHOWN_AFTER_FAILURE,
        actor_kind=actor.kind,
        actor_id=actor.id,
    )
    active = Q(status__in=[Job.Status.RUNNING, Job.Status.QUEUED])
    rows = Job.objects.filter(active | missed).defer("log", "result", "arguments")
    return list(rows.order_by("-created_at")[:20])


def failed_lately(kind: str) -> bool:
    """Whether a job of the kind failed within ten minutes: what asks by itself should wait."""
    since = timezone.now() - datetime.timedelta(minutes=10)
    failed = Job.objects.filter(kind=kind, status=Job.Status.FAILED, finished_at__gt=since)
    return failed.exists()


def waiting() -> list[Job]:
    """What no worker has begun yet, oldest first."""
    return list(Job.objects.filter(status=Job.Status.QUEUED).order_by("created_at"))


def run_waiting(*kinds: str) -> None:
    """Run what waits, here and now; for tests, and for commands that need no server.

    Args:
        kinds: Only these; without any, all.
    """
    waiting = Job.objects.filter(status=Job.Status.QUEUED).order_by("created_at")
    if kinds:
        waiting = waiting.filter(kind__in=kinds)
    while row := waiting.first():
        execute.call(str(row.pk))


def _claim(job_id: str) -> bool:
    now = timezone.now()
    return bool(
        Job.objects.filter(pk=job_id, status=Job.Status.QUEUED).update(
            status=Job.Status.RUNNING,
            started_at=now,
            heartbeat_at=now,
            attempts=F("attempts") + 1,
            error="",
            hint="",
        )
    )


def _finish(row: Job, status: str, **fields: Any) -> None:
    Job.objects.filter(pk=row.pk).update(status=status, finished_at=timezone.now(), **fields)


class _Heartbeat:
    """Says every few seconds that the worker lives, also while one long step runs."""

    def __init__(self, row: Job) -> None:
        self._pk = row.pk
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._over.wait(BEAT_SECONDS):
            with contextlib.suppress(OperationalError):  # busy: the next beat comes soon
                Job.objects.filter(pk=self._pk).update(heartbeat_at=timezone.now())
        connection.close()
