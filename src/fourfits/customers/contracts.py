"""From subscriptions to how long contracts last, in the engine that holds them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfits import checks, errors, sums

if TYPE_CHECKING:
    import ibis.expr.types as ir

Array = sums.Array

UNITS = {"month": 1, "quarter": 3, "year": 12}
"""Length of each period in months."""


def durations(
    subscriptions: Any,
    *,
    as_of: datetime.date | str | None = None,
    per: str | None = None,
    by: str | Iterable[str] | None = None,
) -> ir.Table:
    """How many months contracts have lasted, ended or still running: distinct rows with counts.

    Args:
        subscriptions: Contracts (see `tables.SUBSCRIPTIONS`).
        as_of: End of observation, that day included: what ends later still runs, what starts
            later is left out. `None` takes the last start or end.
        per: Column that says whose contracts belong together, such as `account_id`: from the
            first start to the last end, so that a change of plan is no loss. `None` takes each
            contract by itself.
        by: Column or columns to group by.

    Returns:
        An Ibis query: the grouping columns; `months` (of contracts that ended, the month in which
        they did, from 1; of those that run, the months they completed, from 0); `ended`;
        `n_contracts`.

    Raises:
        ColumnError: If a column is missing.

    >>> import datetime as dt
    >>> contracts = {"started_on": [dt.date(2024, 1, 15), dt.date(2024, 1, 31)],
    ...              "ended_on": [dt.date(2024, 3, 14), None]}
    >>> durations(contracts, as_of="2024-04-30").order_by("ended").to_pyarrow().to_pylist()
    [{'months': 2, 'ended': False, 'n_contracts': 1}, {'months': 2, 'ended': True, 'n_contracts': 1}]
    """
    import ibis

    groups, end = checks.names(by), checks.day(as_of, "as_of")
    table = checks.grouped(checks.table(subscriptions), by)
    checks.columns(table, per)
    keys = list(dict.fromkeys([*([per] if per else []), *groups]))
    spans = table.select(
        *keys, start=checks.day_of(table, "started_on"), stop=checks.day_of(table, "ended_on")
    )
    if end is not None:
        spans = spans.filter(spans.start <= ibis.literal(end))
        still = spans.stop > ibis.literal(end)
        spans = spans.mutate(stop=still.ifelse(ibis.null("date"), spans.stop))
    if per:
        spans = _joined(spans.filter(spans[per].notnull()), keys)
    spans = spans.group_by(*groups, "start", "stop").agg(n_contracts=spans.count())
    return _in_months(spans, groups, end)


def _joined(spans: ir.Table, keys: list[str]) -> ir.Table:
    """From the first start to the last end; no end while one of them runs."""
    import ibis

    over = spans.stop.count() == spans.count()
    last = over.ifelse(spans.stop.max(), ibis.null("date"))
    return spans.group_by(keys).agg(start=spans.start.min(), stop=last)


def _in_months(spans: ir.Table, groups: tuple[str, ...], as_of: datetime.date | None) -> ir.Table:
    import ibis

    ended = spans.stop.notnull()
    # Over grouped rows: a second scan of the contracts would cost as much as the first.
    latest = ibis.greatest(spans.start, spans.stop.coalesce(spans.start))
    end = ibis.literal(as_of) if as_of else latest.max().over(ibis.window())
    until = spans.stop.coalesce(end)
    start = spans.start
    whole = 12 * (until.year() - start.year()) + (until.month() - start.month())
    whole = whole - (until.day() < start.day()).ifelse(1, 0)
    rows = spans.select(
        *groups,
        months=whole + ended.ifelse(1, 0),
        ended=ended,
        n_contracts=spans.n_contracts,
    )
    return rows.group_by(*groups, "months", "ended").agg(n_contracts=rows.n_contracts.sum())


@dataclass(frozen=True)
class Durations:
    """Periods lasted, whether they ended then, and how many contracts did so."""

    periods: Array
    ended: Any
    n: Array

    @classmethod
    def of(cls, columns: sums.Columns, months_each: int = 1) -> Durations:
        """The fetched columns, in periods of some months.

        Raises:
            RangeError: If a contract ends before it starts.
        """
        months, n = (np.asarray(columns[name], float) for name in ("months", "n_contracts"))
        ended = np.asarray(columns["ended"], bool)
        if (wrong := int(n[ended & (months < 1)].sum())) > 0:
            raise errors.RangeError(
                f"{wrong} contracts end before they start.",
                hint="correct `ended_on` or `started_on` of these rows",
            )
        periods = np.where(ended, np.ceil(months / months_each), np.floor(months / months_each))
        return cls(periods, ended, n)

    @property
    def n_contracts(self) -> int:
        """How many contracts there are."""
        return int(self.n.sum())

    @property
    def n_ended(self) -> int:
        """How many of them ended."""
        return int(self.n[self.ended].sum())


@dataclass(frozen=True)
class Survival:
    """Share of contracts that outlast each period, where some were observed that long."""

    period: Array
    n_at_risk: Array
    n_ended: Array
    retained_share: Array
    log_variance: Array
    """Greenwood's variance, of the logarithm of the share."""


def survival(durations: Durations) -> Survival:
    """The product-limit estimate.

    Source: Kaplan and Meier (1958); variance: Greenwood (1926).

    >>> lasted = Durations(np.array([1, 2, 2]), np.array([True, True, False]), np.array([1, 1, 2]))
    >>> survival(lasted).retained_share
    array([0.75, 0.5 ])
    """
    longest = int(durations.periods.max(initial=0))
    periods = durations.periods.astype(int)
    lasted = np.bincount(periods, durations.n, longest + 1)
    ends = np.bincount(periods, durations.n * durations.ended, longest + 1)[1:]
    at_risk = np.cumsum(lasted[::-1])[::-1][1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.cumprod(1 - ends / at_risk)
        log_variance = np.cumsum(ends / (at_risk * (at_risk - ends)))
    return Survival(np.arange(1.0, longest + 1), at_risk, ends, share, log_variance)


def groups_of(
    columns: sums.Columns, groups: tuple[str, ...]
) -> list[tuple[tuple[Any, ...], sums.Columns]]:
    """The fetched rows of each group, largest group first."""
    keys = list(zip(*(columns[name].tolist() for name in groups), strict=True))
    keys = keys or [()] * len(columns["n_contracts"])
    found: dict[tuple[Any, ...], list[int]] = {}
    for place, key in enumerate(keys):
        found.setdefault(key, []).append(place)
    parts = [
        (key, {name: column[places] for name, column in columns.items()})
        for key, places in found.items()
    ]
    return sorted(parts, key=lambda part: (-part[1]["n_contracts"].sum(), str(part[0])))
