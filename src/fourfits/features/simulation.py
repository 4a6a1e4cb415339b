"""Draw the inputs of all features, score and order them, and see which input matters."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from fourfits import sums
from fourfits.features import draws

CHUNK = 64
"""Features whose inputs are drawn at a time."""
BLOCK = 500_000
"""Scores that are put in order at a time."""


@dataclass(frozen=True)
class Model:
    """The score as benefits over costs, each an uncertain input with its weight.

    Attributes:
        benefits: What the score grows with.
        costs: What it is divided by.
        factor: What it is multiplied by, known exactly.
        weights: Weight of each input where benefits or costs are added.
        product: Whether benefits are multiplied rather than added.
        stated: The score of the stated inputs.
    """

    benefits: list[draws.Input]
    costs: list[draws.Input]
    factor: sums.Array
    weights: Mapping[str, float]
    product: bool
    stated: sums.Array

    @property
    def inputs(self) -> list[draws.Input]:
        """Benefits, then costs."""
        return [*self.benefits, *self.costs]

    def score(self, values: Mapping[str, sums.Array]) -> sums.Array:
        """The score of drawn values, one row per feature of this chunk (times the factor)."""
        joined = functools.reduce(
            operator.mul if self.product else operator.add, self._weighted(self.benefits, values)
        )
        costs = self._weighted(self.costs, values)
        return np.asarray(joined / functools.reduce(operator.add, costs) if costs else joined)

    def _weighted(
        self, inputs: list[draws.Input], values: Mapping[str, sums.Array]
    ) -> list[sums.Array]:
        return [self.weights.get(one.name, 1.0) * values[one.name] for one in inputs]

    def given(self, one: draws.Input) -> sums.Array:
        """The expected score at each quantile of one input, but for a factor per feature."""
        means = {other.name: other.mean for other in self.inputs}
        return self.score({**means, one.name: one.quantiles})


def _uniforms(model: Model, n_draws: int, seed: int) -> Iterator[tuple[slice, list[sums.Array]]]:
    """The same random numbers each time: one array per input, for a chunk of features at a time."""
    n = len(model.stated)
    for start in range(0, n, CHUNK):
        rows = slice(start, min(start + CHUNK, n))
        rng = np.random.default_rng([seed, start])
        yield rows, [rng.random((rows.stop - start, n_draws)) for _ in model.inputs]


def simulate(model: Model, n_draws: int, seed: int) -> tuple[sums.Array, sums.Array]:
    """Score and rank of each feature (row) in each draw (column)."""
    n = len(model.stated)
    score = np.empty((n, n_draws), np.float32)
    for rows, uniforms in _uniforms(model, n_draws, seed):
        values = {
            one.name: draws.Input(one.name, one.quantiles[rows]).draw(u)
            for one, u in zip(model.inputs, uniforms, strict=True)
        }
        score[rows] = model.factor[rows, None] * model.score(values)
    rank = np.empty((n, n_draws), np.int32)
    rng, width = np.random.default_rng([seed, n]), max(1, BLOCK // n)
    for start in range(0, n_draws, width):
        block = score[:, start : start + width].T.astype(np.float64)
        lot = rng.random(block.shape)  # decides between equal scores, and nothing else
        order = np.argsort(-(block * (1 + 1e-6 * lot) + 1e-30 * lot), axis=1)
        place = np.empty(order.shape, np.int32)
        np.put_along_axis(place, order, np.arange(1, n + 1, dtype=np.int32)[None, :], axis=1)
        rank[:, start : start + width] = place.T
    return score, rank


def top_inputs(model: Model, rank: sums.Array, seed: int) -> tuple[sums.Array, sums.Array]:
    """The input of each feature that goes with most of the variance of its rank, and that part.

    The squared correlation of the rank with the input's place in its own distribution.
    """
    n, n_draws = rank.shape
    share = np.zeros((n, len(model.inputs)))
    for rows, uniforms in _uniforms(model, n_draws, seed):
        own = rank[rows] - rank[rows].mean(axis=1, keepdims=True)
        spread = np.sqrt((own**2).sum(axis=1))
        for number, (one, u) in enumerate(zip(model.inputs, uniforms, strict=True)):
            centred = u - u.mean(axis=1, keepdims=True)
            length = np.sqrt((centred**2).sum(axis=1))
            with np.errstate(divide="ignore", invalid="ignore"):
                r = np.einsum("ij,ij->i", own, centred) / (spread * length)
            known = one.certain[rows] | (spread == 0)
            share[rows, number] = np.where(known, 0, r**2)
    top = share.argmax(axis=1)
    return top, share[np.arange(n), top]


def learning(model: Model, mean: sums.Array, top: sums.Array, k: int) -> sums.Array:
    """Expected gain in the summed score of the best k if each feature's top input were known.

    Knowing an input changes the expected score of its own feature alone. One that is chosen is
    given up for the best that is not, where its score falls below that; one that is not chosen
    displaces the worst that is, where its score rises above that.
    """
    n = len(mean)
    order = np.argsort(-mean, kind="stable")
    if k >= n:
        return np.zeros(n)
    chosen = np.zeros(n, bool)
    chosen[order[:k]] = True
    worst_in, best_out = mean[order[k - 1]], mean[order[k]]
    gain = np.zeros(n)
    for number, one in enumerate(model.inputs):
        mine = (top == number) & ~one.certain
        if not mine.any():
            continue
        curve = model.given(one)[mine]
        curve *= (mean[mine] / np.maximum(draws.average(curve), 1e-300))[:, None]
        up = draws.average(np.maximum(curve - worst_in, 0))
        down = draws.average(np.maximum(best_out - curve, 0))
        gain[mine] = np.where(chosen[mine], down, up)
    return gain
