"""What customers paid and how long they stayed: one query, one row per cell.

The unit is who pays: the account where there is one, else the person.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fourfits import checks, config

if TYPE_CHECKING:
    import ibis.expr.types as ir

DAYS_PER_MONTH = 365.25 / 12
UNKNOWN = "unknown"
"""Channel or plan of those of whom none is recorded."""


@dataclass(frozen=True)
class Window:
    """The time that is looked at.

    Attributes:
        last: Its last day.
        months: Its length.
    """

    last: datetime.date
    months: float

    @property
    def end(self) -> float:
        """The first day after it, in days since 1970."""
        return (self.last - datetime.date(1970, 1, 1)).days + 1.0

    @property
    def start(self) -> float:
        """Its first day, in days since 1970."""
        return self.end - self.months * DAYS_PER_MONTH


@dataclass(frozen=True)
class Inputs:
    """The tables behind an acquisition: customers with every grouping column, and what they pay."""

    customers: ir.Table
    orders: ir.Table | None
    subscriptions: ir.Table | None
    accounts: ir.Table | None


def latest(spend: ir.Table, inputs: Inputs) -> ir.Table:
    """The last day on which anything was spent, ordered or subscribed: one row, `last_day`."""
    days = [checks.day_of(spend, "day").name("day")]
    if inputs.orders is not None:
        days.append(checks.day_of(inputs.orders, "ordered_at").name("day"))
    if inputs.subscriptions is not None:
        days.append(checks.day_of(inputs.subscriptions, "started_on").name("day"))
    tables = [day.as_table().aggregate(last_day=lambda one: one.day.max()) for day in days]
    whole = tables[0]
    for more in tables[1:]:
        whole = whole.union(more)
    return whole.aggregate(last_day=whole.last_day.max())


def cells(inputs: Inputs, window: Window, groups: tuple[str, ...]) -> ir.Table:
    """One row per channel and group: customers, months, revenue, margin, departures.

    Columns: `channel` and the groups; `n` customers active in the window; `n_new`, who first
    paid in it; `months` of their activity in it; `revenue`, `margin` (where recorded) and
    `revenue_with_margin`, the part of revenue for which it is; `left`, who stopped paying; sums of
    squares and products `months2`, `revenue2`, `revenue_months`; `n_people`, `n_small`,
    `n_middle`, `n_large` by the size of the account.
    """
    import ibis

    units, attributes = _units(inputs, window), _attributes(inputs, groups)
    seen = ibis.least(units.gone_day, window.end) - ibis.greatest(units.first_day, window.start)
    active = units.mutate(
        months=seen / DAYS_PER_MONTH,
        is_new=units.first_day >= window.start,
        has_left=units.gone_day < window.end,
    )
    active = active.filter(active.months > 0)
    whole = active.left_join(attributes, "unit").drop("unit_right")
    keys = {name: whole[name].cast("string").fill_null(UNKNOWN) for name in groups}
    if "plan" in groups:
        keys["plan"] = ibis.coalesce(whole.plan, whole.paid_plan, ibis.literal(UNKNOWN))
    whole = whole.mutate(**{"channel": whole.channel.fill_null(UNKNOWN)} | keys)
    size = whole.employees.fill_null(0)
    is_account = whole.unit.startswith("account ")
    large, middle = config.LARGE_FROM_EMPLOYEES, config.MIDDLE_FROM_EMPLOYEES
    names = tuple(dict.fromkeys(("channel", *groups)))
    result = whole.group_by(list(names)).aggregate(
        n=whole.count(),
        n_new=whole.is_new.sum(),
        months=whole.months.sum(),
        revenue=whole.revenue.sum(),
        margin=whole.margin.sum(),
        revenue_with_margin=whole.revenue_with_margin.sum(),
        left=whole.has_left.sum(),
        months2=(whole.months * whole.months).sum(),
        revenue2=(whole.revenue * whole.revenue).sum(),
        revenue_months=(whole.revenue * whole.months).sum(),
        n_people=(~is_account).sum(),
        n_small=(is_account & (size < middle)).sum(),
        n_middle=(is_account & size.between(middle, large - 1)).sum(),
        n_large=(is_account & (size >= large)).sum(),
    )
    return result.order_by(list(names))


def spent(spend: ir.Table, window: Window) -> ir.Table:
    """Money by channel in the window, and the first day on which any was recorded."""
    day = checks.day_of(spend, "day").epoch_days()
    amount = spend.spend_amount.cast("float64")
    inside = (day >= window.start) & (day < window.end)
    channel = spend.channel.fill_null(UNKNOWN)
    result = spend.group_by(channel=channel).aggregate(
        spend=amount.sum(where=inside).fill_null(0.0), first_day=day.min()
    )
    return result.order_by("channel")


def _units(inputs: Inputs, window: Window) -> ir.Table:
    """One row per paying unit: when it first and last paid, and its money in the window."""
    paid = []
    if inputs.orders is not None:
        paid.append(_ordered(inputs.orders, inputs.customers, window))
    if inputs.subscriptions is not None:
        paid.append(_subscribed(inputs.subscriptions, inputs.customers, window))
    whole = paid[0]
    for more in paid[1:]:
        whole = whole.union(more)
    money = ("revenue", "margin", "revenue_with_margin")
    return whole.group_by("unit").aggregate(
        first_day=whole.first_day.min(),
        gone_day=whole.gone_day.max(),
        paid_plan=whole.paid_plan.max(),
        **{name: whole[name].sum() for name in money},
    )


def _ordered(orders: ir.Table, customers: ir.Table, window: Window) -> ir.Table:
    """Orders by unit; without a contract a customer stays until some time after the last order."""
    import ibis

    day = checks.day_of(orders, "ordered_at").epoch_days().cast("float64")
    revenue = orders.revenue_amount.cast("float64")
    margin = ibis.null("float64")
    if "margin_amount" in orders.columns:
        margin = orders.margin_amount.cast("float64")
    lines = orders.select("customer_id", day=day, revenue=revenue, margin=margin)
    lines = lines.filter(lines.day < window.end)
    inside, bought = lines.day >= window.start, lines.revenue > 0
    by_person = lines.group_by("customer_id").aggregate(
        first_day=lines.day.min(where=bought),
        gone_day=lines.day.max(where=bought) + float(config.LAPSED_AFTER_DAYS),
        revenue=lines.revenue.sum(where=inside).fill_null(0.0),
        margin=lines.margin.sum(where=inside).fill_null(0.0),
        revenue_with_margin=lines.revenue.sum(where=inside & lines.margin.notnull()).fill_null(0.0),
    )
    by_person = by_person.filter(by_person.first_day.notnull())
    joined = by_person.join(_payers(customers), "customer_id")
    kept = ("unit", "first_day", "gone_day", "revenue", "margin", "revenue_with_margin")
    return joined.select(*kept, paid_plan=_no_text())


def _subscribed(subscriptions: ir.Table, customers: ir.Table, window: Window) -> ir.Table:
    """Contracts by unit; their margin is not recorded."""
    import ibis

    contracts = _with(subscriptions, "account_id", "customer_id", "plan", "ended_on")
    first = checks.day_of(contracts, "started_on").epoch_days().cast("float64")
    ended = contracts.ended_on.cast("date").epoch_days().cast("float64") + 1.0
    last = ended.fill_null(window.end)
    seen = ibis.least(last, window.end) - ibis.greatest(first, window.start)
    months = ibis.greatest(seen, 0.0) / DAYS_PER_MONTH
    contracts = contracts.mutate(
        first_day=first,
        gone_day=last,
        revenue=contracts.mrr_amount.cast("float64").fill_null(0.0) * months,
    )
    contracts = contracts.filter(contracts.first_day < window.end)
    joined = contracts.left_join(_payers(customers), "customer_id")
    unit = ibis.coalesce(_account(joined.account_id), joined.unit)
    paid = joined.select(
        unit=unit,
        first_day=joined.first_day,
        gone_day=joined.gone_day,
        revenue=joined.revenue,
        margin=ibis.literal(0.0),
        revenue_with_margin=ibis.literal(0.0),
        paid_plan=joined.plan.cast("string"),
    )
    return paid.filter(paid.unit.notnull())


def _attributes(inputs: Inputs, groups: tuple[str, ...]) -> ir.Table:
    """Channel, plan, size and groups of each unit; an account's are those of its first contact."""
    import ibis

    people = _with(inputs.customers, "account_id", "signed_up_on", "plan", "acquisition_channel")
    wanted = [name for name in groups if name not in ("channel", "plan")]
    people = people.mutate(unit=_unit(people))
    first = ibis.window(group_by="unit", order_by=["signed_up_on", "customer_id"])
    people = people.mutate(place=ibis.row_number().over(first))
    people = people.filter(people.place == 0)
    chosen = people.select(
        "unit",
        "account_id",
        *wanted,
        channel=people.acquisition_channel.cast("string"),
        plan=people.plan.cast("string"),
    )
    return _with_accounts(chosen, inputs.accounts)


