"""The lists of members and of keys, each as far as the reader may change it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.safestring import SafeString

from fourfits_web.core import display, lists, roles
from fourfits_web.core.actors import Actor
from fourfits_web.core.roles import Role
from fourfits_web.members import queries

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest

    from fourfits_web.members.models import Invitation, Key, Member

_STATES = {"active": ("Active", "good"), "invited": ("Invited", "info"), "left": ("Left", "")}
_KEY_STATES = {
    "works": ("Works", "good"),
    "idle": ("Its member left", "warn"),
    "revoked": ("Revoked", ""),
}
_NEVER = "never"


@dataclass(frozen=True)
class Place:
    """Somebody who works here, did, or was asked to."""

    pk: int
    state: str
    order: int
    name: str
    email: str
    role: str
    since: datetime.datetime
    last_seen_at: datetime.datetime | None = None
    invited_by: str = ""
    ends_at: datetime.datetime | None = None

    @property
    def role_name(self) -> str:
        """The role in words."""
        return str(Role(self.role).label)


def places(members: Iterable[Member], invitations: Iterable[Invitation]) -> list[Place]:
    """Members of today, then who was asked to become one, then members of before."""
    found = [*map(_of_member, members), *map(_of_invitation, invitations)]
    return sorted(found, key=lambda place: place.order)


def members(request: HttpRequest) -> lists.List:
    """Everybody; owners change roles and let in or out."""
    may_change = Actor.of(request).may("members.manage")
    changing = _Changing(request) if may_change else None
    role = lists.Column(
        "role", "Role", value="role_name", sort="role_name",
        render=changing.role if changing else None,
    )  # fmt: skip
    return lists.List(
        key="members",
        title="Members",
        noun="member",
        columns=(
            lists.Column("name", "Member", render=_name, sort="name", wide=True),
            lists.Column("state", "State", labels=_STATES, sort="order", render=_state),
            role,
            lists.Column("last_seen_at", "Last seen", kind="ago", sort="last_seen_at", render=_seen),
            lists.Column("email", "E-mail", sort="email", shown=False),
            lists.Column("since", "Since", kind="day", sort="since", shown=False,
                         note="When they joined or were invited"),
            lists.Column("invited_by", "Invited by", sort="invited_by", shown=False, headed=True),
            lists.Column("ends_at", "Invitation ends", kind="day", sort="ends_at", shown=False, headed=True),
            *([lists.Column("change", "Change", render=changing.buttons, is_control=True)]
              if changing else []),
        ),
        filters=(
            lists.Choice("state", "State", options=[(key, word) for key, (word, _) in _STATES.items()]),
            lists.Choice("role", "Role", options=Role.choices),
            lists.Days("last_seen_at", "Last seen"),
            lists.Flag("never", "Never seen", when=lambda place: place.last_seen_at is None),
        ),
        search=("name", "email"),
        search_hint="Search name or e-mail",
        empty=lists.Empty("Nobody works here yet", "Owners invite the first member.", icon="users"),
    )  # fmt: skip


def keys(request: HttpRequest) -> lists.List:
    """Keys of programs, with what revokes them."""
    form = lists.Form(request)

    def revoke(key: Key) -> SafeString:
        if key.revoked_at is not None:
            return SafeString()
        return form.button(
            reverse("members:revoke_key", args=[key.pk]), "Revoke", tone="danger",
            confirm=f"Programs that use {key.name} are refused from now on.",
        )  # fmt: skip

    return lists.List(
        key="keys",
        title="API keys",
        noun="key",
        columns=(
            lists.Column("name", "Key", render=_key_name, sort="name", wide=True),
            lists.Column("state", "State", labels=_KEY_STATES, sort="state"),
            lists.Column("member", "Acts for", value="member.name", sort="member.name", headed=True),
            lists.Column("scopes", "Scopes", render=_scopes, wraps=True),
            lists.Column("created_at", "Issued", kind="day", sort="created_at", headed=True),
            lists.Column("used_on", "Last used", kind="day", sort="used_on", headed=True, render=_used),
            lists.Column("revoked_at", "Revoked", kind="day", sort="revoked_at", shown=False, headed=True),
            lists.Column("change", "Change", render=revoke, is_control=True),
        ),
        filters=(
            lists.Choice(
                "state", "State", options=[(key, word) for key, (word, _) in _KEY_STATES.items()]
            ),
            lists.Choice("member", "Acts for", options=queries.holders),
            lists.Days("used_on", "Last used", dates=True),
            lists.Flag("never", "Never used", field="never_used"),
        ),
        search=("name", "member.name", "start"),
        search_hint="Search key or member",
        empty=lists.Empty(
            "No program has a key yet",
            "Issue one below: it lets a program read and write here for a member.",
            icon="key",
        ),
    )  # fmt: skip


class _Changing:
    """What owners change in a row of the members."""

    def __init__(self, request: HttpRequest) -> None:
        self._form = lists.Form(request)

    def role(self, place: Place) -> str:
        """The role, to choose another."""
        if place.state != "active":
            return place.role_name
        options = "".join(
            f'<option value="{value}"{" selected" if value == place.role else ""}>{escape(title)}</option>'
            for value, title in Role.choices
        )
        name = escape(place.name)
        fields = f'<select class="form-select" name="role" aria-label="Role of {name}">{options}</select>'
        url = reverse("members:change_role", args=[place.pk])
        return self._form.button(url, "Change", tone="", fields=fields)

    def buttons(self, place: Place) -> SafeString:
        """What opens and closes the door."""
        if place.state == "invited":
            return self._button("revoke_invitation", place, "Take back")
        if place.state == "left":
            return self._button("activate", place, "Let in again")
        leaving = (
            f"{place.name} can no longer sign in; what they did stays theirs. You can undo this."
        )
        return SafeString(
            self._button("make_link", place, "Make a sign-in link")
            + self._button("deactivate", place, "Deactivate", leaving)
        )

    def _button(self, name: str, place: Place, word: str, confirm: str = "") -> SafeString:
        url = reverse(f"members:{name}", args=[place.pk])
        return self._form.button(url, word, confirm=confirm)


def _of_member(member: Member) -> Place:
    state = "active" if member.is_active else "left"
    return Place(
        pk=member.pk, state=state, order=0 if member.is_active else 2, name=member.name,
        email=member.email, role=member.role, since=member.date_joined,
        last_seen_at=member.last_login,
    )  # fmt: skip


def _of_invitation(one: Invitation) -> Place:
    by = one.invited_by.name if one.invited_by else ""
    return Place(
        pk=one.pk, state="invited", order=1, name=one.email, email=one.email, role=one.role,
        since=one.created_at, invited_by=by, ends_at=one.expires_at,
    )  # fmt: skip


def _name(place: Place) -> SafeString:
    name = f"<strong>{escape(place.name)}</strong>"
    if place.name == place.email:
        return SafeString(name)
    return SafeString(f'{name}<br><small class="text-secondary">{escape(place.email)}</small>')


def _state(place: Place) -> SafeString:
    word, tone = _STATES[place.state]
    shown = f'<span class="status {tone}">{word}</span>'
    if place.ends_at is not None:
        by = f"by {escape(place.invited_by)}, " if place.invited_by else ""
        until = f"{by}until {escape(display.day(place.ends_at))}"
        shown += f'<br><small class="text-secondary">{until}</small>'
    return SafeString(shown)


def _seen(place: Place) -> str:
    if place.state == "invited":
        return SafeString('<span class="none">–</span>')
    return display.ago(place.last_seen_at) if place.last_seen_at else _NEVER


def _key_name(key: Key) -> SafeString:
    name, start = escape(key.name), escape(key.start)
    return SafeString(f'<strong>{name}</strong> <small class="text-secondary">{start}…</small>')


def _scopes(key: Key) -> str:
    """What the key may, in the words of the table of roles; files keep the names of the scopes."""
    return "; ".join(
        roles.PERMISSIONS[scope][0] if scope in roles.PERMISSIONS else scope for scope in key.scopes
    )


def _used(key: Key) -> str:
    return display.day(key.used_on) if key.used_on else _NEVER
