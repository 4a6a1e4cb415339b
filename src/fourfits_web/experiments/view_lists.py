"""The list of experiments."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from fourfits_web.core import display, lists
from fourfits_web.experiments import analyses, queries
from fourfits_web.experiments.models import Experiment, State

NONE = SafeString('<span class="none">–</span>')
STATES = {
    State.PLANNED: ("Planned", ""),
    State.RUNNING: ("Running", "info"),
    State.STOPPED: ("Stopped", "warn"),
    State.DECIDED: ("Decided", "good"),
}


def _prepare(found: list[Any]) -> None:
    """Look up what the usual run says of all of them at once."""
    known = queries.by_experiment(queries.report())
    for one in found:
        one.rows = known.get(one.experiment_id, [])


def _clearest(one: Any) -> analyses.Effect | None:
    return analyses.headline(one.rows, settings.WORKSPACE.currency)


def _effect(one: Any) -> str:
    found = _clearest(one)
    return f"{found.title}: {found.verdict.lower()}" if found else ""


def _effect_cell(one: Any) -> str:
    found = _clearest(one)
    tone = found.tone if found else ""
    return format_html('<span class="status {}">{}</span>', tone, _effect(one)) if found else NONE


def _difference(one: Any) -> tuple[Any, ...] | None:
    found = _clearest(one)
    return tuple(found.row[f"difference{end}"] for end in ("", "_low", "_high")) if found else None


def _difference_cell(one: Any) -> str:
    found = _clearest(one)
    if found is None:
        return NONE
    row, ends = found.row, (found.start, found.reach)
    return display.interval(
        row["difference"],
        row["difference_low"],
        row["difference_high"],
        found.difference_unit,
        ends=ends,
        mark=0.0,
    )


def _arms(one: Any) -> str:
    if not one.rows:
        return ""
    return "As planned" if analyses.alarm(one.rows) is None else "Uneven"


def _arms_cell(one: Any) -> str:
    words = _arms(one)
    tone = "good" if words == "As planned" else "bad"
    return format_html('<span class="status {}">{}</span>', tone, words) if words else NONE


def _name(experiment: Experiment) -> str:
    return display.titled(experiment.name)


def _owner(one: Experiment) -> str:
    return one.owner.name if one.owner else ""


EXPERIMENTS = lists.List(
    key="experiments",
    title="Experiments",
    noun="experiment",
    lead="What is tried, on whom, and what it did against those who did not get it.",
    columns=(
        lists.Column("name", "Experiment", render=_name, link=True, sort="name"),
        lists.Column("state", "State", labels=STATES, sort="state"),
        lists.Column("owner", "Owner", value=_owner, sort="owner__name"),
        lists.Column("n_units", "Units", kind="number", sort="n_units"),
        lists.Column("effect", "Clearest effect", value=_effect, render=_effect_cell),
        lists.Column("difference", "Difference", value=_difference, kind="interval", render=_difference_cell),
        lists.Column(
            "arms", "Arms", value=_arms, render=_arms_cell,
            note="Whether the arms have the size that they should have",
        ),
        lists.Column("last_exposed_at", "Last exposure", kind="day", sort="last_exposed_at"),
        lists.Column("first_exposed_at", "First exposure", kind="day", sort="first_exposed_at", shown=False),
        lists.Column("hypothesis", "Hypothesis", shown=False, wide=True),
    ),
    filters=(
        lists.Choice("state", "State", options=State.choices),
        lists.Choice("owner", "Owner", options=queries.owners),
    ),
    search=("name", "experiment_id", "hypothesis"),
    default_sort="-last_exposed_at",
    open=lambda one: one.get_absolute_url(),
    prepare=_prepare,
    empty=lists.Empty(
        "No experiments yet",
        "Import who was exposed to which arm, or write down what you plan to try.",
        action=("Plan an experiment", "experiments:new"),
        permission="experiments.change",
        icon="flask",
    ),
)  # fmt: skip
