"""What customers will bring: repeat buying times money, discounted."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyarrow as pa

from fourfits import charts, checks, config, errors, results, sums
from fourfits.customers import buying, likelihood
from fourfits.customers.lifetime.bg_nbd import (
    BgNbdModel,
    Triples,
    fit_purchases,
    runaway_warnings,
)
from fourfits.customers.lifetime.gamma_gamma import (
    Amounts,
    GammaGammaModel,
    amount_warnings,
    cells_of,
    fit_amounts,
    repeat_spending,
)

if TYPE_CHECKING:
    import altair as alt
    import ibis.expr.types as ir

Array = likelihood.Array

UNIT = "month"


@dataclass(frozen=True, kw_only=True)
class LifetimeValueResult(results.Result):
    """What customers will bring within the horizon, one row per group.

    Columns: the grouping columns; `n_customers`; `alive_share` (mean probability of being
    active); `expected_purchases` (per customer); `purchase_amount` (average purchase to expect);
    `value_per_customer_amount`; `value_amount` (discounted margin of the whole group); each but
    the fifth with `_low` and `_high`; `currency` where the orders name one.

    Attributes:
        population: Ibis query of one row per customer, from which `values` scores.
        purchase_model: The BG/NBD model; time in months.
        amount_model: The Gamma-Gamma model.
        margin_share: Share of revenue that counts as value.
        currency: Of all amounts, where known.
    """

    analysis: ClassVar[str] = "lifetime_value"
    headline: ClassVar[str] = "value_per_customer_amount"
    definition: ClassVar[str] = (
        "Lifetime value: repeat purchases to expect within the horizon (BG/NBD) times the average "
        "purchase to expect (Gamma-Gamma) times margin, each month discounted to today."
    )
    assumptions: ClassVar[str] = (
        "Those of BG/NBD and Gamma-Gamma; the interval is of the expected value and covers what "
        "is unknown of the parameters (delta method on logarithms, from the asymptotic normal of "
        "the log-parameters, the two models independent), not the luck of single customers, "
        "which matters in small groups."
    )
    source: ClassVar[str] = "Fader, Hardie and Lee (2005), RFM and CLV, J. of Marketing Research."

    population: ir.Table
    purchase_model: BgNbdModel
    amount_model: GammaGammaModel
    margin_share: float
    currency: str | None

    def values(self) -> pa.Table:
        """One row per customer, as the derived table `values` holds them.

        Columns: `customer_id`, `alive_share`, `value_amount`, and `currency` where known.
        """
        found = sums.fetch_arrow(self.population)
        rows = sums.arrays(found.drop(["customer_id"]))
        active = _activity(self.purchase_model, rows, _discounts(self.parameters))
        money = _money(self.amount_model, rows["x"], np.ones(len(found)), rows["repeat_amount"])
        value = pa.array(np.round(active["discounted"] * money * self.margin_share, 4))
        columns = {
            "customer_id": found["customer_id"],
            "alive_share": np.round(active["alive"], 6),
            "value_amount": value.cast(pa.decimal128(18, 4)),
        }
        if self.currency:
            columns["currency"] = pa.repeat(self.currency, len(found))
        return pa.table(columns)

    def derived(self) -> results.Derived:
        """The values of all customers."""
        return results.Derived(table="values", rows=self.values())

    def chart(self) -> alt.TopLevelMixin:
        """The value of each group with its interval."""
        table, label = charts.labelled(self.table, checks.names(self.parameters["by"]))
        months = self.parameters["horizon_months"]
        return charts.interval_dots(
            table,
            label=label,
            value="value_amount",
            low="value_low",
            high="value_high",
            title=f"value of the next {months} months{f' ({self.currency})' * bool(self.currency)}",
            form=",.0f",
            n="n_customers",
        )


def lifetime_value(
    orders: Any,
    *,
    as_of: datetime.date | str | None = None,
    by: str | Iterable[str] | None = None,
    horizon_months: int = 12,
    annual_discount_share: float = config.ANNUAL_DISCOUNT_SHARE,
    margin_share: float | None = None,
    confidence: float = config.CONFIDENCE,
) -> LifetimeValueResult:
    """What today's customers will bring within the horizon, in all and by group.

    One model is fitted to all customers; groups differ by what their customers did.

    Args:
        orders: Lines of orders (see `tables.ORDERS`).
        as_of: Today, that day included; `None` takes the last day with a purchase.
        by: Attribute or attributes of customers to group by. A column of the orders, such as
            `channel`, takes the value of the customer's latest purchase.
        horizon_months: Months ahead that count.
        annual_discount_share: What money loses in worth in a year; 0 for no discount.
        margin_share: Share of revenue that counts; `None` takes it from `margin_amount` where the
            orders carry it, else all revenue counts, with a warning.
        confidence: Level of the intervals.

    Returns:
        One row per group, most valuable first; `values()` scores each customer.

    Raises:
        ColumnError: If a column is missing.
        ParameterError: If a parameter makes no sense or the orders are in several currencies.
        NotEnoughDataError: If hardly anybody bought again, or amounts have no limit.
        ConvergenceError: If a model finds no maximum.

    Source: Fader, Hardie and Lee (2005). Monthly sums are discounted at the end of the month.

    >>> import datetime as dt
    >>> day, customer = dt.date(2024, 1, 1), lambda i: i * i % 37
    >>> orders = {"customer_id": [f"c{customer(i)}" for i in range(90)],
    ...           "ordered_at": [day + dt.timedelta(days=3 * i) for i in range(90)],
    ...           "revenue_amount": [10.0 + customer(i) + i % 7 for i in range(90)]}
    >>> lifetime_value(orders, margin_share=0.4).summary()["n_customers"]
    19
    """
    groups, end = checks.names(by), checks.day(as_of, "as_of")
    _check(horizon_months, annual_discount_share, margin_share, confidence)
    parameters = {
        "as_of": as_of,
        "by": by,
        "horizon_months": horizon_months,
        "annual_discount_share": annual_discount_share,
        "margin_share": margin_share,
        "confidence": confidence,
    }
    population = buying.spending(checks.table(orders), as_of=end, by=groups)

    rows = sums.fetch(_rows(population, end, groups))
    cells = Amounts.of(sums.fetch(cells_of(repeat_spending(population))))
    return _solved(
        rows, cells, buying.in_units(population, as_of=end, unit=UNIT), groups, parameters
    )


def _solved(
    rows: sums.Columns,
    cells: Amounts,
    population: ir.Table,
    groups: tuple[str, ...],
    parameters: dict[str, Any],
) -> LifetimeValueResult:
    """Both models fitted to all customers, and the value of each group by them."""
    triples, confidence = Triples.of(rows), parameters["confidence"]
    repeat = fit_purchases(triples, confidence)
    amounts = fit_amounts(cells, confidence)
    _refuse(amounts)
    margin, note = _margin(rows, parameters["margin_share"])
    currency = buying.one_currency(rows)
    totals = _Totals(rows, groups, _discounts(parameters), margin)
    return LifetimeValueResult(
        table=totals.table(repeat, amounts, confidence, currency),
        parameters=parameters,
        data={"orders": int((triples.n * (triples.x + 1)).sum())},
        warnings=(*runaway_warnings(repeat), *amount_warnings(amounts, cells), *note),
        population=population,
        purchase_model=BgNbdModel(*repeat.values),
        amount_model=GammaGammaModel(*amounts.values),
        margin_share=margin,
        currency=currency,
    )


def _refuse(amounts: likelihood.Fit) -> None:
    if amounts["q"] <= 1:
        raise errors.NotEnoughDataError(
            "Purchases differ so much between customers that their average has no limit.",
            hint="analyse the few customers who buy for far more than the rest apart",
        )


def _check(
    horizon_months: int, annual_discount_share: float, margin_share: float | None, confidence: float
) -> None:
    checks.positive(horizon_months, "horizon_months")
    checks.share(confidence, "confidence")
    if annual_discount_share != 0:
        checks.share(annual_discount_share, "annual_discount_share")
    if margin_share not in {None, 1}:
        checks.share(float(margin_share or 0), "margin_share")


def _rows(population: ir.Table, end: datetime.date | None, groups: tuple[str, ...]) -> ir.Table:
    """Distinct (group, x, t_x, T) with customers and their money: enough for the exact total,
    for the average purchase to expect is linear in the money spent."""  # noqa: D205, D209
    money = [name for name in population.columns if name.endswith("_amount")]
    measures = {name: population[name].sum() for name in [*money, "amount"]}
    keys = [*groups, "x", "first_on", "last_on"]
    distinct = population.group_by(keys).agg(
        n_customers=population.count(), **measures, **buying.currencies(population)
    )
    return buying.in_units(distinct, as_of=end, unit=UNIT).drop("first_on", "last_on")


def _activity(model: BgNbdModel, rows: sums.Columns, discounts: Array) -> dict[str, Array]:
    """Per row: probability of being active, purchases to expect, and these discounted."""
    x, t_x, age = (np.asarray(rows[name], float) for name in ("x", "t_x", "T"))
    alive = model.alive_share(x, t_x, age)
    months = np.arange(1.0, len(discounts) + 1)
    weights = np.stack([np.ones(len(discounts)), discounts])
    bought, discounted = model.active_purchases(x, age, months, weights)
    return {"alive": alive, "purchases": alive * bought, "discounted": alive * discounted}


def _money(model: GammaGammaModel, x: Array, n: Array, repeat_amount: Array) -> Array:
    """Sum over a row's customers of the average purchase to expect."""
    return n * model.expected_amount(x, repeat_amount / (n * np.maximum(x, 1)))


