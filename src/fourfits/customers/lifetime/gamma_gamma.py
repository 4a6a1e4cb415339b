"""How much customers spend per purchase: the Gamma-Gamma model."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike

from fourfits import charts, checks, config, errors, results, sums
from fourfits.customers import buying, likelihood

if TYPE_CHECKING:
    import altair as alt
    import ibis.expr.types as ir

Array = likelihood.Array

STEPS_PER_E = 200
"""Amounts within half a percent of each other are counted together; their logarithms are summed
exactly, so that the parameters are those of the single amounts to five digits."""

_MEANING = {
    "p": "shape of the amounts of one customer; the greater, the steadier",
    "q": "shape of the spread between customers; the smaller, the more they differ",
    "v": "scale of the amounts, in money",
}


@dataclass(frozen=True)
class GammaGammaModel:
    """The model with its parameters; `v` in money."""

    p: float
    q: float
    v: float

    @property
    def mean_amount(self) -> float:
        """Average purchase over all customers; infinite where q is 1 or less."""
        return self.p * self.v / (self.q - 1) if self.q > 1 else float("inf")

    def expected_amount(self, frequency: ArrayLike, mean_amount: ArrayLike) -> Array:
        """Average purchase to expect of a customer: their own, drawn towards everybody's.

        Args:
            frequency: Repeat purchases behind `mean_amount`; with 0, everybody's mean is returned.
            mean_amount: Mean amount of these purchases.
        """
        x, mean = np.asarray(frequency, float), np.asarray(mean_amount, float)
        return np.asarray(self.p * (self.v + x * mean) / (self.p * x + self.q - 1))


@dataclass(frozen=True, kw_only=True)
class GammaGammaResult(results.Result):
    """The fitted Gamma-Gamma model, one row per parameter.

    Columns: `parameter` (`p`, `q`, `v`; then `mean_amount` per purchase over all customers);
    `meaning`; `estimate`, `estimate_low`, `estimate_high`, `error` (standard error);
    `n_customers` (who bought again).

    Attributes:
        model: The model, to score any customer.
        log_likelihood: At the maximum.
        correlation: Between number of repeat purchases and their mean amount; should be near 0.
        amounts: Customers by mean amount: `amount_from`, `amount_to`, `n_customers`,
            `n_expected`.
    """

    analysis: ClassVar[str] = "gamma_gamma"
    definition: ClassVar[str] = (
        "Gamma-Gamma: each customer's purchases vary at random about their own mean "
        "(gamma-distributed: p); the means differ between customers (q, v) and do not depend on "
        "how often they buy."
    )
    assumptions: ClassVar[str] = (
        "Amounts are positive and independent of the number of purchases; customers' means do "
        "not change over time; intervals are of large samples and in logarithms."
    )
    source: ClassVar[str] = "Fader and Hardie (2013), The Gamma-Gamma model of monetary value."

    model: GammaGammaModel
    log_likelihood: float
    correlation: float
    amounts: pa.Table

    def expected_amount(self, frequency: ArrayLike, mean_amount: ArrayLike) -> Array:
        """Average purchase to expect of a customer (see `GammaGammaModel.expected_amount`)."""
        return self.model.expected_amount(frequency, mean_amount)

    def summary(self) -> dict[str, Any]:
        """The estimates by name, with the log-likelihood, the correlation and n."""
        rows = self.table.to_pylist()
        return {row["parameter"]: row["estimate"] for row in rows} | {
            "log_likelihood": self.log_likelihood,
            "correlation": self.correlation,
            "n_customers": rows[0]["n_customers"],
        }

    def chart(self) -> alt.TopLevelMixin:
        """Customers by their mean amount: counted, and expected by the model."""
        import altair as alt

        base = alt.Chart(charts.data(self.amounts))
        bars = base.mark_bar(opacity=0.6).encode(
            x=alt.X("amount_from:Q", title="mean amount of a purchase", bin="binned"),
            x2=alt.X2("amount_to:Q"),
            y=alt.Y("n_customers:Q", title="customers"),
            tooltip=[
                alt.Tooltip("amount_from:Q"),
                alt.Tooltip("amount_to:Q"),
                alt.Tooltip("n_customers:Q"),
            ],
        )
        middle = (alt.datum.amount_from + alt.datum.amount_to) / 2
        line = (
            base.transform_calculate(middle=middle)
            .mark_line(color=charts.PALETTE[1], point=True)
            .encode(x=alt.X("middle:Q"), y=alt.Y("n_expected:Q"))
        )
        return alt.layer(bars, line)


def gamma_gamma(
    orders: Any,
    *,
    as_of: datetime.date | str | None = None,
    confidence: float = config.CONFIDENCE,
) -> GammaGammaResult:
    """How much customers spend per purchase, and how much of that is their own habit.

    Args:
        orders: Lines of orders (see `tables.ORDERS`), or one row per customer with `x` (or
            `frequency`) and `mean_amount` (`monetary_value`, `zbar`). From orders, the amounts
            are of repeat purchases, by day: the first day is left out, as it is for `x`.
        as_of: Orders after that day are left out; `None` takes all.
        confidence: Level of the intervals.

    Returns:
        One row per parameter with interval and standard error, and the model itself.

    Raises:
        ColumnError: If a column is missing.
        NotEnoughDataError: If hardly anybody bought again.
        ConvergenceError: If the likelihood has no maximum that could be found.

    Assumes that amounts do not depend on the number of purchases; warns where they correlate.
    Source: Fader and Hardie (2013).

    >>> result = gamma_gamma({"x": [1, 2, 1, 4, 2, 3, 1, 5, 2, 1, 3, 2],
    ...     "mean_amount": [22.0, 35.0, 12.0, 48.0, 80.0, 31.0, 27.0, 29.0, 40.0, 15.0, 21.0, 33.0]})
    >>> round(result.summary()["mean_amount"], 1)
    34.5
    """
    checks.share(confidence, "confidence")

    cells = Amounts.of(sums.fetch(_cells(checks.table(orders), as_of)))

    fit = fit_amounts(cells, confidence)
    model = GammaGammaModel(*fit.values)
    rows = [fit.row(name, meaning) for name, meaning in _MEANING.items()]
    if model.q > 1:
        meaning = "average purchase over all customers, in money"
        rows.append(fit.derived("mean_amount", meaning, _mean_amount))
    return GammaGammaResult(
        table=pa.Table.from_pylist(rows),
        parameters={"as_of": as_of, "confidence": confidence},
        data={"orders": int((cells.n * cells.x).sum())},
        warnings=amount_warnings(fit, cells),
        model=model,
        log_likelihood=fit.log_likelihood,
        correlation=cells.correlation,
        amounts=_histogram(model, cells),
    )


@dataclass(frozen=True)
class Amounts:
    """Customers by number of repeat purchases and, in fine steps, their mean amount."""

    x: Array
    n: Array
    total: Array
    """Sum of the customers' mean amounts."""
    squares: Array
    logs: Array
    """Sum of the logarithms of their mean amounts."""

    @classmethod
    def of(cls, columns: sums.Columns) -> Amounts:
        """The fetched columns, checked.

        Raises:
            RangeError: If a customer who bought again has no positive mean amount.
            NotEnoughDataError: If there are fewer than the least number of customers, or all
                spend the same.
        """
        x, n, total, squares, logs = (
            np.asarray(columns[name], float)
            for name in ("x", "n_customers", "total", "squares", "logs")
        )
        if (np.asarray(columns["n_wrong"], float) > 0).any():
            raise errors.RangeError(
                "Some customers who bought again have a mean amount of 0 or less.",
                hint="leave out returns and gifts before the amounts are averaged",
            )
        if n.sum() < config.LIFETIME_MIN_REPEATERS:
            raise errors.NotEnoughDataError(
                f"Only {errors.counted(int(n.sum()), 'customer')} bought on more than one day; the "
                f"model needs at least {config.LIFETIME_MIN_REPEATERS}.",
                hint="take a longer period, or more customers",
            )
        mean = total.sum() / n.sum()
        if squares.sum() / n.sum() - mean**2 <= 1e-12 * mean**2:
            raise errors.NotEnoughDataError(
                f"All {int(n.sum())} customers who bought again spend {mean:,.2f} on average: there "
                "is no difference between them to model.",
                hint="take that amount as it stands",
            )
        return cls(x, n, total, squares, logs)

    @property
    def mean(self) -> Array:
        """Mean amount in each cell."""
        return self.total / self.n

    @property
    def correlation(self) -> float:
        """Between number of purchases and mean amount, over customers."""
        n, x = self.n.sum(), self.x
        along = (x @ self.total) / n - (x @ self.n) * self.total.sum() / n**2
        spread = (x**2 @ self.n) / n - ((x @ self.n) / n) ** 2
        spread *= self.squares.sum() / n - (self.total.sum() / n) ** 2
        return float(along / np.sqrt(spread)) if spread > 0 else 0.0


