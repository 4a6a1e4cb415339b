"""Reads about decisions."""

from __future__ import annotations

import datetime
from collections import defaultdict
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from fourfits_web.core import prepared, registry
from fourfits_web.core.actors import Actor
from fourfits_web.core.roles import Role
from fourfits_web.decisions import records
from fourfits_web.decisions.models import Decision, Evidence, Look, Opinion, Status
from fourfits_web.members import queries as members
from fourfits_web.reports.models import Report


def decisions() -> QuerySet[Decision]:
    """All decisions, with who made them and how much evidence each has."""
    counted = Evidence.objects.filter(decision=OuterRef("pk")).order_by().values("decision")
    n = Subquery(counted.annotate(n=Count("pk")).values("n"))
    return Decision.objects.select_related("decided_by").annotate(n_evidence=Coalesce(n, 0))


def decision(pk: int) -> Decision | None:
    """One decision, with who made it."""
    found: Decision | None = _decision.first(pk)
    return found


def evidence(decision: Decision) -> list[Evidence]:
    """What a decision rests on; reports without their results."""
    return _evidence(decision.pk)


def piece(decision: Decision, pk: int) -> Evidence | None:
    """One piece of what a decision rests on, a report as a whole."""
    found: Evidence | None = _piece.first(decision.pk, pk)
    return found


_decision = prepared.Question(
    lambda pk: Decision.objects.select_related("decided_by", "changed_by").filter(pk=pk)
)
_evidence = prepared.Question(
    lambda pk: (
        Evidence.objects.filter(decision=pk)
        .select_related("report")
        .defer("report__result", "report__chart", "report__queries", "report__quality")
        .order_by("pk")
    )
)
_piece = prepared.Question(
    lambda decision, pk: Evidence.objects.select_related("report").filter(decision=decision, pk=pk)
)


def records_under(decision: Decision) -> dict[str, list[str]]:
    """Keys of the records that a decision rests on, by their kind."""
    found: dict[str, list[str]] = defaultdict(list)
    rows = Evidence.objects.filter(decision=decision).exclude(record_kind="")
    for kind, key in rows.values_list("record_kind", "record_id"):
        found[kind].append(key)
    return found


def looks(decision: Decision) -> list[Look]:
    """What was found when somebody looked again, newest first."""
    return _looks(decision.pk)


def opinions(decision: Decision) -> list[Opinion]:
    """What other roles said of a decision, the last first."""
    found: list[Opinion] = _opinions(decision.pk)
    return found


def not_agreed(role: str | None = None) -> list[Decision]:
    """Decisions on a fit of two roles where one's word is missing or differs, newest first.

    Args:
        role: Only those that wait for this role, or that it took and another one disputes.
    """
    found = _not_agreed()
    if role is not None:
        found = [
            one
            for one in found
            if role in one.waits_for.split(",")
            or (one.disputed_by and role in {one.role, one.words_role})
        ]
    return found[:MOST]


_looks = prepared.Question(
    lambda pk: Look.objects.filter(decision=pk).select_related("by").order_by("-at", "-pk")
)
_opinions = prepared.Question(
    lambda pk: Opinion.objects.filter(decision=pk).select_related("by").order_by("-at", "-pk")
)


def about(record: Any) -> list[Decision]:
    """Decisions that rest on a record, newest first; for a report, on any run of its question."""
    if record is None or record.pk is None:
        return []
    found: list[Decision] = (
        _about_question(record.key)
        if isinstance(record, Report)
        else _about_record(record._meta.label_lower, str(record.pk))
    )
    return found


_about_question = prepared.Question(lambda key: _resting_on(Evidence.objects.filter(question=key)))
_about_record = prepared.Question(
    lambda kind, pk: _resting_on(Evidence.objects.filter(record_kind=kind, record_id=pk))
)


def _resting_on(found: QuerySet[Evidence]) -> QuerySet[Decision]:
    rows = Decision.objects.filter(pk__in=found.values("decision")).select_related("decided_by")
    return rows.order_by("-decided_at")


def since(
    moment: datetime.datetime | None,
    role: str | None = None,
    *,
    reader: int | None = None,
    limit: int = 20,
) -> list[Decision]:
    """Decisions taken, revised or looked at again after a moment, newest first.

    Args:
        moment: After which; `None` for all.
        role: Only those that this role took or changed, and those of the reader that anybody changed.
        reader: Key of the member who reads; what they changed last themselves is left out.
        limit: How many at most.
    """
    newest = _newest_of(role, reader or NOBODY) if role is not None else _newest()
    found = [one for one in newest if moment is None or one.changed_at > moment]
    return [one for one in found if reader is None or one.changed_by_id != reader][:limit]


def due(today: datetime.date, *, limit: int = 20) -> list[Decision]:
    """Decisions that it is time to look at again, the longest overdue first."""
    return [one for one in _first_due() if one.look_again_on <= today][:limit]


_IN_A_LINE = (
    "what", "decided_at", "changed_at", "look_again_on", "decided_by", "decided_by__name",
    "changed_by", "changed_by__name",
)  # fmt: skip
MOST = 20
"""Decisions told in one line that a page shows at most."""
NOBODY = 0
"""A key that no member has."""
_newest = prepared.Question(lambda: _told().order_by("-changed_at")[:MOST])
_newest_of = prepared.Question(
    lambda role, reader: (
        _told()
        .filter(Q(role=role) | Q(changed_role=role) | Q(decided_by=reader))
        .exclude(changed_by=reader)
        .order_by("-changed_at")[:MOST]
    )
)
_not_agreed = prepared.Question(
    lambda: (
        _told()
        .only(*_IN_A_LINE, "role", "words_role", "waits_for", "disputed_by")
        .exclude(status=Status.WITHDRAWN)
        .exclude(waits_for="", disputed_by="")
        .order_by("-changed_at")[: 10 * MOST]
    )
)
_first_due = prepared.Question(
    lambda: (
        _told()
        .filter(look_again_on__isnull=False)
        .exclude(status=Status.WITHDRAWN)
        .order_by("look_again_on")[:MOST]
    )
)


def names(limit: int) -> list[tuple[int, str]]:
    """The newest decisions to choose from."""
    return list(Decision.objects.order_by("-changed_at").values_list("pk", "what")[:limit])


def _told() -> QuerySet[Decision]:
    """Decisions in one line: what, by whom, when."""
    found = Decision.objects.select_related("decided_by", "changed_by")
    return found.only(*_IN_A_LINE)


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
