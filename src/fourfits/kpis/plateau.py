"""Where a retention curve levels off, if it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from fourfits import config, intervals, sums

Array = sums.Array


@dataclass(frozen=True)
class Plateau:
    """The level of the tail with its interval; `None` where the data show none."""

    share: float | None
    low: float | None
    high: float | None
    start: int | None
    """First period of the tail."""
    reason: str
    """Why there is one, or none, in words."""

    @property
    def row(self) -> dict[str, Any]:
        """Its part of a result's row."""
        return {
            "plateau_share": self.share,
            "plateau_low": self.low,
            "plateau_high": self.high,
            "plateau_from": self.start,
            "reason": self.reason,
        }


def plateau(n: Array, retained: Array, confidence: float) -> Plateau:
    """The pooled share over the last third of the periods, if it does not fall there.

    Args:
        n: Customers of each cohort.
        retained: Of these, how many came back; a row per cohort, a column per period from 0; NaN
            where the cohort was not observed that long.
        confidence: Level of the interval.

    A tail falls when, within cohorts, its slope is negative at the 5 % level and takes more than
    `config.PLATEAU_FALL_SHARE` of the level from the tail's start to its end. The interval is
    Wilson's with the lesser of two effective numbers of customers: one that takes each customer's
    periods as equal, and one from the spread of the cohorts around their common share.

    >>> n, shares = np.array([400, 400]), np.array([1, 0.6, 0.45, 0.4, 0.4, 0.4, 0.4])
    >>> found = plateau(n, np.outer(n, shares), 0.95)
    >>> found.start, found.row["plateau_share"], found.reason
    (4, 0.4, 'level from period 4')
    """
    observed = ~np.isnan(retained)
    at_period = n @ observed
    last = int(np.flatnonzero(at_period >= config.PLATEAU_MIN_CUSTOMERS).max(initial=0))
    if last < config.PLATEAU_MIN_PERIODS:
        return _none(
            f"{last} later periods with {config.PLATEAU_MIN_CUSTOMERS} customers observed, "
            f"{config.PLATEAU_MIN_PERIODS} are needed"
        )
    length = max(3, -(-last // 3))
    start = last - length + 1
    seen, back = observed[:, start : last + 1], retained[:, start : last + 1]
    cells = np.where(seen, n[:, None], 0)
    share = float(np.nansum(back) / cells.sum())
    if share == 0:
        return _none(f"nobody came back from period {start} on")

    slope, error = _slope(n, np.where(seen, back, 0), seen, share)
    fall = -slope * (length - 1) / share
    if fall > config.PLATEAU_FALL_SHARE and -slope > intervals.z(0.90) * error:
        return _none(f"still falling: by {fall:.0%} of its level from period {start} to {last}")
    effective = _effective(cells, np.where(seen, back, 0), share)
    low, high = intervals.wilson(share * effective, effective, confidence)
    return Plateau(share, float(low), float(high), start, f"level from period {start}")


def _none(reason: str) -> Plateau:
    return Plateau(None, None, None, None, f"no plateau: {reason}")


def _slope(n: Array, back: Array, seen: Array, share: float) -> tuple[float, float]:
    """Change of the share per period within cohorts, and its standard error.

    Within cohorts, because later periods are seen of older cohorts only, and these may differ.
    """
    period = np.arange(seen.shape[1])
    count = np.maximum(seen.sum(axis=1), 1)
    away = np.where(seen, period - ((seen * period).sum(axis=1) / count)[:, None], 0)
    spread = (away**2).sum(axis=1)
    weight = n * spread
    if weight.sum() == 0:
        return 0.0, np.inf
    use = weight > 0
    slopes = (away * back).sum(axis=1)[use] / weight[use]
    weight = weight[use] / weight.sum()
    slope = float(weight @ slopes)
    if len(slopes) < 5:  # too few to see their spread: binomial, periods independent
        return slope, float(np.sqrt(share * (1 - share) / (n * spread).sum()))
    spare = len(slopes) / (len(slopes) - 1)
    return slope, float(np.sqrt(spare * (weight**2 @ (slopes - slope) ** 2)))


def _effective(cells: Array, back: Array, share: float) -> float:
    """Independent customers that the tail is worth."""
    at_period = cells.sum(axis=0)
    alike = float((at_period.sum() / np.sqrt(at_period).sum()) ** 2)
    cohorts = int((cells.sum(axis=1) > 0).sum())
    if cohorts < 2 or share == 1:
        return alike
    off = back.sum(axis=1) - share * cells.sum(axis=1)
    variance = cohorts / (cohorts - 1) * float(off @ off) / float(cells.sum()) ** 2
    return min(alike, share * (1 - share) / variance) if variance > 0 else alike
