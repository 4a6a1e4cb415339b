"""What a change did: every arm of an experiment against every other."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyarrow as pa

from fourfits import charts, checks, config, errors, results, sums
from fourfits.experiments import metrics as measures
from fourfits.experiments import verdicts
from fourfits.experiments.metrics import Metric
from fourfits.experiments.outcomes import outcomes

if TYPE_CHECKING:
    import altair as alt
    import ibis.expr.types as ir
    from tea_tasting.aggr import Aggregates

ON_ORDERS = {
    "means": ("revenue_amount ~ revenue_before_amount",),
    "proportions": ("converted",),
    "ratios": (),
}
"""What is measured when orders are given and no metric is named."""


@dataclass(frozen=True, kw_only=True)
class ExperimentResult(results.Result):
    """Every pair of arms by every metric, one row each.

    Columns: `experiment_id`, where the table has one, and the grouping columns; `metric`,
    `covariate`, `kind` (mean, proportion, ratio); `arm`, `against`; `n_arm`, `n_against`; `value_arm`,
    `value_against` (after CUPED where there is a covariate); `difference`, `difference_low`,
    `difference_high`, in the metric's unit; `relative_share`, `relative_low`, `relative_high`,
    the difference as a share of `value_against`; `p_value`, `p_adjusted`;
    `variance_removed_share`, what the covariate explained away; `srm_p_value`, the probability
    of arms at least this uneven; `verdict`.
    """

    analysis: ClassVar[str] = "experiment"
    definition: ClassVar[str] = (
        "Difference between two arms in the mean, the share or the ratio of means of a metric "
        "over all units, those who did nothing included."
    )
    assumptions: ClassVar[str] = (
        "Arms were assigned at random, one row per unit, units are independent and a covariate "
        "was measured before exposure. Means and ratios: Welch's t, ratios by the delta method, "
        "covariates by CUPED. Shares: unpooled normal approximation; Newcombe's interval and "
        "Barnard's test with fewer than 1,000 units. The data were looked at once, at the end."
    )
    source: ClassVar[str] = (
        "Deng, Xu, Kohavi and Walker (2013); Deng, Knoblich and Lu (2018); Newcombe (1998); "
        "Holm (1979); Benjamini and Hochberg (1995); Fabijan et al. (2019). Solved by tea-tasting."
    )

    def summary(self) -> dict[str, Any]:
        """How the comparisons came out, and the one that chance explains least."""
        rows = self.table.to_pylist()
        verdicts = [row["verdict"] for row in rows]
        known = [row for row in rows if row["p_adjusted"] is not None]
        least = min(known or rows, key=lambda row: row["p_adjusted"] or 0)
        groups = [str(least[name]) for name in (*checks.names(self.parameters["by"]), "metric")]
        return {
            "n_comparisons": len(rows),
            "verdicts": {verdict: verdicts.count(verdict) for verdict in sorted(set(verdicts))},
            "surest": " · ".join([*groups, f"{least['arm']} less {least['against']}"]),
            **{name: least[name] for name in ("difference", "difference_low", "difference_high")},
            "p_adjusted": least["p_adjusted"],
            "verdict": least["verdict"],
        }

    def chart(self) -> alt.TopLevelMixin:
        """A dot with its interval per pair of arms, a panel per metric (and experiment, group)."""
        import altair as alt

        names = self.table.column_names
        groups = tuple(names[: names.index("kind")])
        pairs = [f"{row['arm']} less {row['against']}" for row in self.table.to_pylist()]
        table, label = charts.labelled(self.table.append_column("pair", [pairs]), groups)
        kinds = dict(zip(table[label].to_pylist(), table["kind"].to_pylist(), strict=True))
        panels: list[Any] = [
            charts.interval_dots(
                table.filter(pa.array([name == panel for name in table[label].to_pylist()])),
                label="pair",
                value="difference",
                low="difference_low",
                high="difference_high",
                title="difference",
                form=".0%" if kinds[panel] == "proportion" else ".4~g",
                reference=0,
                sort="given",
            ).properties(title=_titled(panel))
            for panel in dict.fromkeys(table[label].to_pylist())
        ]
        chart: alt.TopLevelMixin = alt.vconcat(*panels)
        return chart


def _titled(panel: str) -> str:
    """A panel's name in words; a measure without a covariate has nothing to name there."""
    return " · ".join(charts.words(part) for part in panel.split(" · ") if part != "None")


