"""Pages about members, invitations, keys; and the two doors that need no password."""

from __future__ import annotations

import datetime
import ipaddress
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fourfits_web.core import display, lists, roles, sessions
from fourfits_web.core.actors import Actor, client_address
from fourfits_web.core.models import Session
from fourfits_web.core.pages import back, may, page
from fourfits_web.members import actions, forms, queries, view_lists
from fourfits_web.members.models import Invitation, Key, Member, new_secret

SIGNED_IN_BY = "fourfits_web.members.backends.Members"


@require_GET
@may("workspace.read")
def members(request: HttpRequest) -> HttpResponseBase:
    """Everybody, with roles; owners invite and change."""
    context = {"form": forms.InviteForm(), "may_manage": Actor.of(request).may("members.manage")}
    return view_lists.members(request).answer(request, _places(), "members/members.html", context)


@require_GET
@may("workspace.read")
def table_of_roles(request: HttpRequest) -> HttpResponse:
    """The table that decides who may what."""
    rows = [
        {"meaning": meaning, "permission": name, "cells": [role in allowed for role in roles.Role]}
        for name, (meaning, allowed) in roles.PERMISSIONS.items()
    ]
    return page(request, "members/roles.html", {"roles": list(roles.Role), "rows": rows})


@require_POST
@may("members.manage")
def invite(request: HttpRequest) -> HttpResponse:
    """Make an invitation, and show its link this once."""
    form = forms.InviteForm(request.POST)
    if not form.is_valid():
        return _members(request, form, status=422)
    secret = new_secret()
    invitation = actions.invite(
        Actor.of(request),
        email=form.cleaned_data["email"],
        role=roles.Role(form.cleaned_data["role"]),
        secret=secret,
    )
    link = request.build_absolute_uri(reverse("members:join", args=[secret]))
    words = _once(invitation.email, "works once", invitation.expires_at)
    return _members(request, forms.InviteForm(), link=link, words=words)


@require_POST
@may("members.manage")
def revoke_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an invitation back."""
    invitation = get_object_or_404(Invitation, pk=pk)
    actions.revoke_invitation(Actor.of(request), invitation)
    return back(request, "members:list", f"The invitation of {invitation.email} no longer works.")


@require_POST
@may("members.manage")
def change_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a member another role."""
    member, form = get_object_or_404(Member, pk=pk), forms.RoleForm(request.POST)
    if not form.is_valid():
        return _members(request, forms.InviteForm(), status=422)
    role = roles.Role(form.cleaned_data["role"])
    actions.change_role(Actor.of(request), member, role=role)
    return back(request, "members:list", f"{member.name} is now {role.label.lower()}.")


@require_POST
@may("members.manage")
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the door to a member."""
    member = actions.deactivate(Actor.of(request), get_object_or_404(Member, pk=pk))
    return back(request, "members:list", f"{member.name} can no longer sign in.")


@require_POST
@may("members.manage")
def activate(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the door again."""
    member = actions.activate(Actor.of(request), get_object_or_404(Member, pk=pk))
    return back(request, "members:list", f"{member.name} can sign in again.")


@require_POST
@may("members.manage")
def make_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a link that lets a member in once, who forgot the password, and show it this once."""
    member, secret = get_object_or_404(queries.active(), pk=pk), new_secret()
    made = actions.make_link(Actor.of(request), member, secret=secret, loopback_only=False)
    link = request.build_absolute_uri(reverse("members:sign_in_once", args=[secret]))
    words = _once(member.email, f"signs {member.name} in once", made.expires_at)
    return _members(request, forms.InviteForm(), link=link, words=words)


@require_http_methods(["GET", "POST"])
@may("self.change")
def profile(request: HttpRequest) -> HttpResponse:
    """One's own name and ways to sign in."""
    actor = Actor.of(request)
    form = forms.NameForm(request.POST or None, initial={"name": actor.member.name})
    if request.method == "POST" and form.is_valid():
        actions.rename(actor, actor.member, name=form.cleaned_data["name"])
        return back(request, "members:profile", "Your name is changed.")
    status = 422 if request.method == "POST" else 200
    here, elsewhere = _sessions(request)
    context = {"form": form, "here": here, "elsewhere": elsewhere}
    return page(request, "members/profile.html", context, status=status)


@require_POST
@may("self.change")
def end_session(request: HttpRequest, handle: str) -> HttpResponse:
    """Sign oneself out in another browser."""
    _, elsewhere = _sessions(request)
    session = next((one for one in elsewhere if one.handle == handle), None)
    if session is None:
        return back(request, "members:profile", "You are signed out there already.")
    actions.end_session(Actor.of(request), session)
    return back(request, "members:profile", f"{session} is signed out.")


