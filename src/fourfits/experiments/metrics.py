"""What an experiment measures: parsed from words, summed in one query, solved by tea-tasting."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from fourfits import config, errors, intervals

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from tea_tasting.aggr import Aggregates

    from fourfits import sums

Kind = Literal["mean", "proportion", "ratio"]

_NOTHING_LEFT = 1e-9
"""A covariate that leaves a smaller share of the variance is the metric itself."""


@dataclass(frozen=True)
class Metric:
    """One metric.

    Attributes:
        kind: A mean per unit, a share of units, or a ratio of two means.
        name: As it was asked for, without the covariate.
        value: Column with the value, or the numerator.
        per: Column with the denominator of a ratio.
        covariate: Column measured before the experiment, for CUPED.
        covariate_per: Its denominator, for a ratio.
    """

    kind: Kind
    name: str
    value: str
    per: str | None = None
    covariate: str | None = None
    covariate_per: str | None = None

    @property
    def before(self) -> str | None:
        """The covariate as it was asked for."""
        return " / ".join(name for name in (self.covariate, self.covariate_per) if name) or None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it reads."""
        given = (self.value, self.per, self.covariate, self.covariate_per)
        return tuple(dict.fromkeys(name for name in given if name))


@dataclass(frozen=True)
class Comparison:
    """One metric in one arm against another; NaN where it cannot be said."""

    value_arm: float
    value_against: float
    difference: float
    difference_low: float
    difference_high: float
    relative_share: float
    relative_low: float
    relative_high: float
    variance_removed_share: float
    p_value: float

    @property
    def columns(self) -> dict[str, float]:
        """Its numbers by name; infinite ends, such as of a change from nothing, become NaN."""
        finite = {name: float(value) for name, value in asdict(self).items()}
        return {name: x if np.isfinite(x) else np.nan for name, x in finite.items()}


def parsed(kind: Kind, texts: str | Iterable[str] | None) -> list[Metric]:
    """Metrics from words such as `revenue ~ revenue_before` or `revenue / orders`.

    Raises:
        ParameterError: If one cannot be read.

    >>> [metric.columns for metric in parsed("mean", ["spend", "revenue ~ revenue_before"])]
    [('spend',), ('revenue', 'revenue_before')]
    >>> parsed("ratio", "revenue / orders")[0].per
    'orders'
    """
    given = [texts] if isinstance(texts, str) else list(texts or ())
    return [_metric(kind, text) for text in given]


def _metric(kind: Kind, text: str) -> Metric:
    name, *covariates = (part.strip() for part in text.split("~"))
    value, per = _ratio(name) if kind == "ratio" else (name, None)
    readable = value and len(covariates) <= 1 and (kind != "ratio" or per)
    if not readable or (kind == "proportion" and covariates):
        forms = {
            "mean": "`value` or `value ~ value before`",
            "proportion": "`column` with 0 and 1, without a covariate",
            "ratio": "`value / other` or `value / other ~ value before / other before`",
        }
        raise errors.ParameterError(
            f"{text!r} cannot be read as a {kind}.", hint=f"write {forms[kind]}"
        )
    covariate = _ratio(covariates[0]) if covariates else (None, None)
    named = [column for column in (value, per, *covariate) if column]
    if len(set(named)) < len(named):
        raise errors.ParameterError(
            f"{text!r} names a column twice.", hint="no column can adjust or divide itself"
        )
    return Metric(kind, name, value, per, *covariate)


def _ratio(text: str) -> tuple[str, str | None]:
    value, _, per = (part.strip() for part in text.partition("/"))
    return value, per or None


def statistics(
    units: ir.Table, metrics: list[Metric], by: list[str]
) -> tuple[ir.Table, dict[str, int]]:
    """One row per group and arm: count, means, variances, covariances and what is wrong.

    Returns:
        The query, and the number under which each column's statistics stand.
    """
    place = {name: i for i, name in enumerate(dict.fromkeys(c for m in metrics for c in m.columns))}
    value = {name: _number(units, name) for name in place}
    shares = {
        metric.value
        for metric in metrics
        if metric.kind == "proportion" and not units[metric.value].type().is_boolean()
    }
    varied = {name for metric in metrics if metric.kind != "proportion" for name in metric.columns}
    pairs = sorted({pair for metric in metrics for pair in _pairs(metric)})
    result = units.group_by(by).aggregate(
        n=units.count(),
        **{f"known_{i}": value[name].count() for name, i in place.items()},
        **{f"mean_{i}": value[name].mean() for name, i in place.items()},
        **{
            f"var_{i}": value[name].var(how="sample") for name, i in place.items() if name in varied
        },
        **{f"cov_{place[a]}_{place[b]}": value[a].cov(value[b], how="sample") for a, b in pairs},
        **{
            f"wrong_{place[name]}": units.count(where=(units[name] != 0) & (units[name] != 1))
            for name in shares
        },
    )
    return result.order_by(by), place


def aggregates(
    rows: sums.Columns, place: dict[str, int], metrics: list[Metric], row: int
) -> Aggregates:
    """One row of `statistics` as tea-tasting holds it."""
    from tea_tasting.aggr import Aggregates

    pairs = {pair for metric in metrics for pair in _pairs(metric)}
    mean = {name: float(rows[f"mean_{i}"][row]) for name, i in place.items()}
    return Aggregates(
        count_=int(rows["n"][row]),
        mean_=mean,
        var_={
            name: float(rows[f"var_{i}"][row])
            if f"var_{i}" in rows
            else mean[name] * (1 - mean[name])
            for name, i in place.items()
        },
        cov_={(a, b): float(rows[f"cov_{place[a]}_{place[b]}"][row]) for a, b in pairs},
    )