def experiment(
    exposures: Any,
    *,
    orders: Any = None,
    variant: str = "variant",
    control: str | None = None,
    means: str | Iterable[str] | None = None,
    proportions: str | Iterable[str] | None = None,
    ratios: str | Iterable[str] | None = None,
    by: str | Iterable[str] | None = None,
    allocation: Mapping[str, float] | str | Iterable[str] | None = None,
    days: int = config.EXPERIMENT_DAYS,
    correction: str = "holm",
    confidence: float = config.CONFIDENCE,
) -> ExperimentResult:
    """Effect of every arm of an experiment with its interval, and whether it may be believed.

    Args:
        exposures: One row per unit (customer) with its arm and, unless `orders` is given, its
            metrics: `tables.EXPOSURES`, or any wide table of an experiment. Experiments in one
            table are told apart by `experiment_id`.
        orders: Order lines (see `tables.ORDERS`); then the columns of `outcomes` are measured,
            unless metrics are named: `converted`, and revenue with revenue before as covariate.
        variant: Column with the arm.
        control: The arm to compare with; not needed where one is called "control".
        means: Columns to compare the mean of; `revenue ~ revenue_before` adjusts by CUPED.
        proportions: Columns of 0 and 1 to compare the share of.
        ratios: Ratios of two means, such as `revenue / orders`; with `~ a / b` by CUPED.
        by: Column or columns to split by, such as a segment known before exposure.
        allocation: Planned weight of each arm, such as `control=9,treatment=1`; else all alike.
        days: With `orders`: days after exposure that count, and days before it for covariates.
        correction: Adjustment of p values over all metrics and pairs of an experiment (and group):
            `holm` (no false alarm at all), `benjamini-hochberg` (few among the alarms), `none`.
        confidence: Level of the intervals, which are not adjusted; p values below 1 - confidence
            give a verdict.

    Returns:
        One row per metric and pair: every arm against the control, then every other pair.

    Raises:
        ColumnError: If a column is missing.
        ParameterError: If no metric is named, a metric cannot be read, or the control is unknown.
        RangeError: If a metric is empty in a row, or a proportion holds more than 0 and 1.
        NotEnoughDataError: If there are not two arms with two units each.

    Where the arms are not the size they should be (sample-ratio mismatch, p < `config.SRM_ALARM`)
    every verdict is refused. Assumes random assignment; see `ExperimentResult.assumptions`.
    Source: Deng, Xu, Kohavi and Walker (2013) for CUPED; Newcombe (1998); solved by tea-tasting.

    >>> units = {"variant": ["control"] * 500 + ["new"] * 500,
    ...          "bought": ([1] * 50 + [0] * 450) + ([1] * 90 + [0] * 410)}
    >>> row = experiment(units, proportions="bought").table.to_pylist()[0]
    >>> [round(row[name], 3) for name in ("difference", "difference_low", "difference_high")]
    [0.08, 0.037, 0.123]
    >>> row["verdict"]
    'higher'
    """
    checks.share(confidence, "confidence")
    checks.one_of(correction, "correction", verdicts.CORRECTIONS)
    units = checks.grouped(checks.table(exposures), by)
    if orders is not None:
        units = outcomes(units, orders, days=days, covariate_days=days)
    named = _named(means, proportions, ratios, on_orders=orders is not None)
    wanted = _wanted(named, units.columns)

    splits, n_units = _splits(units, wanted, variant, by)
    base = _control(splits, control)
    rule = verdicts.Rule(verdicts.weights(allocation), correction, confidence)
    asked = _Asked(variant, base, named, by, None if orders is None else days, rule)
    return _answer(splits, wanted, asked, n_units)


@dataclass(frozen=True)
class _Asked:
    """What is compared, and how it is judged."""

    variant: str
    base: str
    named: Mapping[str, tuple[str, ...]]
    by: str | Iterable[str] | None
    days: int | None
    rule: verdicts.Rule

    def parameters(self) -> dict[str, Any]:
        return {
            "variant": self.variant,
            "control": self.base,
            **self.named,
            "by": self.by,
            "allocation": self.rule.allocation,
            "days": self.days,
            "correction": self.rule.correction,
            "confidence": self.rule.confidence,
        }


@dataclass(frozen=True)
class _Split:
    """One experiment, or one group of it: the statistics of each arm."""

    keys: dict[str, Any]
    arms: dict[str, Aggregates]


def _named(
    means: str | Iterable[str] | None,
    proportions: str | Iterable[str] | None,
    ratios: str | Iterable[str] | None,
    *,
    on_orders: bool,
) -> Mapping[str, tuple[str, ...]]:
    """The metrics in the caller's words; on orders, what `outcomes` counts unless one is named."""
    if on_orders and means is None and proportions is None and ratios is None:
        return ON_ORDERS
    given = {"means": means, "proportions": proportions, "ratios": ratios}
    return {kind: checks.names(texts) for kind, texts in given.items()}


def _wanted(named: Mapping[str, tuple[str, ...]], columns: Iterable[str]) -> list[Metric]:
    wanted = [
        *measures.parsed("proportion", named["proportions"]),
        *measures.parsed("mean", named["means"]),
        *measures.parsed("ratio", named["ratios"]),
    ]
    if not wanted:
        raise errors.ParameterError(
            f"No metric was named; the table has {', '.join(_own(columns))}.",
            hint="name columns with means=, proportions= or ratios=, or give orders, to count them",
        )
    return wanted


def _own(columns: Iterable[str]) -> list[str]:
    """Columns that the data brought, without those that an import adds."""
    return [name for name in columns if not name.startswith("_")]


