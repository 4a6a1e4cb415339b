"""Members, and the secrets by which people and programs come in. Secrets are stored as hashes."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any, ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models

from fourfits_web.core.models import Record
from fourfits_web.core.roles import Role


def fingerprint(secret: str) -> str:
    """The hash under which a random secret is kept; it has 256 random bits, so no salt is needed.

    >>> len(fingerprint("x"))
    64
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret() -> str:
    """A secret of 256 random bits that fits in an address."""
    return secrets.token_urlsafe(32)


class MemberManager(BaseUserManager["Member"]):
    """Members are known by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Member:
        """Add a member; without a password they come in by a link first."""
        member = self.model(email=self.normalize_email(email).lower(), **fields)
        if password:
            member.set_password(password)
        else:
            member.set_unusable_password()
        member.save(using=self._db)
        return member

    def create_superuser(self, email: str, password: str, **fields: Any) -> Member:
        """Add an owner."""
        return self.create_user(email, password, role=Role.OWNER, **fields)


class Member(AbstractUser, Record):
    """Somebody who works in this workspace."""

    SECRET_FIELDS = ("password",)

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField("e-mail", unique=True)
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=32, choices=Role, default=Role.VIEWER)
    seen_at = models.DateTimeField(null=True)
    """When they last looked at their home; what is newer stands out there."""

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[MemberManager] = MemberManager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """The name."""
        return self.name

    def get_short_name(self) -> str:
        """The name."""
        return self.name


class SignInLink(Record):
    """A link that signs a member in once, printed on the terminal of the machine that serves."""

    SECRET_FIELDS = ("secret_hash",)

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    loopback_only = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"link for {self.member}"


class Invitation(Record):
    """An address asked to join, with the role that waits for it."""

    SECRET_FIELDS = ("secret_hash",)

    email = models.EmailField("e-mail")
    role = models.CharField(max_length=32, choices=Role, default=Role.VIEWER)
    secret_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.email


class Key(Record):
    """A key by which a program acts for a member, within the member's role and the key's scopes."""

    SECRET_FIELDS = ("secret_hash",)

    name = models.CharField(max_length=100)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    start = models.CharField(max_length=12)
    secret_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
