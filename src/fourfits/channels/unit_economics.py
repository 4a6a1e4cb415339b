"""What customers cost and bring: from sums by cell to estimates with draws.

Small arrays in, small arrays out; g groups, c cells (a channel within a group), h channels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from fourfits import config, sums

Array = np.ndarray[Any, np.dtype[np.float64]]

SUMS = (
    "n",
    "n_new",
    "months",
    "revenue",
    "margin",
    "revenue_with_margin",
    "left",
    "months2",
    "revenue2",
    "revenue_months",
)
MARKETS = ("people", "small", "middle", "large")


@dataclass(frozen=True)
class Settings:
    """What the caller decides.

    Attributes:
        margin_share: Share of revenue that is margin; `None` takes what is recorded and assumes
            `config.ASSUMED_MARGIN_SHARE` for the rest.
        horizon_months: Longest lifetime that counts.
        confidence: Level of the intervals.
        seed: Seed of the draws.
        draws: How many.
    """

    margin_share: float | None
    horizon_months: float
    confidence: float
    seed: int
    draws: int = config.DRAWS


@dataclass(frozen=True)
class Group:
    """The groups of an answer: their keys, and which cells belong to each.

    Attributes:
        keys: One tuple of values per group, largest group first.
        cells: Shape (g, c): 1 where a cell belongs to a group.
        pool: Shape (g, g): 1 where a group is like another in all but its channel.
    """

    keys: list[tuple[Any, ...]]
    cells: Array
    pool: Array


def grouped(cells: sums.Columns, groups: tuple[str, ...]) -> Group:
    """Cells gathered into groups."""
    n = len(cells["n"])
    keys = list(zip(*(cells[name] for name in groups), strict=True)) if groups else [()] * n
    customers: dict[tuple[Any, ...], float] = {}
    for key, size in zip(keys, cells["n"], strict=True):
        customers[key] = customers.get(key, 0.0) + float(size)
    order = sorted(customers, key=lambda key: (-customers[key], key))
    members = np.array([[float(key == other) for other in keys] for key in order])
    rest = [
        tuple(value for name, value in zip(groups, key, strict=True) if name != "channel")
        for key in order
    ]
    pool = np.array([[float(mine == other) for other in rest] for mine in rest])
    return Group(order, members, pool)


def costs(
    cells: sums.Columns, spent: sums.Columns, group: Group, settings: Settings, *, spread: bool
) -> tuple[Array, Array]:
    """Cost of acquiring one customer by group: estimates (g,) and draws (draws, g).

    Within a channel every new customer costs the same. New customers are a Poisson count: the
    draws come from its Gamma posterior (Jeffreys).

    Args:
        cells: Sums by cell.
        spent: Money by channel.
        group: Which cells make up a group.
        settings: Seed and number of draws.
        spread: Lay money of channels that brought nobody on all new customers alike.
    """
    channels = sorted({*cells["channel"], *spent["channel"]})
    money = dict(zip(spent["channel"], spent["spend"], strict=True))
    spend = np.array([float(money.get(channel, 0.0)) for channel in channels])
    of_channel = np.array([[float(one == name) for one in cells["channel"]] for name in channels])
    new = of_channel @ cells["n_new"].astype(float)
    lost = spend[new == 0].sum() / new.sum() if spread and new.sum() else 0.0

    rng = np.random.default_rng([settings.seed, 0])
    drawn = spend / rng.gamma(new + 0.5, size=(settings.draws, len(channels))) + lost
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.where(spend == 0, 0.0, spend / new) + lost
    weights = _shares(group.cells * cells["n_new"], group.cells * cells["n"]) @ of_channel.T
    known = np.where(weights > 0, weights * np.where(np.isfinite(each), each, 0), 0).sum(axis=1)
    unknown = (weights[:, ~np.isfinite(each)] > 0).any(axis=1)
    return np.where(unknown, np.nan, known), drawn @ weights.T


def worth(cells: sums.Columns, group: Group, settings: Settings) -> dict[str, Array]:
    """Revenue, margin share and departures per month by group: estimates (g,) and draws.

    Groups of fewer than `config.SMALL_CELL` customers borrow: `config.MIN_GROUP` customers of the
    average kind among the groups that differ only in their channel are added to them.
    """
    own = {name: group.cells @ cells[name].astype(float) for name in SUMS}
    like = {name: group.pool @ column for name, column in own.items()}
    borrowed = np.where(own["n"] < config.SMALL_CELL, float(config.MIN_GROUP), 0.0)
    borrowed = np.where(like["n"] > own["n"], borrowed, 0.0)
    s = {name: own[name] + borrowed * like[name] / like["n"] for name in SUMS}

    revenue = s["revenue"] / s["months"]
    residual = s["revenue2"] - 2 * revenue * s["revenue_months"] + revenue**2 * s["months2"]
    spread = np.maximum(residual, 0) * s["n"] / np.maximum(s["n"] - 1, 0.5)
    error = np.where(s["n"] < 2, revenue, np.sqrt(spread) / s["months"])
    leaving = s["left"] / s["months"]
    rng = np.random.default_rng([settings.seed, 1])
    shape = (settings.draws, len(revenue))
    return {
        "n": own["n"],
        "n_new": own["n_new"],
        "revenue": revenue,
        "revenue_draws": _positive(revenue, error, rng, shape),
        "margin_share": _margin(s, settings.margin_share),
        "leaving": leaving,
        "leaving_draws": rng.gamma(s["left"] + 0.5, size=shape) / s["months"],
        "borrowed": borrowed,
    }


def too_few(row: Mapping[str, Any]) -> bool:
    """Whether a group won too few customers to be compared with others or with a limit.

    >>> too_few({"n_new": 4}), too_few({"n_new": 5})
    (True, False)
    """
    return int(row["n_new"]) < config.MIN_GROUP


def lifetime(leaving: Array, horizon_months: float) -> Array:
    """Expected months as a customer at a constant rate of leaving, up to the horizon.

    >>> lifetime(np.array([0.1, 0.0]), 60).tolist()
    [10.0, 60.0]
    """
    with np.errstate(divide="ignore"):
        return np.minimum(1 / np.asarray(leaving, float), horizon_months)


def markets(cells: sums.Columns, group: Group) -> list[str]:
    """Whom each group mostly consists of: people, or small, middle or large accounts."""
    counts = np.stack([group.cells @ cells[f"n_{market}"].astype(float) for market in MARKETS])
    return [MARKETS[i] for i in np.argmax(counts, axis=0)]


def ends(draws: Array, confidence: float) -> tuple[Array, Array]:
    """The middle part of draws that may be infinite; an infinite end is NaN."""
    tail = (1 - confidence) / 2
    low, high = np.quantile(draws, [tail, 1 - tail], axis=0, method="inverted_cdf")
    return np.where(np.isfinite(low), low, np.nan), np.where(np.isfinite(high), high, np.nan)


def _shares(weights: Array, instead: Array) -> Array:
    """Rows that add up to 1; by other weights where the first add up to nothing."""
    total = weights.sum(axis=1, keepdims=True)
    chosen = np.where(total > 0, weights, instead)
    return np.asarray(chosen / chosen.sum(axis=1, keepdims=True))


def _margin(s: dict[str, Array], given: float | None) -> Array:
    if given is not None:
        return np.full(len(s["n"]), given)
    assumed = config.ASSUMED_MARGIN_SHARE
    margin = s["margin"] + assumed * (s["revenue"] - s["revenue_with_margin"])
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(s["revenue"] != 0, margin / s["revenue"], assumed)


def _positive(mean: Array, error: Array, rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Draws with this mean and standard error that stay positive (Gamma)."""
    usable = (mean > 0) & (error > 0)
    m, e = np.where(usable, mean, 1.0), np.where(usable, error, 1.0)
    drawn = rng.gamma((m / e) ** 2, e**2 / m, size=shape)
    return np.where(usable, drawn, mean)
