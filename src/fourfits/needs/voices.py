"""Who said it and what they pay: feedback joined with its people, accounts and their money."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fourfits import checks, sums

if TYPE_CHECKING:
    import ibis.expr.types as ir

YEAR = datetime.timedelta(days=365)
UNSEGMENTED = "unsegmented"


@dataclass(frozen=True)
class Period:
    """First and last moment of the feedback; `None` where it carries no moments."""

    n_items: int
    first: datetime.datetime | None
    last: datetime.datetime | None

    @property
    def middle(self) -> datetime.datetime | None:
        """The moment that parts the older from the newer half."""
        if self.first is None or self.last is None or self.first == self.last:
            return None
        return self.first + (self.last - self.first) / 2

    @property
    def end_on(self) -> datetime.date | None:
        """The last day."""
        return None if self.last is None else self.last.date()


def said(feedback: Any, customers: Any = None, *, as_of: datetime.date | None = None) -> ir.Table:
    """The feedback until `as_of` with the account of its person, where one is known.

    `customer_id`, `account_id` and `occurred_at` are there in any case, empty where unknown.
    """
    import ibis

    items = checks.table(feedback)
    checks.columns(items, "feedback_id")
    empty = {"customer_id": "string", "account_id": "string", "occurred_at": "timestamp"}
    lacking = {name: kind for name, kind in empty.items() if name not in items.columns}
    items = items.mutate(**{name: ibis.null(kind) for name, kind in lacking.items()})
    if as_of is not None and "occurred_at" not in lacking:
        items = items.filter(checks.day_of(items, "occurred_at") <= ibis.literal(as_of))
    if customers is None:
        return items
    people = checks.table(customers)
    checks.columns(people, "customer_id")
    if "account_id" not in people.columns:
        return items
    people = people.select("customer_id", account_of_person=people.account_id)
    joined = items.left_join(people, "customer_id").drop("customer_id_right")
    account = ibis.coalesce(joined.account_id, joined.account_of_person)
    return joined.mutate(account_id=account).drop("account_of_person")


def period(items: ir.Table) -> Period:
    """How many items there are, from when to when."""
    moments = items.occurred_at.cast("timestamp")
    row = sums.fetch_arrow(
        items.aggregate(n=items.count(), first=moments.min(), last=moments.max())
    ).to_pylist()[0]
    return Period(row["n"], row["first"], row["last"])


def members_of(memberships: Any) -> ir.Table | None:
    """`customer_id` and `segment`; of several segmentations, the first by name."""
    if memberships is None:
        return None
    rows = checks.table(memberships)
    checks.columns(rows, "customer_id", "segment")
    if "segmentation" in rows.columns:
        first = rows.aggregate(name=rows.segmentation.min()).as_scalar()
        rows = rows.filter(rows.segmentation == first)
    return rows.select("customer_id", "segment")


def in_segments(rows: ir.Table, members: ir.Table | None) -> ir.Table:
    """The rows with the `segment` of their customer."""
    import ibis

    if "segment" in rows.columns:
        rows = rows.drop("segment")
    if members is None:
        return rows.mutate(segment=ibis.literal("all"))
    joined = rows.left_join(members, "customer_id").drop("customer_id_right")
    return joined.mutate(segment=joined.segment.fill_null(UNSEGMENTED))


def revenue_of_accounts(
    accounts: Any = None, subscriptions: Any = None, *, as_of: datetime.date | None = None
) -> ir.Table | None:
    """Yearly recurring revenue by account (`account_id`, `amount`); `None` if nothing tells it.

    An account's `arr_amount` counts; where it is empty, twelve times the monthly revenue of its
    subscriptions that run; where there are none either, the amount is empty.
    """
    import ibis

    found = []
    if accounts is not None:
        known = checks.table(accounts)
        checks.columns(known, "account_id")
        if "arr_amount" in known.columns:
            stated = known.arr_amount.cast("float64")
            found.append(known.select("account_id", stated=stated, running=ibis.null("float64")))
    running = _running(subscriptions, "account_id", as_of)
    if running is not None:
        found.append(
            running.select("account_id", stated=ibis.null("float64"), running=running.amount)
        )
    if not found:
        return None
    both = ibis.union(*found) if len(found) > 1 else found[0]
    sides = both.group_by("account_id").agg(stated=both.stated.max(), running=both.running.max())
    return sides.select("account_id", amount=ibis.coalesce(sides.stated, sides.running))


def revenue_of_people(
    subscriptions: Any = None, orders: Any = None, *, as_of: datetime.date | None = None
) -> ir.Table | None:
    """Yearly revenue by person (`customer_id`, `amount`); `None` if nothing tells it.

    Twelve times the monthly revenue of the subscriptions that run, and the orders of the year
    until `as_of`.
    """
    import ibis

    found = []
    running = _running(subscriptions, "customer_id", as_of)
    if running is not None:
        found.append(running)
    if orders is not None:
        lines = checks.table(orders)
        checks.columns(lines, "customer_id", "revenue_amount")
        lines = lines.filter(lines.customer_id.notnull())
        if as_of is not None:
            day = checks.day_of(lines, "ordered_at")
            lines = lines.filter(day <= ibis.literal(as_of), day > ibis.literal(as_of - YEAR))
        total = lines.revenue_amount.cast("float64").sum()
        found.append(lines.group_by("customer_id").agg(amount=total))
    if not found:
        return None
    both = ibis.union(*found) if len(found) > 1 else found[0]
    return both.group_by("customer_id").agg(amount=both.amount.sum())


def _running(subscriptions: Any, key: str, as_of: datetime.date | None) -> ir.Table | None:
    """Twelve times the monthly revenue that runs on `as_of`, by account or by person without one."""
    import ibis

    if subscriptions is None:
        return None
    contracts = checks.table(subscriptions)
    if key not in contracts.columns or "mrr_amount" not in contracts.columns:
        return None
    contracts = contracts.filter(contracts[key].notnull())
    if key == "customer_id" and "account_id" in contracts.columns:
        contracts = contracts.filter(contracts.account_id.isnull())
    if "ended_on" in contracts.columns:
        runs = contracts.ended_on.isnull()
        if as_of is not None:
            runs |= checks.day_of(contracts, "ended_on") > ibis.literal(as_of)
        contracts = contracts.filter(runs)
    if as_of is not None and "started_on" in contracts.columns:
        contracts = contracts.filter(checks.day_of(contracts, "started_on") <= ibis.literal(as_of))
    monthly = contracts.mrr_amount.cast("float64").sum()
    return contracts.group_by(key).agg(amount=12 * monthly)
