"""How long customers with a contract stay: the shifted beta-geometric model."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike

from fourfits import charts, checks, config, errors, results, sums
from fourfits.customers import contracts, likelihood

if TYPE_CHECKING:
    import altair as alt
    import ibis.expr.types as ir

Array = likelihood.Array

_MEANING = {
    "alpha": "shape of the chance to leave; mean chance = alpha / (alpha + beta)",
    "beta": "shape of the chance to leave; small alpha and beta: customers differ much",
}


@dataclass(frozen=True)
class ShiftedBetaGeometricModel:
    """The model with its parameters; time in renewal periods."""

    alpha: float
    beta: float

    def retained_share(self, periods: ArrayLike) -> Array:
        """Share of new customers that is still there after so many periods."""
        from scipy.special import betaln

        t = np.asarray(periods, float)
        return np.asarray(np.exp(betaln(self.alpha, self.beta + t) - betaln(self.alpha, self.beta)))

    def lifetime(self, discount_share: float = 0.0) -> float:
        """Periods to expect of a new customer, the current one included, later ones discounted.

        Infinite without discount where alpha is 1 or less.
        """
        from scipy.special import hyp2f1

        if discount_share == 0:
            more = self.alpha + self.beta - 1
            return more / (self.alpha - 1) if self.alpha > 1 else float("inf")
        whole = self.alpha + self.beta
        return float(hyp2f1(1, self.beta, whole, 1 / (1 + discount_share)))

    def residual_lifetime(self, renewals: int, discount_share: float) -> float:
        """Discounted periods to expect of a customer who renewed so often, just before the next
        renewal, whose period counts whole.

        Source: Fader and Hardie (2010), Customer-base valuation in a contractual setting, eq. 9.
        """  # noqa: D205
        from scipy.special import hyp2f1

        a, b, n = self.alpha, self.beta, renewals + 1
        stays = (b + n - 1) / (a + b + n - 1)
        return float(stays * hyp2f1(1, b + n, a + b + n, 1 / (1 + discount_share)))


@dataclass(frozen=True, kw_only=True)
class ShiftedBetaGeometricResult(results.Result):
    """The fitted shifted beta-geometric model, one row per group and parameter.

    Columns: the grouping columns; `parameter` (`alpha`, `beta`; then `first_loss_share`, lost at
    the first renewal, and `lifetime`, discounted periods to expect of a new customer);
    `meaning`; `estimate`, `estimate_low`, `estimate_high`, `error` (standard error);
    `n_customers`.

    Attributes:
        models: The model of each group, by the tuple of its names; `()` without groups.
        log_likelihood: Of all groups together.
        curve: Retention by period: the grouping columns, `period`, `n_at_risk`,
            `retained_share` (observed), `fitted_share`.
    """

    analysis: ClassVar[str] = "shifted_beta_geometric"
    headline: ClassVar[str] = "lifetime"
    definition: ClassVar[str] = (
        "Shifted beta-geometric: at the end of each period every customer leaves with their own "
        "fixed probability; the probabilities differ between customers (beta-distributed: "
        "alpha, beta), so that those who stay are ever more loyal."
    )
    assumptions: ClassVar[str] = (
        "Contracts renew at the end of each period; a customer's chance to leave does not change; "
        "who left does not come back; intervals are of large samples and in logarithms."
    )
    source: ClassVar[str] = (
        "Fader and Hardie (2007), How to project customer retention, J. of Interactive Marketing."
    )

    models: Mapping[tuple[Any, ...], ShiftedBetaGeometricModel]
    log_likelihood: float
    curve: pa.Table

    def summary(self) -> dict[str, Any]:
        """The estimates by name; of several groups, the longest and the shortest lifetime."""
        if len(self.models) != 1:
            import pyarrow.compute as pc

            of_all = self.table.filter(pc.equal(self.table["parameter"], self.headline))
            told = self._glance(of_all.rename_columns({"estimate": self.headline}))
            return told | {"log_likelihood": self.log_likelihood}
        rows = self.table.to_pylist()
        return {row["parameter"]: row["estimate"] for row in rows} | {
            "log_likelihood": self.log_likelihood,
            "n_customers": rows[0]["n_customers"],
        }

    def chart(self) -> alt.TopLevelMixin:
        """The retention curve: points observed, line fitted."""
        import altair as alt

        curve, label = charts.labelled(self.curve, checks.names(self.parameters["by"]))
        base = alt.Chart(charts.data(curve)).encode(
            x=alt.X("period:Q", title=f"{self.parameters['unit']}s since the start"),
            color=alt.Color(f"{label}:N", title=None),
        )
        share = alt.Scale(domain=[0, 1])
        line = base.mark_line().encode(
            y=alt.Y(
                "fitted_share:Q",
                title="still customers",
                scale=share,
                axis=alt.Axis(format="%"),
            )
        )
        points = base.mark_point(filled=True, opacity=1).encode(
            y=alt.Y("retained_share:Q"),
            tooltip=[
                f"{label}:N",
                "period:Q",
                "n_at_risk:Q",
                alt.Tooltip("retained_share:Q", format=".1%"),
                alt.Tooltip("fitted_share:Q", format=".1%"),
            ],
        )
        return alt.layer(line, points)


def shifted_beta_geometric(
    subscriptions: Any,
    *,
    as_of: datetime.date | str | None = None,
    unit: str = "month",
    per: str | None = None,
    by: str | Iterable[str] | None = None,
    annual_discount_share: float = config.ANNUAL_DISCOUNT_SHARE,
    confidence: float = config.CONFIDENCE,
) -> ShiftedBetaGeometricResult:
    """How the chance to leave differs between customers with a contract, and how long they stay.

    Args:
        subscriptions: Contracts (see `tables.SUBSCRIPTIONS`), or a row per customer with
            `recency` (the period in which they left; equal to `T` while they stay), `T` (the
            period they are in, or would be in, at the end of observation) and, where rows stand
            for several customers, `n_customers`.
        as_of: End of observation, that day included; `None` takes the last start or end.
        unit: How often contracts renew: `month`, `quarter` or `year`.
        per: Column that says whose contracts belong together, such as `account_id`.
        by: Column or columns to group by, such as a cohort.
        annual_discount_share: What money loses in worth in a year, for `lifetime`; 0 for none.
        confidence: Level of the intervals.

    Returns:
        Rows per group, largest group first; `models` to project any period.

    Raises:
        ColumnError: If a column is missing.
        RangeError: If a contract ends before it starts.
        NotEnoughDataError: If in no group customers left at two different renewals.
        ConvergenceError: If the likelihood has no maximum that could be found.

    Source: Fader and Hardie (2007).

    >>> lost = {"recency": [1, 2, 3, 4, 5, 5], "T": [5, 5, 5, 5, 5, 5],
    ...         "n_customers": [369, 163, 86, 56, 40, 286]}
    >>> result = shifted_beta_geometric(lost, unit="year")
    >>> {name: round(value, 2) for name, value in list(result.summary().items())[:2]}
    {'alpha': 0.76, 'beta': 1.3}
    """
    parameters = {
        "as_of": as_of,
        "unit": unit,
        "per": per,
        "by": by,
        "annual_discount_share": annual_discount_share,
        "confidence": confidence,
    }
    _check(unit, annual_discount_share, confidence)
    given, groups = checks.table(subscriptions), checks.names(by)
    summarised = {"recency", "T"} <= set(given.columns)

    query = (
        _summarised(given, groups)
        if summarised
        else contracts.durations(given, as_of=as_of, per=per, by=by)
    )
    found = sums.fetch(query)

    each = 1 if summarised else contracts.UNITS[unit]
    parts = {
        key: contracts.Durations.of(part, each) for key, part in contracts.groups_of(found, groups)
    }
    return _solved(parts, groups, parameters)


def _check(unit: str, annual_discount_share: float, confidence: float) -> None:
    checks.one_of(unit, "unit", contracts.UNITS)
    checks.share(confidence, "confidence")
    if annual_discount_share != 0:
        checks.share(annual_discount_share, "annual_discount_share")


def _solved(
    parts: Mapping[tuple[Any, ...], contracts.Durations],
    groups: tuple[str, ...],
    parameters: dict[str, Any],
) -> ShiftedBetaGeometricResult:
    """The model fitted to each group that can tell, and its curve."""
    enough = {key: part for key, part in parts.items() if _can_tell(part)}
    _refuse(enough, len(parts))
    fits = {key: _fit(part, parameters["confidence"]) for key, part in enough.items()}
    return ShiftedBetaGeometricResult(
        table=_table(fits, groups, parameters),
        parameters=parameters,
        data={"subscriptions": sum(part.n_contracts for part in parts.values())},
        warnings=_warnings(fits, len(parts)),
        models={key: ShiftedBetaGeometricModel(*fit.values) for key, fit in fits.items()},
        log_likelihood=sum(fit.log_likelihood for fit in fits.values()),
        curve=results.stacked(_curve(groups, key, enough[key], fits[key]) for key in fits),
    )


def _table(
    fits: Mapping[tuple[Any, ...], likelihood.Fit],
    groups: tuple[str, ...],
    parameters: dict[str, Any],
) -> pa.Table:
    unit = parameters["unit"]
    discount = (1 + parameters["annual_discount_share"]) ** (contracts.UNITS[unit] / 12) - 1
    return pa.Table.from_pylist(
        [
            dict(zip(groups, key, strict=True)) | row
            for key, fit in fits.items()
            for row in _rows(fit, unit, discount)
        ]
    )


def derivatives(durations: contracts.Durations) -> Callable[..., likelihood.Derivatives]:
    """Log-likelihood of the durations with its first and second derivatives in alpha, beta.

    Who left in period t has B(alpha + 1, beta + t - 1) / B(alpha, beta), who stayed for t periods
    B(alpha, beta + t) / B(alpha, beta). Source: the paper's equations 5 and 6.
    """
    left = durations.ended.astype(float)
    stayed, n = durations.periods - left, durations.n

    def at(alpha: float, beta: float) -> likelihood.Derivatives:
        from scipy.special import betaln, polygamma, psi

        a, b = alpha + left, beta + stayed
        value = n @ (betaln(a, b) - betaln(alpha, beta))
        slope = np.array(
            [
                n @ (psi(z) - psi(a + b) - psi(y) + psi(alpha + beta))
                for z, y in ((a, alpha), (b, beta))
            ]
        )
        both = polygamma(1, alpha + beta) - polygamma(1, a + b)
        curve = np.full((2, 2), n @ both)
        curve[0, 0] += n @ (polygamma(1, a) - polygamma(1, alpha))
        curve[1, 1] += n @ (polygamma(1, b) - polygamma(1, beta))
        return float(value), slope, curve

    return at


def _fit(durations: contracts.Durations, confidence: float) -> likelihood.Fit:
    return likelihood.maximise(
        derivatives(durations),
        {"alpha": 1.0, "beta": 2.0},
        n=durations.n_contracts,
        confidence=confidence,
    )


def _summarised(given: ir.Table, groups: tuple[str, ...]) -> ir.Table:
    """Durations from a table that holds recency and T."""
    import ibis

    given = checks.grouped(given, groups)
    n = given.n_customers if "n_customers" in given.columns else ibis.literal(1)
    ended = given.recency < given["T"]
    rows = given.select(
        *groups,
        months=(given.recency - ended.ifelse(0, 1)).cast("int64"),
        ended=ended,
        n_contracts=n,
    )
    return rows.group_by(*groups, "months", "ended").agg(n_contracts=rows.n_contracts.sum())


def _can_tell(durations: contracts.Durations) -> bool:
    """Whether the chance to leave can be compared between two renewals."""
    curve = contracts.survival(durations)
    return int((curve.n_at_risk > 0).sum()) >= 2 and durations.n_ended >= 2


def _refuse(enough: Mapping[Any, Any], n_groups: int) -> None:
    if not enough:
        where = "No group has" if n_groups > 1 else "There are not"
        raise errors.NotEnoughDataError(
            f"{where} two contracts that ended and two renewals that were observed.",
            hint="take a longer period, or a shorter `unit`",
        )


def _rows(fit: likelihood.Fit, unit: str, discount: float) -> list[dict[str, Any]]:
    def lifetime(alpha: float, beta: float) -> float:
        return ShiftedBetaGeometricModel(alpha, beta).lifetime(discount)

    rows = [
        *(fit.row(name, meaning) for name, meaning in _MEANING.items()),
        fit.derived(
            "first_loss_share",
            "share of new customers who leave at the first renewal",
            lambda alpha, beta: alpha / (alpha + beta),
            limit=1.0,
        ),
    ]
    if np.isfinite(lifetime(*fit.values)):
        meaning = f"{unit}s to expect of a new customer, later ones discounted"
        rows.append(fit.derived("lifetime", meaning, lifetime))
    return rows


def _curve(
    groups: tuple[str, ...], key: tuple[Any, ...], part: contracts.Durations, fit: likelihood.Fit
) -> pa.Table:
    seen = contracts.survival(part)
    model = ShiftedBetaGeometricModel(*fit.values)
    period = np.append(0, seen.period)
    return pa.table(
        {
            **{name: [value] * len(period) for name, value in zip(groups, key, strict=True)},
            "period": period.astype(int),
            "n_at_risk": np.append(part.n_contracts, seen.n_at_risk).astype(int),
            "retained_share": np.append(1.0, seen.retained_share),
            "fitted_share": model.retained_share(period),
        }
    )


def _warnings(fits: Mapping[tuple[Any, ...], likelihood.Fit], n_groups: int) -> tuple[str, ...]:
    found = [
        f"{' · '.join(map(str, key)) or 'The data'}: alpha and beta are not bounded: customers "
        "hardly differ in their chance to leave, only the curve means something."
        for key, fit in fits.items()
        if fit.runaways
    ]
    if len(fits) < n_groups:
        found.append(
            f"{n_groups - len(fits)} of {n_groups} groups are left out: too few of their contracts "
            "ended, or too few renewals were observed."
        )
    return tuple(found)
