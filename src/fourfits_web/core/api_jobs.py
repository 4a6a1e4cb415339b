"""Background work for programs: what a call started, and how far it is."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router

from fourfits_web.core import api
from fourfits_web.core.models import Job

router = Router()
JobStatus = Annotated[Job.Status, api.one_of(Job.Status)]


class JobOut(api.Out):
    """Background work."""

    id: str
    title: str
    status: JobStatus
    progress_share: float
    step: str
    result: Any
    error: str
    hint: str
    created_at: datetime.datetime
    finished_at: datetime.datetime | None


@router.get("/jobs", response={200: api.Rows[JobOut], **api.REFUSALS}, by_alias=True)
def list_jobs(
    request: HttpRequest,
    part: Query[api.Part],
    status: JobStatus | None = None,
) -> Any:
    """Background work, newest first."""
    api.may(request, "workspace.read")
    found = Job.objects.defer("log", "arguments")
    found = found.filter(status=status) if status else found
    return api.rows(found, part, shown, by="-created_at")


@router.get("/jobs/{job_id}", response={200: api.One[JobOut], **api.REFUSALS})
def get_job(request: HttpRequest, job_id: str) -> Any:
    """How far background work is."""
    api.may(request, "workspace.read")
    return {"data": shown(get_object_or_404(Job, pk=api.uuid_in(job_id, "job")))}


def shown(job: Job) -> dict[str, Any]:
    """A job as the API tells it."""
    named = {name: getattr(job, name) for name in JobOut.model_fields if name != "id"}
    return {"id": job_id(job), **named}


def job_id(job: Job | None) -> str | None:
    """The id of a job, if there is one."""
    return f"job_{job.pk}" if job is not None else None
