"""Writes about experiments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fourfits import errors
from fourfits_web.core.actions import action
from fourfits_web.core.actors import Actor
from fourfits_web.core.errors import ConflictError
from fourfits_web.experiments.models import Experiment, State
from fourfits_web.members.models import Member


@action("experiment.plan", may="experiments.change", event="experiment.planned")
def plan(
    actor: Actor, *, experiment_id: str, name: str = "", hypothesis: str, owner: Member | None
) -> Experiment:
    """Write down an experiment before anybody is exposed to it.

    Raises:
        ConflictError: If exposures or people already use its id.
    """
    known = experiment_id.strip()
    if not known:
        raise errors.ParameterError("An experiment needs the id that exposures will call it by.")
    if Experiment.objects.filter(experiment_id=known).exists():
        raise ConflictError(f"There is an experiment {known} already.", hint="open that one")
    return Experiment.objects.create(
        experiment_id=known,
        name=name.strip() or known,
        hypothesis=hypothesis.strip(),
        owner=owner,
        state=State.PLANNED,
    )


@action("experiment.describe", may="experiments.change", event="experiment.changed")
def describe(
    actor: Actor,
    experiment: Experiment,
    *,
    name: str,
    hypothesis: str,
    owner: Member | None,
    state: str,
) -> Experiment:
    """Say what is tried and why, who answers for it, and how far it is."""
    experiment.name = name.strip() or experiment.experiment_id
    experiment.hypothesis = hypothesis.strip()
    experiment.owner = owner
    experiment.state = State(state)
    experiment.save()
    return experiment


@action("experiment.measure", may="experiments.change")
def measure(actor: Actor, experiment: Experiment, *, asked: Mapping[str, Any]) -> Experiment:
    """Choose what is measured of an experiment, and how."""
    experiment.asked = dict(asked)
    experiment.save()
    return experiment
