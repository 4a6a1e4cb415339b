"""From lines of orders to what the models of repeat buying need, in the engine that holds them."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from fourfits import checks, errors, sums

if TYPE_CHECKING:
    import ibis.expr.types as ir

DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12}
"""Length of each unit of time in days."""

NAMES = {
    "x": ("x", "frequency"),
    "t_x": ("t_x", "recency"),
    "T": ("T",),
    "mean_amount": ("mean_amount", "monetary_value", "zbar"),
    "n_customers": ("n_customers", "count", "n"),
}
"""Names under which tables of summaries hold each column, ours first."""


def purchases(
    orders: Any, *, as_of: datetime.date | str | None = None, unit: str = "week"
) -> ir.Table:
    """How often, how recently and since when customers buy: distinct rows with counts.

    A purchase is a day on which a customer ordered something for money, however many lines or
    orders; lines without a customer or with revenue of 0 or less (returns) are left out. Time is
    counted in whole days until the end, so that distinct rows stay few.

    Args:
        orders: Lines of orders (see `tables.ORDERS`).
        as_of: End of observation, that day included; `None` takes the last day with a purchase.
        unit: `day`, `week` or `month` (30.44 days).

    Returns:
        An Ibis query of one row per distinct triple: `x` (repeat purchases: days after the first
        on which they bought), `t_x` (recency: time from first to last purchase), `T` (age: time
        from first purchase to the end), `n_customers`.

    Raises:
        ColumnError: If a column is missing.
        ParameterError: If `unit` or `as_of` makes no sense.

    Source: Fader, Hardie and Lee (2005), "Counting your customers" the easy way.

    >>> import datetime as dt
    >>> orders = {"customer_id": ["a", "a", "b"], "revenue_amount": [5.0, 9.0, 2.0],
    ...           "ordered_at": [dt.date(2024, 1, 1), dt.date(2024, 1, 15), dt.date(2024, 1, 8)]}
    >>> purchases(orders).order_by("x").to_pyarrow().to_pylist()
    [{'x': 0, 't_x': 0.0, 'T': 1.0, 'n_customers': 1}, {'x': 1, 't_x': 2.0, 'T': 2.0, 'n_customers': 1}]
    """
    checks.one_of(unit, "unit", DAYS)
    end = checks.day(as_of, "as_of")
    buyers = per_customer(days(checks.table(orders), as_of=end))
    keys = ["x", "first_on", "last_on"]
    distinct = buyers.group_by(keys).agg(n_customers=buyers.count())
    return in_units(distinct, as_of=end, unit=unit).drop("first_on", "last_on")


def lines(orders: ir.Table, *, as_of: datetime.date | None = None) -> ir.Table:
    """The lines that are purchases, with their day in `day`: paid for, by a known customer."""
    import ibis

    checks.columns(orders, "customer_id", "revenue_amount")
    bought = orders.mutate(day=checks.day_of(orders, "ordered_at"))
    bought = bought.filter(bought.revenue_amount > 0, bought.customer_id.notnull())
    return bought if as_of is None else bought.filter(bought.day <= ibis.literal(as_of))


def days(
    orders: ir.Table, *, as_of: datetime.date | None = None, **measures: ir.Deferred
) -> ir.Table:
    """One row per customer and day with a purchase, with the measures asked for."""
    return lines(orders, as_of=as_of).group_by("customer_id", "day").agg(**measures)


def per_customer(bought: ir.Table, **measures: ir.Value) -> ir.Table:
    """One row per customer: repeat purchases `x`, `first_on`, `last_on`, and more measures."""
    return bought.group_by("customer_id").agg(
        x=bought.count() - 1, first_on=bought.day.min(), last_on=bought.day.max(), **measures
    )


def spending(
    orders: ir.Table, *, as_of: datetime.date | None = None, by: tuple[str, ...] = ()
) -> ir.Table:
    """One row per customer: `x`, `first_on`, `last_on` and the money behind them.

    `repeat_amount` leaves out the first day, as `x` does; `amount` is all of it. Where the orders
    carry margins, `margin_amount` is the sum of those known and `margin_base_amount` the revenue
    that they are of; where they carry currencies, `currency_low` and `currency_high` are equal
    unless there are several. A grouping column of the orders takes the customer's latest value;
    others are joined from the customer.
    """
    from ibis import _

    own = [name for name in by if name in orders.columns]
    measures = {"amount": _.revenue_amount.sum().cast("float64")}
    if "margin_amount" in orders.columns:
        known = _.margin_amount.notnull()
        measures["margin_amount"] = _.margin_amount.sum().cast("float64")
        measures["margin_base_amount"] = _.revenue_amount.sum(where=known).cast("float64")
    measures |= currencies(orders)
    latest = {name: _[name].argmax(_.ordered_at) for name in own}
    bought = days(orders, as_of=as_of, **measures, **latest)

    repeat = bought.amount.sum() - bought.amount.argmin(bought.day)
    # Rounding may leave a trace of money where there was no repeat purchase.
    whole = {"repeat_amount": (bought.count() > 1).ifelse(repeat, 0.0)}
    whole |= {name: bought[name].sum() for name in bought.columns if name.endswith("amount")}
    whole |= currencies(bought)
    whole |= {name: bought[name].argmax(bought.day) for name in own}
    return checks.grouped(per_customer(bought, **whole), by)


def in_units(buyers: ir.Table, *, as_of: datetime.date | None, unit: str) -> ir.Table:
    """The rows with recency `t_x` and age `T` between `x` and what follows, in the unit."""
    import ibis

    # The last day of all is found over grouped rows: a second scan of the orders costs as much
    # as the first.
    end = ibis.literal(as_of) if as_of else buyers.last_on.max().over(ibis.window())
    length = DAYS[unit]
    rest = [name for name in buyers.columns if name not in {"x", "customer_id"}]
    return buyers.select(
        *(["customer_id"] if "customer_id" in buyers.columns else []),
        "x",
        t_x=buyers.last_on.delta(buyers.first_on, unit="day") / length,
        T=end.delta(buyers.first_on, unit="day") / length,
        **{name: buyers[name] for name in rest},
    )


def summary_columns(given: ir.Table, *wanted: str) -> ir.Table:
    """A table of summaries under our names, with `n_customers`; rows with gaps are left out.

    Raises:
        ColumnError: If a column is there under none of its names.
    """
    import ibis

    found = {}
    for name in wanted:
        there = next((known for known in NAMES[name] if known in given.columns), None)
        if there is None:
            checks.columns(given, name)
        found[name] = given[there]
    count = next((known for known in NAMES["n_customers"] if known in given.columns), None)
    n = given[count] if count else ibis.literal(1)
    return given.select(**found, n_customers=n).drop_null()


def currencies(rows: ir.Table) -> dict[str, ir.Deferred]:
    """Least and greatest name of a currency as measures; nothing where rows carry none."""
    from ibis import _

    if "currency" in rows.columns:
        return {"currency_low": _.currency.min(), "currency_high": _.currency.max()}
    if "currency_low" in rows.columns:
        return {"currency_low": _.currency_low.min(), "currency_high": _.currency_high.max()}
    return {}


def one_currency(rows: sums.Columns) -> str | None:
    """The currency of all amounts; `None` where they name none.

    Raises:
        ParameterError: If there are several: amounts of different money cannot be added.
    """
    found = {*rows.get("currency_low", ()), *rows.get("currency_high", ())}
    named = sorted(str(currency) for currency in found if currency is not None)
    if len(named) > 1:
        raise errors.ParameterError(
            f"The orders are in {', '.join(named)}; amounts in different money cannot be added.",
            hint="convert them to one currency, or analyse one at a time",
        )
    return named[0] if named else None
