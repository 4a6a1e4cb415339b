"""Expectations over a beta distribution as short weighted sums."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from fourfits import sums

Array = sums.Array

NODES = 96
"""Expected purchases over a hundred times the time that was observed come out to four digits."""


def beta(a: float, b: ArrayLike) -> tuple[Array, Array]:
    """Nodes and weights of Beta(a, b); one row per `b`, weights add to 1.

    Eigenvalues of the Jacobi matrix on [0, 1]. Source: Golub and Welsch (1969).

    >>> nodes, weights = beta(0.5, [2.0])
    >>> round(float((nodes * weights).sum()), 6)  # the mean, a / (a + b)
    0.2
    """
    from scipy.linalg import eigh_tridiagonal

    low, high = a - 1, np.atleast_1d(np.asarray(b, float))[:, None] - 1
    k = np.arange(NODES)
    whole = 2 * k + low + high
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = (low**2 - high**2) / (whole * (whole + 2))
        middle[:, 0] = ((low - high) / (low + high + 2))[:, 0]
        k, whole = k[1:], whole[:, 1:]
        square = 4 * k * (k + low) * (k + high) * (k + low + high)
        square /= whole**2 * (whole + 1) * (whole - 1)
        # k = 1 with a + b = 1 is 0/0 above; the common factor is cancelled here.
        first = (low + high)[:, 0]
        square[:, 0] = 4 * (1 + low) * (1 + high[:, 0]) / ((first + 2) ** 2 * (first + 3))
    # Row by row: a batch of small dense matrices is far slower on a busy machine.
    found = [eigh_tridiagonal(*row) for row in zip(middle, np.sqrt(square), strict=True)]
    nodes = np.array([values for values, _ in found])
    weights = np.array([vectors[0] ** 2 for _, vectors in found])
    return np.clip((1 + nodes) / 2, 1e-300, 1), weights