def refuse(rows: sums.Columns, place: dict[str, int], metrics: list[Metric]) -> None:
    """Refuse empty values and shares that are neither 0 nor 1.

    Raises:
        RangeError: If there is one; the message names the column.
    """
    for name, i in place.items():
        empty = int(rows["n"].sum() - rows[f"known_{i}"].sum())
        if empty or np.isnan(rows[f"mean_{i}"]).any():
            raise errors.RangeError(
                f"{name} is empty in {errors.counted(empty, 'row') if empty else 'some rows'}, must be known for every unit.",
                hint="fill it with 0 where nothing happened, or leave these units out",
            )
    for metric in metrics:
        wrong = rows.get(f"wrong_{place[metric.value]}")
        if metric.kind == "proportion" and wrong is not None and wrong.sum() > 0:
            raise errors.RangeError(
                f"{metric.value} holds values other than 0 and 1, so it is no proportion.",
                hint=f"pass it as `means={metric.value}`",
            )


def compare(metric: Metric, arm: Aggregates, against: Aggregates, confidence: float) -> Comparison:
    """One metric in one arm against another."""
    variances = [side.var(name) for side in (arm, against) for name in (metric.value, metric.per)]
    if not any(variances):
        return _constant(metric, arm, against)
    if metric.kind == "proportion":
        return _proportions(metric, arm, against, confidence)
    return _means(metric, arm, against, confidence)


def _means(metric: Metric, arm: Aggregates, against: Aggregates, confidence: float) -> Comparison:
    """Welch's interval and test; with a covariate after CUPED."""
    from tea_tasting.metrics import RatioOfMeans

    solver = RatioOfMeans(
        metric.value,
        metric.per,
        metric.covariate,
        metric.covariate_per,
        confidence_level=confidence,
    )
    if not metric.covariate:
        return _comparison(solver.analyze_aggregates(against, arm), np.nan)
    left = _unexplained(metric, arm + against)
    if left < _NOTHING_LEFT:
        raise errors.NotEnoughDataError(
            f"Nothing of {metric.name} is left when {metric.before} is taken into account.",
            hint="a covariate must have been measured before the experiment",
        )
    return _comparison(solver.analyze_aggregates(against, arm), 1 - left)


def _unexplained(metric: Metric, both: Aggregates) -> float:
    """Share of the metric's variance that its covariate does not explain."""
    value, before = (metric.value, metric.per), (metric.covariate, metric.covariate_per)
    total = both.with_zero_div()
    explained = total.ratio_cov(*value, *before) ** 2
    return float(1 - explained / (total.ratio_var(*value) * total.ratio_var(*before)))


def _proportions(
    metric: Metric, arm: Aggregates, against: Aggregates, confidence: float
) -> Comparison:
    """Unpooled normal interval and test; with few units Newcombe's interval and Barnard's test."""
    from tea_tasting.metrics import Proportion

    few = arm.count() + against.count() < config.EXPERIMENT_EXACT_BELOW
    found = Proportion(
        metric.value,
        method="barnard" if few else "norm",
        equal_var=False,
        correction=False,
        confidence_level=confidence,
    ).analyze_aggregates(against, arm)
    if not few:
        return _comparison(found, np.nan)
    n = (arm.count(), against.count())
    k = (arm.mean(metric.value) * n[0], against.mean(metric.value) * n[1])
    low, high = intervals.difference_of_shares(k, n, confidence)
    return _comparison(
        found._replace(effect_size_ci_lower=float(low), effect_size_ci_upper=float(high)), np.nan
    )


def _comparison(found: Any, removed: float) -> Comparison:
    relative = (
        (found.rel_effect_size, found.rel_effect_size_ci_lower, found.rel_effect_size_ci_upper)
        if found.control > 0  # a change in percent of a loss, or of nothing, has no meaning
        else (np.nan, np.nan, np.nan)
    )
    return Comparison(
        value_arm=found.treatment,
        value_against=found.control,
        difference=found.effect_size,
        difference_low=found.effect_size_ci_lower,
        difference_high=found.effect_size_ci_upper,
        relative_share=relative[0],
        relative_low=relative[1],
        relative_high=relative[2],
        variance_removed_share=removed,
        p_value=found.pvalue,
    )


def _constant(metric: Metric, arm: Aggregates, against: Aggregates) -> Comparison:
    """A metric that never varies: there are values and nothing to test."""
    value, other = (
        side.mean(metric.value) / (side.mean(metric.per) or np.nan) for side in (arm, against)
    )
    return Comparison(value, other, value - other, *[np.nan] * 7)


def _pairs(metric: Metric) -> list[tuple[str, str]]:
    """Pairs of columns whose covariance the metric needs, each in alphabetical order."""
    if metric.kind == "mean" and metric.covariate is None:
        return []
    pairs = itertools.combinations(metric.columns, 2)
    return [(min(pair), max(pair)) for pair in pairs]


def _number(units: ir.Table, name: str) -> ir.Value:
    import ibis

    column = units[name]
    if column.type().is_boolean():
        return ibis.cases((column, 1.0), (~column, 0.0))  # unknown stays unknown
    if not column.type().is_numeric():
        raise errors.ParameterError(
            f"{name} holds {column.type()}, must hold numbers.",
            hint="name a column with numbers, or one with yes and no",
        )
    return column.cast("float64")
