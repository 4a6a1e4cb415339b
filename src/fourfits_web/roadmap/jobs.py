"""Background work of the roadmap: following statuses, forecasting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from fourfits.errors import FileError
from fourfits_web.core import jobs
from fourfits_web.core.actors import Actor
from fourfits_web.data import mirroring
from fourfits_web.data import queries as data
from fourfits_web.features import queries as features
from fourfits_web.roadmap import actions, analyses, asked, telling


def mirror(source: Any, progress: Callable[[float, str], None]) -> None:
    """Place features whose status came from elsewhere; the queue is forecast in a job of its own."""
    found = features.features().order_by("release_on", "pk")
    actions.follow(found, timezone.localdate())
    actions.forecast_soon(Actor.workspace(), after=None)


def forget_erased(_source: Any, _progress: Callable[[float, str], None]) -> None:
    """Forget what is noted of people who were erased; an import that is undone may come again."""
    gone = asked.unknown_to_the_data()
    telling.forget(gone - (mirroring.remembered("customer_id", gone) or set()))


@jobs.job(actions.FORECAST)
def forecast(progress: jobs.Progress) -> dict[str, Any]:
    """Forecast the queue as it stands; running twice computes the same."""
    try:
        source = data.source()
    except FileError:
        return {"forecast": 0}
    return {"forecast": analyses.forecast(source, progress)}


def follow_feature(entry: Any, result: Any) -> None:
    """After somebody changed a feature: its place follows its status."""
    if entry.verb not in {"feature.change", "feature.add"}:
        return
    if actions.follow([result], timezone.localdate()):
        actions.forecast_soon(Actor.workspace())
