"""Reads about the four fits."""

from __future__ import annotations

import datetime
import functools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Max, Model, Q
from django.urls import reverse

from fourfits_web.core import prepared
from fourfits_web.core.remembering import once_a_request
from fourfits_web.decisions import queries as decisions
from fourfits_web.decisions.models import Decision
from fourfits_web.features import queries as features
from fourfits_web.features.models import Feature
from fourfits_web.fits.models import Answer, Conflict, Owner, Score
from fourfits_web.needs.models import Need
from fourfits_web.reports import queries as reports
from fourfits_web.reports.models import Report

POINTS_OF_TREND = 12
GONE_SHOWN = 5
_OF_ANSWERS = (
    "conflict", "note", "at", "size_amount", "size_low", "size_high", "feature_ids", "by__name",
    "decision__what",
)  # fmt: skip


def newest_scorecard() -> Report | None:
    """The newest run of the scorecard."""
    return reports.stored("scorecard", light=True)


def newest_runs() -> tuple[Report | None, Report | None]:
    """The newest scorecard, and the newest run that looked for conflicts."""
    scores, found = reports.all_stored([("scorecard", {}), ("conflicts", {})], light=True)
    return scores, found


def owners() -> dict[str, Owner]:
    """Who was named to answer for which fit."""
    return {owner.fit: owner for owner in _owners()}


_owners = prepared.Question(
    lambda: (
        Owner.objects.filter(member__is_active=True)
        .select_related("member")
        .only("fit", "member__name")
    )
)


def owner(fit: str) -> Owner | None:
    """The record of who answers for a fit, if anybody was ever named."""
    return Owner.objects.filter(fit=fit).first()


def trends() -> dict[str, list[Score]]:
    """The scores of each fit, oldest first, as far back as a small chart shows."""
    return remembered(newest_score())[1]


def today() -> dict[str, Score]:
    """The newest score of each fit, without reading the scorecard."""
    return remembered(newest_score())[0]


@once_a_request
def newest_score() -> tuple[int, datetime.datetime] | None:
    """Number and moment of the score that was remembered last: scores are added, never changed."""
    found: tuple[int, datetime.datetime] | None = _newest_score.first()
    return found


_newest_score = prepared.Question(lambda: Score.objects.order_by("-pk").values_list("pk", "at")[:1])


@functools.lru_cache(maxsize=2)
def remembered(newest: Any) -> tuple[dict[str, Score], dict[str, list[Score]]]:
    """The newest score of each fit and its trend, read once by each process until another comes."""
    if newest is None:
        return {}, {}
    last = Score.objects.order_by().values("fit").annotate(last=Max("pk")).values("last")
    known = Score.objects.exclude(score=None).order_by("-at", "-pk").values("pk")
    recent = Q(pk__in=last) | Q(pk__in=known[: 4 * POINTS_OF_TREND])
    scores = list(Score.objects.filter(recent).order_by("at", "pk"))
    trend: dict[str, list[Score]] = defaultdict(list)
    for score in scores:
        if score.score is not None:
            trend[score.fit].append(score)
    today = {score.fit: score for score in sorted(scores, key=lambda score: score.pk)}
    return today, {fit: points[-POINTS_OF_TREND:] for fit, points in trend.items()}


def last_score(fit: str) -> Score | None:
    """The newest score of a fit."""
    return Score.objects.filter(fit=fit).order_by("-at", "-pk").first()


def conflicts() -> list[Conflict]:
    """What stands today, the largest first, each with its answers."""
    return _answered(_conflicts())


_conflicts = prepared.Question(
    lambda: Conflict.objects.filter(gone_at=None).order_by("-size_amount", "pk")
)


def gone() -> list[Conflict]:
    """Answered conflicts that later runs no longer found, the latest first."""
    return _answered(_gone())


def conflict(pk: int) -> Conflict | None:
    """One conflict with its answers."""
    return next(iter(_answered(_conflict(pk))), None)


_gone = prepared.Question(
    lambda: (
        Conflict.objects.exclude(gone_at=None)
        .filter(answers__isnull=False)
        .distinct()
        .order_by("-gone_at")[:GONE_SHOWN]
    )
)
_conflict = prepared.Question(lambda pk: Conflict.objects.filter(pk=pk).select_related("report"))


def standing(keys: Iterable[str]) -> dict[str, Conflict]:
    """Conflicts by key, gone ones included."""
    return {one.key: one for one in Conflict.objects.filter(key__in=list(keys))}


def feature_urls(ids: Iterable[str]) -> dict[str, str]:
    """Addresses of features by the id that conflicts know them by."""
    found = features.features().filter(feature_id__in=list(ids)).values_list("feature_id", "pk")
    return {name: reverse("features:feature", args=[pk]) for name, pk in found}


def about_feature(feature_id: str) -> list[Conflict]:
    """Standing conflicts that concern a feature."""
    return [one for one in conflicts() if feature_id in one.feature_ids]


def needs_behind(decision: Decision) -> list[Need]:
    """The needs to which what a decision rests on leads: conflicts through the work they concern."""
    under = decisions.records_under(decision)
    if not under:
        return []
    conflicts_ = Conflict.objects.filter(pk__in=_keys(under, Conflict))
    concerned = conflicts_.values_list("features", flat=True)
    ids = [one["feature_id"] for features_ in concerned for one in features_]
    return features.needs_behind(_keys(under, Need), _keys(under, Feature), ids)


def _keys(under: Mapping[str, Sequence[str]], kind: type[Model]) -> list[int]:
    return [int(key) for key in under.get(kind._meta.label_lower, ())]


def _answered(found: list[Conflict]) -> list[Conflict]:
    """Conflicts with their answers, the newest first."""
    answers: dict[int, list[Answer]] = defaultdict(list)
    for answer in _answers([one.pk for one in found]):
        answers[answer.conflict_id].append(answer)
    for one in found:
        one.given = answers[one.pk]
    return found


_answers = prepared.Question(
    lambda conflicts: (
        Answer.objects.filter(conflict_id__in=conflicts)
        .select_related("by", "decision")
        .only(*_OF_ANSWERS)
        .order_by("-at")
    )
)
