"""What allauth writes of a second factor stands in the log, too; its codes are tried a few times.

allauth counts tries and remembers used codes in the memory of each process, and there are several.
"""

from __future__ import annotations

from typing import Any, cast

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.dispatch import receiver
from django.http import HttpRequest

from fourfits_web.core import counting
from fourfits_web.core.actors import Actor, client_address
from fourfits_web.members import actions
from fourfits_web.members.models import Member

TRIES = 5
"""Codes of one member that are tried in `TRIES_MINUTES`, at all processes together."""
TRIES_MINUTES = 5


class _Counted:
    """A form that asks for a code: few tries, and each code once."""

    user: Member

    def clean_code(self) -> str:
        """The code, if it is the member's and was not used before."""
        who = f"second factor:{self.user.pk}"
        if counting.count(who, minutes=TRIES_MINUTES) > TRIES:
            raise get_account_adapter().validation_error("too_many_login_attempts")
        code = cast("str", super().clean_code())  # type: ignore[misc]  # of allauth's form
        if counting.count(f"code:{self.user.pk}:{code}") > 1:  # it is good for half of one minute
            raise get_adapter().validation_error("incorrect_code")
        counting.forget(who, minutes=TRIES_MINUTES)
        return code


class CodeForm(_Counted, AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The code at sign-in."""


class CodeAgainForm(_Counted, ReauthenticateForm):  # type: ignore[misc]  # the same
    """The code before something that asks for it again."""


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
