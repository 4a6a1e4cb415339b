"""Copies who was exposed to which arm, as counts."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.db import transaction

from fourfits_web.experiments.models import Experiment, State


def run(data: Any, progress: Callable[[float, str], None]) -> None:
    """Bring every experiment to what exposures say; what people wrote of it stays.

    One that exposures no longer name keeps its words, and has no units.
    """
    progress(0.0, "Counting exposures")
    found = _counted(data)
    with transaction.atomic():
        known = {one.experiment_id: one for one in Experiment.objects.select_for_update()}
        for name, row in found.items():
            one = known.get(name) or Experiment(experiment_id=name, name=name)
            if one.state == State.PLANNED:
                one.state = State.RUNNING
            one.arms, one.n_units = row["arms"], sum(row["arms"].values())
            one.first_exposed_at, one.last_exposed_at = row["first"], row["last"]
            one.save()
        lost = Experiment.objects.exclude(experiment_id__in=list(found)).filter(n_units__gt=0)
        lost.update(arms={}, n_units=0, first_exposed_at=None, last_exposed_at=None)


def _counted(data: Any) -> dict[str, dict[str, Any]]:
    if "exposures" not in data:
        return {}
    exposures = data.exposures
    query = exposures.group_by(["experiment_id", "variant"]).aggregate(
        n=exposures.count(), first=exposures.exposed_at.min(), last=exposures.exposed_at.max()
    )
    found: dict[str, dict[str, Any]] = {}
    for row in query.order_by(["experiment_id", "variant"]).to_pyarrow().to_pylist():
        if row["variant"] is None:
            continue
        name = str(row["experiment_id"])[:200]
        one = found.setdefault(name, {"arms": {}, "first": None, "last": None})
        one["arms"][str(row["variant"])] = int(row["n"])
        one["first"] = min(filter(None, (one["first"], _utc(row["first"]))), default=None)
        one["last"] = max(filter(None, (one["last"], _utc(row["last"]))), default=None)
    return found


def _utc(moment: datetime.datetime | None) -> datetime.datetime | None:
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=datetime.UTC)