def fit_amounts(cells: Amounts, confidence: float) -> likelihood.Fit:
    """The parameters of greatest likelihood."""
    middle = np.exp(cells.logs.sum() / cells.n.sum())
    return likelihood.maximise(
        derivatives(cells),
        {"p": 2.0, "q": 3.0, "v": middle},
        n=int(cells.n.sum()),
        confidence=confidence,
    )


def derivatives(cells: Amounts) -> Callable[..., likelihood.Derivatives]:
    """Log-likelihood of the cells with its first and second derivatives in p, q, v.

    Source: the paper's equation 1a.
    """
    x, n, spent = cells.x, cells.n, cells.x * cells.mean
    levels, level = np.unique(x, return_inverse=True)
    at_level, n_all = np.bincount(level, n), float(n.sum())
    log_spent = float(x @ cells.logs + (n * x) @ np.log(x))
    log_means = float(cells.logs.sum())

    def at(p: float, q: float, v: float) -> likelihood.Derivatives:
        from scipy.special import gammaln, polygamma, psi

        both, log_both, size = spent + v, np.log(spent + v), p * x + q
        px = p * levels
        value = at_level @ (gammaln(px + q) - gammaln(px) - gammaln(q)) + n_all * q * np.log(v)
        value += p * log_spent - log_means - (n * size) @ log_both
        rise, rises = psi(px + q), polygamma(1, px + q)
        slope = np.array(
            [
                (at_level * levels) @ (rise - psi(px)) + log_spent - (n * x) @ log_both,
                at_level @ (rise - psi(q)) + n_all * np.log(v) - n @ log_both,
                n_all * q / v - n @ (size / both),
            ]
        )
        pp = (at_level * levels**2) @ (rises - polygamma(1, px))
        pq, qq = (at_level * levels) @ rises, at_level @ (rises - polygamma(1, q))
        pv, qv = -((n * x) @ (1 / both)), n_all / v - n @ (1 / both)
        vv = n @ (size / both**2) - n_all * q / v**2
        return float(value), slope, np.array([[pp, pq, pv], [pq, qq, qv], [pv, qv, vv]])

    return at


