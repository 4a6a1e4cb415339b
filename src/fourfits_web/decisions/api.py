"""Decisions for programs."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router

from fourfits_web.core import api
from fourfits_web.decisions import actions, queries
from fourfits_web.decisions.models import Decision, Fit, Kind, Status
from fourfits_web.reports.models import Report

router = Router()
_ROLES = ("waits_for", "disputed_by")
FitWord = Annotated[Fit, api.one_of(Fit)]
KindWord = Annotated[Kind, api.one_of(Kind)]
StatusWord = Annotated[Status, api.one_of(Status)]


class EvidenceOut(api.Out):
    """What a decision rests on, as it was that day."""

    label: str
    report: str | None
    url: str
    as_of: datetime.datetime
    versions: dict[str, int]
    snapshot: Any


class DecisionOut(api.Out):
    """A decision."""

    id: str
    what: str
    why: str
    kind: KindWord
    fits: list[FitWord]
    expected_effect: str
    look_again_on: datetime.date | None
    status: StatusWord
    by: str
    role: str
    waits_for: list[str] = Field(description="Roles whose word is missing.")
    disputed_by: list[str] = Field(description="Roles that see it differently.")
    decided_at: datetime.datetime


class OpinionOut(api.Out):
    """What another role says of a decision."""

    role: str
    by: str
    at: datetime.datetime
    agrees: bool
    note: str
    stands: bool


class OpinionIn(api.In):
    """What one says as the other role; whoever sees it differently says how."""

    agrees: bool
    note: str = Field("", max_length=10_000)


class WholeDecisionOut(DecisionOut):
    """A decision with its evidence, and what other roles say of it."""

    evidence: list[EvidenceOut]
    opinions: list[OpinionOut]


class DecisionIn(api.In):
    """What was decided, and why."""

    what: str = Field(min_length=1, max_length=300)
    why: str = Field(min_length=1, max_length=20_000)
    kind: KindWord = Kind.PRODUCT
    fits: list[FitWord] = []
    expected_effect: str = Field("", max_length=5_000)
    look_again_on: api.Day | None = None
    reports: list[str] = Field([], max_length=20, description="Ids of reports that it rests on.")


@router.get("/decisions", response={200: api.Rows[DecisionOut], **api.REFUSALS}, by_alias=True)
def list_decisions(
    request: HttpRequest,
    part: Query[api.Part],
    status: StatusWord | None = None,
) -> Any:
    """Decisions, newest first."""
    api.may(request, "workspace.read")
    found = queries.decisions()
    return api.rows(found.filter(status=status) if status else found, part, _head)


@router.get("/decisions/{decision_id}", response={200: api.One[WholeDecisionOut], **api.REFUSALS})
def get_decision(request: HttpRequest, decision_id: str) -> Any:
    """One decision with the evidence of its day."""
    api.may(request, "workspace.read")
    return {"data": _whole(get_object_or_404(Decision, pk=api.number(decision_id, "decision")))}


@router.post("/decisions", response={201: api.One[WholeDecisionOut], **api.REFUSALS})
@api.idempotent
def record_decision(request: HttpRequest, given: DecisionIn) -> Any:
    """Record a decision with its evidence."""
    actor = api.may(request, "decisions.record")
    fields = given.model_dump(exclude={"reports"})
    wanted = [api.number(one, "report") for one in given.reports]
    evidence = [get_object_or_404(Report, pk=pk) for pk in wanted]
    return 201, {"data": _whole(actions.record(actor, evidence=evidence, **fields))}


@router.post(
    "/decisions/{decision_id}/answers", response={201: api.One[WholeDecisionOut], **api.REFUSALS}
)
@api.idempotent
def answer_decision(request: HttpRequest, decision_id: str, given: OpinionIn) -> Any:
    """Agree as the other role that answers for a fit, or say how one sees it."""
    actor = api.may(request, "decisions.record")
    found = get_object_or_404(Decision, pk=api.number(decision_id, "decision"))
    return 201, {"data": _whole(actions.answer(actor, found, **given.model_dump()))}


def _head(decision: Decision) -> dict[str, Any]:
    named = {name: getattr(decision, name) for name in DecisionOut.model_fields if name != "id"}
    roles = {name: [one for one in named[name].split(",") if one] for name in _ROLES}
    return {"id": f"decision_{decision.pk}", **named, **roles}


def _whole(decision: Decision) -> dict[str, Any]:
    rests_on = [
        {
            "label": one.label,
            "report": f"report_{one.report_id}" if one.report_id else None,
            "url": one.url,
            "as_of": one.as_of,
            "versions": one.versions,
            "snapshot": one.snapshot,
        }
        for one in queries.evidence(decision)
    ]
    said = [
        {
            "role": one.role,
            "by": one.by.name if one.by else "Workspace",
            "at": one.at,
            "agrees": one.agrees,
            "note": one.note,
            "stands": one.stands,
        }
        for one in queries.opinions(decision)
    ]
    return {**_head(decision), "evidence": rests_on, "opinions": said}
