"""Delivered work as whole weeks: what forecasts draw from."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfits import checks, config, errors, sums

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True)
class History:
    """Whole weeks up to the last day, oldest first, and what is open after them."""

    group: dict[str, Any]
    """Name of each grouping column and this group's value."""
    finished: sums.Array
    """Items finished, one row per week, seven columns."""
    created: sums.Array
    """Items created, likewise."""
    n_open: int
    used: int
    """How many of the last weeks futures are drawn from."""

    @property
    def recent(self) -> sums.Array:
        """Items finished in the weeks that futures are drawn from."""
        return self.finished[len(self.finished) - self.used :]

    @property
    def net(self) -> sums.Array:
        """Items finished less items created in those weeks."""
        return (self.finished - self.created)[len(self.finished) - self.used :]

    @property
    def name(self) -> str:
        """The group in words; empty where there is only one."""
        return " · ".join(map(str, self.group.values()))


def by_day(deliveries: ir.Table, groups: tuple[str, ...]) -> ir.Table:
    """Items created and finished, one row per group and day; an unknown creation has no day."""
    import ibis

    finished = checks.day_of(deliveries, "finished_on")
    created = ibis.null("date")
    if "created_on" in deliveries.columns:
        created = checks.day_of(deliveries, "created_on")
        created = ibis.ifelse(created > finished, finished, created)  # never open before it was
    days = ibis.union(
        deliveries.select(*groups, day=created, created=1, finished=0),
        deliveries.filter(finished.notnull()).select(*groups, day=finished, created=0, finished=1),
    )
    counts = days.aggregate(
        by=[*groups, "day"], n_created=days.created.sum(), n_finished=days.finished.sum()
    )
    return counts.order_by([*groups, "day"])


def last_day(days: sums.Array) -> datetime.date:
    """The last day on which something was created or finished.

    Raises:
        NotEnoughDataError: If no day is known.
    """
    known = days[~np.isnat(days)]
    if not known.size:
        raise errors.NotEnoughDataError(
            "No item has a day on which it was created or finished.",
            hint="deliveries need `finished_on` for items that are done",
        )
    day: datetime.date = known.max().astype("datetime64[D]").item()
    return day


def histories(
    counts: sums.Columns, groups: tuple[str, ...], last: datetime.date, most_weeks: int
) -> tuple[list[History], list[str]]:
    """One history per group that has enough, and the names of those that have not.

    Args:
        counts: What `by_day` gave.
        groups: Names of the grouping columns.
        last: The last day that may be known.
        most_weeks: How many weeks futures are drawn from at most.

    Raises:
        NotEnoughDataError: If no group has enough.
    """
    keys = list(zip(*(counts[name] for name in groups), strict=True)) or [()] * len(counts["day"])
    places: dict[tuple[Any, ...], list[int]] = {}
    for place, key in enumerate(keys):
        places.setdefault(key, []).append(place)
    found, short, reason = [], [], "There is no item."
    for key, rows in places.items():
        part = {name: column[rows] for name, column in counts.items()}
        past = _history(dict(zip(groups, key, strict=True)), part, last, most_weeks)
        n = int(past.recent.sum())
        if past.used >= config.FORECAST_MIN_WEEKS and n >= config.FORECAST_MIN_FINISHED:
            found.append(past)
        else:
            short.append(past.name)
            reason = f"The history holds {past.used} whole weeks and {n} finished items."
    if not found:
        raise errors.NotEnoughDataError(
            f"{reason} A forecast needs at least {config.FORECAST_MIN_WEEKS} weeks and "
            f"{config.FORECAST_MIN_FINISHED} finished items.",
            hint="wait, look further back with `history_days=`, or take teams together",
        )
    return found, short


def _history(
    group: dict[str, Any], counts: sums.Columns, last: datetime.date, most_weeks: int
) -> History:
    dated = ~np.isnat(counts["day"])
    ago = np.zeros(len(dated), int)
    ago[dated] = (np.datetime64(last) - counts["day"][dated].astype("datetime64[D]")).astype(int)
    known = ago >= 0
    n_open = int((counts["n_created"] - counts["n_finished"])[known].sum())
    n_weeks = (ago[dated].max(initial=-1) + 1) // 7
    inside = dated & known & (ago < 7 * n_weeks)
    place = 7 * n_weeks - 1 - ago[inside]

    def weeks(column: str) -> sums.Array:
        totals = np.bincount(place, counts[column][inside], minlength=7 * n_weeks)
        return totals.reshape(-1, 7)

    finished, created = weeks("n_finished"), weeks("n_created")
    return History(group, finished, created, n_open, min(int(n_weeks), most_weeks))
