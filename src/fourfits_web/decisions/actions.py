"""Writes about decisions."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.utils import timezone

from fourfits import errors
from fourfits_web.core.actions import action
from fourfits_web.core.actors import Actor
from fourfits_web.core.errors import ConflictError
from fourfits_web.core.roles import Role
from fourfits_web.decisions import records
from fourfits_web.decisions.models import (
    Decision,
    Evidence,
    Fit,
    Kind,
    Look,
    Opinion,
    Status,
)
from fourfits_web.members import queries as members
from fourfits_web.reports.models import Report

CHANGEABLE = frozenset({"what", "why", "kind", "fits", "expected_effect", "look_again_on"})
SAYS = frozenset({"what", "why", "kind", "fits", "expected_effect"})
"""What the other role agreed to; where one of these changes, it is asked again."""
_FOLLOWS = {
    Look.Outcome.STANDS: Status.STANDING,
    Look.Outcome.REOPENS: Status.REOPENED,
    Look.Outcome.ENDS: Status.WITHDRAWN,
}


@action("decision.record", may="decisions.record", event="decision.recorded")
def record(
    actor: Actor,
    *,
    what: str,
    why: str,
    kind: str = Kind.PRODUCT,
    fits: Iterable[str] = (),
    expected_effect: str = "",
    look_again_on: datetime.date | None = None,
    evidence: Iterable[models.Model] = (),
    url: str = "",
) -> Decision:
    """Record what was decided, with each piece of evidence as it stands at this moment."""
    now = timezone.now()
    decision = Decision.objects.create(
        what=_said(what, "what was decided"),
        why=_said(why, "why"),
        kind=Kind(kind),
        fits=_fits(fits),
        expected_effect=expected_effect.strip(),
        look_again_on=look_again_on,
        decided_by=actor.member,
        role=actor.role.value,
        decided_at=now,
        changed_at=now,
        changed_by=actor.member,
        changed_role=actor.role.value,
        words_role=actor.role.value,
    )
    _ask(decision)
    _rest_on(decision, evidence, now, url)
    return decision


@action("decision.revise", may="decisions.record", event="decision.revised")
def revise(
    actor: Actor,
    decision: Decision,
    changes: Mapping[str, Any],
    *,
    evidence: Iterable[models.Model] = (),
) -> Decision:
    """Change the words of a decision, or add evidence; what stood before is in the log.

    Other words are those of the role that revises: the others are asked, who took it among them. One that was open again stands from then on.
    """
    unknown = sorted(set(changes) - CHANGEABLE)
    if unknown:
        raise errors.ParameterError(f"A decision has no {', '.join(unknown)} to change.")
    decision.refresh_from_db()
    now = timezone.now()
    told = dict(changes)
    for name, meaning in (("what", "what was decided"), ("why", "why")):
        if name in told:
            told[name] = _said(told[name], meaning)
    if "fits" in told:
        told["fits"] = _fits(told["fits"])
    says_else = any(
        _lines(getattr(decision, name)) != _lines(told[name]) for name in SAYS & told.keys()
    )
    for name, value in told.items():
        setattr(decision, name, value)
    if says_else:
        decision.words_role = actor.role.value
        _ask(decision)
    if decision.status == Status.REOPENED:
        decision.status = Status.STANDING
    _note_change(actor, decision, now)
    _rest_on(decision, evidence, now)
    return decision


@action("decision.look_again", may="decisions.record", event="decision.looked_at_again")
def look_again(
    actor: Actor,
    decision: Decision,
    *,
    happened: str,
    outcome: str = Look.Outcome.STANDS,
    look_again_on: datetime.date | None = None,
) -> Decision:
    """Say what happened since, and whether the decision stands, opens again or ends."""
    decision.refresh_from_db()
    was_over = decision.status == Status.WITHDRAWN
    if was_over and outcome == Look.Outcome.ENDS:
        raise ConflictError("This decision no longer stands already.")
    now = timezone.now()
    Look.objects.create(
        decision=decision,
        at=now,
        by=actor.member,
        role=actor.role.value,
        happened=_said(happened, "what happened"),
        outcome=Look.Outcome(outcome),
    )
    decision.status = _FOLLOWS[Look.Outcome(outcome)]
    if decision.status == Status.WITHDRAWN:
        decision.waits_for = ""
    elif was_over:
        _ask(decision)
    decision.look_again_on = look_again_on
    _note_change(actor, decision, now)
    return decision


@action("decision.answer", may="decisions.record", event="decision.answered")
def answer(actor: Actor, decision: Decision, *, agrees: bool, note: str = "") -> Decision:
    """Say as the other role that one agrees, or how one sees it; the last word counts."""
    decision.refresh_from_db()
    if actor.role not in decision.others:
        asked = " and ".join(role.label.lower() for role in decision.others) or "nobody else"
        raise ConflictError(
            f"As {actor.role.label.lower()} you have no word on this decision; it touches fits of {asked}."
        )
    if decision.status == Status.WITHDRAWN:
        raise ConflictError("This decision no longer stands.")
    said = note.strip() if agrees else _said(note, "how you see it")
    Opinion.objects.filter(decision=decision, role=actor.role).update(stands=False)
    Opinion.objects.create(
        decision=decision,
        role=actor.role.value,
        by=actor.member,
        at=timezone.now(),
        agrees=agrees,
        note=said,
    )
    decision.waits_for = _roles(set(decision.waits_for.split(",")) - {actor.role.value})
    others = set(decision.disputed_by.split(",")) - {actor.role.value}
    decision.disputed_by = _roles(others if agrees else others | {actor.role.value})
    decision.save(update_fields=["waits_for", "disputed_by"])
    return decision


def _ask(decision: Decision) -> None:
    """Ask the roles beside it for their word, where somebody has them; earlier words count no more."""
    asked = {role.value for role in decision.others} & members.roles_held()
    decision.waits_for, decision.disputed_by = _roles(asked), ""
    decision.save(update_fields=["waits_for", "disputed_by"])
    Opinion.objects.filter(decision=decision).update(stands=False)


def _note_change(actor: Actor, decision: Decision, now: datetime.datetime) -> None:
    decision.changed_at = now
    decision.changed_by, decision.changed_role = actor.member, actor.role.value
    decision.save()


def _lines(value: Any) -> Any:
    """A text by its lines: a form ends them otherwise than the API."""
    return value.splitlines() if isinstance(value, str) else value


def _roles(values: Iterable[str]) -> str:
    chosen = set(values)
    return ",".join(role.value for role in Role if role.value in chosen)


def _rest_on(
    decision: Decision, given: Iterable[models.Model], now: datetime.datetime, url: str = ""
) -> None:
    """Keep each piece of evidence with the versions and the moment of this day; each once."""
    reports = set(Evidence.objects.filter(decision=decision).values_list("report_id", flat=True))
    kept = []
    for piece in given:
        if not isinstance(piece, Report):
            kept.append(_of_record(decision, piece, now, url))
        elif piece.pk not in reports:
            kept.append(_of_report(decision, piece))
    if url and not any(piece.record_kind for piece in kept):
        kept.append(
            Evidence(decision=decision, label="The page it was decided on", url=url, as_of=now)
        )
    Evidence.objects.bulk_create(kept)


def _of_report(decision: Decision, report: Report) -> Evidence:
    return Evidence(
        decision=decision,
        label=str(report)[:300],
        report=report,
        question=report.key,
        versions=report.versions,
        as_of=report.as_of or report.computed_at,
    )


def _of_record(
    decision: Decision, piece: models.Model, now: datetime.datetime, url: str
) -> Evidence:
    return Evidence(
        decision=decision,
        label=str(piece)[:300],
        url=records.address_of(piece) or url,
        record_kind=piece._meta.label_lower,
        record_id=str(piece.pk),
        snapshot=records.plain(piece),
        as_of=now,
    )


def _said(text: str, meaning: str) -> str:
    said = text.strip()
    if not said:
        raise errors.ParameterError(f"A decision says {meaning}.", hint="one sentence is enough")
    return said


def _fits(given: Iterable[str]) -> list[str]:
    chosen = set(given)
    unknown = sorted(chosen - set(Fit.values))
    if unknown:
        raise errors.ParameterError(
            f"{', '.join(unknown)} is none of the four fits.",
            hint=f"they are {', '.join(Fit.values)}",
        )
    return [fit.value for fit in Fit if fit.value in chosen]
