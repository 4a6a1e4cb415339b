"""Segments by recency, frequency and money of purchases."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyarrow as pa

from fourfits import charts, checks, config, errors, intervals, results, sums
from fourfits.customers import buying

if TYPE_CHECKING:
    import altair as alt
    import ibis.expr.types as ir

SCORES = 5

SEGMENTS = (
    "Champions",
    "Loyal",
    "Potential loyalists",
    "New",
    "Promising",
    "Need attention",
    "About to sleep",
    "At risk",
    "Can't lose them",
    "Hibernating",
    "Lost",
)
"""The named segments, best first."""

_GRID = {
    5: ("New", "Potential loyalists", "Potential loyalists", "Champions", "Champions"),
    4: ("Promising", "Potential loyalists", "Potential loyalists", "Loyal", "Loyal"),
    3: ("About to sleep", "About to sleep", "Need attention", "Loyal", "Loyal"),
    2: ("Hibernating", "Hibernating", "At risk", "At risk", "Can't lose them"),
    1: ("Lost", "Lost", "At risk", "At risk", "Can't lose them"),
}
"""Segment by recency score (row) and the mean of the other two scores from 1 to 5 (column)."""

_STEPS_PER_E = 200
"""Money is compared in steps of half a percent: millions of amounts become a short table."""

_MEASURES = ("recency", "frequency", "monetary")
_LETTERS = {"recency": "r", "frequency": "f", "monetary": "m"}
_EPOCH = datetime.date(1970, 1, 1)


@dataclass(frozen=True, kw_only=True)
class RfmResult(results.Result):
    """Named segments, one row per group and segment, best segment first.

    Columns: the grouping columns; `segment`; `n_customers`; `customers_share` of the group with
    `customers_low`, `customers_high`; `revenue_amount` and `revenue_share` of the group; means
    per customer: `recency_days` since the last purchase, `frequency` (orders),
    `monetary_amount`; `currency` where the orders name one.

    Attributes:
        cuts: What each score takes: `measure`, `score`, and `at_most_days` since the last
            purchase, `at_least_orders` or `at_least_amount`.
        as_of: The day on which recency is counted.
    """

    analysis: ClassVar[str] = "rfm"
    definition: ClassVar[str] = (
        "RFM: customers scored 1-5 on how recently, how often and for how much they bought (5 is "
        "best), by the middle of the ranks that equal values share, and named by recency and the "
        "mean of the other two scores."
    )
    assumptions: ClassVar[str] = (
        "Scores rank customers against each other, they do not say how good the business is; the "
        "interval treats these customers as a sample of those like them."
    )
    source: ClassVar[str] = (
        "Hughes (1994), Strategic Database Marketing; names: the 5 x 5 grid of recency by "
        "frequency and money in common use, after Putler's eleven segments."
    )

    cuts: pa.Table
    as_of: datetime.date
    scored: ir.Table

    def members(self, segmentation: str = "rfm") -> ir.Table:
        """Who is in which segment, as the derived table `memberships` holds it.

        Columns: `segmentation`, `customer_id`, `segment`, and the scores `r`, `f`, `m`.
        """
        import ibis

        scored = self.scored
        other = ((scored.f + scored.m + 1) / 2).floor()
        cells = [
            ((scored.r == r) & (other == column), name)
            for r, row in _GRID.items()
            for column, name in enumerate(row, start=1)
        ]
        return scored.select(
            "customer_id", "r", "f", "m", segmentation=ibis.literal(segmentation),
            segment=ibis.cases(*cells, else_="Lost"),
        ).select("segmentation", "customer_id", "segment", "r", "f", "m")  # fmt: skip

    def derived(self) -> results.Derived:
        """The memberships of the segmentation `rfm`."""
        return results.Derived(
            table="memberships", rows=self.members(), part={"segmentation": "rfm"}
        )

    def summary(self) -> dict[str, Any]:
        """Customers, their revenue, and the share of them in each segment, over all groups."""
        rows = self.table.to_pylist()
        n = sum(row["n_customers"] for row in rows)
        sizes = dict.fromkeys(
            (name for name in SEGMENTS if name in self.table["segment"].to_pylist()), 0
        )
        for row in rows:
            sizes[row["segment"]] += row["n_customers"]
        return {
            "n_customers": n,
            "revenue_amount": sum(row["revenue_amount"] for row in rows),
            **{segment: size / n for segment, size in sizes.items()},
        }

    def chart(self) -> alt.TopLevelMixin:
        """Each segment's share of customers beside its share of revenue."""
        import altair as alt

        groups = checks.names(self.parameters["by"])
        table, label = charts.labelled(self.table, groups)
        chart = (
            alt.Chart(charts.data(table))
            .transform_fold(["customers_share", "revenue_share"], as_=["of", "share"])
            .transform_calculate(of="datum.of == 'customers_share' ? 'customers' : 'revenue'")
            .mark_bar()
            .encode(
                y=alt.Y("segment:N", sort=list(SEGMENTS), title=None),
                yOffset=alt.YOffset("of:N"),
                x=alt.X("share:Q", axis=alt.Axis(format="%"), title="share of all"),
                color=alt.Color("of:N", title="share of"),
                tooltip=[
                    alt.Tooltip("segment:N"),
                    alt.Tooltip("of:N"),
                    alt.Tooltip("share:Q", format=".1%"),
                ],
            )
        )
        drawn: alt.TopLevelMixin = (
            chart.encode(row=alt.Row(f"{label}:N", title=None)) if groups else chart
        )
        return drawn


