"""The audit log: a chain in which each entry carries the hash of the one before it.

Changing, removing or slipping in an entry breaks the chain at that place. Cutting off its end does
not: keep the last hash elsewhere (`fourfits audit --verify` prints it) and compare.
"""

from __future__ import annotations

import datetime
import functools
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

_SHOWN = 30
_LAST = {
    "sqlite": f"coalesce((SELECT hash FROM core_auditentry ORDER BY id DESC LIMIT 1), '{START}')",  # noqa: S608 - a constant
    "postgresql": "core_audit_last()",
}
"""The end of the chain, once it is one's turn; SQLite's writing transactions stand in line."""
_SHA256 = {
    "sqlite": "sha256({})",
    "postgresql": "encode(sha256(convert_to({}, 'UTF8')), 'hex')",
}
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
            is_secret = about._meta.pk.name in getattr(about, "SECRET_FIELDS", ())
            key, name = "" if is_secret else str(about.pk), str(about)[:300]
            return cls(kind=about._meta.label_lower, id=key, name=name)
        records = list(about) if isinstance(about, Iterable) and not isinstance(about, str) else []
        if not records or not isinstance(records[0], models.Model):
            return cls()
        return cls(kind=records[0]._meta.label_lower, name=f"{len(records)} records")


def draft(actor: Actor, verb: str, subject: Subject, before: Any, after: Any) -> AuditEntry:
    """An entry that has no place in the chain yet."""
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
        before=_text(before),
        after=_text(after),
    )


def add(entries: Sequence[AuditEntry]) -> None:
    """Chain drafts one after the other; late in a transaction, because others wait for the chain."""
    if len(entries) == 1:
        _add_one(entries[0])
        return
    last = _last_hash()
    for entry in entries:
        entry.previous_hash = last
        last = entry.hash = _hash(entry)
    prepared.insert(entries)


def _add_one(entry: AuditEntry) -> None:
    """Find the end, hash and add in one statement: the others wait for one way there and back less."""
    values = prepared.values(entry, _HASHED)
    with prepared.cursor() as cursor:
        cursor.execute(_adding(connection.vendor), [*values, _rest(entry)])
        entry.pk, entry.previous_hash, entry.hash = cursor.fetchone()
    entry._state.adding, entry._state.db = False, connection.alias


@functools.cache
def _adding(vendor: str) -> str:
    marks = ", ".join(["%s"] * len(_HASHED))
    sha256 = _SHA256[vendor].format("last || %s")
    return (
        f"INSERT INTO core_auditentry ({', '.join(_HASHED)}, previous_hash, hash) "  # noqa: S608 - names of ours
        f"SELECT {marks}, last, {sha256} FROM (SELECT {_LAST[vendor]} AS last) AS chain "
        "RETURNING id, previous_hash, hash"
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
    return hashlib.sha256(f"{entry.previous_hash}{_rest(entry)}".encode()).hexdigest()


def _rest(entry: AuditEntry) -> str:
    """What is hashed behind the hash of the entry before."""
    return "".join(f"\x1f{_plain(getattr(entry, name))}" for name in _HASHED)


def _plain(value: Any) -> str:
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    return str(value)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=_moment_or_text, ensure_ascii=False)


def _moment_or_text(value: Any) -> str:
    """Days and moments as ISO 8601: webhooks bring them to programs."""
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def _last_hash() -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_LAST[connection.vendor]}")
        return str(cursor.fetchone()[0])
