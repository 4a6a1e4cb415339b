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

    assigned = ibis.memtable(themes)
    rows = items.select(
        "customer_id",
        "account_id",
        occurred_at=items.occurred_at.cast("timestamp"),
        feedback_id=items.feedback_id.cast("string"),
    )
    rows = rows.inner_join(assigned, "feedback_id")
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