def rfm(
    orders: Any,
    *,
    as_of: datetime.date | str | None = None,
    by: str | Iterable[str] | None = None,
    confidence: float = config.CONFIDENCE,
) -> RfmResult:
    """Who buys recently, often and for much: eleven named segments with their weight.

    A customer's score for a measure follows from the share of customers below them plus half of
    those equal to them (0-20 % scores 1, ... 80-100 % scores 5): equal values always score
    alike, and where everybody is equal everybody is in the middle. Money is compared in steps of
    half a percent. Scores compare all customers, also with `by`.

    Args:
        orders: Lines of orders (see `tables.ORDERS`). Lines without a customer or with revenue of
            0 or less (returns) are left out. Frequency counts orders, or days with a purchase
            where there is no `order_id`.
        as_of: Today, that day included; `None` takes the last day with a purchase.
        by: Attribute or attributes of customers to group by. A column of the orders, such as
            `channel`, takes the value of the customer's latest purchase.
        confidence: Level of the intervals.

    Returns:
        One row per group and segment; `members()` tells who is in which.

    Raises:
        ColumnError: If a column is missing.
        ParameterError: If the orders are in several currencies.
        NotEnoughDataError: If there are fewer than five customers.

    Source: Hughes (1994).

    >>> import datetime as dt
    >>> orders = {"order_id": [f"o{i}" for i in range(9)],
    ...           "customer_id": ["a", "a", "a", "a", "b", "b", "c", "d", "e"],
    ...           "ordered_at": [dt.date(2024, 1, day) for day in (3, 9, 20, 30, 2, 21, 29, 8, 1)],
    ...           "revenue_amount": [50.0, 40.0, 60.0, 70.0, 90.0, 20.0, 15.0, 10.0, 5.0]}
    >>> table = rfm(orders).table
    >>> dict(zip(table["segment"].to_pylist(), table["n_customers"].to_pylist()))
    {'Champions': 1, 'Loyal': 1, 'Potential loyalists': 1, 'Hibernating': 1, 'Lost': 1}
    """
    groups, end = checks.names(by), checks.day(as_of, "as_of")
    checks.share(confidence, "confidence")
    customers = _customers(checks.table(orders), end, groups)

    ranks = _ranks(sums.fetch(_counts(customers)))
    scored = _scored(customers, ranks)
    cells = sums.fetch(_cells(scored, groups))

    end = end or _EPOCH + datetime.timedelta(days=int(ranks["recency"].values[-1]))
    return RfmResult(
        table=_segments(cells, groups, end, confidence),
        parameters={"as_of": as_of, "by": by, "confidence": confidence},
        data={"orders": int(cells["frequency"].sum())},
        warnings=_warnings(ranks),
        cuts=_cuts(ranks, end),
        as_of=end,
        scored=scored,
    )


@dataclass(frozen=True)
class _Ranks:
    """Distinct values of a measure in rising order, and the score of each."""

    values: np.ndarray[Any, Any]
    n: np.ndarray[Any, Any]
    scores: np.ndarray[Any, Any]

    @property
    def cuts(self) -> dict[int, int]:
        """The least value of each score that occurs."""
        found, first = np.unique(self.scores, return_index=True)
        return {
            int(score): int(self.values[place]) for score, place in zip(found, first, strict=True)
        }


def _customers(orders: ir.Table, end: datetime.date | None, groups: tuple[str, ...]) -> ir.Table:
    """One row per customer: recency (number of their last day), frequency, money and its step."""
    import ibis

    lines = buying.lines(orders, as_of=end)
    order = "order_id" if "order_id" in orders.columns else "day"
    own = [name for name in groups if name in orders.columns]
    bought = lines.group_by(*dict.fromkeys(["customer_id", order])).agg(
        last_on=lines.day.max(),
        amount=lines.revenue_amount.sum().cast("float64"),
        **buying.currencies(lines),
        **{name: lines[name].argmax(lines.ordered_at) for name in own},
    )
    customers = bought.group_by("customer_id").agg(
        last_on=bought.last_on.max(),
        frequency=bought.count(),
        monetary=bought.amount.sum(),
        **buying.currencies(bought),
        **{name: bought[name].argmax(bought.last_on) for name in own},
    )
    epoch = ibis.literal(_EPOCH)
    customers = customers.mutate(
        recency=customers.last_on.delta(epoch, unit="day"),
        # Sums of equal amounts may differ in their last digit.
        step=(customers.monetary.round(4).ln() * _STEPS_PER_E).floor().cast("int64"),
    )
    return checks.grouped(customers, groups)


