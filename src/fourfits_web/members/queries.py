"""Reads about members."""

from __future__ import annotations

import datetime

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Case, F, Q, QuerySet, Value, When

from fourfits_web.core import prepared
from fourfits_web.core.actors import Actor
from fourfits_web.core.roles import Role
from fourfits_web.members.models import Invitation, Key, Member, SignInLink, fingerprint

_OF_KEY = [field.attname for field in Key._meta.concrete_fields]
_OF_MEMBER = [field.attname for field in Member._meta.concrete_fields]


def active() -> QuerySet[Member]:
    """Everybody who can come in."""
    return Member.objects.filter(is_active=True).order_by("name")


_choices = prepared.Question(lambda: active().values_list("pk", "name"))


def choices() -> list[tuple[int, str]]:
    """Keys and names of everybody who can come in."""
    return _choices()


def everybody() -> QuerySet[Member]:
    """Members of today and of before."""
    return Member.objects.order_by("-is_active", "name")


def roles_held() -> set[str]:
    """Roles that an active member has."""
    return set(active().order_by().values_list("role", flat=True).distinct())


def shut_out(role: Role) -> Member | None:
    """The first member with a role, if nobody who has it ever came in."""
    known = active().filter(role=role)
    return None if known.filter(last_login__isnull=False).exists() else known.first()


def by_address(email: str) -> Member | None:
    """The active member who signs in with an address."""
    return active().filter(email=email.lower()).first()


def open_invitations(now: datetime.datetime) -> QuerySet[Invitation]:
    """Who was asked and has not answered."""
    waiting = Invitation.objects.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)
    return waiting.select_related("invited_by").order_by("-created_at")


def invitation(secret: str, now: datetime.datetime) -> Invitation | None:
    """The open invitation with the secret."""
    return open_invitations(now).filter(secret_hash=fingerprint(secret)).first()


def sign_in_link(secret: str, now: datetime.datetime) -> SignInLink | None:
    """The unused link with the secret."""
    links = SignInLink.objects.filter(used_at=None, expires_at__gt=now, member__is_active=True)
    return links.select_related("member").filter(secret_hash=fingerprint(secret)).first()


def keys() -> QuerySet[Key]:
    """All keys, live ones first; each says whether it `works`, is `idle` or `revoked`."""
    state = Case(
        When(revoked_at__isnull=False, then=Value("revoked")),
        When(member__is_active=False, then=Value("idle")),
        default=Value("works"),
    )
    found = Key.objects.select_related("member").annotate(state=state, never_used=Q(used_on=None))
    return found.order_by(F("revoked_at").asc(nulls_first=True), "-created_at")


def holders() -> list[tuple[int, str]]:
    """Members for whom keys act."""
    ids = Key.objects.values("member")
    return list(Member.objects.filter(pk__in=ids).order_by("name").values_list("pk", "name"))


def _live() -> QuerySet[Key]:
    return Key.objects.filter(revoked_at=None, member__is_active=True)


_with_hash = prepared.Question(
    lambda secret_hash: (
        _live()
        .filter(secret_hash=secret_hash)
        .values_list(*_OF_KEY, *(f"member__{name}" for name in _OF_MEMBER))
    )
)


def live_key(secret: str) -> Key | None:
    """The key with the secret, if it works, and its member: every request of a program asks."""
    for row in _with_hash(fingerprint(secret)):
        key = Key.from_db(DEFAULT_DB_ALIAS, _OF_KEY, row[: len(_OF_KEY)])
        key.member = Member.from_db(DEFAULT_DB_ALIAS, _OF_MEMBER, row[len(_OF_KEY) :])
        return key
    return None


def actor_of_key(key: Key, address: str) -> Actor:
    """Who acts by the key: its member, within its scopes."""
    return Actor(
        kind="key",
        id=f"key:{key.pk}",
        name=f"{key.name} ({key.member.name})",
        role=Role(key.member.role),
        door="api",
        address=address,
        member=key.member,
        scopes=frozenset(key.scopes),
    )


def asker_by_key(actor_id: str) -> Actor | None:
    """Who acts by a key today, by the id that its jobs carry; none if the key no longer works."""
    key = _live().select_related("member").filter(pk=actor_id.rpartition(":")[2]).first()
    return actor_of_key(key, "") if key is not None else None


def asker(actor_id: str) -> Actor | None:
    """A member today, by the id that their jobs carry."""
    member = active().filter(pk=actor_id).first()
    return Actor.member_at(member, "job") if member is not None else None
