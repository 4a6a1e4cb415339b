"""What the workspace knows of customer data without asking the lake; files on their way in."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import reverse

from fourfits_web.core.models import Job, Record


class TableState(Record):
    """The newest version of a table of the lake, noted after every import, undo and analysis."""

    name = models.CharField(max_length=64, primary_key=True)
    version = models.BigIntegerField()
    n_rows = models.BigIntegerField()
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class WorkspaceSettings(Record):
    """What `config.toml` says, as it was last changed here; the file is what counts."""

    name = models.CharField(max_length=120)
    currency = models.CharField(max_length=3)
    product_kind = models.CharField(max_length=16)
    fiscal_start_month = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return self.name


class Upload(Record):
    """A file on its way in: what it is, how it is to be read, what came of it."""

    class Status(models.TextChoices):
        """How far it is."""

        LOOKING = "looking", "Being read"
        OPEN = "open", "Waits for you"
        CHECKED = "checked", "Ready to import"
        IMPORTING = "importing", "Being imported"
        IMPORTED = "imported", "Imported"
        REFUSED = "refused", "Cannot be read"

    # What customers wrote must not stay in a log from which nothing can be erased.
    SECRET_FIELDS = ("look", "dry_run", "report", "problem")

    name = models.CharField(max_length=200)
    path = models.CharField(max_length=1_000)
    is_copy = models.BooleanField(default=True)
    size_bytes = models.BigIntegerField()
    table = models.CharField(max_length=64, blank=True)
    mapping = models.JSONField(default=dict, blank=True)
    left_out = models.JSONField(default=list, blank=True)
    date_order = models.CharField(max_length=8, blank=True)
    status = models.CharField(max_length=16, choices=Status, default=Status.LOOKING, db_index=True)
    look = models.JSONField(null=True)
    dry_run = models.JSONField(null=True)
    report = models.JSONField(null=True)
    problem = models.JSONField(null=True)
    batch_id = models.CharField(max_length=80, blank=True, db_index=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page on which it goes on, however far it is."""
        return reverse("data:file", args=[self.pk])

    @property
    def is_under_way(self) -> bool:
        """Whether a job works on it."""
        return self.status in {self.Status.LOOKING, self.Status.IMPORTING}

    @property
    def reading(self) -> dict[str, Any]:
        """How the library is to read it."""
        return {
            "mapping": self.mapping or None,
            "date_order": self.date_order or None,
            "leave_out": self.left_out,
        }


class Batch(Record):
    """An import as the lake recorded it, with who asked for it."""

    SECRET_FIELDS = ("columns",)

    batch_id = models.CharField(max_length=80, unique=True)
    table = models.CharField(max_length=64, db_index=True)
    file = models.CharField(max_length=300)
    imported_at = models.DateTimeField(db_index=True)
    n_read = models.BigIntegerField()
    n_added = models.BigIntegerField()
    n_changed = models.BigIntegerField()
    n_known = models.BigIntegerField()
    n_quarantined = models.BigIntegerField()
    undone_at = models.DateTimeField(null=True)
    mends = models.CharField(max_length=80, blank=True)
    columns = models.JSONField(null=True)
    member = models.ForeignKey("members.Member", models.PROTECT, null=True, related_name="+")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return self.batch_id

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("data:batch", args=[self.batch_id])


class Quarantined(Record):
    """A row that broke the contract, as the lake keeps it, and what a person decided about it."""

    class Status(models.TextChoices):
        """What becomes of it."""

        WAITING = "waiting", "Waits"
        MENDED = "mended", "On its way"
        SET_ASIDE = "set_aside", "Set aside for good"

    SECRET_FIELDS = ("row", "problems", "reason", "value", "corrections", "again")

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="+")
    line = models.BigIntegerField()
    table = models.CharField(max_length=64, db_index=True)
    column = models.CharField(max_length=200, blank=True)
    value = models.TextField(blank=True)
    reason = models.TextField()
    problems = models.JSONField(default=list)
    row = models.JSONField(null=True)
    status = models.CharField(max_length=16, choices=Status, default=Status.WAITING, db_index=True)
    corrections = models.JSONField(default=dict)
    again = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["batch", "line"], name="data_quarantined_once"),
        )

    def __str__(self) -> str:
        return f"{self.batch.file}, line {self.line}"

    def get_absolute_url(self) -> str:
        """Where it can be mended."""
        return reverse("data:row", args=[self.pk])


class QualityCheck(Record):
    """How good the data were when they were last looked at."""

    checked_at = models.DateTimeField(db_index=True)
    versions = models.JSONField(default=dict)
    score = models.FloatField(null=True)
    weakest = models.CharField(max_length=120, blank=True)
    rows = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    seconds = models.FloatField()

    def __str__(self) -> str:
        return f"{self.checked_at:%Y-%m-%d %H:%M}"
