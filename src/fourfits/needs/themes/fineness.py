"""How finely themes are told apart: as finely as the texts themselves bear.

A division of the texts means something when nearly the same comes out for another sample of them.
So a sample of the texts is divided again and again, each time without a fifth of them, once for
each candidate; the finest division among the most stable ones is taken.

Source: Ben-Hur, Elisseeff and Guyon (2002), a stability based method for discovering structure in
clustered data; agreement of two divisions: Hubert and Arabie (1985), adjusted Rand index; one
standard error: Breiman et al. (1984).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfits import config
from fourfits.needs.themes import graph

if TYPE_CHECKING:
    import scipy.sparse

    from fourfits.needs.themes.embedding import Vectors
    from fourfits.needs.themes.graph import Ids

KEPT_SHARE = 0.8
"""Share of the sample that each division sees."""


@dataclass(frozen=True)
class Fineness:
    """A resolution, and how well divisions of different texts agree at it.

    Attributes:
        resolution: See `themes.themes`.
        stability: Mean adjusted Rand index between divisions of samples: 1 the same, 0 chance;
            `None` where the resolution was given.
    """

    resolution: float
    stability: float | None = None


def found(x: Vectors, *, seed: int) -> Fineness:
    """The finest resolution whose divisions are among the most stable.

    Among them are those whose mean agreement lies at most one standard error below the best.

    Args:
        x: One row of length one per text.
        seed: Draws the samples.
    """
    rng = np.random.default_rng(seed)
    if len(x) > config.THEME_STABILITY_TEXTS:
        x = x[np.sort(rng.choice(len(x), config.THEME_STABILITY_TEXTS, replace=False))]
    kept = [
        np.sort(rng.choice(len(x), int(KEPT_SHARE * len(x)), replace=False))
        for _ in range(config.THEME_STABILITY_SAMPLES)
    ]
    whole = _graph(x, seed)
    graphs = [whole[rows][:, rows].tocsr() for rows in kept]
    means, error = {}, {}
    for resolution in config.THEME_RESOLUTIONS:
        divisions = []
        for one, rows in zip(graphs, kept, strict=True):
            divisions.append(np.full(len(x), -1, np.int32))
            divisions[-1][rows] = graph.rough(one, resolution=resolution, seed=seed)
        pairs = [agreement(a, b) for a, b in itertools.combinations(divisions, 2)]
        means[resolution] = float(np.mean(pairs))
        error[resolution] = float(np.std(pairs)) / np.sqrt(len(kept))
    best = max(means, key=means.__getitem__)
    chosen = max(each for each in means if means[each] >= means[best] - error[best])
    return Fineness(chosen, means[chosen])


def agreement(a: Ids, b: Ids) -> float:
    """Adjusted Rand index of two divisions, over the texts that both have (-1: has not).

    Divisions into one group, or into single texts, tell nothing: their agreement is 0.

    >>> agreement(np.array([0, 0, 1, 1, -1]), np.array([5, 5, 3, 3, 3]))
    1.0
    """
    both = (a >= 0) & (b >= 0)
    _, first = np.unique(a[both], return_inverse=True)
    _, second = np.unique(b[both], return_inverse=True)
    if len(first) < 2:
        return 0.0
    cells = np.bincount(first * (second.max() + 1) + second)
    together = _pairs(cells)
    sizes = (np.bincount(first), np.bincount(second), np.array([len(first)]))
    one, other, every = map(_pairs, sizes)
    chance, most = one * other / every, (one + other) / 2
    return float((together - chance) / (most - chance)) if most > chance else 0.0


def _graph(x: Vectors, seed: int) -> scipy.sparse.csr_matrix:
    k = min(config.THEME_NEIGHBOURS, len(x) - 1)
    return graph.tied(*graph.neighbours(x, k, seed=seed))


def _pairs(counts: np.ndarray[Any, Any]) -> float:
    return float((counts * (counts - 1.0) / 2).sum())
