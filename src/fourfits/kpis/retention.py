"""Who comes back: cohort curves, pooled curves and their plateau."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyarrow as pa

from fourfits import charts, checks, config, errors, intervals, results, sums
from fourfits.kpis.plateau import Plateau, plateau

if TYPE_CHECKING:
    import altair as alt
    import ibis.expr.types as ir

UNITS = ("month", "week", "day")
COHORTS = ("first_event", "every_event", "signed_up_on")
RETURNS = ("on", "on_or_after")
MOMENTS = ("occurred_at", "ordered_at", "started_on")

_MONDAY = datetime.date(1970, 1, 5)


@dataclass(frozen=True, kw_only=True)
class RetentionResult(results.Result):
    """The pooled retention curve, one row per group and period.

    Columns: the grouping columns; `period` (units since the cohort's own, which is 0);
    `n_cohorts` and `n_customers` that were observed that long; `n_retained`; `retained_share`
    with `retained_low`, `retained_high`.

    Attributes:
        cohorts: The counts behind it: the grouping columns, `cohort_on` (first day of the
            cohort's period), `period`, `n_customers` (of the cohort), `n_retained`,
            `retained_share` with `retained_low`, `retained_high`.
        plateaus: One row per group: the grouping columns, `n_customers` (of all cohorts),
            `plateau_share` with `plateau_low`, `plateau_high` and `plateau_from` (period), empty
            where the data show none; `reason` says why.
    """

    analysis: ClassVar[str] = "retention"
    headline: ClassVar[str] = "plateau_share"
    definition: ClassVar[str] = (
        "Retention: share of a cohort's customers who come back in a later calendar period; "
        "pooled over the cohorts that were observed that long, each only up to the last whole "
        "period."
    )
    assumptions: ClassVar[str] = (
        "Customers act independently; cohorts are alike. The plateau is the pooled share of the "
        "last third of the periods, given only where that tail does not fall; its interval is the "
        "wider of one over customers, as if each one's periods were the same, and one over "
        "cohorts."
    )
    source: ClassVar[str] = (
        "Wilson (1927) for intervals; on, and on or after (unbounded), as in Amplitude and "
        "Mixpanel; ratio over clusters: Cochran (1977), Sampling Techniques, ch. 6."
    )

    cohorts: pa.Table
    plateaus: pa.Table

    def summary(self) -> dict[str, Any]:
        """The plateau; of several groups, the highest and the lowest."""
        return self._glance(self.plateaus)

    def chart(self) -> alt.TopLevelMixin:
        """The pooled curve of each group with its interval; a dashed line at its plateau."""
        import altair as alt

        groups = checks.names(self.parameters["by"])
        table, label = charts.labelled(self.table, groups)
        plateaus, _ = charts.labelled(self.plateaus, groups)
        base = alt.Chart(charts.data(table)).encode(
            x=alt.X("period:Q", title=f"{self.parameters['unit']}s since the start"),
            color=alt.Color(f"{label}:N", title=None),
        )
        band = base.mark_area(opacity=0.15).encode(
            y=alt.Y("retained_low:Q"), y2=alt.Y2("retained_high:Q")
        )
        line = base.mark_line(point=True).encode(
            y=alt.Y("retained_share:Q", title="customers who come back", axis=alt.Axis(format="%")),
            tooltip=[
                f"{label}:N",
                "period:Q",
                "n_customers:Q",
                alt.Tooltip("retained_share:Q", format=".1%"),
            ],
        )
        rule = (
            alt.Chart(charts.data(plateaus))
            .mark_rule(strokeDash=[4, 4])
            .encode(y=alt.Y("plateau_share:Q"), color=alt.Color(f"{label}:N"))
        )
        return alt.layer(band, line, rule)


def retention(
    events: Any,
    *,
    unit: str = "month",
    event: str | None = None,
    cohort: str = "first_event",
    returns: str = "on",
    moment: str | None = None,
    per: str = "customer_id",
    as_of: datetime.date | str | None = None,
    by: str | Iterable[str] | None = None,
    customers: Any = None,
    confidence: float = config.CONFIDENCE,
) -> RetentionResult:
    """How many customers come back, period by period, and where the curve levels off.

    Args:
        events: What customers did: events, orders, or any table with a customer and a moment.
        unit: Calendar period: `month`, `week` (from Monday) or `day`.
        event: Only events of that name count (column `event`); `None` takes all.
        cohort: `first_event` (a customer belongs to the period of their first event),
            `every_event` (recurring: to each period in which they were active), or `signed_up_on`
            (to the period of their sign-up, also if they never came; needs `customers`).
        returns: `on` (active in period N) or `on_or_after` (in period N or later, unbounded; falls
            towards the end of the data, where nothing later has been seen yet).
        moment: Column with the moment; `None` takes `occurred_at`, `ordered_at` or `started_on`.
        per: Column that says who comes back: `customer_id` or `account_id`.
        as_of: End of observation, that day included; `None` takes the last event. Periods that
            are not over by then do not count.
        by: Attribute or attributes of customers to group by. A column of the events takes the
            value of the customer's last event.
        customers: Persons with `signed_up_on` (see `tables.CUSTOMERS`), for that kind of cohort.
        confidence: Level of the intervals.

    Returns:
        One row per group and period; `cohorts` holds the matrix, `plateaus` one row per group.

    Raises:
        ColumnError: If a column is missing.
        ParameterError: If an argument is not one of those allowed.
        NotEnoughDataError: If no cohort was observed for a whole later period.

    Source: Wilson (1927) for the intervals of shares; Cochran (1977), ch. 6, for the plateau's.

    >>> import datetime as dt
    >>> days = [dt.date(2024, month, 5) for month in (1, 2, 3, 1, 3, 1, 2, 4)]
    >>> events = {"customer_id": ["a", "a", "a", "b", "b", "c", "d", "d"], "occurred_at": days}
    >>> table = retention(events, as_of="2024-03-31").table
    >>> table.select(["period", "n_customers", "n_retained"]).to_pylist()[1:]
    [{'period': 1, 'n_customers': 4, 'n_retained': 1}, {'period': 2, 'n_customers': 3, 'n_retained': 2}]
    """
    groups, end = checks.names(by), checks.day(as_of, "as_of")
    checks.one_of(unit, "unit", UNITS)
    checks.one_of(cohort, "cohort", COHORTS)
    checks.one_of(returns, "returns", RETURNS)
    checks.share(confidence, "confidence")
    asked = _Asked(unit, event, cohort, returns, moment, per, as_of, by, confidence)
    active = _active(_chosen(checks.table(events), event, moment, end), per, unit, groups)
    if cohort == "signed_up_on":
        active = _with_sign_ups(active, _signed_up(customers, end), per, unit, groups)
    active = checks.grouped(active, groups)

    counts = sums.fetch(_matrix(active, per, groups, recurring=asked.recurring, on=asked.on))

    return _answer(counts, groups, end, asked)


@dataclass(frozen=True)
class _Asked:
    """What can be set."""

    unit: str
    event: str | None
    cohort: str
    returns: str
    moment: str | None
    per: str
    as_of: datetime.date | str | None
    by: str | Iterable[str] | None
    confidence: float

    @property
    def recurring(self) -> bool:
        return self.cohort == "every_event"

    @property
    def on(self) -> bool:
        return self.returns == "on"


def _answer(
    counts: sums.Columns, groups: tuple[str, ...], end: datetime.date | None, asked: _Asked
) -> RetentionResult:
    """The curve, the cohorts behind it and the plateau of each group."""
    unit, confidence = asked.unit, asked.confidence
    matrices = _matrices(counts, groups, unit, end, on=asked.on)
    plateaus = {key: plateau(one.n, one.retained, confidence) for key, one in matrices.items()}
    return RetentionResult(
        table=results.stacked(
            _pooled(one, groups, key, confidence) for key, one in matrices.items()
        ),
        parameters={**vars(asked)},
        data={"events": int(np.nansum(counts["n_events"]))},
        warnings=_warnings(plateaus, recurring=asked.recurring),
        cohorts=results.stacked(
            _cohorts(one, groups, key, unit, confidence) for key, one in matrices.items()
        ),
        plateaus=_plateaus(plateaus, matrices, groups),
    )


def _chosen(
    events: ir.Table, event: str | None, moment: str | None, end: datetime.date | None
) -> ir.Table:
    """The events that count, with their day in `day` and their moment in `moment`."""
    import ibis

    found = moment or next((name for name in MOMENTS if name in events.columns), MOMENTS[0])
    events = events.mutate(day=checks.day_of(events, found), moment=events[found])
    if event is not None:
        checks.columns(events, "event")
        events = events.filter(events.event == event)
    return events if end is None else events.filter(events.day <= ibis.literal(end))


def _active(events: ir.Table, per: str, unit: str, groups: tuple[str, ...]) -> ir.Table:
    """One row per customer and period in which they were active."""
    import ibis

    checks.columns(events, per)
    own = [name for name in groups if name in events.columns]
    events = events.filter(events[per].notnull(), events.day.notnull())
    events = events.mutate(period=_number(events.day, unit))
    active = events.group_by(per, "period").agg(
        last_on=events.day.max(),
        n_events=events.count(),
        **{name: events[name].argmax(events.moment) for name in own},
    )
    latest = ibis.window(group_by=per, order_by=ibis.desc("period"))
    return active.mutate(**{name: active[name].first().over(latest) for name in own})


def _signed_up(customers: Any, end: datetime.date | None) -> ir.Table:
    import ibis

    if customers is None:
        raise errors.ParameterError(
            "cohort='signed_up_on' needs the customers, to count those who never came.",
            hint="pass `customers=`, or take cohort='first_event'",
        )
    table = checks.table(customers)
    table = table.mutate(day=checks.day_of(table, "signed_up_on"))
    table = table.filter(table.day.notnull())
    return table if end is None else table.filter(table.day <= ibis.literal(end))


def _with_sign_ups(
    active: ir.Table, signed_up: ir.Table, per: str, unit: str, groups: tuple[str, ...]
) -> ir.Table:
    """Sign-up as the first activity, so that who never came back stands in the cohort too."""
    import ibis

    known = checks.grouped(signed_up, groups)
    checks.columns(known, per)
    first = known.select(
        per, period=_number(known.day, unit), last_on=known.day, n_events=ibis.literal(0)
    )
    both = active.select(per, "period", "last_on", "n_events").union(
        first.cast(active.select(*first.columns).schema())
    )
    both = both.group_by(per, "period").agg(
        last_on=both.last_on.max(), n_events=both.n_events.sum()
    )
    names = known.select(per, *groups).distinct()
    return both.left_join(names, per).select(both, *(names[name] for name in groups))


def _number(day: ir.DateValue, unit: str) -> ir.IntegerValue:
    """Calendar periods as whole numbers, so that their distance is a difference."""
    import ibis

    if unit == "month":
        return (day.year() * 12 + day.month() - 1).cast("int64")
    since = day.delta(ibis.literal(_MONDAY), unit="day")
    return (since if unit == "day" else (since / 7).floor()).cast("int64")


def _first_day(number: int, unit: str) -> datetime.date:
    """The day on which the period begins."""
    if unit == "month":
        return datetime.date(number // 12, number % 12 + 1, 1)
    return _MONDAY + datetime.timedelta(days=number * (7 if unit == "week" else 1))


def _last_whole(end: datetime.date, unit: str) -> int:
    """The last period that is over when this day is over."""
    after = end + datetime.timedelta(days=1)
    if unit == "month":
        return after.year * 12 + after.month - 2
    return (after - _MONDAY).days // (7 if unit == "week" else 1) - 1


def _matrix(
    active: ir.Table, per: str, groups: tuple[str, ...], *, recurring: bool, on: bool
) -> ir.Table:
    """Customers by cohort and age: of each return (`on`), or of the last one (on or after)."""
    import ibis

    whole = ibis.window(group_by=per)
    rows = active.select(
        per, *groups, "period", "last_on", "n_events",
        first=active.period.min().over(whole), final=active.period.max().over(whole),
    )  # fmt: skip
    if recurring and on:
        later = active.select(per, back=active.period)
        pairs = rows.join(later, [per, rows.period <= later.back])
        own = (later.back == rows.period).ifelse(rows.n_events, 0)
        rows = pairs.select(
            *groups, "last_on", n_events=own, cohort=rows.period, age=later.back - rows.period
        )
    elif recurring:
        rows = rows.select(
            *groups, "last_on", "n_events", cohort=rows.period, age=rows.final - rows.period
        )
    elif on:
        rows = rows.select(
            *groups, "last_on", "n_events", cohort=rows["first"], age=rows.period - rows["first"]
        )
    else:
        rows = rows.group_by(per, *groups, cohort=rows["first"], age=rows.final - rows["first"])
        rows = rows.agg(last_on=ibis._.last_on.max(), n_events=ibis._.n_events.sum())
    return rows.group_by(*groups, "cohort", "age").agg(
        n=rows.count(), last_on=rows.last_on.max(), n_events=rows.n_events.sum()
    )


@dataclass(frozen=True)
class _Matrix:
    """Cohorts of one group: their numbers and sizes, and who came back at each age."""

    cohorts: sums.Array
    n: sums.Array
    retained: sums.Array
    """A row per cohort, a column per age from 0; NaN where it was not observed."""


def _matrices(
    counts: sums.Columns,
    groups: tuple[str, ...],
    unit: str,
    end: datetime.date | None,
    *,
    on: bool,
) -> dict[tuple[Any, ...], _Matrix]:
    """The observed part of each group's matrix, largest group first."""
    if len(counts["n"]) == 0:
        raise _nothing_seen()
    end = end or counts["last_on"].max().astype("datetime64[D]").item()
    last = _last_whole(end, unit)
    keys = list(zip(*(counts[name].tolist() for name in groups), strict=True))
    keys = keys or [()] * len(counts["n"])
    places: dict[tuple[Any, ...], list[int]] = {}
    for place, (key, cohort) in enumerate(zip(keys, counts["cohort"], strict=True)):
        if cohort <= last:
            places.setdefault(key, []).append(place)
    found = {}
    for key, rows in places.items():
        cohort, age = (counts[name][rows].astype(int) for name in ("cohort", "age"))
        numbers, row = np.unique(cohort, return_inverse=True)
        back = np.zeros((len(numbers), max(int((last - numbers).max()), int(age.max())) + 1))
        back[row, age] = counts["n"][rows]
        if not on:
            back = np.cumsum(back[:, ::-1], axis=1)[:, ::-1]
        n = back[:, 0].copy()
        ages = np.arange(int((last - numbers).max()) + 1)
        back = np.where(numbers[:, None] + ages <= last, back[:, : len(ages)], np.nan)
        found[key] = _Matrix(numbers, n, back)
    if not any(one.retained.shape[1] > 1 for one in found.values()):
        raise _nothing_seen()
    return dict(sorted(found.items(), key=lambda item: (-item[1].n.sum(), str(item[0]))))


def _nothing_seen() -> errors.NotEnoughDataError:
    return errors.NotEnoughDataError(
        "No cohort was observed for a whole period after its own.",
        hint="take a shorter `unit`, or a longer time of observation",
    )


def _pooled(
    one: _Matrix, groups: tuple[str, ...], key: tuple[Any, ...], confidence: float
) -> pa.Table:
    observed = ~np.isnan(one.retained)
    n, back = one.n @ observed, np.nansum(one.retained, axis=0)
    low, high = intervals.wilson(back, n, confidence)
    return pa.table(
        {
            **{name: [value] * len(n) for name, value in zip(groups, key, strict=True)},
            "period": np.arange(len(n)),
            "n_cohorts": observed.sum(axis=0),
            "n_customers": n.astype(int),
            "n_retained": back.astype(int),
            "retained_share": back / n,
            "retained_low": low,
            "retained_high": high,
        }
    )


def _cohorts(
    one: _Matrix, groups: tuple[str, ...], key: tuple[Any, ...], unit: str, confidence: float
) -> pa.Table:
    cohort, period = np.nonzero(~np.isnan(one.retained))
    n, back = one.n[cohort], one.retained[cohort, period]
    low, high = intervals.wilson(back, n, confidence)
    return pa.table(
        {
            **{name: [value] * len(n) for name, value in zip(groups, key, strict=True)},
            "cohort_on": [_first_day(int(number), unit) for number in one.cohorts[cohort]],
            "period": period,
            "n_customers": n.astype(int),
            "n_retained": back.astype(int),
            "retained_share": back / n,
            "retained_low": low,
            "retained_high": high,
        }
    )


def _plateaus(
    found: dict[tuple[Any, ...], Plateau],
    matrices: dict[tuple[Any, ...], _Matrix],
    groups: tuple[str, ...],
) -> pa.Table:
    return pa.Table.from_pylist(
        [
            dict(zip(groups, key, strict=True))
            | {"n_customers": int(matrices[key].n.sum())}
            | one.row
            for key, one in found.items()
        ]
    )


def _warnings(plateaus: dict[tuple[Any, ...], Plateau], *, recurring: bool) -> tuple[str, ...]:
    found = []
    if recurring:
        found.append(
            "A customer stands in every cohort in which they were active: intervals count them "
            "as different people and are too narrow."
        )
    for key, one in plateaus.items():
        if one.start is None:
            name = " · ".join(map(str, key))
            found.append(f"{name}: {one.reason}." if name else f"{one.reason.capitalize()}.")
    return tuple(found)
