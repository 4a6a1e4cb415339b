"""How large each theme is: items, people, accounts and money, counted where the data are."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from fourfits import intervals, sums
from fourfits.needs import voices

if TYPE_CHECKING:
    import ibis.expr.types as ir

Money = dict[str, "ir.Table | None"]
"""Yearly revenue by the column that names who pays it."""


def fetch(
    items: ir.Table, themes: pa.Table, *, money: Money, middle: datetime.datetime | None
) -> sums.Columns:
    """One row per theme: `n_items`, `n_customers`, `n_accounts`, `n_newer`, `amount`."""
    return sums.fetch(_sizes(items, themes, money, middle))


def money(accounts: Any, subscriptions: Any, orders: Any, *, as_of: datetime.date | None) -> Money:
    """What accounts pay in a year, and what people without an account do."""
    return {
        "account_id": voices.revenue_of_accounts(accounts, subscriptions, as_of=as_of),
        "customer_id": voices.revenue_of_people(subscriptions, orders, as_of=as_of),
    }


def columns(counts: sums.Columns, *, n: int, confidence: float) -> dict[str, Any]:
    """Counts as the columns that people read: size with its share of all `n` items, money, trend."""
    size = counts["n_items"]
    low, high = intervals.wilson(size, n, confidence)
    ratio, ratio_low, ratio_high = trend(
        counts["n_newer"], counts["n_dated"], confidence=confidence
    )
    word = np.where(ratio_low > 1, "growing", np.where(ratio_high < 1, "shrinking", "steady"))
    undated = counts["n_newer"].sum() == 0  # no moments, or all the same
    unknown = np.full(len(size), undated)
    return {
        "n_items": size,
        "share": size / n,
        "share_low": low,
        "share_high": high,
        "n_customers": counts["n_customers"],
        "n_accounts": counts["n_accounts"],
        "amount": pa.array(counts["amount"], from_pandas=True),
        "trend_ratio": pa.array(ratio, mask=unknown),
        "trend_low": pa.array(ratio_low, mask=unknown),
        "trend_high": pa.array(ratio_high, mask=unknown),
        "trend": np.where(unknown, "unknown", word).tolist(),
    }


def by_month(items: ir.Table, themes: pa.Table) -> ir.Table:
    """`n` items, one row per theme, year and month."""
    rows = _rows(items, themes)
    rows = rows.filter(rows.occurred_at.notnull())
    rows = rows.mutate(year=rows.occurred_at.year(), month=rows.occurred_at.month())
    counts = rows.group_by("theme", "year", "month").agg(n=rows.count())
    return counts.order_by("theme", "year", "month")


def by_segment(items: ir.Table, themes: pa.Table, members: ir.Table | None) -> ir.Table:
    """`n_people` who voice it, one row per theme and segment."""
    rows = _rows(items, themes)
    rows = voices.in_segments(rows.filter(rows.customer_id.notnull()), members)
    counts = rows.group_by("theme", "segment").agg(n_people=rows.customer_id.nunique())
    return counts.order_by("theme", "segment")


def spoke(items: ir.Table, members: ir.Table | None) -> ir.Table:
    """`n_spoke`, people who said anything, one row per segment."""
    rows = voices.in_segments(items.filter(items.customer_id.notnull()), members)
    counts = rows.group_by("segment").agg(n_spoke=rows.customer_id.nunique())
    return counts.order_by("segment")


def only(items: ir.Table, ids: pa.Table) -> ir.Table:
    """The items of these ids."""
    import ibis

    rows = items.mutate(feedback_id=items.feedback_id.cast("string"))
    return rows.semi_join(ibis.memtable(ids), "feedback_id")


def trend(
    newer: sums.Array, n: sums.Array, *, confidence: float
) -> tuple[sums.Array, sums.Array, sums.Array]:
    """Each theme's share of the newer half of the period over its share of the older half.

    Half an item is added to each count, so that a theme that appears or vanishes keeps a finite
    ratio. Interval of the logarithm of a ratio of shares: Katz et al. (1978).

    Returns:
        Ratio (1 is steady), low, high.
    """
    a, b = newer + 0.5, n - newer + 0.5
    all_a, all_b = newer.sum() + 0.5, (n - newer).sum() + 0.5
    log = np.log(a / all_a) - np.log(b / all_b)
    error = np.sqrt(np.maximum(1 / a - 1 / all_a + 1 / b - 1 / all_b, 0))
    low, high = intervals.normal(log, error, confidence)
    return np.exp(log), np.exp(low), np.exp(high)


def _sizes(
    items: ir.Table, themes: pa.Table, money: Money, middle: datetime.datetime | None
) -> ir.Table:
    import ibis

    rows = _rows(items, themes)
    half = rows.occurred_at if middle is None else ibis.literal(middle)
    counts = rows.group_by("theme").agg(
        n_items=rows.count(),
        n_customers=rows.customer_id.nunique(),
        n_accounts=rows.account_id.nunique(),
        n_newer=rows.count(where=rows.occurred_at > half),
        n_dated=rows.occurred_at.count(),
    )
    amounts = _amounts(rows, money)
    if amounts is None:
        counts = counts.mutate(amount=ibis.null("float64"))
    else:
        joined = counts.left_join(amounts, "theme").drop("theme_right")
        counts = joined.mutate(amount=joined.amount.fill_null(0.0))
    return counts.order_by("theme")


def _rows(items: ir.Table, themes: pa.Table) -> ir.Table:
    """Who said each item of a theme, and when."""
    import ibis

    rows = items.select(
        "customer_id",
        "account_id",
        occurred_at=items.occurred_at.cast("timestamp"),
        feedback_id=items.feedback_id.cast("string"),
    )
    return rows.inner_join(ibis.memtable(themes), "feedback_id")


def _amounts(rows: ir.Table, money: Money) -> ir.Table | None:
    """Revenue of the distinct accounts of each theme, and of its people without an account."""
    import ibis

    found = []
    for payer, revenue in money.items():
        if revenue is None:
            continue
        voiced = rows.filter(rows[payer].notnull())
        if payer == "customer_id":
            voiced = voiced.filter(voiced.account_id.isnull())
        paid = voiced.select("theme", payer).distinct().inner_join(revenue, payer)
        found.append(paid.group_by("theme").agg(amount=paid.amount.sum()))
    if not found:
        return None
    both = ibis.union(*found) if len(found) > 1 else found[0]
    return both.group_by("theme").agg(amount=both.amount.sum())
