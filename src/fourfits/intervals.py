"""Intervals, each with its formula and source; arrays in, `(low, high)` arrays out."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

Array = np.ndarray[Any, np.dtype[np.float64]]
Interval = tuple[Array, Array]


def z(confidence: float) -> float:
    """Two-sided standard normal quantile.

    >>> round(z(0.95), 4)
    1.96
    """
    from scipy.special import ndtri

    return float(ndtri((1 + confidence) / 2))


def normal(estimate: ArrayLike, error: ArrayLike, confidence: float = 0.95) -> Interval:
    """Estimate plus and minus z standard errors."""
    middle, half = np.asarray(estimate, float), z(confidence) * np.asarray(error, float)
    return middle - half, middle + half


def wilson(successes: ArrayLike, n: ArrayLike, confidence: float = 0.95) -> Interval:
    """Score interval of a share; holds its level with few rows and near 0 and 1.

    Source: Wilson (1927); recommended by Brown, Cai and DasGupta (2001).

    >>> low, high = wilson(8, 10)
    >>> round(float(low), 4), round(float(high), 4)
    (0.4902, 0.9433)
    """
    k, size, q = np.asarray(successes, float), np.asarray(n, float), z(confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = k / size
        middle = (p + q**2 / (2 * size)) / (1 + q**2 / size)
        half = q / (1 + q**2 / size) * np.sqrt(p * (1 - p) / size + q**2 / (4 * size**2))
    low, high = np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)
    return np.where(k == 0, 0.0, low), np.where(k == size, 1.0, high)  # exact there


def mean(total: ArrayLike, squares: ArrayLike, n: ArrayLike, confidence: float = 0.95) -> Interval:
    """Student's interval of a mean from the sum, the sum of squares and the count."""
    from scipy.special import stdtrit

    s, ss, size = np.asarray(total, float), np.asarray(squares, float), np.asarray(n, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = s / size
        variance = np.maximum(ss - size * middle**2, 0) / (size - 1)
        half = stdtrit(size - 1, (1 + confidence) / 2) * np.sqrt(variance / size)
    return middle - half, middle + half


def share_difference(
    plus: ArrayLike, minus: ArrayLike, n: ArrayLike, confidence: float = 0.95
) -> Interval:
    """Interval of `(plus - minus) / n`, two shares of the same multinomial sample.

    SE = sqrt((p + d - (p - d)^2) / n). Where it would be zero (everybody gave the same kind of
    answer) one observation is spread over the three kinds first, so that the interval stays open.
    Source: Rocks (2016), Interval estimation for the Net Promoter Score.

    >>> low, high = share_difference(690, 1271, 2353)
    >>> round(float(low), 4), round(float(high), 4)
    (-0.2824, -0.2114)
    """
    p, d, size = (np.asarray(given, float) for given in (plus, minus, n))
    with np.errstate(divide="ignore", invalid="ignore"):
        p, d = p / size, d / size
        same = (p + d - (p - d) ** 2) * size < 1e-9
        p, d = (np.where(same, (share * size + 1 / 3) / (size + 1), share) for share in (p, d))
        return_size = np.where(same, size + 1, size)
        error = np.sqrt((p + d - (p - d) ** 2) / return_size)
    low, high = normal(p - d, error, confidence)
    return np.clip(low, -1, 1), np.clip(high, -1, 1)


def difference_of_shares(
    successes: tuple[ArrayLike, ArrayLike],
    n: tuple[ArrayLike, ArrayLike],
    confidence: float = 0.95,
) -> Interval:
    """Interval of the first share less the second, from independent samples; fit for few rows.

    Source: Newcombe (1998), Statistics in Medicine 17, method 10 (from two Wilson intervals).

    >>> low, high = difference_of_shares((56, 48), (70, 80))
    >>> round(float(low), 4), round(float(high), 4)
    (0.0524, 0.3339)
    """
    (k1, k2), (n1, n2) = (np.asarray(successes, float), np.asarray(n, float))
    (low1, high1), (low2, high2) = wilson(k1, n1, confidence), wilson(k2, n2, confidence)
    p1, p2 = k1 / n1, k2 / n2
    middle = p1 - p2
    return (
        middle - np.hypot(p1 - low1, high2 - p2),
        middle + np.hypot(high1 - p1, p2 - low2),
    )


def rate(events: ArrayLike, exposure: ArrayLike, confidence: float = 0.95) -> Interval:
    """Exact interval of a Poisson rate per unit of exposure.

    Source: Garwood (1936).
    """
    from scipy.special import gammaincinv

    k, size, tail = np.asarray(events, float), np.asarray(exposure, float), (1 - confidence) / 2
    low = np.where(k > 0, gammaincinv(np.maximum(k, 1e-9), tail), 0.0) / size
    return low, gammaincinv(k + 1, 1 - tail) / size


def percentile(draws: ArrayLike, confidence: float = 0.95, axis: int = 0) -> Interval:
    """The middle part of simulated or bootstrapped values; NaN draws are passed over."""
    tail = (1 - confidence) / 2
    low, high = np.nanquantile(np.asarray(draws, float), [tail, 1 - tail], axis=axis)
    return low, high
