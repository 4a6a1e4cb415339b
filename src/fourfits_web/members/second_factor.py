"""What allauth writes of a second factor stands in the log, too."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.dispatch import receiver
from django.http import HttpRequest

from fourfits_web.core.actors import Actor, client_address
from fourfits_web.members import actions
from fourfits_web.members.models import Member


@receiver([authenticator_added, authenticator_reset])
def note_added(request: HttpRequest, user: Member, authenticator: Authenticator, **_: Any) -> None:
    """Log a second factor, or new codes in its place."""
    note = actions.note_recovery_codes if _is_codes(authenticator) else actions.note_second_factor
    note(_themselves(user, request), user)


@receiver(authenticator_removed)
def note_removed(
    request: HttpRequest, user: Member, authenticator: Authenticator, **_: Any
) -> None:
    """Log that the second factor is gone; its codes go with it without an entry of their own."""
    if not _is_codes(authenticator):
        actions.note_no_second_factor(_themselves(user, request), user)


def _is_codes(authenticator: Authenticator) -> bool:
    return bool(authenticator.type == Authenticator.Type.RECOVERY_CODES)


def _themselves(member: Member, request: HttpRequest) -> Actor:
    return Actor.member_at(member, "page", address=client_address(request))
