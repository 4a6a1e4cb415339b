"""Evidence of a fit: what is known about a group, with its uncertainty, as points of 0-100."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from fourfits import config, errors, intervals

Array = np.ndarray[Any, np.dtype[np.float64]]
Group = tuple[str, ...]

LABELS: dict[str, tuple[str, str]] = {
    "very_disappointed_share": ("customers who would be very disappointed without it", "share"),
    "retention_people": ("people who stay, at the plateau of the retention curve", "share"),
    "retention_companies": ("companies that stay for a year", "share"),
    "nps": ("net promoter score", "number"),
    "importance_satisfied_share": ("stated importance of needs that is satisfied", "share"),
    "activation_against_best": ("activation against the best channel", "ratio"),
    "retention_against_product": ("retention against the whole product", "ratio"),
    "value_per_lead_against_median": ("value per lead against the median channel", "ratio"),
    "needs_covered_share": ("their needs that the product or the plan covers", "share"),
    "ltv_to_cac": ("lifetime value to cost of acquisition", "ratio"),
    "payback_to_limit": ("payback time against its limit", "ratio"),
    "price_accepted_share": ("share of the market that accepts the price", "share"),
    "revenue_to_best_share": ("revenue at this price against the best price", "share"),
    "reachable_to_goal": ("reachable revenue against the goal", "ratio"),
}
"""Each piece of evidence in words, and how its value is read."""

COUNTED: dict[str, str] = {
    "very_disappointed_share": "answer",
    "retention_people": "customer",
    "retention_companies": "account",
    "nps": "answer",
    "importance_satisfied_share": "respondent",
    "activation_against_best": "customer",
    "retention_against_product": "customer",
    "value_per_lead_against_median": "lead",
    "needs_covered_share": "stated need",
    "ltv_to_cac": "new customer",
    "payback_to_limit": "new customer",
    "price_accepted_share": "respondent",
    "revenue_to_best_share": "respondent",
    "reachable_to_goal": "respondent",
}
"""What the number behind each piece of evidence counts."""

OF_PEOPLE = frozenset(COUNTED) - {"value_per_lead_against_median", "needs_covered_share"}
"""Evidence whose number counts people or accounts, each once, not their leads or needs."""


@dataclass(frozen=True)
class Judged:
    """What the groups of a fit are made of, as sentences count it.

    >>> Judged("customer", "won in a year").counted(1), Judged("respondent").counted(3)
    ('1 customer won in a year', '3 respondents')
    """

    noun: str = "customer"
    after: str = ""

    def counted(self, n: int) -> str:
        """How many there are."""
        return f"{errors.counted(n, self.noun)} {self.after}".rstrip()

    def fewer(self, than: int) -> str:
        """That there are fewer."""
        return f"fewer than {self.counted(than)}"


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One piece of evidence on one group.

    Attributes:
        evidence: Its name, a key of `config.FIT_SCALES`.
        group: Values of the grouping columns.
        value: The estimate, in the unit of its scale.
        draws: What the value may be: simulated from its own uncertainty.
        n: Rows, persons or accounts behind it.
        table: Canonical table that it was read from.
    """

    evidence: str
    group: Group
    value: float
    draws: Array = field(repr=False)
    n: int
    table: str


@dataclass(kw_only=True)
class Gathered:
    """The evidence that was found, and why the rest was not."""

    pieces: list[Piece] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)

    def add(self, evidence: str, read: Callable[[], Iterable[Piece]], **needed: Any) -> None:
        """Read one kind of evidence; where the data cannot support it, keep the reason instead.

        Args:
            evidence: What is read.
            read: Called when every needed table is there.
            **needed: Tables by name; `None` where the caller has none.
        """
        absent = [name for name, table in needed.items() if table is None]
        if absent:
            self.reasons[evidence] = f"no data for {' and '.join(absent)}"
            return
        try:
            self.pieces += read()
        except (errors.AnalysisError, errors.ColumnError) as problem:
            self.reasons[evidence] = problem.message.rstrip(".")


def score(value: ArrayLike, scale: config.Scale) -> Array:
    """Points of a value: a line through floor 0, threshold 60 and excellent 100, cut off at both.

    A scale may run downwards, as for payback, where less is better.

    >>> float(score(0.4, config.Scale(0.1, 0.4, 0.6))), float(score(2, config.Scale(3, 1, 0.5)))
    (60.0, 30.0)
    """
    sign = 1.0 if scale.excellent > scale.floor else -1.0
    at = sign * np.array([scale.floor, scale.threshold, scale.excellent])
    points = np.interp(
        sign * np.asarray(value, float), at, [0.0, config.FIT_THRESHOLD_POINTS, 100.0]
    )
    return np.asarray(points)


def combine(points: ArrayLike, weights: ArrayLike) -> Array:
    """Weighted geometric mean along the first axis; a piece at 0 counts `config.FIT_LEAST_POINTS`.

    >>> round(float(combine([90, 40], [1, 1])), 6), round(float(combine([100, 0], [1, 1])), 6)
    (60.0, 10.0)
    """
    logs = np.log(np.maximum(np.asarray(points, float), config.FIT_LEAST_POINTS))
    shares = np.asarray(weights, float) / np.sum(weights)
    return np.minimum(np.exp(np.tensordot(shares, logs, axes=1)), 100.0)


def stream(seed: int, *name: object) -> np.random.Generator:
    """Random numbers of one piece of evidence: they do not change when another group is added."""
    return np.random.default_rng([seed, zlib.crc32(repr(name).encode())])


def share_draws(successes: float, n: float, rng: np.random.Generator) -> Array:
    """Draws of a share from its posterior, Beta(successes + 1/2, failures + 1/2).

    Source: Jeffreys' prior; Brown, Cai and DasGupta (2001).
    """
    return rng.beta(successes + 0.5, n - successes + 0.5, config.DRAWS)


def interval_draws(
    value: float,
    low: float,
    high: float,
    rng: np.random.Generator,
    *,
    confidence: float = config.CONFIDENCE,
    log: bool = False,
) -> Array:
    """Draws whose middle is the estimate and whose interval is the one given, sides apart.

    For estimates that come with an interval only. `log=True` for ratios and times, which are
    skewed and never negative; an upper end that is infinite takes the lower side's width.

    >>> draws = interval_draws(10, 8, 14, np.random.default_rng(1))
    >>> [round(float(end)) for end in intervals.percentile(draws)]
    [8, 14]
    """
    ends = np.array([low, value, high], float)
    if log:
        ends = np.log(np.maximum(ends, 1e-12))
    below, above = ends[1] - ends[0], ends[2] - ends[1]
    if not np.isfinite(above):
        above = below
    if not np.isfinite(below):
        below = above
    steps = rng.standard_normal(config.DRAWS) / intervals.z(confidence)
    draws = ends[1] + steps * np.where(steps > 0, above, below)
    return np.asarray(np.exp(draws) if log else draws)


def said(n: int, evidence: str) -> str:
    """The number behind a piece of evidence, with what it counts.

    >>> said(1, "ltv_to_cac"), said(3325, "value_per_lead_against_median")
    ('1 new customer', '3,325 leads')
    """
    return errors.counted(n, COUNTED[evidence])


def spoken(value: float, unit: str) -> str:
    """A value as a sentence has it.

    >>> spoken(0.404, "share"), spoken(-12.3, "number"), spoken(3.456, "ratio")
    ('40%', '−12', '3.46×')
    """
    if unit == "share":
        return f"{100 * value:.0f}%"
    if unit == "ratio":
        return f"{value:.{0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2}f}×"
    return f"{value:.0f}".replace("-", "−")
