"""Maximum likelihood for a few positive parameters, with errors from the curvature at the top."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from fourfits import errors, intervals, sums

Array = sums.Array
Derivatives = tuple[float, Array, Array]
"""Value, gradient and matrix of second derivatives."""

STEPS = 200
LONGEST_STEP = 2.0
"""No parameter changes by more than a factor of e² in one step."""
GAIN = 1e-12
"""Stop when a step would raise the mean log-likelihood by less than this."""
REACH = np.log(1e6)
"""A parameter a million times its start has run away: the data do not bound it."""
UNBOUNDED = 4.0
"""Standard error of a logarithm from which on the data leave a parameter open (a factor of 50)."""


@dataclass(frozen=True, kw_only=True)
class Fit:
    """Parameters at the maximum of the likelihood.

    Attributes:
        names: Parameters, in order.
        values: Their estimates, all positive.
        covariance: Of their logarithms, from the observed information; huge where the data leave
            a parameter, or a direction between parameters, open.
        log_likelihood: At the maximum.
        runaways: Parameters that the data do not bound, named with their limit: `alpha high`.
        n: Customers behind it.
        confidence: Level of the intervals.
    """

    names: tuple[str, ...]
    values: Array
    covariance: Array
    log_likelihood: float
    runaways: tuple[str, ...]
    n: int
    confidence: float

    def __getitem__(self, name: str) -> float:
        return float(self.values[self.names.index(name)])

    def row(self, name: str, meaning: str) -> dict[str, Any]:
        """A parameter with its interval and standard error, as a row of the result."""
        place = self.names.index(name)
        return self._row(name, meaning, self[name], float(self.covariance[place, place]))

    def derived(
        self, name: str, meaning: str, function: Callable[..., float], *, limit: float = np.inf
    ) -> dict[str, Any]:
        """A positive function of the parameters as a row; its error by the delta method."""
        value = function(*self.values)
        slopes = jacobian(lambda values: np.log(function(*values)), self.values)
        row = self._row(name, meaning, value, float(slopes @ self.covariance @ slopes))
        return row | {"estimate_high": min(row["estimate_high"], limit)}

    def _row(self, name: str, meaning: str, value: float, variance: float) -> dict[str, Any]:
        low, high = log_interval(value, variance, self.confidence)
        return {
            "parameter": name,
            "meaning": meaning,
            "estimate": value,
            "estimate_low": float(low),
            "estimate_high": float(high),
            "error": float(value * np.sqrt(variance)),
            "n_customers": self.n,
        }


def log_interval(value: Any, variance: Any, confidence: float) -> intervals.Interval:
    """Interval of a positive value from the variance of its logarithm."""
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        low, high = intervals.normal(np.log(value), np.sqrt(variance), confidence)
        return np.exp(low), np.exp(high)


def jacobian(function: Callable[[Array], Any], values: Array, step: float = 1e-4) -> Array:
    """Slopes of the function with respect to the logarithm of each value, one row per value."""
    slopes = []
    for place in range(len(values)):
        factor = np.ones(len(values))
        factor[place] = np.exp(step)
        rise = np.asarray(function(values * factor)) - np.asarray(function(values / factor))
        slopes.append(rise / (2 * step))
    return np.array(slopes)


def maximise(
    derivatives: Callable[..., Derivatives],
    start: Mapping[str, float],
    *,
    n: int,
    confidence: float,
) -> Fit:
    """Climb to the maximum by Newton's method in the logarithms of the parameters.

    Directions in which the surface curves the wrong way are climbed all the same (the absolute
    curvature is used), steps are cut short where they would not climb, and a parameter that
    runs away is stopped at its limit and named.

    Args:
        derivatives: Log-likelihood with gradient and second derivatives in the parameters.
        start: Where to begin, by parameter; logarithms make the climb blind to units.
        n: Customers behind the likelihood; the climb works on the mean.
        confidence: Level of the intervals.

    Raises:
        ConvergenceError: If no maximum is found.
    """
    names = tuple(start)
    origin = np.log(np.array([start[name] for name in names]))
    place = origin.copy()

    def at(there: Array) -> Derivatives:
        return _in_logs(derivatives, there, n)

    value, slope, curve = at(place)
    for _ in range(STEPS):
        step, gain = _newton(slope, curve, place - origin)
        if gain < GAIN:
            break
        found = _climb(at, place, step, value, origin)
        if found is None and gain < np.sqrt(GAIN):
            break  # the rest is rounding
        if found is None:
            raise _no_top("no step from there climbs")
        place, (value, slope, curve) = found
    else:
        raise _no_top(f"{STEPS} steps were not enough")
    covariance = _covariance(curve * n)
    return Fit(
        names=names,
        values=np.exp(place),
        covariance=covariance,
        log_likelihood=float(value * n),
        runaways=_runaways(names, place - origin, covariance),
        n=n,
        confidence=confidence,
    )


def _in_logs(derivatives: Callable[..., Derivatives], place: Array, n: int) -> Derivatives:
    """Mean log-likelihood and its derivatives in the logarithms of the parameters."""
    theta = np.exp(place)
    value, slope, curve = derivatives(*theta)
    slope = slope * theta
    return value / n, slope / n, (curve * np.outer(theta, theta) + np.diag(slope)) / n


def _newton(slope: Array, curve: Array, moved: Array) -> tuple[Array, float]:
    """The step to take and the gain it promises.

    A parameter at the end of its reach is held where its slope leads outward, and also where only
    the step would: cut off there, the rest of the step need not climb.
    """
    ends = np.sign(moved) * (np.abs(moved) >= REACH)
    free = ends * slope <= 0
    while True:
        step = np.zeros(len(slope))
        if free.any():
            eigenvalues, vectors = np.linalg.eigh(-curve[np.ix_(free, free)])
            along = vectors.T @ slope[free]
            step[free] = vectors @ (along / np.maximum(np.abs(eigenvalues), 1e-9))
        outward = ends * step > 0
        if not outward.any():
            gain = float(step @ slope) / 2
            return step * min(1.0, LONGEST_STEP / max(np.abs(step).max(), 1e-300)), gain
        free &= ~outward


def _climb(
    at: Callable[[Array], Derivatives], place: Array, step: Array, value: float, origin: Array
) -> tuple[Array, Derivatives] | None:
    """The first of ever shorter steps that climbs."""
    for halving in range(40):
        there = np.clip(place + step / 2**halving, origin - REACH, origin + REACH)
        found = at(there)
        if np.isfinite(found[0]) and found[0] > value:
            return there, found
    return None


def _covariance(curve: Array) -> Array:
    """Inverse of the observed information; a flat direction gets a huge variance."""
    eigenvalues, vectors = np.linalg.eigh(-curve)
    return np.asarray((vectors / np.maximum(eigenvalues, 1e-9)) @ vectors.T)


def _runaways(names: tuple[str, ...], moved: Array, covariance: Array) -> tuple[str, ...]:
    bounded = (np.diag(covariance) < UNBOUNDED**2) & (np.abs(moved) < REACH)
    return tuple(
        f"{name} {'high' if moved[place] > 0 else 'low'}"
        for place, name in enumerate(names)
        if not bounded[place]
    )


def _no_top(why: str) -> errors.ConvergenceError:
    return errors.ConvergenceError(
        f"The likelihood has no maximum that could be found: {why}.",
        hint="look at the data for a few extreme customers, or analyse a larger group",
    )
