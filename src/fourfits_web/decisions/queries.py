"""Reads about decisions."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from fourfits_web.core import registry
from fourfits_web.core.actors import Actor
from fourfits_web.core.roles import Role
from fourfits_web.decisions import records
from fourfits_web.decisions.models import Decision, Evidence, Look, Status
from fourfits_web.members import queries as members
from fourfits_web.reports.models import Report


def decisions() -> QuerySet[Decision]:
    """All decisions, with who made them and how much evidence each has."""
    counted = Evidence.objects.filter(decision=OuterRef("pk")).order_by().values("decision")
    n = Subquery(counted.annotate(n=Count("pk")).values("n"))
    return Decision.objects.select_related("decided_by").annotate(n_evidence=Coalesce(n, 0))


def evidence(decision: Decision) -> list[Evidence]:
    """What a decision rests on; reports without their results."""
    rows = Evidence.objects.filter(decision=decision).select_related("report")
    heavy = ("result", "chart", "queries", "quality")
    return list(rows.defer(*(f"report__{name}" for name in heavy)).order_by("pk"))


def looks(decision: Decision) -> list[Look]:
    """What was found when somebody looked again, newest first."""
    return list(Look.objects.filter(decision=decision).select_related("by").order_by("-at", "-pk"))


def about(record: Any) -> list[Decision]:
    """Decisions that rest on a record, newest first; for a report, on any run of its question."""
    if record is None or record.pk is None:
        return []
    if isinstance(record, Report):
        rests = Q(question=record.key)
    else:
        rests = Q(record_kind=record._meta.label_lower, record_id=str(record.pk))
    ids = Evidence.objects.filter(rests).values("decision")
    found = Decision.objects.filter(pk__in=ids).select_related("decided_by")
    return list(found.order_by("-decided_at"))


def since(
    moment: datetime.datetime | None, role: str | None = None, *, limit: int = 20
) -> list[Decision]:
    """Decisions taken or looked at again after a moment, by a role or by anybody, newest first."""
    found = _told()
    if moment is not None:
        found = found.filter(changed_at__gt=moment)
    if role is not None:
        found = found.filter(role=role)
    return list(found.order_by("-changed_at")[:limit])


def due(today: datetime.date, *, limit: int = 20) -> list[Decision]:
    """Decisions that it is time to look at again, the longest overdue first."""
    found = _told().filter(look_again_on__lte=today).exclude(status=Status.WITHDRAWN)
    return list(found.order_by("look_again_on")[:limit])


def _told() -> QuerySet[Decision]:
    """Decisions in one line: what, by whom, when."""
    found = Decision.objects.select_related("decided_by")
    return found.only("what", "changed_at", "look_again_on", "decided_by", "decided_by__name")


def touching(fit: str, *, limit: int = 10) -> list[Decision]:
    """Decisions that touch one of the four fits, newest first."""
    every = Decision.objects.select_related("decided_by").order_by("-decided_at").iterator(200)
    found = []
    for decision in every:
        if fit in decision.fits:
            found.append(decision)
        if len(found) == limit:
            break
    return found


def people() -> list[tuple[int, str]]:
    """Members who may be asked for in the list."""
    return [(member.pk, member.name) for member in members.everybody()]


def roles() -> list[tuple[str, str]]:
    """Roles in which somebody may decide."""
    return [(role.value, role.label) for role in Role if role not in {Role.VIEWER}]


def new_url(record: Any = None, *, what: str = "", why: str = "", url: str = "") -> str:
    """Where a decision is recorded, with its words and its evidence already filled in."""
    given = {"what": what, "why": why, "url": url}
    if isinstance(record, Report):
        given["report"] = str(record.pk)
    elif record is not None and record.pk is not None:
        given["record"] = records.name_of(record)
    query = urlencode({name: value for name, value in given.items() if value})
    address = reverse("decisions:new")
    return f"{address}?{query}" if query else address


def found(actor: Actor, text: str, limit: int) -> list[registry.Found]:
    """Decisions whose words hold the text, for the palette."""
    rows = Decision.objects.filter(what__icontains=text).order_by("-decided_at")[:limit]
    return [
        registry.Found(
            title=row.what, url=row.get_absolute_url(), detail=row.decided_at.date().isoformat()
        )
        for row in rows
    ]


def today() -> datetime.date:
    """The day in the workspace's time zone."""
    return timezone.localdate()
