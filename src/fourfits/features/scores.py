"""Scores of features: RICE, ICE, WSJF, cost of delay, weighted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyarrow as pa

from fourfits import charts, checks, errors, results, sums
from fourfits.features import ahead, formulas

if TYPE_CHECKING:
    import altair as alt
    import ibis.expr.types as ir

SHOWN = 30


@dataclass(frozen=True, kw_only=True)
class ScoresResult(results.Result):
    """Scores, one row per feature, highest first; those that lack an input stand last.

    Columns: `feature_id`, `name`; the inputs of the method; `score`; `rank` (1 is highest, equal
    scores share the better rank).
    """

    analysis: ClassVar[str] = "scores"
    definition: ClassVar[str] = (
        "RICE = reach x impact x confidence / effort. ICE = impact x confidence x ease. WSJF = "
        "(business value + time criticality + risk or opportunity) / job size. Cost of delay = "
        "delay cost per month / months of work. Weighted = sum of values x weights / sum of costs "
        "x weights."
    )
    assumptions: ClassVar[str] = (
        "The inputs are taken as stated; `ranking` shows what their uncertainty does to the order."
    )
    source: ClassVar[str] = (
        "RICE: McBride (2016); ICE: Ellis and Brown (2017); WSJF, cost of delay: Reinertsen (2009)."
    )

    def summary(self) -> dict[str, Any]:
        """How many features are scored, and the first."""
        first = self.table.slice(0, 1).to_pylist()[0]
        return {
            "n_features": len(self.table),
            "n_scored": len(self.table) - self.table["score"].null_count,
            "first": first["name"],
            "first_score": first["score"],
        }

    def chart(self) -> alt.TopLevelMixin:
        """A bar per feature."""
        import altair as alt

        scored = self.table.filter(self.table["score"].is_valid()).slice(0, SHOWN)
        order = alt.EncodingSortField("score", order="descending")
        bars: alt.Chart = alt.Chart(charts.data(scored)).mark_bar()
        return bars.encode(
            x=alt.X("score:Q", title=f"{self.parameters['method']} score"),
            y=alt.Y("name:N", sort=order, title=None),
            tooltip=[
                alt.Tooltip("name:N"),
                alt.Tooltip("score:Q", format=",.1f"),
                alt.Tooltip("rank:Q"),
            ],
        )


def scores(
    features: Any,
    *,
    method: str = "rice",
    weights: Mapping[str, float] | Sequence[str] = (),
    status: str | Iterable[str] = ahead.STATUSES,
) -> ScoresResult:
    """The score and rank of each feature by one method.

    Args:
        features: One row per feature (see `tables.FEATURES`). RICE reads `reach`, `impact`,
            `confidence_share`, `effort_likely`. The others need further columns: ICE `impact`,
            `confidence`, `ease` (1-10); WSJF `business_value`, `time_criticality`,
            `risk_opportunity`, `job_size` (1, 2, 3, 5, 8, 13, 20); cost of delay
            `delay_cost_amount` (money per month) and `duration_months`.
        method: `rice`, `ice`, `wsjf`, `cost_of_delay` or `weighted`.
        weights: For `weighted`: `column=weight`, or a mapping; negative weights are costs.
        status: Features in one of these are scored; no status counts as `idea`.

    Returns:
        One row per feature, highest score first.

    Raises:
        ColumnError: If a column that the method reads is missing.
        RangeError: If an input lies outside its scale, such as an effort of 0.
        NotEnoughDataError: If no feature has all inputs.

    Assumes that the inputs are right; see `ranking` for their uncertainty. Source: McBride (2016);
    Ellis and Brown (2017); Reinertsen (2009).

    >>> plan = {"feature_id": ["f1", "f2"], "name": ["Export", "Roles"], "reach": [500, 200],
    ...         "impact": [1, 3], "confidence_share": [0.8, 0.5], "effort_likely": [2, 3]}
    >>> scores(plan).table.select(["name", "score", "rank"]).to_pylist()
    [{'name': 'Export', 'score': 200.0, 'rank': 1}, {'name': 'Roles', 'score': 100.0, 'rank': 2}]
    """
    checks.one_of(method, "method", formulas.METHODS)
    chosen = formulas.parse(weights) if method == "weighted" else formulas.Weights()
    inputs = formulas.METHODS[method] or chosen.columns
    table = ahead.of(checks.table(features), status)
    checks.columns(table, "feature_id", "name", *inputs)

    rows = sums.fetch(_inputs(table, inputs))
    complete = ~np.any([np.isnan(rows[name]) for name in inputs], axis=0)
    _refuse(complete, inputs)

    given = {name: rows[name][complete] for name in inputs}
    score = np.full(len(complete), np.nan)
    if method == "weighted":
        score[complete] = formulas.weighted(given, chosen.values, chosen.costs)
    else:
        score[complete] = formulas.FORMULAS[method](*given.values())
    return ScoresResult(
        table=_table(rows, inputs, score),
        parameters={
            "method": method,
            "weights": dict(chosen.values) | _negative(chosen.costs),
            "status": list(checks.names(status)),
        },
        data={"features": len(score)},
        warnings=_warnings(complete, inputs),
    )


def _inputs(features: ir.Table, inputs: Sequence[str]) -> ir.Table:
    """Id, name and the inputs as numbers; a plan is small, every row is a result."""
    numbers = {name: features[name].cast("float64") for name in inputs}
    return features.select("feature_id", "name", **numbers).order_by("feature_id")


def _refuse(complete: sums.Array, inputs: Sequence[str]) -> None:
    if not complete.any():
        raise errors.NotEnoughDataError(
            f"No feature has all of {', '.join(inputs)}.",
            hint="fill these columns, or choose another `method`",
        )


def _table(rows: sums.Columns, inputs: Sequence[str], score: sums.Array) -> pa.Table:
    scored = ~np.isnan(score)
    above = np.sort(-score[scored])
    rank = np.ones(len(score), np.int64)
    rank[scored] = 1 + np.searchsorted(above, -score[scored])
    order = np.argsort(-score, kind="stable")  # NaN, the features without a score, come last
    columns = {name: pa.array(rows[name], from_pandas=True) for name in ("feature_id", "name")}
    columns |= {name: pa.array(rows[name], from_pandas=True) for name in inputs}
    columns |= {"score": pa.array(score, from_pandas=True), "rank": pa.array(rank, mask=~scored)}
    return pa.table(columns).take(pa.array(order))


def _warnings(complete: sums.Array, inputs: Sequence[str]) -> tuple[str, ...]:
    lacking = int((~complete).sum())
    if not lacking:
        return ()
    return (
        f"{lacking} of {len(complete)} features lack one of {', '.join(inputs)} and have no score.",
    )


def _negative(costs: Mapping[str, float]) -> dict[str, float]:
    return {name: -weight for name, weight in costs.items()}
