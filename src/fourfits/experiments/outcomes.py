"""What exposed customers did afterwards, and before: one row per unit of an experiment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfits import checks, config

if TYPE_CHECKING:
    import ibis.expr.types as ir


def outcomes(
    exposures: Any,
    orders: Any,
    *,
    days: int = config.EXPERIMENT_DAYS,
    covariate_days: int = config.EXPERIMENT_DAYS,
) -> ir.Table:
    """Orders of each exposed customer after exposure and before it, as a table for `experiment`.

    Args:
        exposures: One row per experiment and customer (see `tables.EXPOSURES`).
        orders: One row per order line (see `tables.ORDERS`).
        days: Orders from exposure until so many days later count.
        covariate_days: Orders in so many days before exposure become covariates. No arm can have
            changed them, so they take noise away and no effect.

    Returns:
        An Ibis table with the columns of `exposures` and `converted` (1 if anything was bought),
        `n_orders`, `revenue_amount` (returns deducted), `n_orders_before`,
        `revenue_before_amount`; 0 where there is no order.

    Raises:
        ColumnError: If a column is missing.

    Customers exposed less than `days` before the data end had less time; both arms alike.

    >>> from datetime import datetime
    >>> exposures = {"experiment_id": ["e"] * 2, "customer_id": ["a", "b"],
    ...              "variant": ["control", "new"], "exposed_at": [datetime(2026, 3, 1)] * 2}
    >>> orders = {"order_id": ["1", "2"], "line": [1, 1], "customer_id": ["b", "b"],
    ...           "ordered_at": [datetime(2026, 2, 20), datetime(2026, 3, 5)],
    ...           "revenue_amount": [10.0, 30.0]}
    >>> for row in outcomes(exposures, orders).order_by("customer_id").to_pyarrow().to_pylist():
    ...     print(row["variant"], row["converted"], row["revenue_amount"], row["n_orders_before"])
    control 0 0.0 0
    new 1 30.0 1
    """
    import ibis

    exposed, lines = checks.table(exposures), checks.table(orders)
    checks.columns(exposed, "experiment_id", "customer_id", "exposed_at")
    checks.columns(lines, "order_id", "customer_id", "ordered_at", "revenue_amount")
    checks.positive(days, "days")
    checks.positive(covariate_days, "covariate_days")

    units = exposed.select("experiment_id", "customer_id", "exposed_at")
    near = units.join(
        lines.select("customer_id", "order_id", "ordered_at", "revenue_amount"), "customer_id"
    )
    first = near.exposed_at - ibis.interval(days=covariate_days)
    last = near.exposed_at + ibis.interval(days=days)
    near = near.filter(near.ordered_at.between(first, last))
    after = near.ordered_at >= near.exposed_at
    revenue = near.revenue_amount.cast("float64")
    bought = revenue > 0  # a line of negative revenue is a return, not an order
    done = near.group_by(["experiment_id", "customer_id"]).aggregate(
        n_orders=near.order_id.nunique(where=after & bought),
        revenue_amount=revenue.sum(where=after),
        n_orders_before=near.order_id.nunique(where=~after & bought),
        revenue_before_amount=revenue.sum(where=~after),
    )
    # By name: `done` comes from `exposed` itself, so that its columns would be ambiguous.
    joined = exposed.left_join(done, ["experiment_id", "customer_id"])
    joined = joined.drop("experiment_id_right", "customer_id_right")
    numbers = [name for name in done.columns if name not in ("experiment_id", "customer_id")]
    filled = joined.mutate(**{name: joined[name].fill_null(0) for name in numbers})
    return filled.mutate(converted=ibis.ifelse(filled.n_orders > 0, 1, 0))
