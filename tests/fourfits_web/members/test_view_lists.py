"""The lists of members and keys: what they hold, who may change, what files tell."""

from __future__ import annotations

import csv
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fourfits_web.core.actors import Actor
from fourfits_web.core.roles import Role
from fourfits_web.members import actions
from fourfits_web.members.models import Key, Member, new_secret

pytestmark = pytest.mark.django_db
Members = Callable[[Role], Member]
MEMBERS, KEYS = "/members/", "/members/keys/"


@pytest.fixture
def seats(actor: Callable[[Role], Actor], member: Members) -> None:
    """An analyst who left, a viewer, and somebody who was asked to come."""
    boss = actor(Role.OWNER)
    actions.deactivate(boss, member(Role.ANALYST))
    member(Role.VIEWER)
    actions.invite(boss, email="new@example.org", role=Role.CONTRIBUTOR, secret=new_secret())


@pytest.fixture
def issued(actor: Callable[[Role], Actor], member: Members) -> None:
    """A key that works, one that was used and revoked, and one whose member left."""
    boss = actor(Role.OWNER)
    for name, of in (("Shop", Role.OWNER), ("Till", Role.VIEWER), ("Old", Role.OWNER)):
        actions.issue_key(
            boss, name=name, member=member(of), scopes=["feedback.add"], secret=actions.new_key()
        )
    actions.deactivate(boss, member(Role.VIEWER))
    Key.objects.filter(name="Old").update(used_on=timezone.localdate())
    actions.revoke_key(boss, Key.objects.get(name="Old"))


def _file(client: Client, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    return list(csv.DictReader(lines))


def _names(client: Client, address: str) -> list[str]:
    return [
        row["name"] for row in _file(client, f"{address}{'&' if '?' in address else '?'}format=csv")
    ]


def test_members_stand_before_who_is_asked_and_who_left(seats: None, viewer: Client) -> None:
    assert _names(viewer, MEMBERS) == ["Owner", "Viewer", "new@example.org", "Analyst"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=invited", ["new@example.org"]),
        ("state=active,left", ["Owner", "Viewer", "Analyst"]),
        ("role=viewer", ["Viewer"]),
        ("q=ANALYST@", ["Analyst"]),
        ("last_seen_at=7d", ["Viewer"]),
        ("never=1", ["Owner", "new@example.org", "Analyst"]),
        ("sort=-name", ["Viewer", "Owner", "new@example.org", "Analyst"]),
    ],
)
def test_members_are_searched_filtered_and_sorted(
    seats: None, viewer: Client, query: str, found: list[str]
) -> None:
    assert _names(viewer, f"{MEMBERS}?{query}") == found


def test_only_owners_are_offered_what_changes_members(
    seats: None, owner: Client, viewer: Client
) -> None:
    doors = ("/role/", "/link/", "/deactivate/", "/activate/", "/revoke/", "/invite/")

    offered, read = (client.get(MEMBERS).content.decode() for client in (owner, viewer))

    assert all(door in offered for door in doors)
    assert "Deactivate" in offered
    assert not any(door in read for door in doors)
    assert all(
        name in read for name in ("Analyst", "new@example.org", "Invited", "by Owner, until")
    )


def test_a_file_of_members_holds_no_secret_and_no_button(seats: None, owner: Client) -> None:
    every = (
        "name,state,role,last_seen_at,email,since,invited_by,ends_at,change,password,secret_hash"
    )

    rows = _file(owner, f"{MEMBERS}?columns={every}&format=csv")

    assert [*rows[0]] == every.split(",")[:8]
    assert rows[2]["invited_by"] == "Owner"
    assert rows[0]["role"] == "Owner"


def test_after_a_write_the_list_stays_at_its_own_address(owner: Client) -> None:
    page = owner.post(reverse("members:invite"), {"email": "no address", "role": "viewer"})

    assert page.status_code == 422
    assert f'action="{MEMBERS}" role="search"' in page.content.decode()


def test_names_of_members_stand_as_text(owner: Client, member: Members) -> None:
    Member.objects.filter(pk=member(Role.VIEWER).pk).update(name="<script>a</script>")

    assert "<script>a" not in owner.get(MEMBERS).content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Till", "Shop", "Old"]),
        ("state=works", ["Shop"]),
        ("state=idle,revoked", ["Till", "Old"]),
        ("never=1", ["Till", "Shop"]),
        ("used_on=7d", ["Old"]),
        ("q=viewer", ["Till"]),
        ("sort=name", ["Old", "Shop", "Till"]),
    ],
)
def test_keys_are_searched_filtered_and_sorted(
    issued: None, owner: Client, query: str, found: list[str]
) -> None:
    assert _names(owner, f"{KEYS}?{query}") == found


def test_keys_are_filtered_by_whom_they_act_for(
    issued: None, owner: Client, member: Members
) -> None:
    assert _names(owner, f"{KEYS}?member={member(Role.VIEWER).pk}") == ["Till"]


def test_a_file_of_keys_holds_no_hash(issued: None, owner: Client) -> None:
    hashes = Key.objects.values_list("secret_hash", flat=True)

    rows = _file(owner, f"{KEYS}?columns=name,state,scopes,secret_hash,start,change&format=csv")

    assert [*rows[0]] == ["name", "state", "scopes"]
    assert rows[1] == {"name": "Shop", "state": "works", "scopes": "feedback.add"}
    assert not any(one in str(rows) for one in hashes)


def test_a_key_is_revoked_from_its_row_while_it_stands(issued: None, owner: Client) -> None:
    page = owner.get(KEYS).content.decode()

    addresses = {
        one.name: reverse("members:revoke_key", args=[one.pk]) for one in Key.objects.all()
    }
    assert {name for name, url in addresses.items() if url in page} == {"Shop", "Till"}


def test_without_keys_the_page_says_what_to_do(owner: Client) -> None:
    page = owner.get(KEYS).content.decode()

    assert "No program has a key yet" in page
    assert "Issue a key" in page


def test_only_owners_read_and_export_keys(issued: None, product_manager: Client) -> None:
    assert product_manager.get(f"{KEYS}?format=csv").status_code == 403
