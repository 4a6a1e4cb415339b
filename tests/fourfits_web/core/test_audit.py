"""The audit log."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction

from fourfits_web.core import audit
from fourfits_web.core.actors import Actor
from fourfits_web.core.models import AuditEntry
from fourfits_web.core.roles import Role
from fourfits_web.members import actions

pytestmark = pytest.mark.django_db
Actors = Callable[[Role], Actor]


def _entries(actor: Actor, n: int) -> None:
    for number in range(n):
        actions.add(actor, email=f"p{number}@example.org", name="Person", role=Role.VIEWER)


def _meddle(statement: str) -> None:
    """Write past the guards, as somebody with the database's password could."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER core_audit_no_update")
            cursor.execute("DROP TRIGGER core_audit_no_delete")
        else:
            cursor.execute("ALTER TABLE core_auditentry DISABLE TRIGGER USER")
        cursor.execute(statement)


def test_a_chain_that_nobody_touched_is_whole(actor: Actors) -> None:
    _entries(actor(Role.OWNER), 5)

    verdict = audit.verify()

    assert verdict.whole
    assert verdict.n_entries == 5
    assert verdict.last_hash == AuditEntry.objects.last().hash  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_auditentry SET actor_name = 'nobody' WHERE id = {id}",
        "UPDATE core_auditentry SET after = '{{}}' WHERE id = {id}",
        "DELETE FROM core_auditentry WHERE id = {id} - 1",
    ],
)
def test_a_changed_or_removed_entry_breaks_the_chain_there(actor: Actors, statement: str) -> None:
    _entries(actor(Role.OWNER), 5)
    third = AuditEntry.objects.order_by("id")[2]

    _meddle(statement.format(id=third.pk))

    assert audit.verify().broken_at == third.pk


@pytest.mark.parametrize(
    "verb", ["UPDATE core_auditentry SET role = ''", "DELETE FROM core_auditentry"]
)
def test_the_database_refuses_to_change_an_entry(actor: Actors, verb: str) -> None:
    _entries(actor(Role.OWNER), 1)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(verb)

    assert AuditEntry.objects.count() == 1


def test_an_entry_in_memory_cannot_be_saved_again(actor: Actors) -> None:
    _entries(actor(Role.OWNER), 1)

    with pytest.raises(TypeError, match="append-only"):
        AuditEntry.objects.get().save()


def test_an_entry_says_what_differs_and_hides_secrets(actor: Actors) -> None:
    owner = actor(Role.OWNER)
    member = actions.add(owner, email="p@example.org", name="Person", role=Role.VIEWER)

    actions.change_role(owner, member, role=Role.ANALYST)

    entry = AuditEntry.objects.latest("id")
    assert entry.changes == [("role", "viewer", "analyst")]
    assert (entry.verb, entry.subject_name, entry.actor_name) == (
        "member.change_role",
        "Person",
        "Owner",
    )
    assert '"password": "(hidden)"' in entry.after
