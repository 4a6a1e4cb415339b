"""Writes about members."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from fourfits.errors import ParameterError
from fourfits_web.core import roles
from fourfits_web.core.actions import action
from fourfits_web.core.actors import Actor
from fourfits_web.core.errors import ConflictError
from fourfits_web.core.models import Session
from fourfits_web.core.roles import Role
from fourfits_web.members import queries
from fourfits_web.members.models import (
    Invitation,
    Key,
    Member,
    SignInLink,
    fingerprint,
    new_secret,
)

LINK_LASTS = datetime.timedelta(hours=12)
INVITATION_LASTS = datetime.timedelta(days=14)
KEY_START = "ff_"


@action("member.add", may="members.manage")
def add(actor: Actor, *, email: str, name: str, role: Role) -> Member:
    """Add a member who comes in by a link."""
    if Member.objects.filter(email=email.lower()).exists():
        raise ConflictError(f"{email} is a member already.")
    return Member.objects.create_user(email, name=name, role=role)


@action("member.change_role", may="members.manage")
def change_role(actor: Actor, member: Member, *, role: Role) -> Member:
    """Give another role; one owner must stay."""
    _keep_an_owner(member, stays=role == Role.OWNER)
    member.role = role
    member.save(update_fields=["role"])
    return member


@action("member.leave", may="members.manage")
def deactivate(actor: Actor, member: Member) -> Member:
    """Close the door to a member; what they did stays theirs."""
    _keep_an_owner(member, stays=False)
    member.is_active = False
    member.save(update_fields=["is_active"])
    return member


@action("member.return", may="members.manage")
def activate(actor: Actor, member: Member) -> Member:
    """Open the door again."""
    member.is_active = True
    member.save(update_fields=["is_active"])
    return member


@action("member.rename", may="self.change")
def rename(actor: Actor, member: Member, *, name: str) -> Member:
    """Change one's own name."""
    _themselves(actor, member)
    member.name = name
    member.save(update_fields=["name"])
    return member


@action("password.choose", may="self.change")
def choose_password(actor: Actor, member: Member, *, password: str) -> Member:
    """Choose one's own password; the log says that it happened, and never what was chosen."""
    _themselves(actor, member)
    member.set_password(password)
    member.save(update_fields=["password"])
    return member


@action("session.end", may="self.change")
def end_session(actor: Actor, session: Session) -> None:
    """Sign oneself out in one browser, from another one."""
    if session.actor_id != actor.id:
        raise ConflictError("Only the member can change that.")
    session.delete()


def end_sessions(actor: Actor, sessions: Iterable[Session]) -> None:
    """The same in several browsers, in all of them or none; each has its entry in the log."""
    with transaction.atomic():
        for session in sessions:
            end_session(actor, session)


@action("second_factor.turn_on", may="self.change")
def note_second_factor(actor: Actor, member: Member) -> Member:
    """Note that sign-in asks for a code from now on; the code's secret is kept by allauth."""
    _themselves(actor, member)
    return member


@action("second_factor.turn_off", may="self.change")
def note_no_second_factor(actor: Actor, member: Member) -> Member:
    """Note that the password alone lets in from now on."""
    _themselves(actor, member)
    return member


@action("recovery_codes.make", may="self.change")
def note_recovery_codes(actor: Actor, member: Member) -> Member:
    """Note that there are new codes for the day the phone is lost."""
    _themselves(actor, member)
    return member


@action("identity.connect", may="self.change")
def note_identity(actor: Actor, member: Member, *, provider: str) -> Member:
    """Note that the identity provider knows the member from now on, whatever the address there."""
    _themselves(actor, member)
    return member


@action("invitation.send", may="members.manage")
def invite(actor: Actor, *, email: str, role: Role, secret: str) -> Invitation:
    """Ask somebody to join; the link holds the secret and is shown once."""
    if Member.objects.filter(email=email.lower()).exists():
        raise ConflictError(f"{email} is a member already.")
    now = timezone.now()
    queries.open_invitations(now).filter(email=email.lower()).update(revoked_at=now)
    return Invitation.objects.create(
        email=email.lower(),
        role=role,
        secret_hash=fingerprint(secret),
        invited_by=actor.member,
        created_at=now,
        expires_at=now + INVITATION_LASTS,
    )


@action("invitation.revoke", may="members.manage")
def revoke_invitation(actor: Actor, invitation: Invitation) -> Invitation:
    """Take an invitation back."""
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    return invitation


def accept(invitation: Invitation, *, name: str, password: str, address: str = "") -> Member:
    """Join by an invitation; whoever holds its secret acts for the one who invited."""
    inviter = replace(Actor.workspace("page"), address=address)
    return _accept(inviter, invitation, name=name, password=password)


def seen(member: Member, now: datetime.datetime) -> None:
    """Note when a member last looked at Home; looking is no deed, so the log has no entry."""
    Member.objects.filter(pk=member.pk).update(seen_at=now)


@action("invitation.accept", may="members.manage")
def _accept(actor: Actor, invitation: Invitation, *, name: str, password: str) -> Member:
    now = timezone.now()
    claimed = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
    if not claimed.update(accepted_at=now):
        raise ConflictError("This invitation was used already.")
    return Member.objects.create_user(invitation.email, password, name=name, role=invitation.role)


@action("link.make", may="members.manage")
def make_link(actor: Actor, member: Member, *, secret: str, loopback_only: bool) -> SignInLink:
    """Make a link that signs the member in once."""
    now = timezone.now()
    return SignInLink.objects.create(
        member=member,
        secret_hash=fingerprint(secret),
        created_at=now,
        expires_at=now + LINK_LASTS,
        loopback_only=loopback_only,
    )


@action("link.use", may="self.change")
def use_link(actor: Actor, link: SignInLink) -> SignInLink:
    """Use up a link; of two who come at once, one is late."""
    now = timezone.now()
    if not SignInLink.objects.filter(pk=link.pk, used_at=None).update(used_at=now):
        raise ConflictError("This link was used already.")
    link.refresh_from_db()
    return link


@action("key.issue", may="keys.manage")
def issue_key(
    actor: Actor, *, name: str, member: Member, scopes: Iterable[str], secret: str
) -> Key:
    """Issue a key; the secret is shown once and kept as a hash."""
    wanted = sorted(set(scopes))
    unknown = [scope for scope in wanted if scope not in roles.PERMISSIONS]
    if unknown or not wanted:
        raise ParameterError(
            f"A key needs known scopes; {', '.join(unknown) or 'none'} was given.",
            hint=f"choose from {', '.join(roles.PERMISSIONS)}",
        )
    return Key.objects.create(
        name=name,
        member=member,
        start=secret[:8],
        secret_hash=fingerprint(secret),
        scopes=wanted,
        created_at=timezone.now(),
    )


@action("key.revoke", may="keys.manage")
def revoke_key(actor: Actor, key: Key) -> Key:
    """Close the door to a key, at once."""
    key.revoked_at = timezone.now()
    key.save(update_fields=["revoked_at"])
    return key


def new_key() -> str:
    """The secret of a key; its start tells scanners of leaked secrets what it is."""
    return KEY_START + new_secret()


def _themselves(actor: Actor, member: Member) -> None:
    if actor.member != member:
        raise ConflictError("Only the member can change that.")


def _keep_an_owner(member: Member, *, stays: bool) -> None:
    others = queries.active().filter(role=Role.OWNER).exclude(pk=member.pk)
    if member.role == Role.OWNER and not stays and not others.exists():
        raise ConflictError("A workspace needs an owner.", hint="make somebody else an owner first")
