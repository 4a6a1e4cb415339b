"""The formulas of scores, on stated numbers: RICE, ICE, WSJF, cost of delay, weighted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from fourfits import errors

Array = np.ndarray[Any, np.dtype[np.float64]]

JOB_SIZES = (1, 2, 3, 5, 8, 13, 20)
"""The steps of every WSJF figure."""

METHODS: dict[str, tuple[str, ...]] = {
    "rice": ("reach", "impact", "confidence_share", "effort_likely"),
    "ice": ("impact", "confidence", "ease"),
    "wsjf": ("business_value", "time_criticality", "risk_opportunity", "job_size"),
    "cost_of_delay": ("delay_cost_amount", "duration_months"),
    "weighted": (),
}
"""Columns that each method reads; `weighted` reads those that its weights name."""


def rice(reach: ArrayLike, impact: ArrayLike, confidence: ArrayLike, effort: ArrayLike) -> Array:
    """Reach x impact x confidence / effort.

    Args:
        reach: People in a quarter, 0 or more.
        impact: 3 massive, 2 high, 1 medium, 0.5 low, 0.25 minimal.
        confidence: 0 to 1; 1 high, 0.8 medium, 0.5 low.
        effort: Person-months, more than 0.

    Raises:
        RangeError: If a value lies outside.

    Source: McBride (2016), Intercom.

    >>> float(rice(500, 2, 0.8, 4))
    200.0
    """
    _within("reach", reach, low=0)
    _within("impact", impact, low=0, high=10)
    _within("confidence", confidence, low=0, high=1)
    _within("effort", effort, above=0)
    return _array(reach) * _array(impact) * _array(confidence) / _array(effort)


def ice(impact: ArrayLike, confidence: ArrayLike, ease: ArrayLike) -> Array:
    """Impact x confidence x ease, each 1 to 10.

    Raises:
        RangeError: If a value lies outside.

    Source: Ellis and Brown (2017), Hacking Growth.

    >>> float(ice(8, 5, 7))
    280.0
    """
    for name, value in (("impact", impact), ("confidence", confidence), ("ease", ease)):
        _within(name, value, low=1, high=10)
    return _array(impact) * _array(confidence) * _array(ease)


def wsjf(
    business_value: ArrayLike,
    time_criticality: ArrayLike,
    risk_opportunity: ArrayLike,
    job_size: ArrayLike,
) -> Array:
    """Weighted shortest job first: (business value + time criticality + risk/opportunity) / size.

    Each is one of 1, 2, 3, 5, 8, 13, 20, relative to the smallest of the list.

    Raises:
        RangeError: If a value is none of these.

    Source: Scaled Agile Framework; Reinertsen (2009).

    >>> float(wsjf(8, 5, 2, 5))
    3.0
    """
    given = {
        "business_value": business_value,
        "time_criticality": time_criticality,
        "risk_opportunity": risk_opportunity,
        "job_size": job_size,
    }
    for name, value in given.items():
        _one_of_steps(name, value)
    total = _array(business_value) + _array(time_criticality) + _array(risk_opportunity)
    return total / _array(job_size)


def cost_of_delay(delay_cost_amount: ArrayLike, duration_months: ArrayLike) -> Array:
    """Cost of delay divided by duration (CD3): money per month of waiting, per month of work.

    Raises:
        RangeError: If the cost is negative or the duration is not more than 0.

    Source: Reinertsen (2009), The principles of product development flow.

    >>> float(cost_of_delay(12_000, 3))
    4000.0
    """
    _within("delay_cost_amount", delay_cost_amount, low=0)
    _within("duration_months", duration_months, above=0)
    return _array(delay_cost_amount) / _array(duration_months)


def weighted(
    values: Mapping[str, ArrayLike],
    weights: Mapping[str, float],
    costs: Mapping[str, float],
) -> Array:
    """Sum of values x weights over sum of costs x weights; over 1 where no cost is named.

    Args:
        values: Columns by name.
        weights: Weight of each value, 0 or more.
        costs: Weight of each cost, 0 or more.

    Values should share one scale, for example 0 to 10: nothing is rescaled.

    Raises:
        RangeError: If the costs of a row do not exceed 0.

    >>> float(weighted({"reach": 6, "fit": 4, "effort": 2}, {"reach": 1, "fit": 2}, {"effort": 1}))
    7.0
    """
    value = sum(weight * _array(values[name]) for name, weight in weights.items())
    if not costs:
        return np.asarray(value, float)
    cost = sum(weight * _array(values[name]) for name, weight in costs.items())
    _within("the sum of costs", np.asarray(cost), above=0)
    return np.asarray(value / np.asarray(cost), float)


@dataclass(frozen=True)
class Weights:
    """What the weighted score adds up, and what it divides by."""

    values: Mapping[str, float] = field(default_factory=dict)
    costs: Mapping[str, float] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is named."""
        return tuple(dict.fromkeys([*self.values, *self.costs]))


def parse(weights: Mapping[str, float] | Sequence[str]) -> Weights:
    """Weights from a mapping or from texts `column=weight`; a negative weight is a cost.

    Raises:
        ParameterError: If a weight is no number, or none is positive.

    >>> parse(["reach=2", "effort_likely=-1"])
    Weights(values={'reach': 2.0}, costs={'effort_likely': 1.0})
    """
    pairs = weights.items() if isinstance(weights, Mapping) else map(_pair, weights)
    found = {name: float(weight) for name, weight in pairs}
    values = {name: weight for name, weight in found.items() if weight > 0}
    if not values:
        raise errors.ParameterError(
            "The weighted score needs at least one positive weight.",
            hint='for example weights=["reach=2", "impact=3", "effort_likely=-1"]',
        )
    return Weights(values, {name: -weight for name, weight in found.items() if weight < 0})


FORMULAS: dict[str, Callable[..., Array]] = {
    "rice": rice,
    "ice": ice,
    "wsjf": wsjf,
    "cost_of_delay": cost_of_delay,
}


def _pair(text: str) -> tuple[str, float]:
    name, _, weight = text.partition("=")
    try:
        return name.strip(), float(weight)
    except ValueError as problem:
        raise errors.ParameterError(
            f"The weight {text!r} must read column=number.", hint="for example reach=2"
        ) from problem


def _array(value: ArrayLike) -> Array:
    return np.asarray(value, float)


def _within(
    name: str,
    value: ArrayLike,
    *,
    low: float | None = None,
    high: float | None = None,
    above: float | None = None,
) -> None:
    numbers = np.atleast_1d(_array(value))
    wrong = ~np.isfinite(numbers)
    words = "a number"
    if low is not None:
        wrong |= numbers < low
        words = f"at least {low:g}" if high is None else f"from {low:g} to {high:g}"
    if high is not None:
        wrong |= numbers > high
    if above is not None:
        wrong |= numbers <= above
        words = f"more than {above:g}"
    _refuse_value(name, numbers, wrong, words)


def _one_of_steps(name: str, value: ArrayLike) -> None:
    numbers = np.atleast_1d(_array(value))
    wrong = ~np.isin(numbers, JOB_SIZES)
    _refuse_value(name, numbers, wrong, f"one of {', '.join(map(str, JOB_SIZES))}")


def _refuse_value(name: str, numbers: Array, wrong: Any, words: str) -> None:
    if wrong.any():
        raise errors.RangeError(
            f"{name} is {numbers[wrong][0]:g}, must be {words}.",
            hint=f"correct {name}, or leave it empty where nobody knows",
        )