def _discounts(parameters: Any) -> Array:
    months = np.arange(1.0, parameters["horizon_months"] + 1)
    return np.asarray((1 + parameters["annual_discount_share"]) ** (-months / 12))


@dataclass(frozen=True)
class _Totals:
    """Rows of distinct customers, added up by group under given parameters."""

    rows: sums.Columns
    groups: tuple[str, ...]
    discounts: Array
    margin: float

    def table(
        self,
        repeat: likelihood.Fit,
        amounts: likelihood.Fit,
        confidence: float,
        currency: str | None,
    ) -> pa.Table:
        """The result, most valuable group first."""
        keys, group = self._keys()
        n = np.bincount(group, self.rows["n_customers"])
        active, money = self._active(repeat.values), self._money(amounts.values)
        middle = self._sums(group, n, active, money)
        variance = _variance(
            likelihood.jacobian(
                lambda values: np.log(self._sums(group, n, self._active(values), money)),
                repeat.values,
            ),
            repeat.covariance,
        ) + _variance(
            likelihood.jacobian(
                lambda values: np.log(self._sums(group, n, active, self._money(values))),
                amounts.values,
            ),
            amounts.covariance,
        )
        low, high = likelihood.log_interval(middle, variance, confidence)
        columns: dict[str, Any] = {**keys, "n_customers": n.astype(int)}
        for place, name in enumerate(("alive", "expected_purchases", "purchase_amount", "value")):
            whole = {"alive": "alive_share", "value": "value_amount"}.get(name, name)
            stem = name.removesuffix("_amount")
            columns[whole] = middle[place]
            columns[f"{stem}_low"] = low[place]
            columns[f"{stem}_high"] = np.minimum(high[place], 1) if place == 0 else high[place]
        columns["value_per_customer_amount"] = middle[3] / n
        if currency:
            columns["currency"] = [currency] * len(n)
        return pa.table(columns).take(np.argsort(-middle[3], kind="stable"))

    def _keys(self) -> tuple[dict[str, list[Any]], Any]:
        """Distinct groups, and the place of each row's group among them."""
        if not self.groups:
            return {}, np.zeros(len(self.rows["x"]), int)
        found = list(zip(*(self.rows[name].tolist() for name in self.groups), strict=True))
        place = {key: number for number, key in enumerate(dict.fromkeys(found))}
        columns = zip(*place, strict=True)
        keys = {name: list(column) for name, column in zip(self.groups, columns, strict=True)}
        return keys, np.array([place[key] for key in found])

    def _active(self, values: Array) -> dict[str, Array]:
        return _activity(BgNbdModel(*values), self.rows, self.discounts)

    def _money(self, values: Array) -> Array:
        n, repeat_amount = self.rows["n_customers"], self.rows["repeat_amount"]
        return _money(GammaGammaModel(*values), self.rows["x"], n, repeat_amount)

    def _sums(self, group: Any, n: Array, active: dict[str, Array], money: Array) -> Array:
        """Active share, purchases per customer, average purchase, value; a column per group."""
        size = self.rows["n_customers"]
        return np.stack(
            [
                np.bincount(group, size * active["alive"]) / n,
                np.bincount(group, size * active["purchases"]) / n,
                np.bincount(group, money) / n,
                np.bincount(group, active["discounted"] * money) * self.margin,
            ]
        )


def _variance(slopes: Array, covariance: Array) -> Array:
    """Of the logarithm of each total: slopes' C slopes."""
    return np.asarray(np.einsum("i...,ij,j...->...", slopes, covariance, slopes))


def _margin(rows: sums.Columns, given: float | None) -> tuple[float, tuple[str, ...]]:
    """Share of revenue that is margin, and what to say about it."""
    if given is not None:
        return given, ()
    base = float(np.nansum(rows["margin_base_amount"])) if "margin_amount" in rows else 0.0
    if base > 0:
        return float(np.nansum(rows["margin_amount"])) / base, ()
    return 1.0, (
        "Value counts all revenue, for the orders carry no margin: pass `margin_share` to count "
        "what is left after costs.",
    )
