"""What people do to jobs."""

from __future__ import annotations

from django.utils import timezone

from fourfits_web.core import jobs
from fourfits_web.core.actions import action
from fourfits_web.core.actors import Actor
from fourfits_web.core.errors import ConflictError
from fourfits_web.core.models import Job


@action("job.cancel", may="jobs.manage")
def cancel(actor: Actor, row: Job) -> Job:
    """Stop at the next step; a job that waits does not start."""
    waiting = Job.objects.filter(pk=row.pk, status=Job.Status.QUEUED)
    running = Job.objects.filter(pk=row.pk, status=Job.Status.RUNNING)
    stopped = waiting.update(
        status=Job.Status.CANCELLED, cancel_asked=True, finished_at=timezone.now()
    )
    if not stopped and not running.update(cancel_asked=True):
        raise ConflictError("The job is over already.")
    row.refresh_from_db()
    return row


@action("job.retry", may="jobs.manage")
def retry(actor: Actor, row: Job) -> Job:
    """Queue again what failed or was cancelled."""
    over = Job.objects.filter(pk=row.pk, status__in=[Job.Status.FAILED, Job.Status.CANCELLED])
    if not over.update(
        status=Job.Status.QUEUED,
        cancel_asked=False,
        progress_share=0.0,
        step="",
        heartbeat_at=None,
        finished_at=None,
    ):
        raise ConflictError("Only a job that failed or was cancelled can run again.")
    jobs.execute.enqueue(str(row.pk))
    row.refresh_from_db()
    return row
