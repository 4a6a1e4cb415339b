"""Uncertain inputs of features as distributions, and draws from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]

GRID = 129
"""Points of the table from which a distribution is read."""
TAIL = 1.6448536269514722
"""Standard normal quantile of 95 %: 90 % lie between its negative and it."""


@dataclass(frozen=True)
class Input:
    """One input of the score for every feature, as quantiles at even steps of probability.

    Attributes:
        name: What it is, in the words of the table.
        quantiles: One row per feature, 129 columns from probability 0 to 1.
    """

    name: str
    quantiles: Array

    def draw(self, u: Array) -> Array:
        """Values at the probabilities `u`, one row per feature."""
        place = u * (GRID - 1)
        left = np.minimum(place.astype(np.int64), GRID - 2)
        place -= left
        left += GRID * np.arange(len(u))[:, None]
        table = self.quantiles.ravel()
        start = table[left]
        return np.asarray(start + place * (table[left + 1] - start))

    @property
    def certain(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Whether each feature's value is known exactly."""
        return np.asarray(self.quantiles[:, 0] == self.quantiles[:, -1])

    @property
    def mean(self) -> Array:
        """The expected value of each feature, as a column."""
        return average(self.quantiles)[:, None]


def average(curve: Array) -> Array:
    """The mean of something read at every quantile; the two ends stand for half a step each."""
    inner = curve.sum(axis=1) - (curve[:, 0] + curve[:, -1]) / 2
    return np.asarray(inner / (GRID - 1))


def pert(low: Array, likely: Array, high: Array) -> Array:
    """Quantiles of the PERT distribution: a beta between low and high that peaks at likely.

    Mean (low + 4 likely + high) / 6. Source: Malcolm et al. (1959).

    >>> table = pert(np.array([1.0]), np.array([2.0]), np.array([5.0]))
    >>> float(table[0, 0]), float(table[0, -1]), round(float(table.mean()), 1)
    (1.0, 5.0, 2.3)
    """
    from scipy.special import betaincinv

    p = np.linspace(0, 1, GRID)
    width = np.where(high > low, high - low, 1.0)
    a = 1 + 4 * (likely - low) / width
    b = 1 + 4 * (high - likely) / width
    shape = betaincinv(a[:, None], b[:, None], p[None, :])
    return np.asarray(
        np.where((high > low)[:, None], low[:, None] + width[:, None] * shape, likely[:, None])
    )


def spread(likely: Array, confidence: Array) -> Array:
    """Quantiles of a lognormal around `likely`, wider the lower the confidence.

    With 90 % probability the truth lies between likely x confidence and likely / confidence: at
    80 % between 0.8 and 1.25 times the stated value, at 50 % between half and double. The
    outermost 0.4 % on each side are cut.
    """
    from scipy.special import ndtri

    p = np.clip(np.linspace(0, 1, GRID), 0.5 / GRID, 1 - 0.5 / GRID)
    width = -np.log(np.clip(confidence, 1e-3, 1)) / TAIL
    return np.asarray(likely[:, None] * np.exp(width[:, None] * ndtri(p)[None, :]))


def exact(value: Array) -> Array:
    """Quantiles of a value that is known."""
    return np.repeat(value[:, None], GRID, axis=1)