@require_POST
@may("self.change")
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Sign oneself out everywhere but here."""
    _, elsewhere = _sessions(request)
    actions.end_sessions(Actor.of(request), elsewhere)
    return back(request, "members:profile", "You are signed in here alone.")


@require_http_methods(["GET", "POST"])
@may("keys.manage")
def keys(request: HttpRequest) -> HttpResponseBase:
    """All keys; a new one is shown this once."""
    if request.method == "GET":
        context = {"form": forms.KeyForm(initial={"member": request.user.pk})}
        return view_lists.keys(request).answer(
            request, lists.Standing(queries.keys), "members/keys.html", context
        )
    return _issue_key(request)


@require_POST
@may("keys.manage")
def revoke_key(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the door to a key."""
    key = actions.revoke_key(Actor.of(request), get_object_or_404(Key, pk=pk))
    return back(request, "members:keys", f"The key {key.name} no longer works.")


@login_not_required
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, secret: str) -> HttpResponse:
    """Accept an invitation: say one's name, choose a password."""
    invitation = queries.invitation(secret, timezone.now())
    if invitation is None:
        return _worn_out(request, "invitation")
    form = forms.JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        member = actions.accept(invitation, **form.cleaned_data, address=client_address(request))
        login(request, member, backend=SIGNED_IN_BY)
        return redirect(settings.LOGIN_REDIRECT_URL)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "invitation": invitation}
    return render(request, "members/join.html", context, status=status)


@login_not_required
@require_http_methods(["GET", "POST"])
def sign_in_once(request: HttpRequest, secret: str) -> HttpResponse:
    """Sign in by a link from the terminal.

    The page asks for a click, so that a program that follows links does not use it up.
    """
    link = queries.sign_in_link(secret, timezone.now())
    if link is None or (link.loopback_only and not _is_loopback(request)):
        return _worn_out(request, "link")
    if request.method != "POST":
        return render(request, "members/sign_in_once.html", {"link": link})
    actions.use_link(Actor.member_at(link.member, "page", client_address(request)), link)
    login(request, link.member, backend=SIGNED_IN_BY)
    return HttpResponseRedirect(reverse(settings.LOGIN_REDIRECT_URL))


def _members(
    request: HttpRequest, form: forms.InviteForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The page as it answers to a write."""
    declared = view_lists.members(request)
    listing = declared.listing(request, _places(), path=reverse("members:list"))
    context = {"listing": listing, "form": form, "may_manage": True, **more}
    return page(request, "members/members.html", context, status=status)


def _places() -> list[view_lists.Place]:
    invitations = queries.open_invitations(timezone.now())
    return view_lists.places(queries.everybody(), invitations)


def _issue_key(request: HttpRequest) -> HttpResponse:
    form, shown = forms.KeyForm(request.POST), {}
    status = 200 if form.is_valid() else 422
    if form.is_valid():
        secret = actions.new_key()
        key = actions.issue_key(Actor.of(request), secret=secret, **form.cleaned_data)
        words = f"The key {key.name}. Copy it now: it is kept as a hash and cannot be shown again."
        form, shown = (
            forms.KeyForm(initial={"member": request.user.pk}),
            {"secret": secret, "words": words},
        )
    listing = view_lists.keys(request).listing(request, queries.keys())
    context = {"listing": listing, "form": form, **shown}
    return page(request, "members/keys.html", context, status=status)


def _sessions(request: HttpRequest) -> tuple[list[Session], list[Session]]:
    """Where one is signed in: in this browser, and elsewhere."""
    found = sessions.standing(Actor.of(request).member, timezone.now())
    key = request.session.session_key
    return (
        [one for one in found if one.session_key == key],
        [one for one in found if one.session_key != key],
    )


def _once(email: str, what: str, until: datetime.datetime) -> str:
    return f"Send this link to {email}. It {what}, until {display.moment(until)}, and is shown only now."


def _worn_out(request: HttpRequest, what: str) -> HttpResponse:
    context = {
        "message": f"This {what} does not work: it was used, taken back, or is too old.",
        "hint": "ask an owner for a new one, or sign in with your password",
    }
    return render(request, "core/refused.html", context, status=410)


def _is_loopback(request: HttpRequest) -> bool:
    """Whether somebody at this machine asks, not a proxy on it for somebody else."""
    passed_on = {"HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP"} & request.META.keys()
    try:
        seen = ipaddress.ip_address(client_address(request))
    except ValueError:
        return False
    return seen.is_loopback and (settings.SERVED_BY_TLS or not passed_on)
