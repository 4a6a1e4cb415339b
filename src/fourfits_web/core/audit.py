"""The audit log: a chain in which each entry carries the hash of the one before it.

Changing, removing or slipping in an entry breaks the chain at that place. Cutting off its end does
not: keep the last hash elsewhere (`fourfits audit --verify` prints it) and compare.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.utils import timezone

from fourfits_web.core import prepared
from fourfits_web.core.actors import Actor
from fourfits_web.core.models import AuditEntry

START = "0" * 64
HIDDEN = "(hidden)"
LOCK = 4_444
"""Number of the lock that PostgreSQL's transactions take before they look for the chain's end."""

_SHOWN = 30
_LAST = "SELECT hash FROM core_auditentry ORDER BY id DESC LIMIT 1"
_HASHED = (
    "at", "actor_kind", "actor_id", "actor_name", "role", "door", "address",
    "verb", "subject_kind", "subject_id", "subject_name", "before", "after",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a write is about."""

    kind: str = ""
    id: str = ""
    name: str = ""

    @classmethod
    def of(cls, about: Any) -> Subject:
        """A record; or several of a kind, named by their number."""
        if isinstance(about, models.Model):
            name = str(about)[:300]
            return cls(kind=about._meta.label_lower, id=str(about.pk), name=name)
        records = list(about) if isinstance(about, Iterable) and not isinstance(about, str) else []
        if not records or not isinstance(records[0], models.Model):
            return cls()
        return cls(kind=records[0]._meta.label_lower, name=f"{len(records)} records")


def record(actor: Actor, verb: str, subject: Subject, before: Any, after: Any) -> AuditEntry:
    """Add an entry; the last thing that a transaction does, because others wait for the chain."""
    return record_each(actor, verb, [(subject, before, after)])[0]


def record_each(
    actor: Actor, verb: str, changes: Sequence[tuple[Subject, Any, Any]]
) -> list[AuditEntry]:
    """Add an entry for each change (what it is about, before, after), one after the other."""
    last, entries = _last_hash(), []
    for subject, before, after in changes:
        entry = _entry(actor, verb, subject, _text(before), _text(after))
        entry.previous_hash = last
        last = entry.hash = _hash(entry)
        entries.append(entry)
    prepared.insert(entries)
    return entries


def _entry(actor: Actor, verb: str, subject: Subject, before: str, after: str) -> AuditEntry:
    return AuditEntry(
        at=timezone.now(),
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        role=actor.role.value,
        door=actor.door,
        address=actor.address,
        verb=verb,
        subject_kind=subject.kind,
        subject_id=subject.id,
        subject_name=subject.name,
        before=before,
        after=after,
    )


_newest_about = prepared.Question(
    lambda kind, key: AuditEntry.objects.filter(subject_kind=kind, subject_id=key).order_by("-id")[
        :_SHOWN
    ]
)


def history(about: models.Model) -> list[AuditEntry]:
    """What was done to a record, newest first."""
    return _newest_about(about._meta.label_lower, str(about.pk))


@dataclass(frozen=True)
class Verdict:
    """What a look at the whole chain found."""

    n_entries: int
    last_hash: str
    broken_at: int | None

    @property
    def whole(self) -> bool:
        """Whether every entry is as it was written, in its place."""
        return self.broken_at is None


def verify() -> Verdict:
    """Walk the chain from its start."""
    previous, count = START, 0
    for entry in AuditEntry.objects.order_by("id").iterator(chunk_size=2_000):
        if entry.previous_hash != previous or entry.hash != _hash(entry):
            return Verdict(count, previous, entry.pk)
        previous, count = entry.hash, count + 1
    return Verdict(count, previous, None)


def snapshot(record_: models.Model | None) -> dict[str, Any] | None:
    """The fields of a record as plain data; what must stay secret is hidden, changed or not."""
    if record_ is None:
        return None
    secret = getattr(record_, "SECRET_FIELDS", ())
    return {
        field.attname: HIDDEN if field.name in secret else field.value_from_object(record_)
        for field in record_._meta.concrete_fields
    }


def _hash(entry: AuditEntry) -> str:
    parts = [_plain(getattr(entry, name)) for name in _HASHED]
    return hashlib.sha256("\x1f".join([entry.previous_hash, *parts]).encode()).hexdigest()


def _plain(value: Any) -> str:
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    return str(value)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)


def _last_hash() -> str:
    """The end of the chain, once it is one's turn; SQLite's writing transactions stand in line."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # both in one message, each as it is when it runs
            cursor.execute(f"SELECT pg_advisory_xact_lock({LOCK}); {_LAST}")
            cursor.nextset()
        else:
            cursor.execute(_LAST)
        found = cursor.fetchone()
    return found[0] if found else START