def _counts(customers: ir.Table) -> ir.Table:
    """How many customers have each value of each measure."""
    import ibis

    parts = []
    for measure, column in zip(_MEASURES, ("recency", "frequency", "step"), strict=True):
        rows = customers.select(
            measure=ibis.literal(measure), value=customers[column].cast("int64")
        )
        parts.append(rows.group_by("measure", "value").agg(n=rows.count()))
    return ibis.union(*parts)


def _ranks(counts: sums.Columns) -> dict[str, _Ranks]:
    """The score of each value: by those below it and half of those equal to it.

    Raises:
        NotEnoughDataError: If there are fewer customers than scores.
    """
    found = {}
    for measure in _MEASURES:
        here = counts["measure"] == measure
        order = np.argsort(counts["value"][here])
        values, n = counts["value"][here][order], counts["n"][here][order]
        if n.sum() < SCORES:
            raise errors.NotEnoughDataError(
                f"There are purchases of {errors.counted(int(n.sum()), 'customer')}, at least {SCORES} "
                "are needed.",
                hint="pass orders with a `customer_id` and a positive `revenue_amount`",
            )
        middle = (np.cumsum(n) - n / 2) / n.sum()
        found[measure] = _Ranks(values, n, 1 + np.floor(SCORES * middle).astype(int))
    return found


def _scored(customers: ir.Table, ranks: dict[str, _Ranks]) -> ir.Table:
    """The customers with their scores `r`, `f`, `m`."""
    import ibis

    scores = {}
    for measure, column in zip(_MEASURES, ("recency", "frequency", "step"), strict=True):
        cuts = sorted(ranks[measure].cuts.items(), reverse=True)
        cases = [(customers[column] >= least, score) for score, least in cuts[:-1]]
        score = ibis.cases(*cases, else_=cuts[-1][0]) if cases else ibis.literal(cuts[-1][0])
        scores[_LETTERS[measure]] = score.cast("int64")
    return customers.mutate(**scores)


def _cells(scored: ir.Table, groups: tuple[str, ...]) -> ir.Table:
    """Customers and sums for each combination of scores, at most 125 a group."""
    return scored.group_by(*groups, "r", "f", "m").agg(
        n_customers=scored.count(),
        recency=scored.recency.sum(),
        frequency=scored.frequency.sum(),
        monetary=scored.monetary.sum(),
        **buying.currencies(scored),
    )


def _segments(
    cells: sums.Columns, groups: tuple[str, ...], end: datetime.date, confidence: float
) -> pa.Table:
    currency = buying.one_currency(cells)
    keys = list(zip(*(cells[name].tolist() for name in groups), strict=True))
    keys = keys or [()] * len(cells["r"])
    means = (cells["f"] + cells["m"] + 1) // 2
    names = [_GRID[int(r)][int(mean) - 1] for r, mean in zip(cells["r"], means, strict=True)]
    measures = np.stack([cells[name].astype(float) for name in ("n_customers", *_MEASURES)])
    totals: dict[tuple[Any, ...], dict[str, Any]] = {}
    for place, (key, name) in enumerate(zip(keys, names, strict=True)):
        segments = totals.setdefault(key, {})
        segments[name] = segments.get(name, 0) + measures[:, place]
    today = (end - _EPOCH).days
    rows = []
    for key, segments in sorted(totals.items(), key=lambda item: -sum(item[1].values())[0]):
        n_group, _, _, revenue_group = sum(segments.values())
        for name in (name for name in SEGMENTS if name in segments):
            n, recency, frequency, monetary = segments[name]
            low, high = intervals.wilson(n, n_group, confidence)
            rows.append(
                dict(zip(groups, key, strict=True))
                | {
                    "segment": name,
                    "n_customers": int(n),
                    "customers_share": n / n_group,
                    "customers_low": float(low),
                    "customers_high": float(high),
                    "revenue_amount": monetary,
                    "revenue_share": monetary / revenue_group,
                    "recency_days": today - recency / n,
                    "frequency": frequency / n,
                    "monetary_amount": monetary / n,
                }
                | ({"currency": currency} if currency else {})
            )
    return pa.Table.from_pylist(rows)


def _cuts(ranks: dict[str, _Ranks], end: datetime.date) -> pa.Table:
    """From which value on each score is given, in words of the measure."""
    today = (end - _EPOCH).days
    rows = [
        {
            "measure": measure,
            "score": score,
            "at_most_days": today - least if measure == "recency" else None,
            "at_least_orders": least if measure == "frequency" else None,
            "at_least_amount": float(np.exp(least / _STEPS_PER_E))
            if measure == "monetary"
            else None,
        }
        for measure in _MEASURES
        for score, least in ranks[measure].cuts.items()
    ]
    return pa.Table.from_pylist(rows)


def _warnings(ranks: dict[str, _Ranks]) -> tuple[str, ...]:
    found = []
    for measure, rank in ranks.items():
        missing = sorted({1, 2, 3, 4, 5} - set(rank.scores.tolist()))
        if missing:
            value = int(rank.n.max() / rank.n.sum() * 100)
            found.append(
                f"No customer scores {', '.join(map(str, missing))} for {measure}: up to {value}% "
                "of them share one value."
            )
    return tuple(found)
