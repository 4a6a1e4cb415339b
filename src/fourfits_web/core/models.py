"""Records that every slice shares: the audit log, jobs, saved views, replies kept for retries."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Collection, Iterable
from typing import Any, NoReturn, Self

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.base import ModelState

DIGITS = 18
"""Of a key at most: databases refuse a number that does not fit 64 bits."""


class Record(models.Model):
    """What every record of the workspace is: one that is made quickly of a row.

    Django calls a dozen functions for each field of each row, which for lists is a tenth of the page.
    Our fields hold what the database gave, and no signal is sent when a record is made.
    """

    class Meta:
        abstract = True

    @classmethod
    def from_db(  # type: ignore[override]  # the stubs are of a later Django
        cls, db: str | None, field_names: Collection[str], values: Collection[Any]
    ) -> Self:
        """A record with the values of a row; fields that were not asked for are read when needed."""
        record = cls.__new__(cls)
        record.__dict__.update(zip(field_names, values, strict=True))
        record._state = ModelState()
        record._state.adding, record._state.db = False, db
        return record


def keys(texts: Iterable[str]) -> list[int]:
    """Those of the texts of an address or a form that may be keys of records, as numbers.

    >>> keys(["12", "x", "", "9" * 20])
    [12]
    """
    return [int(text) for text in texts if text.isdecimal() and len(text) <= DIGITS]


def _held(value: Any) -> Any:
    """A field's value; an empty text or list and none at all are alike."""
    return None if value in ("", [], {}) else value


class Session(AbstractBaseSession, Record):
    """Somebody's browser that is signed in, and what helps them to know it again."""

    SECRET_FIELDS = ("session_key", "session_data")

    actor_id = models.CharField(max_length=64, blank=True, db_index=True)
    device = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=64, blank=True)
    began_at = models.DateTimeField(null=True)
    used_on = models.DateField(null=True)

    def __str__(self) -> str:
        return self.device or "A browser"

    @property
    def handle(self) -> str:
        """By what a page names it: its key opens the door, so no page and no log shows that."""
        return hashlib.sha256(self.session_key.encode()).hexdigest()[:16]

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        """What reads and writes them."""
        from fourfits_web.core.sessions import SessionStore

        return SessionStore


class AuditEntry(Record):
    """One write: who, what, before, after, from where; chained to the one before it by its hash.

    `before` and `after` are JSON texts, kept letter by letter as they were hashed.
    """

    at = models.DateTimeField(db_index=True)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64, db_index=True)
    actor_name = models.CharField(max_length=200)
    role = models.CharField(max_length=32)
    door = models.CharField(max_length=16)
    address = models.CharField(max_length=64, blank=True)
    verb = models.CharField(max_length=64, db_index=True)
    subject_kind = models.CharField(max_length=64)
    subject_id = models.CharField(max_length=64)
    subject_name = models.CharField(max_length=300)
    before = models.TextField()
    after = models.TextField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        indexes = (models.Index(fields=["subject_kind", "subject_id"]),)

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_name}"

    @property
    def changes(self) -> list[tuple[str, Any, Any]]:
        """What differs: field, before, after."""
        before, after = json.loads(self.before) or {}, json.loads(self.after) or {}
        return [
            (name, before.get(name), after.get(name))
            for name in {**before, **after}
            if _held(before.get(name)) != _held(after.get(name))
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the entry; one that stands cannot be changed."""
        if self.pk is not None:
            self._refuse()
        super().save(*args, **kwargs)

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse: the database does, too."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise TypeError("The audit log is append-only.")


class Job(Record):
    """Background work that a person can watch, cancel and run again."""

    class Status(models.TextChoices):
        """How far it is."""

        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    url = models.CharField(max_length=300, blank=True)
    arguments = models.JSONField(default=dict)
    status = models.CharField(max_length=16, choices=Status, default=Status.QUEUED, db_index=True)
    progress_share = models.FloatField(default=0.0)
    step = models.CharField(max_length=300, blank=True)
    log = models.TextField(blank=True)
    result = models.JSONField(null=True)
    error = models.TextField(blank=True)
    hint = models.TextField(blank=True)
    attempts = models.PositiveIntegerField(default=0)
    cancel_asked = models.BooleanField(default=False)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64, blank=True)
    actor_name = models.CharField(max_length=200)
    once_key = models.CharField(max_length=64, blank=True, db_index=True)
    created_at = models.DateTimeField(db_index=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen unless it is run again."""
        return self.status not in {self.Status.QUEUED, self.Status.RUNNING}


class SavedView(Record):
    """A list as a member wants to see it again: the query of its address, under a name."""

    member_id = models.BigIntegerField(db_index=True)
    list_key = models.CharField(max_length=64)
    name = models.CharField(max_length=80)
    query = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["member_id", "list_key", "name"], name="core_saved_view_once"
            ),
        )

    def __str__(self) -> str:
        return self.name


class KeptReply(Record):
    """The answer to a request with an `Idempotency-Key`, given again when the request comes again."""

    actor_id = models.CharField(max_length=64)
    key = models.CharField(max_length=128)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveIntegerField()
    body = models.TextField()
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["actor_id", "key"], name="core_kept_reply_once"),
        )

    def __str__(self) -> str:
        return self.key
