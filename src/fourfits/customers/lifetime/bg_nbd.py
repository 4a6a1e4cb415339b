"""Repeat buying without a contract: the BG/NBD model."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike

from fourfits import charts, checks, config, errors, results, sums
from fourfits.customers import buying, likelihood, quadrature

if TYPE_CHECKING:
    import altair as alt
    import ibis.expr.types as ir

Array = likelihood.Array

ROWS_AT_ONCE = 20_000
"""Pairs of purchases and age that are forecast together, to bound memory."""
BARS = 7
"""Repeat purchases from which on the chart counts customers together."""

_MEANING = {
    "r": "shape of the spread of purchase rates; the smaller, the more customers differ",
    "alpha": "scale of purchase rates; rate = r / alpha",
    "a": "dropout, first shape; dropout after a purchase = a / (a + b)",
    "b": "dropout, second shape",
}
VAGUE = 1.5
"""Standard error of the logarithm of the share that leaves, from which on it is hardly known."""

_RUNAWAY = {
    "r": "customers hardly differ in how often they buy",
    "alpha": "customers hardly differ in how often they buy",
    "a": "customers hardly differ in their chance to leave, or nobody seems to",
    "b": "customers hardly differ in their chance to leave, or nobody seems to",
}


@dataclass(frozen=True)
class BgNbdModel:
    """The model with its parameters; time in the unit in which it was fitted."""

    r: float
    alpha: float
    a: float
    b: float

    def alive_share(self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Array:
        """Probability that a customer will buy again, given `x`, `t_x` and `T`.

        The model lets customers leave only after a purchase: who bought once counts as active.
        """
        from scipy.special import expit

        x, last, whole = np.broadcast_arrays(*map(_floats, (frequency, recency, age)))
        with np.errstate(divide="ignore"):
            odds_of_left = (
                np.log(self.a)
                - np.log(np.where(x > 0, self.b + x - 1, np.inf))
                + (self.r + x) * np.log1p((whole - last) / (self.alpha + last))
            )
        return np.asarray(expit(-odds_of_left))

    def expected_purchases(
        self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, horizon: float
    ) -> Array:
        """Purchases to expect of a customer within the horizon, given `x`, `t_x` and `T`."""
        alive = self.alive_share(frequency, recency, age)
        ends, weights = np.array([horizon]), np.ones((1, 1))
        return np.asarray(alive * self.active_purchases(frequency, age, ends, weights)[0])

    def active_purchases(
        self, frequency: ArrayLike, age: ArrayLike, ends: Array, weights: Array
    ) -> Array:
        """Weighted purchases to expect of a customer who is active, over coming periods.

        Args:
            frequency: Repeat purchases so far.
            age: Time since the first purchase.
            ends: End of each coming period, counted from now, increasing.
            weights: What a purchase in each period counts, such as its discount; a row for each
                sum wanted, a column for each period.

        Returns:
            A row per sum, shaped like the customers.

        The expectation over the dropout probability, given `x`, is a Gauss-Jacobi sum: unlike
        the hypergeometric function of the paper it neither cancels near a = 1 nor overflows.
        """
        x, whole = np.broadcast_arrays(*map(_floats, (frequency, age)))
        pairs, place = np.unique(np.stack([x.ravel(), whole.ravel()]), axis=1, return_inverse=True)
        found = [
            self._active(pairs[:, first : first + ROWS_AT_ONCE], ends, weights)
            for first in range(0, pairs.shape[1], ROWS_AT_ONCE)
        ]
        each = np.concatenate(found, axis=1)[:, place.ravel()]
        return each.reshape(len(weights), *x.shape)

    def _active(self, pairs: Array, ends: Array, weights: Array) -> Array:
        x, age = pairs
        levels, level = np.unique(x, return_inverse=True)
        nodes, shares = quadrature.beta(self.a, self.b + levels)
        p, share = nodes[level], shares[level] / nodes[level]
        power = -(self.r + x)[:, None]
        until = np.zeros((len(ends) + 1, len(x)))
        for period, end in enumerate(ends, start=1):
            stay = power * np.log1p(p * (end / (self.alpha + age))[:, None])
            until[period] = -(share * np.expm1(stay)).sum(axis=1)
        return weights @ np.diff(until, axis=0)

    def repeats_share(self, age: ArrayLike, most: int) -> Array:
        """Probability of 0, 1, ... `most` repeat purchases within an age; one row per age.

        Source: Fader, Hardie and Lee (2005), equation 8.
        """
        from scipy.special import betaln, gammaln

        whole = _floats(age)
        x = np.arange(most + 1.0)
        waiting = np.log(self.alpha) - np.log(self.alpha + whole)[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            passed = np.log(whole / (self.alpha + whole))[:, None]
            counts = (
                gammaln(self.r + x) - gammaln(self.r) - gammaln(x + 1) + self.r * waiting
            ) + np.where(x == 0, 0.0, x * passed)
        buying = np.exp(counts)
        stay = np.exp(betaln(self.a, self.b + x) - betaln(self.a, self.b))
        leave = np.exp(betaln(self.a + 1, self.b + np.maximum(x, 1) - 1) - betaln(self.a, self.b))
        fewer = np.cumsum(buying, axis=1) - buying
        return np.asarray(stay * buying + np.where(x > 0, leave * (1 - fewer), 0.0))


@dataclass(frozen=True, kw_only=True)
class BgNbdResult(results.Result):
    """The fitted BG/NBD model, one row per parameter.

    Columns: `parameter` (`r`, `alpha`, `a`, `b`; then what follows from them: `purchase_rate` per
    unit of time while active, `dropout_share` after a purchase, `alive_share` of all customers);
    `meaning`; `estimate`, `estimate_low`, `estimate_high`, `error` (standard error);
    `n_customers`.

    Attributes:
        model: The model, to forecast any customer.
        log_likelihood: At the maximum.
        repeats: Customers by number of repeat purchases: `repeat_purchases`, `n_customers`,
            `n_expected`.
    """

    analysis: ClassVar[str] = "bg_nbd"
    definition: ClassVar[str] = (
        "BG/NBD: while active, customers buy at random at their own rate (gamma-distributed: r, "
        "alpha); after each purchase they leave for good with their own probability "
        "(beta-distributed: a, b)."
    )
    assumptions: ClassVar[str] = (
        "No contract; rates are steady, without season or trend; rate and dropout are "
        "independent; intervals are of large samples and in logarithms."
    )
    source: ClassVar[str] = (
        'Fader, Hardie and Lee (2005), "Counting your customers" the easy way, Marketing Science.'
    )

    model: BgNbdModel
    log_likelihood: float
    repeats: pa.Table

    @property
    def tells_who_left(self) -> bool:
        """Whether the share that leaves after a purchase is known well enough to tell who left."""
        (row,) = (row for row in self.table.to_pylist() if row["parameter"] == "dropout_share")
        return not row["error"] >= VAGUE * row["estimate"]

    def alive_share(self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Array:
        """Probability that a customer will buy again (see `BgNbdModel.alive_share`)."""
        return self.model.alive_share(frequency, recency, age)

    def expected_purchases(
        self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, horizon: float
    ) -> Array:
        """Purchases to expect within the horizon, in the unit of the fit."""
        return self.model.expected_purchases(frequency, recency, age, horizon)

    def summary(self) -> dict[str, Any]:
        """The estimates by name, with the log-likelihood and n."""
        rows = self.table.to_pylist()
        return {row["parameter"]: row["estimate"] for row in rows} | {
            "log_likelihood": self.log_likelihood,
            "n_customers": rows[0]["n_customers"],
        }

    def chart(self) -> alt.TopLevelMixin:
        """Customers by number of repeat purchases: counted, and expected by the model."""
        import altair as alt

        labels = [str(n) if n < BARS else f"{BARS}+" for n in range(BARS + 1)]
        kinds = (("actual", "n_customers"), ("model", "n_expected"))
        rows = [
            {"repeat purchases": label, "customers": count, "kind": kind}
            for kind, column in kinds
            for label, count in zip(labels, self.repeats[column].to_pylist(), strict=True)
        ]
        chart: alt.TopLevelMixin = (
            alt.Chart(charts.data(pa.Table.from_pylist(rows)))
            .mark_bar()
            .encode(
                x=alt.X("repeat purchases:N", sort=labels, axis=alt.Axis(labelAngle=0)),
                xOffset=alt.XOffset("kind:N"),
                y=alt.Y("customers:Q", title="customers"),
                color=alt.Color("kind:N", title=None),
                tooltip=[
                    alt.Tooltip("kind:N"),
                    alt.Tooltip("repeat purchases:N"),
                    alt.Tooltip("customers:Q", format=",.0f"),
                ],
            )
        )
        return chart


def bg_nbd(
    orders: Any,
    *,
    as_of: datetime.date | str | None = None,
    unit: str = "week",
    confidence: float = config.CONFIDENCE,
) -> BgNbdResult:
    """How often customers buy while they are active, and how they drop out.

    Args:
        orders: Lines of orders (see `tables.ORDERS`), or one row per customer or group of alike
            customers with `frequency` (or `x`), `recency` (`t_x`), `T` and, where rows stand for
            several customers, `n_customers`.
        as_of: End of observation, that day included; `None` takes the last day with a purchase.
        unit: Unit of time of the parameters: `day`, `week` or `month`. A table that already
            holds `T` is in its own unit.
        confidence: Level of the intervals.

    Returns:
        One row per parameter with interval and standard error, and the model itself.

    Raises:
        ColumnError: If a column is missing.
        RangeError: If `x`, `t_x` and `T` contradict each other.
        NotEnoughDataError: If hardly anybody bought again.
        ConvergenceError: If the likelihood has no maximum that could be found.

    Assumes steady rates. Source: Fader, Hardie and Lee (2005).

    >>> summary = {"x": [0, 0, 1, 2, 5, 0, 1, 3], "t_x": [0, 0, 9, 30, 36, 0, 2, 20],
    ...            "T": [39, 38, 37, 39, 38, 30, 28, 33], "n_customers": [30, 20, 9, 5, 2, 20, 8, 3]}
    >>> result = bg_nbd(summary)
    >>> result.summary()["n_customers"]
    97
    >>> result.expected_purchases(frequency=2, recency=30, age=39, horizon=52).round(1).tolist()
    2.4
    """
    checks.share(confidence, "confidence")
    checks.one_of(unit, "unit", buying.DAYS)

    triples = Triples.of(sums.fetch(_distinct(checks.table(orders), as_of, unit)))

    fit = fit_purchases(triples, confidence)
    model = BgNbdModel(*fit.values)
    return BgNbdResult(
        table=pa.Table.from_pylist(_rows(fit, triples, unit)),
        parameters={"as_of": as_of, "unit": unit, "confidence": confidence},
        data={"orders": int((triples.n * (triples.x + 1)).sum())},
        warnings=runaway_warnings(fit),
        model=model,
        log_likelihood=fit.log_likelihood,
        repeats=_repeats(model, triples),
    )


@dataclass(frozen=True)
class Triples:
    """Distinct (x, t_x, T) with the number of customers of each; all that the likelihood needs."""

    x: Array
    t_x: Array
    T: Array
    n: Array

    @classmethod
    def of(cls, columns: sums.Columns) -> Triples:
        """The fetched columns, checked.

        Raises:
            RangeError: If they contradict each other.
            NotEnoughDataError: If fewer than the least number of customers bought again.
        """
        x, t_x, age, n = (
            np.asarray(columns[name], float) for name in ("x", "t_x", "T", "n_customers")
        )
        wrong = ~((x >= 0) & (x == np.floor(x)) & (t_x >= 0) & (t_x <= age) & (n >= 0))
        wrong |= ((x > 0) != (t_x > 0)) | ~np.isfinite(x + t_x + age + n)
        if wrong.any():
            row = np.flatnonzero(wrong)[0]
            raise errors.RangeError(
                f"A customer has x = {x[row]:g} repeat purchases, the last at t_x = {t_x[row]:g} "
                f"of T = {age[row]:g}; x must be a whole number, 0 <= t_x <= T, and t_x is 0 "
                "exactly where x is 0.",
                hint="count repeat purchases by day: purchases on one day are one",
            )
        repeaters = int(n[x > 0].sum())
        if repeaters < config.LIFETIME_MIN_REPEATERS:
            raise errors.NotEnoughDataError(
                f"Only {repeaters} of {errors.counted(int(n.sum()), 'customer')} bought on more than one day; "
                f"the model needs at least {config.LIFETIME_MIN_REPEATERS}.",
                hint="take a longer period, or more customers",
            )
        return cls(x, t_x, age, n)

    @property
    def n_customers(self) -> int:
        """How many customers there are in all."""
        return int(self.n.sum())


def fit_purchases(triples: Triples, confidence: float) -> likelihood.Fit:
    """The parameters of greatest likelihood."""
    whole = float(triples.n @ triples.T) / triples.n_customers
    return likelihood.maximise(
        derivatives(triples),
        {"r": 0.5, "alpha": whole / 4, "a": 1.0, "b": 2.0},
        n=triples.n_customers,
        confidence=confidence,
    )


def derivatives(triples: Triples) -> Callable[..., likelihood.Derivatives]:
    """Log-likelihood of the triples with its first and second derivatives in r, alpha, a, b.

    A customer's likelihood is a sum of two ways: still active at T, or left after the purchase at
    t_x. Both stand in logarithms, so that nothing overflows, and as differences that keep their
    digits where parameters run to their limits. Source: the paper's equation 6.
    """
    x, t_x, age, n = triples.x, triples.t_x, triples.T, triples.n
    levels, level = np.unique(x, return_inverse=True)
    at_level, repeater = np.bincount(level, n), x > 0

    def at(r: float, alpha: float, a: float, b: float) -> likelihood.Derivatives:
        s, stayed, left_at, later = r + x, alpha + age, alpha + t_x, np.where(x > 0, b + x - 1, 1)
        past_stayed, past_left = np.log1p(age / alpha), np.log1p(t_x / alpha)
        active = -r * past_stayed - x * np.log(stayed)
        left = np.where(
            repeater, np.log(a) - np.log(later) - r * past_left - x * np.log(left_at), -np.inf
        )
        both = np.logaddexp(active, left)
        w_left = n * np.exp(left - both)
        w_active = n - w_left

        value, slope, curve = _gamma_terms(levels, at_level, r, a, b)
        value += n @ both
        slope += [
            -(w_active @ past_stayed) - w_left @ past_left,
            w_active @ _pull(r, alpha, x, age) + w_left @ _pull(r, alpha, x, t_x),
            w_left.sum() / a,
            -(w_left @ (1 / later)),
        ]
        curve[0, 1] += (w_active @ (age / stayed) + w_left @ (t_x / left_at)) / alpha
        curve[1, 0] = curve[0, 1]
        curve[1, 1] += w_active @ _pull_slope(r, alpha, x, age)
        curve[1, 1] += w_left @ _pull_slope(r, alpha, x, t_x)
        curve[2, 2] -= w_left.sum() / a**2
        curve[3, 3] += w_left @ (1 / later**2)
        longer = np.log1p((age - t_x) / left_at)
        apart = np.stack(
            [longer, -s * (age - t_x) / (stayed * left_at), np.full(len(x), 1 / a), -1 / later]
        )
        curve += (apart * (w_active * w_left / np.maximum(n, 1e-300))) @ apart.T
        return value, slope, curve

    return at


def _pull(r: float, alpha: float, x: Array, age: Array) -> Array:
    """How r log alpha - (r + x) log(alpha + age) grows with alpha."""
    return (r * age - x * alpha) / (alpha * (alpha + age))


def _pull_slope(r: float, alpha: float, x: Array, age: Array) -> Array:
    """How the pull grows with alpha."""
    later = alpha + age
    return x / later**2 - r * age * (alpha + later) / (alpha * later) ** 2


def _gamma_terms(x: Array, n: Array, r: float, a: float, b: float) -> tuple[float, Array, Array]:
    """The terms that know only the number of purchases; once per number, not per customer.

    A ratio of gamma functions x apart is a product of x factors, so its logarithm is a sum that
    keeps its digits where r, a or b is large.
    """
    steps, places = np.arange(x.max()), x.astype(int)

    def rising(terms: Array) -> float:
        return float(n @ np.concatenate([[0.0], np.cumsum(terms)])[places])

    first, both, second = r + steps, a + b + steps, b + steps
    value = rising(np.log(first)) - rising(np.log1p(a / second))
    slope = np.array([rising(1 / first), 0.0, -rising(1 / both), rising(a / (second * both))])
    curve = np.zeros((4, 4))
    curve[0, 0] = -rising(1 / first**2)
    curve[2:, 2:] = rising(1 / both**2)
    curve[3, 3] = -rising(a * (second + both) / (second * both) ** 2)
    return value, slope, curve


def runaway_warnings(fit: likelihood.Fit) -> tuple[str, ...]:
    """A sentence for the parameters that the data do not bound, by what that means."""
    meanings: dict[str, list[str]] = {}
    for runaway in fit.runaways:
        name = runaway.split()[0]
        meanings.setdefault(_RUNAWAY[name], []).append(name)
    unbounded = tuple(
        f"The data do not bound {' and '.join(names)}, so that only what follows from all four "
        f"parameters means something: {meaning}."
        for meaning, names in meanings.items()
    )
    return unbounded + _vague(fit)


def _vague(fit: likelihood.Fit) -> tuple[str, ...]:
    """A sentence where the data hardly tell who left."""
    row = fit.derived(
        "dropout_share", "", lambda *values: values[2] / (values[2] + values[3]), limit=1
    )
    if row["error"] < VAGUE * row["estimate"]:
        return ()
    low, high = (f"{100 * row[f'estimate_{end}']:.2g}%" for end in ("low", "high"))
    return (
        f"The data hardly tell who has left: after a purchase between {low} and {high} do. So do "
        "not read P(alive) as certain where it is near 1.",
    )


def _distinct(given: ir.Table, as_of: datetime.date | str | None, unit: str) -> ir.Table:
    """Distinct (x, t_x, T) with counts, from orders or from a table that holds them."""
    if "T" not in given.columns:
        return buying.purchases(given, as_of=as_of, unit=unit)
    if as_of is not None:
        raise errors.ParameterError(
            "as_of is given for a table that already holds ages in `T`.",
            hint="leave it out, or pass the orders",
        )
    named = buying.summary_columns(given, "x", "t_x", "T")
    return named.group_by("x", "t_x", "T").agg(n_customers=named.n_customers.sum())


def _rows(fit: likelihood.Fit, triples: Triples, unit: str) -> list[dict[str, Any]]:
    def alive(*parameters: float) -> float:
        each = BgNbdModel(*parameters).alive_share(triples.x, triples.t_x, triples.T)
        return float(triples.n @ each / triples.n_customers)

    return [
        *(fit.row(name, meaning) for name, meaning in _MEANING.items()),
        fit.derived(
            "purchase_rate",
            f"purchases per {unit} of the average customer while active",
            lambda r, alpha, a, b: r / alpha,  # noqa: ARG005 - every parameter is passed
        ),
        fit.derived(
            "dropout_share",
            "share that leaves for good after a purchase",
            lambda r, alpha, a, b: a / (a + b),  # noqa: ARG005
            limit=1.0,
        ),
        fit.derived("alive_share", "share of customers who are still active", alive, limit=1.0),
    ]


def _repeats(model: BgNbdModel, triples: Triples) -> pa.Table:
    """Customers with 0, 1, ... and at least `BARS` repeat purchases: counted and expected."""
    ages, age = np.unique(triples.T, return_inverse=True)
    expected = np.bincount(age, triples.n) @ model.repeats_share(ages, BARS - 1)
    actual = np.bincount(np.minimum(triples.x, BARS).astype(int), triples.n, BARS + 1)
    return pa.table(
        {
            "repeat_purchases": np.arange(BARS + 1),
            "n_customers": actual.astype(int),
            "n_expected": np.append(expected, triples.n_customers - expected.sum()),
        }
    )


def _floats(values: ArrayLike) -> Array:
    return np.asarray(values, float)
