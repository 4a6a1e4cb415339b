"""How fast each team does each kind of work, against the company's pace."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fourfits import checks, config, errors, sums

if TYPE_CHECKING:
    import ibis.expr.types as ir

NO_KIND = "other"


@dataclass(frozen=True)
class Speeds:
    """What is known of each team's speed on each kind: a gamma distribution, 1 is the company.

    Attributes:
        teams: Their names.
        kinds: The kinds of work asked about.
        shape: Shape of the distribution, teams by kinds.
        rate: Its rate; the mean is shape / rate.
        n_items: Finished items of that kind behind it.
        gone: Teams left out because they finished nothing for half a year.
    """

    teams: list[str]
    kinds: list[str]
    shape: sums.Array
    rate: sums.Array
    n_items: sums.Array
    gone: list[str]

    @property
    def mean(self) -> sums.Array:
        """Expected speed, teams by kinds."""
        return self.shape / self.rate

    def interval(self, confidence: float) -> tuple[sums.Array, sums.Array]:
        """Ends of the middle part of the distribution."""
        from scipy.special import gammaincinv

        tail = (1 - confidence) / 2
        return (
            gammaincinv(self.shape, tail) / self.rate,
            gammaincinv(self.shape, 1 - tail) / self.rate,
        )

    def draw(self, draws: int, seed: int) -> sums.Array:
        """Possible speeds, shape (draws, teams, kinds)."""
        rng = np.random.default_rng(seed)
        return rng.gamma(self.shape, size=(draws, *self.shape.shape)) / self.rate


def by_team_and_kind(
    deliveries: ir.Table, features: ir.Table, as_of: datetime.date | None
) -> ir.Table:
    """Finished items, their days and days per estimated unit, one row per team and kind.

    The kind of an item is that of its feature, else its own. A day is the least that an item
    takes; items that end before they start are left out.
    """
    import ibis

    checks.columns(deliveries, "team", "started_on", "finished_on")
    kinds = features.select("feature_id", feature_kind=_column(features, "kind", "string"))
    done = deliveries.mutate(
        feature_id=_column(deliveries, "feature_id", "string"),
        own_kind=_column(deliveries, "kind", "string"),
        size=_column(deliveries, "estimate", "float64"),
        started=checks.day_of(deliveries, "started_on"),
        finished=checks.day_of(deliveries, "finished_on"),
    )
    done = done.left_join(kinds, "feature_id").select(
        "team",
        "size",
        "started",
        "finished",
        kind=ibis.coalesce(kinds.feature_kind, done.own_kind, ibis.literal(NO_KIND)),
    )
    done = done.filter(done.team.notnull(), done.finished >= done.started)
    if as_of is not None:
        done = done.filter(done.finished <= ibis.literal(as_of))
    took = done.finished.delta(done.started, unit="day").cast("float64")
    done = done.mutate(took=ibis.ifelse(took < 1, 1.0, took))
    sized = done["size"] > 0
    counts = done.aggregate(
        by=["team", "kind"],
        n=done.count(),
        days=done.took.sum(),
        n_sized=sized.ifelse(1, 0).sum(),
        days_per_size=ibis.ifelse(sized, done.took / done["size"], 0.0).sum(),
        last=done.finished.max(),
    )
    return counts.order_by(["team", "kind"])


def speeds(counts: sums.Columns, kinds: list[str]) -> Speeds:
    """Each team's speed on each kind, from what `by_team_and_kind` gave.

    Days are counted per estimated unit where most items have an estimate, else per item. A
    team's speed on a kind is drawn to its speed on all work, and that to the company's, as
    though it had finished 5 more items at that speed.

    Raises:
        NotEnoughDataError: If no item was finished.
    """
    if not counts["n"].sum():
        raise errors.NotEnoughDataError(
            "No delivered item has a team, a start and a finish, so no team's speed is known.",
            hint="fill `team`, `started_on` and `finished_on`, or use `assign` with own numbers",
        )
    teams, gone = _active(counts)
    by_size = 2 * counts["n_sized"].sum() >= counts["n"].sum()
    n, days = (
        (counts["n_sized"], counts["days_per_size"]) if by_size else (counts["n"], counts["days"])
    )
    worked = sorted(set(counts["kind"]))
    n_all = _matrix(counts, n, sorted(set(counts["team"])), worked)
    days_all = _matrix(counts, days, sorted(set(counts["team"])), worked)
    with np.errstate(invalid="ignore", divide="ignore"):
        pace = days_all.sum(axis=0) / n_all.sum(axis=0)
    at_pace = np.where(pace > 0, _matrix(counts, days, teams, worked) / pace, 0.0)
    items = _matrix(counts, n, teams, worked)
    prior = config.ALLOCATION_PRIOR_ITEMS
    whole = (prior + items.sum(axis=1)) / (prior + at_pace.sum(axis=1))
    known = [worked.index(kind) if kind in worked else len(worked) for kind in kinds]
    items, at_pace = (np.pad(part, ((0, 0), (0, 1)))[:, known] for part in (items, at_pace))
    return Speeds(
        teams, kinds, prior + items, prior / whole[:, None] + at_pace, items.astype(int), gone
    )


def _active(counts: sums.Columns) -> tuple[list[str], list[str]]:
    """Teams that finished something in the last half year, and those that did not."""
    limit = counts["last"].max() - np.timedelta64(config.FORECAST_HISTORY_DAYS, "D")
    active = set(counts["team"][counts["last"] > limit])
    return sorted(active), sorted(set(counts["team"]) - active)


def _matrix(
    counts: sums.Columns, values: sums.Array, teams: list[str], kinds: list[str]
) -> sums.Array:
    """Teams by kinds; 0 where a team did none."""
    cells = np.zeros((len(teams), len(kinds)))
    for team, kind, value in zip(counts["team"], counts["kind"], values, strict=True):
        if team in teams:
            cells[teams.index(team), kinds.index(kind)] = value
    return cells


def _column(table: ir.Table, name: str, kind: str) -> ir.Value:
    """The column, or an empty one where the table has none."""
    import ibis

    return table[name].cast(kind) if name in table.columns else ibis.null(kind)
