"""How sign-in by allauth meets our members: nobody joins without an invitation."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse

from fourfits_web.core import counting
from fourfits_web.core.actors import Actor, client_address
from fourfits_web.members import actions
from fourfits_web.members.models import Member

TRIES = 5
"""Sign-ins by password to one account that are tried in a minute, at all processes together."""
TRIES_FROM = 20
"""The same from one address. allauth counts too, but each process for itself."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up is closed; an owner invites."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse who tries too often, wherever the tries arrive."""
        super().pre_authenticate(request, **credentials)
        email, address = credentials.get("email", ""), client_address(request)
        of_account = counting.count(f"sign-in:{email.strip().lower()}")
        if of_account > TRIES or counting.count(f"sign-in from:{address}") > TRIES_FROM:
            raise self.validation_error("too_many_login_attempts")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to where one came from, not to the form that asks for the next one."""
        return reverse("members:profile")

    def set_password(self, user: Member, password: str) -> None:
        """Choosing a password is an action, also for who comes by the link of a mail."""
        actor = Actor.member_at(user, "page", address=client_address(self.request))
        actions.choose_password(actor, user, password=password)


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """The identity provider may sign in whoever is a member already, by the verified address."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never: an owner invites first."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Connect a verified address to its member; refuse everybody else in words."""
        if sociallogin.is_existing:
            return
        verified = {
            address.email.lower() for address in sociallogin.email_addresses if address.verified
        }
        member = Member.objects.filter(email__in=verified, is_active=True).first()
        if member is None:
            context = {
                "message": "This account is not a member of the workspace.",
                "hint": "ask an owner for an invitation to the address that your account uses",
            }
            raise ImmediateHttpResponse(render(request, "core/refused.html", context, status=403))
        actor = Actor.member_at(member, "page", address=client_address(request))
        with transaction.atomic():
            actions.note_identity(actor, member, provider=sociallogin.account.get_provider().name)
            sociallogin.connect(request, member)
