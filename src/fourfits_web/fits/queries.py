"""Reads about the four fits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Max, Prefetch, QuerySet
from django.urls import reverse

from fourfits_web.features import queries as features
from fourfits_web.fits.models import Answer, Conflict, Owner, Score
from fourfits_web.reports import queries as reports
from fourfits_web.reports.models import Report

POINTS_OF_TREND = 12


def newest_scorecard() -> Report | None:
    """The newest run of the scorecard."""
    return reports.stored("scorecard", light=True)


def newest_conflicts() -> Report | None:
    """The newest run that looked for conflicts."""
    return reports.stored("conflicts", light=True)


def owners() -> dict[str, Owner]:
    """Who was named to answer for which fit."""
    named = Owner.objects.select_related("member").filter(member__is_active=True)
    return {owner.fit: owner for owner in named}


def owner(fit: str) -> Owner | None:
    """The record of who answers for a fit, if anybody was ever named."""
    return Owner.objects.filter(fit=fit).first()


def trends() -> dict[str, list[Score]]:
    """The scores of each fit, oldest first, as far back as a small chart shows."""
    newest = Score.objects.exclude(score=None).order_by("-at", "-pk")[: 4 * POINTS_OF_TREND]
    found: dict[str, list[Score]] = defaultdict(list)
    for score in reversed(newest):
        found[score.fit].append(score)
    return {fit: scores[-POINTS_OF_TREND:] for fit, scores in found.items()}


def today() -> dict[str, Score]:
    """The newest score of each fit, without reading the scorecard."""
    newest = Score.objects.order_by("fit", "-at", "-pk")
    found: dict[str, Score] = {}
    for score in newest.filter(pk__in=_last_ids()):
        found.setdefault(score.fit, score)
    return found


def _last_ids() -> QuerySet[Any, Any]:
    return Score.objects.order_by().values("fit").annotate(last=Max("pk")).values("last")


def last_score(fit: str) -> Score | None:
    """The newest score of a fit."""
    return Score.objects.filter(fit=fit).order_by("-at", "-pk").first()


def conflicts() -> QuerySet[Conflict]:
    """What stands today, the largest first, each with its answers."""
    return _answered(Conflict.objects.filter(gone_at=None).order_by("-size_amount", "pk"))


def gone() -> QuerySet[Conflict]:
    """Answered conflicts that later runs no longer found, the latest first."""
    past = Conflict.objects.exclude(gone_at=None).filter(answers__isnull=False).distinct()
    return _answered(past.order_by("-gone_at"))


def conflict(pk: int) -> Conflict | None:
    """One conflict with its answers."""
    return _answered(Conflict.objects.filter(pk=pk)).select_related("report").first()


def standing(keys: Iterable[str]) -> dict[str, Conflict]:
    """Conflicts by key, gone ones included."""
    return {one.key: one for one in Conflict.objects.filter(key__in=list(keys))}


def feature_urls(ids: Iterable[str]) -> dict[str, str]:
    """Addresses of features by the id that conflicts know them by."""
    found = features.by_id(ids)
    return {name: reverse("features:feature", args=[one.pk]) for name, one in found.items()}


def about_feature(feature_id: str) -> list[Conflict]:
    """Standing conflicts that concern a feature."""
    return [one for one in conflicts() if feature_id in one.feature_ids]


def _answered(found: QuerySet[Conflict]) -> QuerySet[Conflict]:
    given = Answer.objects.select_related("by", "decision").order_by("-at")
    return found.prefetch_related(Prefetch("answers", queryset=given))
