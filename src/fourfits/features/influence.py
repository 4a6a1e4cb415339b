"""What accounts have at stake in a need: revenue by strength of statement, and open deals."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfits import checks, config, intervals, sums

if TYPE_CHECKING:
    import ibis.expr.types as ir

CHUNK = 2_048
"""Accounts resampled at a time."""


@dataclass(frozen=True)
class Estimate:
    """Money behind each need, one element per need."""

    amount: sums.Array
    low: sums.Array
    high: sums.Array
    pipeline: sums.Array
    n_accounts: sums.Array
    largest_share: sums.Array
    herfindahl: sums.Array


def statements(stated: ir.Table, items: ir.Table, revenue: ir.Table, customers: Any) -> ir.Table:
    """`strength` (0-1) and yearly `amount`, one row per need and account.

    The newest statement of each person counts. Within an account, persons weigh by their part in
    the buying decision, among all of it who said anything: one user's wish moves the account
    less than its decision maker's, and less still where others ask for something else.
    """
    import ibis

    newest = ibis.row_number().over(
        group_by=["need", "account_id", "person"],
        order_by=[ibis.desc("occurred_at"), ibis.desc("feedback_id")],
    )
    voices = _weighted(stated, customers)
    voices = voices.mutate(place=newest)
    voices = voices.filter(voices.place == 0)
    by_need = voices.group_by("need", "account_id").agg(
        weighted=(voices.weight * voices.strength_share).sum()
    )
    spoke = _weighted(items, customers).select("account_id", "person", "weight").distinct()
    committee = spoke.group_by("account_id").agg(committee=spoke.weight.sum())
    joined = by_need.inner_join(committee, "account_id")
    joined = joined.left_join(revenue, "account_id").drop("account_id_right")
    return joined.select(
        "need",
        "account_id",
        strength=joined.weighted / joined.committee,
        amount=joined.amount,
    ).order_by("need", "account_id")


def open_deals(deals: Any, *, as_of: datetime.date | None) -> ir.Table:
    """Expected `amount` of the open deals that name a need, by need, account and opening day.

    `n_unknown` counts deals without a probability or an amount; they add nothing.
    """
    import ibis

    rows = checks.table(deals)
    checks.columns(rows, "deal_id", "need", "amount", "probability_share")
    empty = {"won": "boolean", "closed_on": "date", "opened_on": "date", "account_id": "string"}
    lacking = {name: kind for name, kind in empty.items() if name not in rows.columns}
    rows = rows.mutate(**{name: ibis.null(kind) for name, kind in lacking.items()})
    opened, closed = rows.opened_on.cast("date"), rows.closed_on.cast("date")
    running = rows.won.isnull() & closed.isnull()
    if as_of is not None:
        today = ibis.literal(as_of)
        running = (running | (closed > today)) & (opened.isnull() | (opened <= today))
    rows = rows.filter(rows.need.notnull(), running)
    expected = rows.amount.cast("float64") * rows.probability_share.cast("float64")
    rows = rows.select(
        need=rows.need.cast("string"),
        account_id=ibis.coalesce(rows.account_id, rows.deal_id),
        opened_on=rows.opened_on.cast("date"),
        expected=expected,
    )
    grouped = rows.group_by("need", "account_id", "opened_on").agg(
        amount=rows.expected.sum(), n_unknown=rows.count(where=rows.expected.isnull())
    )
    return grouped.order_by("need", "account_id", "opened_on")


def decay(age_days: sums.Array, half_life_days: float) -> sums.Array:
    """The weight of evidence by its age: 1 today, a half after the half-life.

    >>> decay(np.array([0.0, 365.0]), 365.0)
    array([1. , 0.5])
    """
    return np.asarray(0.5 ** (np.maximum(age_days, 0) / half_life_days))


def estimate(
    need: sums.Array,
    account: sums.Array,
    value: sums.Array,
    pipeline: sums.Array,
    *,
    n_needs: int,
    draws: int,
    seed: int,
    confidence: float,
) -> Estimate:
    """Money per need with its interval and its concentration.

    Args:
        need: Number of the need of each entry.
        account: Number of the account of each entry.
        value: Recurring revenue times strength.
        pipeline: Expected, decayed amount of open deals.
        n_needs: Needs in all.
        draws: Resamples of the accounts.
        seed: Draws the resamples.
        confidence: Level of the interval.

    The interval resamples whole accounts (Poisson bootstrap: Chamandy et al., 2012). Herfindahl
    index: the sum of squared shares of the accounts, 1 if there is one.
    """
    from scipy import sparse

    shape = (int(account.max()) + 1 if len(account) else 0, n_needs)
    held = sparse.csr_matrix((value + pipeline, (account, need)), shape=shape)
    deals = sparse.csr_matrix((pipeline, (account, need)), shape=shape)
    total = np.asarray(held.sum(axis=0)).ravel()
    largest = held.max(axis=0).toarray().ravel() if shape[0] else np.zeros(n_needs)
    squares = np.asarray(held.multiply(held).sum(axis=0)).ravel()
    drawn, rng = np.zeros((draws, n_needs)), np.random.default_rng(seed)
    for start in range(0, shape[0], CHUNK):
        part = held[start : start + CHUNK]
        drawn += rng.poisson(1.0, (draws, part.shape[0])) @ part
    low, high = intervals.percentile(drawn, confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        return Estimate(
            amount=total,
            low=np.minimum(low, total),
            high=np.maximum(high, total),
            pipeline=np.asarray(deals.sum(axis=0)).ravel(),
            n_accounts=np.bincount(held.nonzero()[1], minlength=n_needs),
            largest_share=largest / total,
            herfindahl=squares / total**2,
        )


def _weighted(rows: ir.Table, customers: Any) -> ir.Table:
    """Statements of accounts with `person`, `weight` by buying role, `strength_share`."""
    import ibis

    rows = rows.filter(rows.account_id.notnull())
    if "strength" not in rows.columns:
        rows = rows.mutate(strength=ibis.null("string"))
    people = checks.table(customers) if customers is not None else None
    if people is None or "buying_role" not in people.columns:
        rows = rows.mutate(buying_role=ibis.null("string"))
    else:
        roles = people.select("customer_id", "buying_role")
        rows = rows.left_join(roles, "customer_id").drop("customer_id_right")
    unstated = config.STRENGTHS["unstated"]
    return rows.mutate(
        person=ibis.coalesce(rows.customer_id.cast("string"), ibis.literal("the account")),
        weight=_looked_up(rows.buying_role, config.ROLE_WEIGHTS, config.ROLE_WEIGHTS["unstated"]),
        strength_share=_looked_up(rows.strength, config.STRENGTHS, unstated),
    )


def _looked_up(column: ir.StringColumn, values: dict[str, float], other: float) -> ir.Value:
    import ibis

    cases = [(column.lower() == name, value) for name, value in values.items()]
    return ibis.cases(*cases, else_=other).cast("float64")
