"""Pages of the frame: palette, help, background work, audit log."""

from __future__ import annotations

import logging
import secrets
import sys

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from fourfits_web.core import audit, job_actions, lists, registry, view_lists
from fourfits_web.core import jobs as work
from fourfits_web.core.actors import Actor
from fourfits_web.core.context import theme, workspace
from fourfits_web.core.models import AuditEntry, Job
from fourfits_web.core.pages import back, may, page
from fourfits_web.core.roles import Role

PER_GROUP = 6
THEME_SECONDS = 31_536_000
AWAY_SECONDS = 10
REFERENCE = "X-Reference"
log = logging.getLogger(__name__)


@require_GET
@may("workspace.read")
def palette(request: HttpRequest) -> HttpResponse:
    """Pages, accounts, people, needs, features by a few letters, in groups."""
    text = request.GET.get("q", "").strip()[:100]
    actor = Actor.of(request)
    groups = {"Pages": _pages(request, text)}
    if text:
        groups |= {
            name: list(search(actor, text, PER_GROUP)) for name, search in registry.PALETTE.items()
        }
    found = {name: results for name, results in groups.items() if results}
    return page(request, "core/palette.html", {"groups": found, "text": text})


@require_POST
@may("workspace.read")
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the system has it; the browser keeps it, as it does with the script."""
    answer = back(request, "home")
    chosen = request.POST.get("theme", "")
    answer.set_cookie(
        "theme",
        chosen if chosen in {"light", "dark"} else "auto",
        max_age=THEME_SECONDS,
        secure=request.is_secure(),
        samesite="Lax",
    )
    return answer


@require_GET
@may("workspace.read")
def help_page(request: HttpRequest) -> HttpResponse:
    """Keys and words."""
    return page(request, "core/help.html")


@require_GET
@may("workspace.read")
def jobs(request: HttpRequest) -> HttpResponseBase:
    """Background work, newest first."""
    return view_lists.JOBS.answer(request, lists.Standing(view_lists.jobs))


@require_GET
@may("workspace.read")
def running(request: HttpRequest) -> HttpResponse:
    """What runs or waits now, in the corner of every page; asked again only while something does.

    Where nothing does, what one asked for oneself and what failed lately, so that it is not missed.
    """
    shown = work.in_the_corner(Actor.of(request), timezone.now())
    active = [row for row in shown if not row.is_over]
    active.sort(key=lambda row: row.status != Job.Status.RUNNING)
    failed = [row for row in shown if row.is_over]
    context = {
        "n_jobs": len(active),
        "job": active[0] if active else None,
        "failed": failed[0] if failed else None,
    }
    return page(request, "core/running.html", context)


@require_GET
@may("workspace.read")
def job(request: HttpRequest, pk: str) -> HttpResponse:
    """One job: how far, its log, what came of it."""
    context = {
        "job": get_object_or_404(Job, pk=pk),
        "may_manage": Actor.of(request).may("jobs.manage"),
    }
    return page(request, "core/job.html", context)


@require_POST
@may("jobs.manage")
def cancel_job(request: HttpRequest, pk: str) -> HttpResponse:
    """Stop a job."""
    row = job_actions.cancel(Actor.of(request), get_object_or_404(Job, pk=pk))
    return back(request, reverse("core:job", args=[row.pk]), "The job stops at its next step.")


@require_POST
@may("jobs.manage")
def retry_job(request: HttpRequest, pk: str) -> HttpResponse:
    """Run a job again."""
    row = job_actions.retry(Actor.of(request), get_object_or_404(Job, pk=pk))
    return back(request, reverse("core:job", args=[row.pk]))


@require_GET
@may("audit.read")
def audit_log(request: HttpRequest) -> HttpResponseBase:
    """Every write, newest first."""
    return view_lists.AUDIT.answer(request, lists.Standing(view_lists.entries), "core/audit.html")


@require_GET
@may("audit.read")
def audit_entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One write: what differs, and its place in the chain."""
    entry = get_object_or_404(AuditEntry, pk=pk)
    context = {
        "entry": entry,
        "door": view_lists.DOORS.get(entry.door, entry.door),
        "role": dict(Role.choices).get(entry.role, entry.role),
    }
    return page(request, "core/audit_entry.html", context)


@require_POST
@may("audit.read")
def verify_audit(request: HttpRequest) -> HttpResponse:
    """Walk the whole chain."""
    return page(request, "core/audit_verdict.html", {"verdict": audit.verify()})


def broken(request: HttpRequest) -> HttpResponse:
    """What is said where the program failed, or its records do not answer.

    It asks for nothing that may be what failed: no session, no member, no message. The reference
    that it shows stands in the log beside what failed.
    """
    is_away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    status = 503 if is_away else 500
    reference = secrets.token_hex(4)
    log.error("reference %s: %s %s broke", reference, request.method, request.path)
    known = {
        "theme": theme(request),
        "workspace": settings.WORKSPACE.now(),
        "reference": reference,
    }
    answer = HttpResponse(render_to_string(f"{status}.html", known), status=status)
    answer[REFERENCE] = reference
    if is_away:
        answer["Retry-After"] = str(AWAY_SECONDS)
    return answer


def _pages(request: HttpRequest, text: str) -> list[registry.Found]:
    """Pages whose title holds the letters in this order, first those that hold them as one word."""
    known = workspace(request)
    going = [("g", item) for section in known["menu"] for item in section["items"]]
    making = [("n", {**item, "title": f"New: {item['title']}"}) for item in known["creations"]]
    wanted = "".join(text.lower().split())
    found = [(key, item) for key, item in [*going, *making] if _holds(wanted, item["title"])]
    found.sort(key=lambda each: wanted not in "".join(each[1]["title"].lower().split()))
    return [
        registry.Found(
            title=item["title"],
            url=item["url"],
            detail=f"{key} {item['keys']}" if item.get("keys") else "",
        )
        for key, item in found
    ][: 20 if not text else PER_GROUP]


def _holds(letters: str, title: str) -> bool:
    rest = iter(title.lower())
    return all(letter in rest for letter in letters)