def _with_accounts(units: ir.Table, accounts: ir.Table | None) -> ir.Table:
    """Units with the size of their account, and its plan where the contact has none."""
    import ibis

    if accounts is None:
        return units.mutate(employees=ibis.null("int64")).drop("account_id")
    firms = _with(accounts, "plan", "employees")
    firms = firms.select(
        "account_id", firm_plan=firms.plan.cast("string"), employees=firms.employees.cast("int64")
    )
    joined = units.left_join(firms, "account_id")
    plan = ibis.coalesce(joined.plan, joined.firm_plan)
    return joined.mutate(plan=plan).drop("account_id", "account_id_right", "firm_plan")


def _payers(customers: ir.Table) -> ir.Table:
    """Who pays for each person."""
    people = _with(customers, "account_id")
    return people.select("customer_id", unit=_unit(people))


def _unit(people: ir.Table) -> ir.Value:
    import ibis

    person = ibis.literal("person ") + people.customer_id.cast("string")
    return ibis.coalesce(_account(people.account_id), person)


def _account(account_id: ir.Value) -> ir.Value:
    import ibis

    return ibis.literal("account ") + account_id.cast("string")


def _with(table: ir.Table, *names: str) -> ir.Table:
    """The table with these columns, empty where it lacks them."""
    import ibis

    dated = ("signed_up_on", "ended_on")
    empty: dict[str, Any] = {
        name: ibis.null("date") if name in dated else _no_text()
        for name in names
        if name not in table.columns
    }
    return table.mutate(**empty)


def _no_text() -> ir.Value:
    import ibis

    return ibis.null("string")
