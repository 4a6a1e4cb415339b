"""Reads about experiments."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from fourfits_web.core import prepared, registry
from fourfits_web.core.actors import Actor
from fourfits_web.core.models import Job
from fourfits_web.experiments.models import Experiment
from fourfits_web.members import queries as members
from fourfits_web.reports import queries as reports
from fourfits_web.reports.models import Report


def experiments() -> QuerySet[Experiment]:
    """All experiments with who owns them."""
    return Experiment.objects.select_related("owner")


def experiment(pk: int) -> Experiment | None:
    """One experiment, if it is there."""
    found: Experiment | None = _experiment.first(pk)
    return found


_experiment = prepared.Question(lambda pk: experiments().filter(pk=pk))


def report(asked: dict[str, Any] | None = None) -> Report | None:
    """The newest run of the analysis under these settings; it covers every experiment."""
    return reports.stored("experiment", asked or {}, light=True)


def rows(found: Report | None, one: Experiment) -> list[dict[str, Any]]:
    """What a run says of one experiment: a row per metric and pair of arms."""
    if found is None or found.refused:
        return []
    return [row for row in found.rows if row.get("experiment_id") == one.experiment_id]


def by_experiment(found: Report | None) -> dict[str, list[dict[str, Any]]]:
    """The same for all of them."""
    each: dict[str, list[dict[str, Any]]] = {}
    for row in found.rows if found is not None and not found.refused else ():
        each.setdefault(str(row.get("experiment_id")), []).append(row)
    return each


def job_for(asked: dict[str, Any]) -> Job | None:
    """The job that waits or runs to answer with these settings."""
    key = reports.once_key("experiment", asked)
    waiting = Job.objects.filter(status__in=[Job.Status.QUEUED, Job.Status.RUNNING])
    return waiting.filter(kind="reports.compute", once_key=key).order_by("created_at").first()


def owners() -> Iterable[tuple[int, str]]:
    """Members who may be asked for in the list."""
    return [(member.pk, member.name) for member in members.everybody()]


def found(actor: Actor, text: str, limit: int) -> list[registry.Found]:
    """Experiments whose name holds the text, for the palette."""
    named = Experiment.objects.filter(name__icontains=text).order_by("name")[:limit]
    return [registry.Found(title=one.name, url=one.get_absolute_url()) for one in named]
