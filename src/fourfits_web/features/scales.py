"""What the scores of features are made of: each input with its scale, and the formulas that read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fourfits.features import formulas

STEPS = tuple(float(step) for step in formulas.JOB_SIZES)


@dataclass(frozen=True, kw_only=True)
class Scale:
    """One input: in which column of the lake it stands, which values it takes, how to learn it."""

    name: str
    title: str
    column: str
    hint: str
    unit: str = ""
    low: float = 0.0
    above: bool = False
    """Whether `low` itself is refused."""
    high: float | None = None
    steps: tuple[float, ...] = ()
    has_range: bool = True
    learn: str = ""

    @property
    def columns(self) -> tuple[str, str, str]:
        """Columns of the low, likely and high value; those of a mere share have no ends."""
        stem = self.column.removesuffix("_likely")
        return f"{stem}_low", self.column, f"{stem}_high"

    @property
    def told(self) -> str:
        """The scale in words, where a value is asked for."""
        return f"{self.hint.rstrip('.')}."

    @property
    def rule(self) -> str:
        """What a value must be, in words."""
        if self.steps:
            return f"one of {', '.join(f'{step:g}' for step in self.steps)}"
        if self.high is not None:
            return f"from {self.low:g} to {self.high:g}"
        return f"more than {self.low:g}" if self.above else f"{self.low:g} or more"

    def takes(self, value: float) -> bool:
        """Whether a likely value is allowed."""
        if self.steps:
            return value in self.steps
        if self.high is not None and value > self.high:
            return False
        return value > self.low if self.above else value >= self.low


_ASK = "ask eight customers who have the need what it would change for them"
_RELATIVE = "1, 2, 3, 5, 8, 13 or 20, relative to the smallest on the list"

SCALES: Mapping[str, Scale] = {
    scale.name: scale
    for scale in (
        Scale(
            name="reach", title="Reach", column="reach", unit="people in a quarter",
            hint="How many people it reaches in a quarter.",
            learn="count in usage or ask in a survey how many would use it",
        ),
        Scale(
            name="impact", title="Impact", column="impact", high=10,
            unit="0.25 to 3",
            hint="3 massive, 2 high, 1 medium, 0.5 low, 0.25 minimal.", learn=_ASK,
        ),
        Scale(
            name="confidence", title="Confidence", column="confidence_share", high=1,
            has_range=False, learn=_ASK,
            hint="How sure reach and impact are: 1 high, 0.8 medium, 0.5 low.",
        ),
        Scale(
            name="effort", title="Effort", column="effort_likely", unit="person-months", above=True,
            hint="Person-months from start to shipped.",
            learn="let the team that would build it estimate it, or build its riskiest part first",
        ),
        Scale(
            name="business_value", title="Business value", column="business_value", low=1, high=20,
            steps=STEPS, hint=_RELATIVE, learn=_ASK,
        ),
        Scale(
            name="time_criticality", title="Time criticality", column="time_criticality", low=1,
            high=20, steps=STEPS, hint=_RELATIVE, learn="ask sales which deals and renewals wait",
        ),
        Scale(
            name="risk_opportunity", title="Risk or opportunity", column="risk_opportunity", low=1,
            high=20, steps=STEPS, hint=_RELATIVE,
            learn="name what it makes possible or prevents, and what that is worth",
        ),
        Scale(
            name="job_size", title="Job size", column="job_size", low=1, high=20, steps=STEPS,
            hint=_RELATIVE, learn="let the team that would build it compare it with finished work",
        ),
        Scale(
            name="delay_cost", title="Cost of delay", column="delay_cost_amount", unit="a month",
            hint="What each month without it costs, in the workspace’s currency.",
            learn="ask sales and support what waits for it, and what that is worth a month",
        ),
        Scale(
            name="duration", title="Duration", column="duration_months", unit="months", above=True,
            hint="Months of work from start to shipped.",
            learn="let the team that would build it estimate it",
        ),
    )
}  # fmt: skip
"""Every input by its name."""

BY_COLUMN: Mapping[str, Scale] = {scale.column: scale for scale in SCALES.values()}


@dataclass(frozen=True, kw_only=True)
class Formula:
    """One way to score: a setting of the analysis `ranking`."""

    key: str
    title: str
    reads: str
    parameters: Mapping[str, Any]


FORMULAS: Mapping[str, Formula] = {
    formula.key: formula
    for formula in (
        Formula(
            key="rice", title="RICE", reads="reach × impact × confidence / effort", parameters={}
        ),
        Formula(
            key="wsjf",
            title="WSJF",
            reads="(business value + time criticality + risk or opportunity) / job size",
            parameters={"method": "wsjf"},
        ),
        Formula(
            key="delay",
            title="Cost of delay",
            reads="cost of delay / duration",
            parameters={"method": "cost_of_delay"},
        ),
        Formula(
            key="value",
            title="Value for effort",
            reads="impact / effort, whomever it reaches",
            parameters={"method": "weighted", "weights": ["impact=1", "effort_likely=-1"]},
        ),
    )
}
"""The formulas to choose from; the first one is what lists and the roadmap show."""

TOP = 5
"""How many features can be chosen in the ranking, as the analysis has it unless told otherwise."""


def how_to_learn(column: str | None) -> str:
    """What to do to know an input better, by its column in the ranking.

    >>> how_to_learn("impact")
    'ask eight customers who have the need what it would change for them'
    """
    scale = BY_COLUMN.get(column or "")
    return scale.learn if scale else ""


def name_of(column: str | None) -> str:
    """The input that stands in a column of the ranking."""
    scale = BY_COLUMN.get(column or "")
    return scale.name if scale else ""


def title_of(column: str | None) -> str:
    """What people call an input, by its column in the ranking.

    >>> title_of("effort_likely"), title_of("fit")
    ('effort', 'fit')
    """
    scale = BY_COLUMN.get(column or "")
    return scale.title.lower() if scale else (column or "").replace("_", " ")
