"""Draw the coming weeks from the delivered ones; arrays of weeks in, days and counts out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

_CHUNK_WEEKS = 26
_LONGEST_WEEKS = 520
"""Ten years: what is not done by then counts as never done."""
_MOST_WINDOWS = 200


def days_until(net: Array, items: int, *, draws: int, seed: int) -> Array:
    """Days until the backlog is empty, one per draw; `inf` where ten years do not suffice.

    Args:
        net: Items finished less items added, one row per past week, seven columns.
        items: Size of the backlog, at least 1.
        draws: Number of simulated futures.
        seed: Same seed, same futures; `finished_within` draws the same ones.

    >>> days_until(np.array([[1, 1, 1, 1, 1, 0, 0]]), 6, draws=3, seed=1)
    array([8., 8., 8.])
    """
    running = np.cumsum(net, axis=1)
    peak, total = running.max(axis=1), running[:, -1]
    days, done = np.full(draws, np.inf), np.zeros(draws)
    for start, picks in enumerate(_futures(len(net), draws, seed)):
        ends = done[:, None] + np.cumsum(total[picks], axis=1)
        before = ends - total[picks]
        reached = before + peak[picks] >= items
        hit = np.flatnonzero(reached.any(axis=1) & np.isinf(days))
        week = reached[hit].argmax(axis=1)
        within = before[hit, week, None] + running[picks[hit, week]] >= items
        days[hit] = (start * _CHUNK_WEEKS + week) * 7 + within.argmax(axis=1) + 1
        done = ends[:, -1]
        if np.isfinite(days).all():
            break
    return days


def finished_within(finished: Array, days: int, *, draws: int, seed: int) -> Array:
    """Items finished in the coming days, one count per draw.

    Args:
        finished: Items finished, one row per past week, seven columns.
        days: How far to look ahead, at least 1.
        draws: Number of simulated futures.
        seed: Same seed, same futures; `days_until` draws the same ones.

    >>> finished_within(np.array([[1, 1, 1, 1, 1, 0, 0]]), 8, draws=3, seed=1)
    array([6., 6., 6.])
    """
    running = np.cumsum(finished, axis=1)
    count, left = np.zeros(draws), days
    for picks in _futures(len(finished), draws, seed):
        whole, rest = min(left // 7, _CHUNK_WEEKS), left % 7
        count += running[picks[:, :whole], -1].sum(axis=1)
        left -= whole * 7
        if left < 7 and whole < _CHUNK_WEEKS:
            return count + (running[picks[:, whole], rest - 1] if rest else 0)
    return count


def kept(
    finished: Array,
    days: int,
    levels: tuple[float, ...],
    *,
    window: int,
    least: int,
    draws: int,
    seed: int,
) -> Array:
    """Past forecasts against what happened: one row per past window, one column per level.

    Each window lasts `days`; windows follow one another without overlap, end with the last day of
    the history and are at most 200. A forecast sees only the `window` weeks before it, at least `least`.
    True where at least as many items were finished as the forecast named at that level.
    """
    flat = finished.reshape(-1)
    rows = []
    for end in range(len(flat), least * 7 + days - 1, -days)[:_MOST_WINDOWS]:
        origin = end - days
        weeks = flat[max(origin % 7, origin - window * 7) : origin].reshape(-1, 7)
        drawn = finished_within(weeks, days, draws=draws, seed=seed)
        rows.append(flat[origin:end].sum() >= promised(drawn, levels))
    return np.array(rows, bool).reshape(-1, len(levels))


def promised(drawn: Array, levels: tuple[float, ...]) -> Array:
    """The count that is reached or passed with each probability."""
    return np.quantile(drawn, [1 - level for level in levels], method="lower")


def _futures(n_weeks: int, draws: int, seed: int) -> Iterator[Array]:
    """Past weeks to replay, as indices: 26 coming weeks at a time, one row per draw.

    Every draw first resamples the history itself, then its weeks from that resample: a short
    history then makes a wide forecast, because its average is uncertain too.
    """
    rng = np.random.default_rng(seed)
    history = rng.integers(n_weeks, size=(draws, n_weeks))
    for _ in range(_LONGEST_WEEKS // _CHUNK_WEEKS):
        chosen = rng.integers(n_weeks, size=(draws, _CHUNK_WEEKS))
        yield np.take_along_axis(history, chosen, axis=1)
