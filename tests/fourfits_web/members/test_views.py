"""Pages about members, through the browser's door."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fourfits_web.core.actors import Actor
from fourfits_web.core.errors import ConflictError
from fourfits_web.core.models import AuditEntry, Session
from fourfits_web.core.roles import Role
from fourfits_web.members import actions, queries
from fourfits_web.members.models import Key, Member, new_secret

pytestmark = pytest.mark.django_db
As = Callable[[Role], Client]
Members = Callable[[Role], Member]


@pytest.mark.parametrize("name", ["list", "roles", "profile"])
def test_everybody_sees_members_roles_and_their_profile(viewer: Client, name: str) -> None:
    answer = viewer.get(reverse(f"members:{name}"))

    assert answer.status_code == 200


def test_an_owner_invites_and_the_invited_person_joins(owner: Client, stranger: Client) -> None:
    page = owner.post(
        reverse("members:invite"), {"email": "New@example.org", "role": "product_manager"}
    ).content.decode()
    link = re.search(r'value="(http[^"]+/join/[^"]+)"', page)
    assert link is not None

    first = stranger.post(link[1], {"name": "New member", "password": "a long enough secret"})
    again = Client().get(link[1])

    assert first.status_code == 302
    joined = Member.objects.get(email="new@example.org")
    assert (joined.name, joined.role) == ("New member", "product_manager")
    assert stranger.get(reverse("members:profile")).status_code == 200
    assert again.status_code == 410


def test_an_invitation_asks_for_a_password_that_is_hard_to_guess(
    owner: Client, stranger: Client
) -> None:
    secret = new_secret()
    actions.invite(
        Actor.member_at(Member.objects.get(role=Role.OWNER), "page"),
        email="new@example.org",
        role=Role.VIEWER,
        secret=secret,
    )

    answer = stranger.post(
        reverse("members:join", args=[secret]), {"name": "New", "password": "password"}
    )

    assert answer.status_code == 422
    assert "too short" in answer.content.decode()
    assert not Member.objects.filter(email="new@example.org").exists()


def test_who_is_no_owner_cannot_invite(product_manager: Client) -> None:
    answer = product_manager.post(
        reverse("members:invite"), {"email": "new@example.org", "role": "owner"}
    )

    assert answer.status_code == 403
    assert "A product manager may not invite members" in answer.content.decode()
    assert not AuditEntry.objects.filter(verb="invitation.send").exists()


def test_the_last_owner_stays_owner(owner: Client) -> None:
    only = Member.objects.get(role=Role.OWNER)

    changed = owner.post(reverse("members:change_role", args=[only.pk]), {"role": "viewer"})
    closed = owner.post(reverse("members:deactivate", args=[only.pk]))

    assert (changed.status_code, closed.status_code) == (409, 409)
    only.refresh_from_db()
    assert (only.role, only.is_active) == ("owner", True)


def test_a_link_from_the_terminal_signs_in_once_and_from_this_machine_alone(
    member: Members,
) -> None:
    secret = new_secret()
    manager = member(Role.PRODUCT_MANAGER)
    actions.make_link(Actor.workspace("command"), manager, secret=secret, loopback_only=True)
    address = reverse("members:sign_in_once", args=[secret])

    elsewhere = Client(REMOTE_ADDR="203.0.113.9").post(address)
    looked, here, again = Client().get(address), Client().post(address), Client().post(address)

    assert elsewhere.status_code == 410
    assert looked.status_code == 200
    assert (here.status_code, again.status_code) == (302, 410)


def test_a_link_for_this_machine_alone_is_not_for_whom_a_proxy_lets_in(member: Members) -> None:
    secret = new_secret()
    actions.make_link(
        Actor.workspace("command"), member(Role.OWNER), secret=secret, loopback_only=True
    )
    address = reverse("members:sign_in_once", args=[secret])

    passed_on = Client(headers={"x-forwarded-for": "203.0.113.9"}).post(address)

    assert passed_on.status_code == 410


def test_the_log_knows_from_where_through_a_proxy(member: Members, settings: Any) -> None:
    settings.SERVED_BY_TLS = True
    browser = Client(headers={"x-forwarded-for": "198.51.100.1, 203.0.113.9"})
    browser.force_login(member(Role.VIEWER))

    browser.post(reverse("members:profile"), {"name": "Reader"})

    assert AuditEntry.objects.get(verb="member.rename").address == "203.0.113.9"


def test_an_owner_makes_a_link_for_who_forgot_the_password(owner: Client, member: Members) -> None:
    lost = member(Role.ANALYST)

    page = owner.post(reverse("members:make_link", args=[lost.pk])).content.decode()
    link = re.search(r'value="(http[^"]+/link/[^"]+)"', page)
    assert link is not None
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    inside, again = elsewhere.post(link[1]), Client().post(link[1])

    assert f"signs {lost.name} in once" in page
    assert 'data-copy="#shown-once"' in page
    assert (inside.status_code, again.status_code) == (302, 410)
    assert elsewhere.get(reverse("members:profile")).status_code == 200
    assert AuditEntry.objects.get(verb="link.use").address == "203.0.113.9"


def test_a_key_is_shown_once_and_kept_as_a_hash(owner: Client) -> None:
    boss = Member.objects.get(role=Role.OWNER)
    form = {"name": "Shop", "member": boss.pk, "scopes": ["feedback.add"]}

    page = owner.post(reverse("members:keys"), form).content.decode()

    secret = re.search(r'value="(ff_[^"]+)"', page)
    assert secret is not None
    assert secret[1] not in owner.get(reverse("members:keys")).content.decode()
    assert not Key.objects.filter(secret_hash=secret[1]).exists()
    key = queries.live_key(secret[1])
    assert key is not None
    found = queries.actor_of_key(key, "127.0.0.1")
    assert found.may("feedback.add")
    assert not found.may("members.manage")


def test_a_revoked_key_lets_nobody_in(owner: Client) -> None:
    boss = Actor.member_at(Member.objects.get(role=Role.OWNER), "page")
    secret = actions.new_key()
    key = actions.issue_key(
        boss, name="Shop", member=boss.member, scopes=["feedback.add"], secret=secret
    )

    owner.post(reverse("members:revoke_key", args=[key.pk]))

    assert queries.live_key(secret) is None
    key.refresh_from_db()
    assert key.revoked_at is not None
    assert key.revoked_at <= timezone.now()


def test_a_member_changes_their_own_name_alone(viewer: Client, member: Members) -> None:
    viewer.post(reverse("members:profile"), {"name": "Reader"})

    assert member(Role.VIEWER).name == "Reader"
    assert AuditEntry.objects.latest("id").changes == [("name", "Viewer", "Reader")]


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
)


def _signed_in(member: Member, agent: str) -> Client:
    """A browser in which the member signed in by a link."""
    client, secret = Client(headers={"user-agent": agent}), new_secret()
    actions.make_link(Actor.workspace("command"), member, secret=secret, loopback_only=True)
    client.post(reverse("members:sign_in_once", args=[secret]))
    return client


def _profile(client: Client) -> str:
    return client.get(reverse("members:profile")).content.decode()


def _open(client: Client) -> bool:
    return client.get(reverse("members:profile")).status_code == 200


def test_a_member_sees_where_they_are_signed_in_and_nobody_else_does(member: Members) -> None:
    laptop = _signed_in(member(Role.VIEWER), FIREFOX)
    phone = _signed_in(member(Role.VIEWER), SAFARI)
    other = _signed_in(member(Role.OWNER), FIREFOX)

    seen, of_other = _profile(laptop), _profile(other)

    assert "Firefox on Linux" in seen
    assert "Safari on iPhone" in seen
    assert "127.0.0.1" in seen
    assert seen.count("This browser") == 1
    assert "Safari on iPhone" not in of_other
    for client in (laptop, phone):
        assert client.session.session_key not in seen  # it would open the door


def test_a_member_ends_a_session_from_another_one(member: Members) -> None:
    laptop = _signed_in(member(Role.VIEWER), FIREFOX)
    phone = _signed_in(member(Role.VIEWER), SAFARI)
    address = re.search(r'action="([^"]+/end/)"', _profile(laptop))
    assert address is not None

    first = laptop.post(address[1], follow=True).content.decode()
    again = laptop.post(address[1], follow=True).content.decode()

    entry = AuditEntry.objects.get(verb="session.end")
    assert "Safari on iPhone is signed out." in first
    assert "You are signed out there already." in again
    assert (_open(laptop), _open(phone)) == (True, False)
    assert (entry.actor_name, entry.address, entry.subject_id) == ("Viewer", "127.0.0.1", "")
    assert entry.subject_name == "Safari on iPhone"


def test_nobody_ends_the_session_of_another_member(member: Members) -> None:
    mine = _signed_in(member(Role.OWNER), FIREFOX)
    theirs = _signed_in(member(Role.VIEWER), SAFARI)
    session = Session.objects.get(pk=theirs.session.session_key)

    mine.post(reverse("members:end_session", args=[session.handle]))

    assert _open(theirs)
    with pytest.raises(ConflictError, match="Only the member"):
        actions.end_session(Actor.member_at(member(Role.OWNER), "page"), session)


def test_a_member_signs_out_everywhere_else_after_a_question(member: Members) -> None:
    here, *others = (_signed_in(member(Role.VIEWER), FIREFOX) for _ in range(3))
    bystander = _signed_in(member(Role.OWNER), FIREFOX)
    address = reverse("members:end_other_sessions")

    asked = here.post(
        address, "ask=Everywhere+else?", content_type="application/x-www-form-urlencoded"
    )
    still_open = [_open(one) for one in others]
    here.post(address)

    assert "Everywhere else?" in asked.content.decode()
    assert still_open == [True, True]
    assert [_open(one) for one in (here, *others, bystander)] == [True, False, False, True]
    assert AuditEntry.objects.filter(verb="session.end").count() == 2


def test_a_changed_password_leaves_this_session_alone_in_the_list(member: Members) -> None:
    here = _signed_in(member(Role.VIEWER), FIREFOX)
    elsewhere = _signed_in(member(Role.VIEWER), SAFARI)
    chosen = {"password1": "a long enough secret", "password2": "a long enough secret"}

    here.post(reverse("account_set_password"), chosen)

    assert (_open(here), _open(elsewhere)) == (True, False)
    assert "Firefox on Linux" in _profile(here)
    assert "Safari on iPhone" not in _profile(here)
