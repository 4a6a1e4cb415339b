"""The curves of a price study and where they cross, for one group of respondents.

Small arrays in, small arrays out. A study is a set of distinct answers with counts; a bootstrap
resample is another vector of counts over the same answers, so that every function takes counts of
shape (b, k) and the sample itself is the case b = 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from fourfits import config

Array = np.ndarray[Any, np.dtype[np.float64]]

_CELLS_AT_ONCE = 500_000
"""Counts held at a time, so that memory does not grow with resamples, and caches hold a part of it."""


@dataclass(frozen=True)
class Study:
    """Distinct consistent answers of one group.

    Attributes:
        prices: Shape (k, 4), rising along each row: too cheap, cheap, expensive, too expensive.
        likelihoods: Shape (k, 2): probability of buying at the cheap and at the expensive price;
            NaN where it was not asked.
        n: Shape (k,): how many respondents gave this answer.
    """

    prices: Array
    likelihoods: Array
    n: Array

    @property
    def grid(self) -> Array:
        """Every price that somebody named, rising; curves change nowhere else."""
        return np.unique(self.prices)

    @property
    def asked(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Which answers carry both likelihoods."""
        return np.asarray(np.all(~np.isnan(self.likelihoods), axis=1))

    @property
    def shares(self) -> Array:
        """The four curves of the sample, shape (4, p)."""
        return np.asarray(numbers(self, self.n[None, :])[:, 0] / self.n.sum())

    def resamples(self, draws: int, seed: int, place: int) -> Iterator[Array]:
        """Bootstrap counts, respondents being the unit, in pieces of shape (b, k).

        Args:
            draws: How many resamples in all.
            seed: Seed of the whole analysis.
            place: Place of this group among the groups, so that they are drawn independently.
        """
        rng = np.random.default_rng([seed, place])
        n = int(self.n.sum())
        at_once = max(1, _CELLS_AT_ONCE // max(len(self.n), len(self.grid)))
        for start in range(0, draws, at_once):
            size = min(at_once, draws - start)
            yield rng.multinomial(n, self.n / n, size=size).astype(float)


def numbers(study: Study, counts: Array) -> Array:
    """How many respondents call each price of the grid too cheap, cheap, expensive, too expensive.

    Shape (4, b, p). Too cheap and cheap: answer > price. Expensive and too expensive: answer <=
    price. Whole numbers, so that equal curves compare equal.
    """
    grid = study.grid
    total = counts.sum(axis=1, keepdims=True)
    reached = np.stack([_below(study.prices[:, q], counts, grid) for q in range(4)])
    return np.stack([total - reached[0], total - reached[1], reached[2], reached[3]])


def crossings(study: Study, counts: Array) -> dict[str, Array]:
    """The four price points, each of shape (b,).

    Each is the lowest named price at which the rising curve lies above the falling one:
    `pmc` (marginal cheapness) too cheap and not cheap; `opp` (optimal) too cheap and too
    expensive; `idp` (indifference) cheap and expensive; `pme` (marginal expensiveness) not
    expensive and too expensive.
    """
    too_cheap, cheap, expensive, too_expensive = numbers(study, counts)
    total = counts.sum(axis=1, keepdims=True)
    pairs = {
        "pmc": (too_cheap, total - cheap),
        "opp": (too_cheap, too_expensive),
        "idp": (cheap, expensive),
        "pme": (total - expensive, too_expensive),
    }
    grid = study.grid
    return {
        name: grid[np.argmax(rising > falling, axis=1)] for name, (falling, rising) in pairs.items()
    }


def trial(study: Study, counts: Array) -> Array:
    """Share of respondents who would buy at each price of the grid, shape (b, p).

    Nobody below too cheap or above too expensive, the stated likelihoods at cheap and expensive,
    and straight lines between. Each respondent's line changes its slope at their own four prices,
    so the sum of all lines follows from the summed changes of slope.
    """
    grid, asked = study.grid, study.asked
    prices, bends = study.prices[asked], _bends(study)
    n = counts[:, asked]
    bend = np.stack([_at(prices[:, q], n * bends[:, q], grid) for q in range(4)]).sum(axis=0)
    slope = np.cumsum(bend, axis=1)[:, :-1]
    buyers = np.pad(np.cumsum(slope * np.diff(grid), axis=1), ((0, 0), (1, 0)))
    return np.asarray(np.maximum(buyers, 0) / n.sum(axis=1, keepdims=True))


def trial_at(study: Study, counts: Array, price: float) -> Array:
    """Share of respondents who would buy at one price, shape (b,)."""
    n = counts[:, study.asked]
    chance = (_bends(study) * np.maximum(price - study.prices[study.asked], 0)).sum(axis=1)
    return np.asarray(np.maximum(n @ chance, 0) / n.sum(axis=1))


def best(study: Study, counts: Array) -> dict[str, Array]:
    """Prices of the grid with the highest trial and the highest revenue, and these, each (b,)."""
    grid, share = study.grid, trial(study, counts)
    revenue = share * grid
    return {
        "best_trial": grid[np.argmax(share, axis=1)],
        "best_trial_share": share.max(axis=1),
        "best_revenue": grid[np.argmax(revenue, axis=1)],
        "best_revenue_per_person": revenue.max(axis=1),
    }


def revenue_to_best(study: Study, counts: Array, price: float) -> tuple[Array, Array]:
    """Share who would buy at a price, and its revenue as a share of the best, each (b,)."""
    share = trial_at(study, counts, price)
    top = best(study, counts)["best_revenue_per_person"]
    return share, share * price / np.maximum(top, share * price)


def probabilities(codes: Array) -> Array:
    """Probability of buying behind answers 1 (very unlikely) to 5 (very likely); NaN stays NaN."""
    known = np.array([*config.PURCHASE_CALIBRATION, np.nan])
    return np.asarray(known[np.where(np.isnan(codes), len(known), codes).astype(int) - 1])


def _bends(study: Study) -> Array:
    """By how much each respondent's line of purchase changes its slope at their four prices."""
    heights = np.pad(study.likelihoods[study.asked], ((0, 0), (1, 1)))
    slopes = np.diff(heights, axis=1) / np.diff(study.prices[study.asked], axis=1)
    return np.asarray(np.diff(np.pad(slopes, ((0, 0), (1, 1))), axis=1))


def _below(answers: Array, counts: Array, grid: Array) -> Array:
    """How many answers lie at or below each price of the grid, shape (b, p)."""
    return np.cumsum(_at(answers, counts, grid), axis=1)


def _at(answers: Array, amounts: Array, grid: Array) -> Array:
    """The amounts summed by the price that was answered, shape (b, p)."""
    from scipy import sparse

    columns = np.searchsorted(grid, answers)
    places = sparse.csr_array(
        (np.ones(len(answers)), (np.arange(len(answers)), columns)),
        shape=(len(answers), len(grid)),
    )
    return np.asarray(amounts @ places)