def amount_warnings(fit: likelihood.Fit, cells: Amounts) -> tuple[str, ...]:
    """What limits the use of the model on these amounts."""
    found = [
        f"The data do not bound {runaway.split()[0]}: amounts hardly differ, within or between "
        "customers."
        for runaway in fit.runaways
    ]
    if fit["q"] <= 1:
        found.append(
            "Amounts differ so much between customers (q is 1 or less) that their mean has no "
            "limit; look for a few customers who buy for far more than the rest."
        )
    if abs(cells.correlation) > config.AMOUNT_CORRELATION:
        found.append(
            f"Number and size of purchases correlate ({cells.correlation:.2f}, should be within "
            f"±{config.AMOUNT_CORRELATION}): customers who buy often do not spend like the others, "
            "and the model mixes them up. Fit such groups apart."
        )
    return tuple(found)


def cells_of(buyers: ir.Table) -> ir.Table:
    """Counts and sums by number of purchases and mean amount in fine steps.

    Args:
        buyers: Rows with `x`, `mean_amount` and `n_customers`.
    """
    mean = buyers.mean_amount.cast("float64")
    rows = buyers.filter(buyers.x > 0).select(
        "x",
        mean=(mean > 0).ifelse(mean, 1.0),
        n=buyers.n_customers,
        n_wrong=(mean <= 0).ifelse(buyers.n_customers, 0),
    )
    rows = rows.mutate(log=rows["mean"].ln())
    rows = rows.mutate(step=(rows.log * STEPS_PER_E).floor().cast("int64"))
    return rows.group_by("x", "step").agg(
        n_customers=rows.n.sum(),
        total=(rows["mean"] * rows.n).sum(),
        squares=(rows["mean"] * rows["mean"] * rows.n).sum(),
        logs=(rows.log * rows.n).sum(),
        n_wrong=rows.n_wrong.sum(),
    )


def _cells(given: ir.Table, as_of: datetime.date | str | None) -> ir.Table:
    if not {"x", "frequency"} & set(given.columns):
        bought = buying.spending(given, as_of=checks.day(as_of, "as_of"))
        return cells_of(repeat_spending(bought))
    if as_of is not None:
        raise errors.ParameterError(
            "as_of is given for a table that holds one row per customer.",
            hint="leave it out, or pass the orders",
        )
    return cells_of(buying.summary_columns(given, "x", "mean_amount"))


def repeat_spending(bought: ir.Table) -> ir.Table:
    """Repeat purchases and their mean amount, from one row per customer (`buying.spending`)."""
    mean = bought.repeat_amount / (bought.x > 0).ifelse(bought.x, 1)
    return bought.select("x", mean_amount=mean, n_customers=1)


def _mean_amount(p: float, q: float, v: float) -> float:
    return p * v / (q - 1) if q > 1 else float("inf")


def _histogram(model: GammaGammaModel, cells: Amounts) -> pa.Table:
    """Customers in twenty classes of mean amount, the last one open: counted and expected."""
    from scipy.special import betainc

    mean = cells.mean
    order = np.argsort(mean)
    below = np.cumsum(cells.n[order]) / cells.n.sum()
    top = mean[order][np.searchsorted(below, 0.98)]
    edges = np.linspace(0, top, 21)
    actual, _ = np.histogram(mean, edges, weights=cells.n)
    # x * mean / (x * mean + v) has the distribution Beta(p x, q): a ratio of two gammas.
    levels, level = np.unique(cells.x, return_inverse=True)
    at_level = np.bincount(level, cells.n)
    spent = levels[:, None] * edges
    share = betainc(model.p * levels[:, None], model.q, spent / (spent + model.v))
    return pa.table(
        {
            "amount_from": edges[:-1],
            "amount_to": edges[1:],
            "n_customers": actual.astype(int),
            "n_expected": np.diff(at_level @ share),
        }
    )
