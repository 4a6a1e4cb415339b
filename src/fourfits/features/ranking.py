"""The order of features when their inputs are uncertain: rank intervals, and what to learn first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyarrow as pa

from fourfits import charts, checks, config, errors, intervals, results, sums
from fourfits.features import ahead, formulas, simulation
from fourfits.features import draws as drawn

if TYPE_CHECKING:
    import altair as alt
    import ibis.expr.types as ir

DIVISORS = ("effort_likely", "job_size", "duration_months")
FIXED = ("confidence_share", "confidence")
"""Inputs that say how sure the others are; they are taken as stated."""
SHOWN = 30


@dataclass(frozen=True, kw_only=True)
class RankingResult(results.Result):
    """Rank intervals, one row per feature, best expected rank first.

    Columns: `feature_id`, `name`; `score` (of the stated inputs), `score_low`, `score_high`;
    `rank` (place in this table), `expected_rank`, `rank_low`, `rank_high` (1 is best);
    `p_top_k` (probability of being among the best k, 0-1); `top_input` (the feature's input that
    moves its rank most), `top_input_share` (part of the variance of its rank that goes with that
    input, 0-1); `value_of_learning` (expected gain in the summed score of the chosen k if that
    input were known, in points of the score).
    """

    analysis: ClassVar[str] = "ranking"
    definition: ClassVar[str] = (
        "All inputs are drawn from what was stated about them, features are scored and put in "
        "order in every draw: the interval of a rank, and the probability of being among the best k."
    )
    assumptions: ClassVar[str] = (
        "Inputs are independent. Effort, and every input with stated ends, follows a PERT "
        "distribution (low, likely, high). Other inputs of benefit are lognormal: with 90 % "
        "probability between stated x confidence and stated / confidence."
    )
    source: ClassVar[str] = (
        "PERT: Malcolm et al. (1959); partial perfect information: Howard (1966), Strong and Oakley "
        "(2013)."
    )

    def summary(self) -> dict[str, Any]:
        """How sure the choice is, and what would be worth learning first."""
        rows = self.table.to_pylist()
        best = max(rows, key=lambda row: row["value_of_learning"] or 0.0)
        learn = best["value_of_learning"] or 0.0
        return {
            "n_features": len(rows),
            "k": self.parameters["k"],
            "first": rows[0]["name"],
            "n_sure": sum(row["p_top_k"] >= 0.95 for row in rows),
            "learn_first": f"{best['top_input']} of {best['name']}" if learn > 0 else None,
            "value_of_learning": learn,
        }

    def chart(self) -> alt.TopLevelMixin:
        """Expected rank with its interval per feature; best on top."""
        return charts.interval_dots(
            self.table.slice(0, SHOWN),
            label="name",
            value="expected_rank",
            low="rank_low",
            high="rank_high",
            title="Rank (1 is best)",
            reference=self.parameters["k"] + 0.5,
            sort="given",
            ends=(1, max(self.table.num_rows, 2)),
        )


def ranking(
    features: Any,
    *,
    method: str = "rice",
    weights: Mapping[str, float] | Sequence[str] = (),
    demand: Any = None,
    reach_from: str = "people",
    status: str | Iterable[str] = ahead.STATUSES,
    k: int = 5,
    draws: int = config.DRAWS,
    seed: int = config.SEED,
    confidence: float = config.CONFIDENCE,
) -> RankingResult:
    """The order of features with its uncertainty: rank intervals and probability of the top k.

    Args:
        features: One row per feature, with the columns of the method (see `scores`). Uncertainty
            is stated by `effort_low` and `effort_high`; by `X_low` and `X_high` for any other
            input X; else, for benefits, by `confidence_share` (ICE: `confidence` / 10).
        method: `rice`, `ice`, `wsjf`, `cost_of_delay` or `weighted`.
        weights: For `weighted`: `column=weight`; negative weights are costs.
        demand: Result of `demand` with features; replaces `reach` and states its ends.
        reach_from: Which figure of demand is the reach: `people` or `account_amount`.
        status: Features in one of these are ranked; no status counts as `idea`.
        k: How many features can be chosen.
        draws: Monte Carlo draws.
        seed: Same seed, same answer, in whatever order the features are given.
        confidence: Level of the intervals.

    Returns:
        One row per feature, best expected rank first. Equal scores are put in order by lot.

    Raises:
        ColumnError: If a column that the method reads is missing.
        RangeError: If an input lies outside its scale, or its ends do not enclose it.
        NotEnoughDataError: If no feature has all inputs.

    Assumes independent inputs. Source: Malcolm et al. (1959); Howard (1966).

    >>> plan = {"feature_id": ["f1", "f2", "f3"], "name": ["Export", "Roles", "Themes"],
    ...         "reach": [500, 450, 50], "impact": [1, 1, 1], "confidence_share": [0.8, 0.5, 1.0],
    ...         "effort_low": [1, 1, 2], "effort_likely": [2, 2, 3], "effort_high": [4, 6, 4]}
    >>> found = ranking(plan, k=1).table.to_pylist()
    >>> [(row["name"], row["rank_low"], row["rank_high"], round(row["p_top_k"], 1)) for row in found]
    [('Export', 1, 2, 0.8), ('Roles', 1, 2, 0.2), ('Themes', 3, 3, 0.0)]
    """
    _check(method, k, draws, confidence)
    table = _with_demand(ahead.of(checks.table(features), status), demand, reach_from)
    chosen = formulas.parse(weights) if method == "weighted" else formulas.Weights()
    needed = formulas.METHODS[method] or chosen.columns
    checks.columns(table, "feature_id", "name", *needed)

    rows = sums.fetch(_stated(table, needed))
    parameters = {
        "method": method,
        "weights": dict(chosen.values) | {name: -w for name, w in chosen.costs.items()},
        "k": k,
        "reach_from": reach_from,
        "status": list(checks.names(status)),
        "draws": draws,
        "seed": seed,
        "confidence": confidence,
    }
    return _solved(rows, chosen, parameters)


def _check(method: str, k: int, draws: int, confidence: float) -> None:
    checks.one_of(method, "method", formulas.METHODS)
    checks.share(confidence, "confidence")
    checks.positive(k, "k")
    checks.positive(draws, "draws")


def _solved(
    rows: sums.Columns, chosen: formulas.Weights, parameters: dict[str, Any]
) -> RankingResult:
    """The features that have all inputs, put in order in each drawn world."""
    needed = formulas.METHODS[parameters["method"]] or chosen.columns
    complete = _complete(rows, needed)
    known = {name: column[complete] for name, column in rows.items()}
    model = _model(known, parameters["method"], chosen)
    score, rank = simulation.simulate(model, parameters["draws"], parameters["seed"])
    settings = {name: parameters[name] for name in ("k", "seed", "confidence")}
    return RankingResult(
        table=_table(known, model, score, rank, **settings),
        parameters=parameters,
        data={"features": len(complete)},
        warnings=_warnings(complete, model, needed),
    )


def _complete(rows: sums.Columns, needed: Sequence[str]) -> Any:
    """True for the features that have all inputs."""
    complete = ~np.any([np.isnan(rows[name]) for name in needed], axis=0)
    if not complete.any():
        raise errors.NotEnoughDataError(
            f"No feature has all of {', '.join(needed)}.",
            hint="fill these columns, or choose another `method`",
        )
    return complete


def _stated(features: ir.Table, needed: Sequence[str]) -> ir.Table:
    """Id, name, the inputs and what is stated about their uncertainty, as numbers."""
    ends = [end for name in needed for end in _ends(name)]
    extra = [*ends, "confidence_share"]
    names = dict.fromkeys([*needed, *(name for name in extra if name in features.columns)])
    numbers = {name: features[name].cast("float64") for name in names}
    return features.select("feature_id", "name", **numbers).order_by("feature_id")


def _ends(name: str) -> tuple[str, str]:
    stem = name.removesuffix("_likely")
    return f"{stem}_low", f"{stem}_high"


def _with_demand(features: ir.Table, demand: Any, reach_from: str) -> ir.Table:
    """The features with reach and its ends from a result of `demand`."""
    if demand is None:
        return features
    checks.one_of(reach_from, "reach_from", ("people", "account_amount"))
    found = checks.table(demand.table if isinstance(demand, results.Result) else demand)
    checks.columns(found, "feature_id", reach_from)
    reach = {
        "reach": found[reach_from],
        "reach_low": found[f"{reach_from}_low"],
        "reach_high": found[f"{reach_from}_high"],
    }
    own = [name for name in features.columns if name not in reach]
    found = found.select("feature_id", **reach)
    return features.select(own).left_join(found, "feature_id").drop("feature_id_right")


def _model(rows: sums.Columns, method: str, chosen: formulas.Weights) -> simulation.Model:
    needed = formulas.METHODS[method] or chosen.columns
    values = {name: rows[name] for name in needed}
    if method == "weighted":
        stated = formulas.weighted(values, chosen.values, chosen.costs)
        divisors = tuple(chosen.costs)
    else:
        stated, divisors = formulas.FORMULAS[method](*values.values()), DIVISORS
    sure = _sure(rows, method)
    fixed = next((name for name in FIXED if name in needed and method != "weighted"), None)
    benefits = [name for name in needed if name not in divisors and name != fixed]
    return simulation.Model(
        benefits=[_input(rows, name, sure) for name in benefits],
        costs=[_input(rows, name, None) for name in needed if name in divisors],
        factor=rows[fixed] if fixed else np.ones(len(stated)),
        weights={**chosen.values, **chosen.costs},
        product=method in ("rice", "ice"),
        stated=stated,
    )


def _sure(rows: sums.Columns, method: str) -> sums.Array | None:
    """How sure the benefits of each feature are; 1 where it is not stated."""
    if method == "ice":
        return np.asarray(rows["confidence"] / 10)
    if "confidence_share" not in rows:
        return None
    return np.where(np.isnan(rows["confidence_share"]), 1.0, rows["confidence_share"])


def _input(rows: sums.Columns, name: str, sure: sums.Array | None) -> drawn.Input:
    """PERT where both ends are stated, else lognormal by confidence, else exact."""
    likely, n = rows[name], len(rows[name])
    nothing = np.full(n, np.nan)
    low, high = (rows.get(end, nothing) for end in _ends(name))
    stated = ~np.isnan(low) & ~np.isnan(high)
    wrong = stated & ((low > likely) | (high < likely) | (low < 0))
    if wrong.any():
        raise errors.RangeError(
            f"{name} is {likely[wrong][0]:g}, its ends are {low[wrong][0]:g} and "
            f"{high[wrong][0]:g}; they must enclose it.",
            hint=f"correct {', '.join(_ends(name))}",
        )
    quantiles = drawn.exact(likely) if sure is None else drawn.spread(likely, sure)
    if stated.any():
        quantiles[stated] = drawn.pert(low[stated], likely[stated], high[stated])
    return drawn.Input(name, quantiles)


def _table(
    rows: sums.Columns,
    model: simulation.Model,
    score: sums.Array,
    rank: sums.Array,
    *,
    k: int,
    seed: int,
    confidence: float,
) -> pa.Table:
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    low, high = intervals.percentile(score, confidence, axis=1)
    rank_low, rank_high = np.quantile(rank, tails, axis=1, method="inverted_cdf")
    expected = rank.mean(axis=1)
    top, share = simulation.top_inputs(model, rank, seed)
    names = np.array([one.name for one in model.inputs], object)
    certain = share == 0
    table = pa.table(
        {
            "feature_id": rows["feature_id"],
            "name": rows["name"],
            "score": model.stated,
            "score_low": np.minimum(low, model.stated),
            "score_high": np.maximum(high, model.stated),
            "expected_rank": expected,
            "rank_low": rank_low.astype(np.int64),
            "rank_high": rank_high.astype(np.int64),
            "p_top_k": (rank <= k).mean(axis=1),
            "top_input": pa.array(names[top], mask=certain),
            "top_input_share": share,
            "value_of_learning": simulation.learning(
                model, score.mean(axis=1, dtype=float), top, k
            ),
        }
    )
    order = np.lexsort((np.arange(len(expected)), expected))
    places = pa.array(np.arange(1, len(order) + 1))
    return table.take(pa.array(order)).add_column(5, "rank", places)


def _warnings(
    complete: sums.Array, model: simulation.Model, needed: Sequence[str]
) -> tuple[str, ...]:
    notes = []
    lacking = int((~complete).sum())
    if lacking:
        notes.append(
            f"{lacking} of {len(complete)} features lack one of {', '.join(needed)} and have no rank."
        )
    certain = np.all([one.certain for one in model.inputs], axis=0).sum()
    if certain:
        notes.append(
            f"{certain} of {int(complete.sum())} features state no uncertainty: their rank looks "
            "surer than it is."
        )
    return tuple(notes)
