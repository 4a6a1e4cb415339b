"""The frame's own lists: background work, audit log."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse

from fourfits_web.core import addresses, deeds, lists
from fourfits_web.core.models import AuditEntry, Job
from fourfits_web.core.roles import Role

_TONES = {
    Job.Status.QUEUED: ("Waiting", "info"),
    Job.Status.RUNNING: ("Running", "info"),
    Job.Status.DONE: ("Done", "good"),
    Job.Status.FAILED: ("Failed", "bad"),
    Job.Status.CANCELLED: ("Cancelled", "warn"),
}

JOBS = lists.List(
    key="jobs",
    title="Background work",
    lead="What the workspace computes, imports and sends on its own; a failed job says why and can run again.",
    noun="job",
    columns=(
        lists.Column("title", "Job", link=True),
        lists.Column("status", "Status", labels=_TONES, sort="status"),
        lists.Column("actor_name", "Asked by"),
        lists.Column("created_at", "Asked for", kind="ago", sort="created_at"),
        lists.Column("finished_at", "Finished", kind="ago", sort="finished_at"),
        lists.Column("attempts", "Runs", kind="number", shown=False),
    ),
    filters=(lists.Choice("status", "Status", options=Job.Status.choices),),
    search=("title", "actor_name"),
    default_sort="-created_at",
    open=lambda row: reverse("core:job", args=[row.pk]),
    empty=lists.Empty("Nothing has run yet", "Imports and reports appear here while they run."),
)

DOORS = {"page": "Page", "api": "API", "command": "Command", "job": "Background work"}

AUDIT = lists.List(
    key="audit",
    title="Audit log",
    lead="Who changed what, when, and through which door. Entries are chained: none can be changed unseen.",
    noun=("entry", "entries"),
    columns=(
        lists.Column("at", "When", kind="moment", sort="id"),
        lists.Column("actor_name", "Who"),
        lists.Column("verb", "What", link=True, render=lambda row: deeds.said(row.verb)),
        lists.Column("subject_name", "On what", wide=True),
        lists.Column("door", "Through", labels=DOORS),
        lists.Column("address", "From", shown=False),
        lists.Column("role", "Role", labels=dict(Role.choices), shown=False),
    ),
    filters=(
        lists.Text("verb", "What"),
        lists.Choice(
            "door",
            "Through",
            options=list(DOORS.items()),
        ),
        lists.Days("at", "When"),
    ),
    search=("actor_name", "verb", "subject_name"),
    default_sort="-at",
    open=lambda row: addresses.to("core:audit_entry", row.pk),
    empty=lists.Empty("Nothing was written yet", "Every change leaves an entry here."),
)


def jobs() -> QuerySet[Job]:
    """All jobs, without their logs."""
    return Job.objects.defer("log", "result", "arguments")


def entries() -> QuerySet[AuditEntry]:
    """All entries, without what they hold."""
    return AuditEntry.objects.defer("before", "after")
