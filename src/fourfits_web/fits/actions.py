"""Writes about the four fits: who owns one, what is answered to a conflict, what runs found."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from fourfits.results import plain
from fourfits_web.core import roles
from fourfits_web.core.actions import action
from fourfits_web.core.actors import Actor
from fourfits_web.core.errors import ConflictError
from fourfits_web.core.models import AuditEntry
from fourfits_web.decisions import queries as decisions
from fourfits_web.fits import queries
from fourfits_web.fits.analyses import conflicts, scorecard
from fourfits_web.fits.models import Answer, Conflict, Owner, Score
from fourfits_web.members.models import Member
from fourfits_web.reports.models import Report


@action("fits.own", may="fits.change")
def own(actor: Actor, owner: Owner, *, to: Member | None) -> Owner:
    """Name the member who answers for a fit, or nobody."""
    owner.member = to
    owner.save()
    return owner


@action("fits.answer", may="fits.change", event="conflict.answered")
def answer(actor: Actor, conflict: Conflict, *, note: str = "", decision: Any = None) -> Answer:
    """Say what the team does about a conflict; it opens again when its numbers leave their interval.

    Raises:
        ConflictError: If there is neither a note nor a decision.
    """
    if not note.strip() and decision is None:
        raise ConflictError("An answer needs a decision or a note.", hint="choose or write one")
    return _answer(conflict, by=actor.member, decision=decision, note=note)


def answered_by_decision(entry: AuditEntry, result: Any) -> None:
    """A decision that rests on conflicts answers them, if its author may."""
    if entry.verb != "decision.record" or not roles.may(entry.role, "fits.change"):
        return
    kind = Conflict._meta.label_lower
    rests = [row.record_id for row in decisions.evidence(result) if row.record_kind == kind]
    for conflict in Conflict.objects.filter(pk__in=rests):
        _answer(conflict, by=result.decided_by, decision=result, note="")


def _answer(conflict: Conflict, *, by: Member | None, decision: Any, note: str) -> Answer:
    return Answer.objects.create(
        conflict=conflict,
        decision=decision,
        note=note.strip(),
        by=by,
        at=timezone.now(),
        size_amount=conflict.size_amount,
        size_low=conflict.size_low,
        size_high=conflict.size_high,
        feature_ids=conflict.feature_ids,
    )


@action("fits.reopen", may="fits.change", event="conflict.reopened")
def reopen(actor: Actor, conflict: Conflict) -> Conflict:
    """Take the answers to a conflict back; the audit log keeps them."""
    conflict.answers.all().delete()
    return conflict


def note_scores(report: Report) -> None:
    """Remember the scores of a run of the scorecard on today's data, unless they are unchanged."""
    if report.as_of is not None or report.refused:
        return
    for row in report.rows:
        if row["group"] != scorecard.ALL:
            continue
        last = queries.last_score(row["fit"])
        if last is not None and _same(last, row):
            continue
        numbers = {name: row[name] for name in ("score", "score_low", "score_high", "finding")}
        numbers["n_judged"] = row.get("n_judged")
        Score.objects.create(fit=row["fit"], report=report, at=report.computed_at, **numbers)


def _same(last: Score, row: Mapping[str, Any]) -> bool:
    """Whether a run says what the last one said; seeds make equal data give equal numbers."""
    if last.score is None or row["score"] is None:
        return last.score is row["score"] and last.finding == row["finding"]
    numbers = ((last.score, row["score"]), (last.score_low, row["score_low"]))
    return all(math.isclose(float(then or 0), float(now), abs_tol=1e-9) for then, now in numbers)


@transaction.atomic
def note_conflicts(report: Report) -> None:
    """Bring the conflicts to what a run on today's data found; those it no longer found are gone."""
    if report.as_of is not None or report.refused:
        return
    found = {conflicts.key(row): row for row in report.rows}
    known = queries.standing(found)
    for key, row in found.items():
        conflict = known.get(key) or Conflict(key=key, first_seen_at=report.computed_at)
        for name in _COPIED:
            setattr(conflict, name, plain(row[name]) if row[name] is not None else "")
        conflict.report, conflict.seen_at, conflict.gone_at = report, report.computed_at, None
        conflict.save()
    missed = Conflict.objects.filter(gone_at=None).exclude(key__in=list(found))
    missed.update(gone_at=report.computed_at)


_COPIED = (
    "kind", "title", "sentence", "segment", "channel", "size_amount", "size_low", "size_high",
    "probability", "owners", "features", "remedies",
)  # fmt: skip