def _splits(
    units: ir.Table, wanted: list[Metric], variant: str, by: str | Iterable[str] | None
) -> tuple[list[_Split], int]:
    """Arms of at least two units, by experiment and group; and how many units there are in all."""
    checks.columns(units, variant, *(name for metric in wanted for name in metric.columns))
    groups = tuple(name for name in ("experiment_id",) if name in units.columns)
    groups += tuple(name for name in checks.names(by) if name not in groups)
    by_arm = units.filter(units[variant].notnull())
    query, place = measures.statistics(by_arm, wanted, [*groups, variant])
    found = sums.fetch(query)
    measures.refuse(found, place, wanted)
    splits: dict[tuple[Any, ...], _Split] = {}
    for row in np.flatnonzero(found["n"] > 1):
        keys = {name: found[name][row] for name in groups}
        split = splits.setdefault(tuple(keys.values()), _Split(keys, {}))
        arm = str(found[variant][row])
        split.arms[arm] = measures.aggregates(found, place, wanted, int(row))
    return list(splits.values()), int(found["n"].sum())


def _answer(
    splits: list[_Split], wanted: list[Metric], asked: _Asked, n_units: int
) -> ExperimentResult:
    """Every comparison of every split, judged."""
    judged = [row for split in splits for row in _judged(split, asked.base, wanted, asked.rule)]
    if not judged:
        raise errors.NotEnoughDataError(
            f"There is no second arm with two units to compare with {asked.base!r}.",
            hint="an effect is measured between groups of units",
        )
    return ExperimentResult(
        table=_table(judged),
        parameters=asked.parameters(),
        data={"exposures": n_units},
        warnings=_warnings(judged, len(splits)),
    )


def _control(splits: list[_Split], control: str | None) -> str:
    arms = sorted({arm for split in splits for arm in split.arms})
    if not arms:
        raise errors.NotEnoughDataError(
            "No arm has two units.", hint="an effect is measured between groups of units"
        )
    named = [arm for arm in arms if arm.lower() == "control"] if control is None else [str(control)]
    if len(named) != 1 or named[0] not in arms:
        found = "No arm is called control" if control is None else f"There is no arm {control!r}"
        raise errors.ParameterError(
            f"{found}; there are {', '.join(arms)}.",
            hint="say which arm the others are compared with: "
            f"control={next((arm for arm in arms if arm[:2].lower() == 'no'), arms[0])!r}",
        )
    return named[0]


def _judged(
    split: _Split, base: str, wanted: list[Metric], rule: verdicts.Rule
) -> list[dict[str, Any]]:
    """Every metric of every pair of arms of one split, with its verdict."""
    if base not in split.arms:
        return []
    others = sorted(set(split.arms) - {base})
    pairs = [*((arm, base) for arm in others), *itertools.combinations(others, 2)]
    tests = [(metric, *pair) for metric in wanted for pair in pairs]
    found = [
        measures.compare(metric, split.arms[arm], split.arms[against], rule.confidence)
        for metric, arm, against in tests
    ]
    adjusted = verdicts.adjusted(np.array([one.p_value for one in found]), rule.correction)
    n = {arm: one.count() for arm, one in split.arms.items()}
    srm = verdicts.sample_ratio(n, rule.allocation)
    return [
        {
            **split.keys,
            "metric": metric.name,
            "covariate": metric.before,
            "kind": metric.kind,
            "arm": arm,
            "against": against,
            "n_arm": n[arm],
            "n_against": n[against],
            **one.columns,
            "p_adjusted": p,
            "srm_p_value": srm,
            "verdict": rule.verdict(one.difference, p, srm),
        }
        for (metric, arm, against), one, p in zip(tests, found, adjusted, strict=True)
    ]


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    """The rows as a table; what cannot be said (NaN) is empty."""

    def said(value: Any) -> Any:
        return None if isinstance(value, float) and math.isnan(value) else value

    return pa.table({name: [said(row[name]) for row in rows] for name in rows[0]})


def _warnings(rows: list[dict[str, Any]], n_splits: int) -> tuple[str, ...]:
    words = []
    uneven = {tuple(row.items())[: list(row).index("metric")]: row for row in rows}.values()
    alarms = [row for row in uneven if row["srm_p_value"] < config.SRM_ALARM]
    if alarms:
        where = f" in {len(alarms)} of {n_splits} groups" if n_splits > 1 else ""
        least = min(row["srm_p_value"] for row in alarms)
        words.append(
            f"Sample-ratio mismatch{where} (p = {least:.2g}): the arms are not the size they "
            "should be, so that assignment or logging is at fault and no effect can be trusted."
        )
    few = min(min(row["n_arm"], row["n_against"]) for row in rows)
    if few < config.EXPERIMENT_ENOUGH:
        words.append(
            f"The smallest arm has {few} units, fewer than {config.EXPERIMENT_ENOUGH}: "
            "read the intervals, not the differences."
        )
    return tuple(words)
