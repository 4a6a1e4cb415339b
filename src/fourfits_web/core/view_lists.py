"""The frame's own lists: background work, audit log."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse

from fourfits_web.core import addresses, lists
from fourfits_web.core.models import AuditEntry, Job

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
    noun="job",
    columns=(
        lists.Column("title", "Job", link=True),
        lists.Column("status", "Status", labels=_TONES, sort="status"),
        lists.Column("actor_name", "Asked by"),
        lists.Column("created_at", "Asked", kind="ago", sort="created_at"),
        lists.Column("finished_at", "Over", kind="ago", sort="finished_at"),
        lists.Column("attempts", "Runs", kind="number", shown=False),
    ),
    filters=(lists.Choice("status", "Status", options=Job.Status.choices),),
    search=("title", "actor_name"),
    default_sort="-created_at",
    open=lambda row: reverse("core:job", args=[row.pk]),
    empty=lists.Empty("Nothing has run yet", "Imports and reports appear here while they run."),
)

AUDIT = lists.List(
    key="audit",
    title="Audit log",
    noun=("entry", "entries"),
    columns=(
        lists.Column("at", "When", kind="moment", sort="id"),
        lists.Column("actor_name", "Who"),
        lists.Column("verb", "What", link=True),
        lists.Column("subject_name", "On what", wide=True),
        lists.Column("door", "Through"),
        lists.Column("address", "From", shown=False),
        lists.Column("role", "Role", shown=False),
    ),
    filters=(
        lists.Text("verb", "What"),
        lists.Choice(
            "door",
            "Through",
            options=[("page", "Page"), ("api", "API"), ("command", "Command"), ("job", "Job")],
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
