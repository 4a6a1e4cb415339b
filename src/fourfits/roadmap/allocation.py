"""Who should do what: the best plan, and what every other choice would cost."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyarrow as pa

from fourfits import charts, checks, config, errors, results, sums
from fourfits.roadmap import assignment, plans, speed

if TYPE_CHECKING:
    import altair as alt
    import ibis.expr.types as ir

_MOST_SHOWN = 30


@dataclass(frozen=True, kw_only=True)
class AllocationResult(results.Result):
    """The best plan, one row per worker and piece of work.

    Columns: worker and work under their own names (from deliveries `team` and `feature_id`);
    `value`; `loss_without` (how much worse the best plan is in which this worker does not do this
    work; empty where there is none); `runner_up` (the other work that this worker could do at the
    least loss) and `runner_up_loss`. From deliveries also `feature_name`, `n_items` (finished items of that kind
    behind the speed), `value_low`, `value_high`, and `plan_share` (share of simulated speeds
    under which the pair stands in the best plan).

    Attributes:
        choices: Every allowed pair: worker, work, `value`, `chosen`, `forced_loss` (how much
            worse the best plan is in which this pair is fixed; empty where there is none).
        unplaced: Work that nobody does in this plan.
        names: What work is called, where that is more than its id.
    """

    analysis: ClassVar[str] = "allocation"
    definition: ClassVar[str] = (
        "The assignment of workers to work with the best total, and for each other choice how "
        "much of that total it would cost."
    )
    assumptions: ClassVar[str] = (
        "The value of a pair does not depend on who does the rest. From deliveries: value is the "
        "feature's score times the team's speed on that kind of work; items of one kind are alike "
        "in size, and their durations are exponential."
    )
    source: ClassVar[str] = (
        "Kuhn (1955), The Hungarian method; Crouse (2016), On implementing 2D rectangular "
        "assignment algorithms; cost of forced choices: Ahuja, Magnanti and Orlin (1993)."
    )

    choices: pa.Table = field(default_factory=lambda: pa.table({}))
    unplaced: tuple[str, ...] = ()
    names: Mapping[Any, str] = field(default_factory=dict)

    def summary(self) -> dict[str, Any]:
        """The total, how many were placed, and the choice that the total rests on most."""
        total = float(np.sum(self.table["value"].to_numpy()))
        worker, work = self.choices.column_names[:2]
        rows = [row for row in self.table.to_pylist() if row["loss_without"] is not None]
        firmest = max(rows, key=lambda row: row["loss_without"], default=None)
        return {
            "total_value": total,
            "n_placed": len(self.table),
            "n_unplaced": len(self.unplaced),
            "firmest_choice": firmest and f"{firmest[worker]}: {self._called(firmest[work])}",
            "firmest_loss": firmest and firmest["loss_without"],
        }

    def chart(self) -> alt.TopLevelMixin:
        """Workers by work: the loss of each forced choice, the plan marked."""
        import altair as alt

        worker, work = self.choices.column_names[:2]
        shown = [*self.table[work].to_pylist(), *self.table["runner_up"].to_pylist()]
        names = list(dict.fromkeys(name for name in shown if name is not None))[:_MOST_SHOWN]
        rows = [
            {**row, work: self._called(row[work])}
            for row in self.choices.to_pylist()
            if row[work] in names
        ]
        names = list(map(self._called, names))
        base = alt.Chart(charts.data(pa.Table.from_pylist(rows, self.choices.schema))).encode(
            x=alt.X(f"{work}:N", sort=names, title=None, axis=alt.Axis(labelAngle=-35)),
            y=alt.Y(f"{worker}:N", title=None),
            tooltip=[
                alt.Tooltip(f"{worker}:N"),
                alt.Tooltip(f"{work}:N"),
                alt.Tooltip("value:Q"),
                alt.Tooltip("forced_loss:Q"),
            ],
        )
        color = alt.Color(
            "forced_loss:Q",
            title="loss if this pair is fixed",
            scale=alt.Scale(scheme="blues", reverse=True, domainMin=0),
        )
        plan = base.transform_filter("datum.chosen")
        return alt.layer(
            base.mark_rect().encode(color=color),
            plan.mark_point(filled=True, size=120, color=charts.PALETTE[1], opacity=1),
        ).properties(width=alt.Step(44))

    def _called(self, work: Any) -> Any:
        return self.names.get(work) or work


def assign(
    suitability: Any,
    *,
    worker: str = "worker",
    work: str = "work",
    value: str = "value",
    forbidden: str | None = None,
    capacity: plans.Amounts = 1,
    needed: plans.Amounts = 1,
    minimise: bool = False,
    partial: bool = False,
) -> AllocationResult:
    """The best assignment of workers to work from one's own numbers.

    All work is placed where the workers suffice; else as many places as possible are filled,
    with the work that is worth most.

    Args:
        suitability: One row per worker and work that they may do, with its value or cost; a pair
            that has no row is forbidden.
        worker: Column with the person or team.
        work: Column with the piece of work.
        value: Column with what the pair is worth, or costs.
        forbidden: Column that is true where the pair is not allowed; `None` where there is none.
        capacity: Pieces that each worker can take, for all or by name (`{"Bo": 2}`, else 1).
        needed: Workers that each piece needs, for all or by name.
        minimise: `value` is a cost: the smallest total is the best.
        partial: Place what can be placed instead of refusing when some work cannot be.

    Returns:
        One row per placed pair: its value, the loss without it, the worker's runner-up.

    Raises:
        ColumnError: If a column is missing.
        RangeError: If a pair has two rows or a value is not a number.
        ParameterError: If a capacity or need names somebody unknown or is negative.
        InfeasibleError: If some work cannot be placed although the workers would suffice.

    Exact: Kuhn (1955); integer programme (HiGHS) where workers and work both repeat.

    >>> hours = {"worker": ["Ann", "Ann", "Bo", "Bo"], "work": ["api", "app", "api", "app"],
    ...          "value": [4, 1, 2, 3]}
    >>> print(assign(hours, minimise=True))
    worker  work  value  loss_without  runner_up  runner_up_loss
       Ann   app      1             4        api               4
        Bo   api      2             4        app               4
    In short: total value 3 · 2 placed · 0 unplaced · firmest choice Ann: app · firmest loss 4
    """
    pairs = sums.fetch(_pairs(checks.table(suitability), worker, work, value, forbidden))
    _refuse_pairs(pairs)

    plan = plans.solved(_problem(pairs, capacity, needed, minimise=minimise), partial=partial)
    table, choices, ties = plans.tables(plan, worker, work)
    return AllocationResult(
        table=table,
        choices=choices,
        unplaced=plan.unplaced,
        parameters={
            "worker": worker,
            "work": work,
            "value": value,
            "forbidden": forbidden,
            "capacity": capacity,
            "needed": needed,
            "minimise": minimise,
            "partial": partial,
        },
        data={"pairs": len(pairs["value"])},
        warnings=(*plan.warnings, *ties),
    )


def allocation(
    deliveries: Any,
    features: Any,
    *,
    capacity: plans.Amounts = 1,
    needed: plans.Amounts = 1,
    status: Iterable[str] = ("idea", "planned", "building"),
    forbidden: Iterable[str] = (),
    partial: bool = False,
    as_of: datetime.date | str | None = None,
    confidence: float = config.CONFIDENCE,
    draws: int = config.ALLOCATION_DRAWS,
    seed: int = config.SEED,
) -> AllocationResult:
    """Which team should build which feature next, from what each team delivered.

    The value of a pair is the feature's score (reach x impact x confidence / likely effort) times
    the team's speed on that kind of work (1 is the company's pace). Teams that finished nothing
    for half a year are left out.

    Args:
        deliveries: One row per item (see `tables.DELIVERIES`); `team`, `started_on` and
            `finished_on` are needed; the kind of an item is that of its feature, else its own.
        features: One row per feature (see `tables.FEATURES`).
        capacity: Features that each team can take at a time, for all or by name (`["app=2"]`).
        needed: Teams that each feature needs, for all or by `feature_id`.
        status: Features in one of these are to be placed; no status counts as `idea`.
        forbidden: Pairs that are not allowed, each as `team:feature_id`.
        partial: Place what can be placed instead of refusing when some work cannot be.
        as_of: The last day that may be known of deliveries; `None` takes all.
        confidence: Level of the interval of `value`.
        draws: Simulated speeds under which the plan is solved anew.
        seed: Same seed, same answer.

    Returns:
        One row per placed pair; see `AllocationResult`. Where there are more features than the
        teams can take, those that are left stand in `unplaced`.

    Raises:
        ColumnError: If a column is missing.
        NotEnoughDataError: If no feature is open or no team's speed is known.
        InfeasibleError: If some work cannot be placed although the teams would suffice.

    The score is taken as given; the interval is that of the team's speed. Source: Kuhn (1955).

    >>> import datetime
    >>> day = datetime.date(2026, 1, 1)
    >>> took = [2, 8] * 10
    >>> done = {"team": ["app", "shop"] * 10, "started_on": [day] * 20,
    ...         "finished_on": [day + datetime.timedelta(days) for days in took]}
    >>> open_ones = {"feature_id": ["F1", "F2"], "reach": [900, 100], "impact": [1, 1],
    ...              "confidence_share": [0.8, 0.8], "effort_likely": [2, 2]}
    >>> allocation(done, open_ones).table.select(["team", "feature_id"]).to_pylist()
    [{'team': 'app', 'feature_id': 'F1'}, {'team': 'shop', 'feature_id': 'F2'}]
    """
    statuses, ruled_out = list(checks.names(status)), list(checks.names(forbidden))
    until = checks.day(as_of, "as_of")
    asked = _Asked(capacity, needed, statuses, ruled_out, partial, until, confidence, draws, seed)
    asked.check()
    wanted, counts = _fetched(checks.table(deliveries), checks.table(features), asked)
    return _allocated(wanted, counts, asked)


@dataclass(frozen=True)
class _Asked:
    """What can be set, as it counts."""

    capacity: plans.Amounts
    needed: plans.Amounts
    status: list[str]
    forbidden: list[str]
    partial: bool
    as_of: datetime.date | None
    confidence: float
    draws: int
    seed: int

    def check(self) -> None:
        checks.share(self.confidence, "confidence")
        checks.positive(self.draws, "draws")


def _fetched(
    deliveries: ir.Table, features: ir.Table, asked: _Asked
) -> tuple[sums.Columns, sums.Columns]:
    """Two queries: the open features, and what each team finished of each kind."""
    checks.columns(features, "feature_id")
    wanted = sums.fetch(_wanted(features, tuple(asked.status)))
    return wanted, sums.fetch(speed.by_team_and_kind(deliveries, features, asked.as_of))


def _allocated(wanted: sums.Columns, counts: sums.Columns, asked: _Asked) -> AllocationResult:
    """The best plan at the teams' mean speeds, and how firm it is at others."""
    score, notes = _scores(wanted)
    kinds = sorted(set(wanted["kind"]))
    speeds, place = speed.speeds(counts, kinds), np.searchsorted(kinds, wanted["kind"])
    problem = _open_problem(
        list(wanted["feature_id"]), score * speeds.mean[:, place], speeds, asked
    )
    plan = plans.solved(problem, partial=asked.partial)
    table, choices, ties = plans.tables(plan, "team", "feature_id")
    names = {
        key: name for key, name in zip(wanted["feature_id"], wanted["name"], strict=True) if name
    }
    low, high = (end[:, place] * score for end in speeds.interval(asked.confidence))
    drawn = speeds.draw(asked.draws, asked.seed)[:, :, place] * score
    evidence = {
        "feature_name": np.broadcast_to(wanted["name"], low.shape)[plan.chosen],
        "value_low": low[plan.chosen],
        "value_high": high[plan.chosen],
        "n_items": speeds.n_items[:, place][plan.chosen],
        "plan_share": _plan_share(plan, drawn),
    }
    return AllocationResult(
        table=_with(table, evidence),
        choices=choices,
        unplaced=plan.unplaced,
        names=names,
        parameters={**vars(asked)},
        data={"deliveries": int(counts["n"].sum()), "features": len(score)},
        warnings=(*plans.called(plan.warnings, names), *ties, *notes, *_gone(speeds.gone)),
    )


def _open_problem(
    names: list[str], worth: sums.Array, speeds: speed.Speeds, asked: _Asked
) -> plans.Problem:
    """Teams to open features, the forbidden pairs left out."""
    ruled_out = _ruled_out(asked.forbidden, speeds.teams, names)
    return plans.Problem(
        np.where(ruled_out, np.nan, worth),
        speeds.teams,
        names,
        plans.amounts(asked.capacity, speeds.teams, "capacity"),
        plans.amounts(asked.needed, names, "needed"),
    )


def _pairs(table: ir.Table, worker: str, work: str, value: str, forbidden: str | None) -> ir.Table:
    """One row per worker and work, with the number of rows behind it."""
    import ibis

    checks.columns(table, worker, work, value, forbidden)
    ruled_out = table[forbidden].fill_null(False) if forbidden else ibis.literal(False)  # noqa: FBT003
    named = table.select(
        worker=table[worker],
        work=table[work],
        value=table[value].cast("float64"),
        ruled_out=ruled_out.ifelse(1, 0),
    )
    return named.aggregate(
        by=["worker", "work"],
        n=named.count(),
        value=named["value"].max(),
        ruled_out=named.ruled_out.max(),
    ).order_by(["worker", "work"])


def _problem(
    pairs: sums.Columns, capacity: plans.Amounts, needed: plans.Amounts, *, minimise: bool
) -> plans.Problem:
    """The pairs as a matrix of workers by work, empty where a pair is not allowed."""
    workers, works = (sorted(set(pairs[name])) for name in ("worker", "work"))
    worth = np.full((len(workers), len(works)), np.nan)
    rows, columns = (
        np.array([names.index(name) for name in pairs[side]], int)
        for side, names in (("worker", workers), ("work", works))
    )
    worth[rows, columns] = np.where(pairs["ruled_out"] > 0, np.nan, pairs["value"])
    return plans.Problem(
        worth,
        workers,
        works,
        plans.amounts(capacity, workers, "capacity"),
        plans.amounts(needed, works, "needed"),
        minimise,
    )


def _refuse_pairs(pairs: sums.Columns) -> None:
    if not len(pairs["n"]):
        raise errors.NotEnoughDataError(
            "There is no pair of worker and work.", hint="give one row per pair that is allowed"
        )
    nameless = sum(name is None for side in ("worker", "work") for name in pairs[side])
    if nameless:
        raise errors.RangeError(
            f"{nameless} pairs have no worker or no work.", hint="name both in every row"
        )
    wrong = (pairs["n"] > 1) | ~np.isfinite(pairs["value"]) & (pairs["ruled_out"] == 0)
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        pair = f"{pairs['worker'][first]} and {pairs['work'][first]}"
        what = "more than one row" if pairs["n"][first] > 1 else "no value"
        raise errors.RangeError(
            f"{pair} have {what}; each pair needs one row with a number.",
            hint="leave out a pair that is not allowed",
        )


def _wanted(features: ir.Table, status: tuple[str, ...]) -> ir.Table:
    """Open features with what their score is made of."""
    import ibis

    def column(name: str, kind: str) -> ir.Value:
        return features[name].cast(kind) if name in features.columns else ibis.null(kind)

    wanted = features.select(
        feature_id=features.feature_id.cast("string"),
        name=column("name", "string"),
        kind=column("kind", "string").fill_null(speed.NO_KIND),
        status=column("status", "string").fill_null("idea"),
        score=column("reach", "float64")
        * column("impact", "float64")
        * column("confidence_share", "float64")
        / column("effort_likely", "float64").nullif(0),
    )
    return wanted.filter(wanted.status.isin(status)).drop("status").order_by("feature_id")


def _scores(wanted: sums.Columns) -> tuple[sums.Array, tuple[str, ...]]:
    """Reach x impact x confidence / effort; features without it stand in the middle."""
    score = wanted["score"].astype(float)
    if not len(score):
        raise errors.NotEnoughDataError(
            "No feature is open, so there is nothing to allocate.",
            hint="name the statuses that count with `status=`",
        )
    unknown = ~np.isfinite(score)
    if unknown.all():
        return np.ones(len(score)), (
            "No feature has reach, impact, confidence and effort: teams are allocated by their "
            "speed alone.",
        )
    middle = float(np.median(score[~unknown]))
    notes = (
        f"{unknown.sum()} of {len(score)} features lack reach, impact, confidence or effort; they "
        f"count with the middle score, {middle:.4g}.",
    )
    return np.where(unknown, middle, score), notes if unknown.any() else ()


def _ruled_out(forbidden: Iterable[str], teams: list[str], names: list[str]) -> sums.Array:
    """True for the pairs that are written as `team:feature_id`."""
    pairs = [f"{team}:{name}" for team in teams for name in names]
    unknown = sorted(set(checks.names(forbidden)) - set(pairs))
    if unknown:
        raise errors.ParameterError(
            f"forbidden holds {plans.named(unknown)}, which is no pair of team and open feature.",
            hint=f"write for example `{pairs[0]}`",
        )
    return np.isin(pairs, list(checks.names(forbidden))).reshape(len(teams), len(names))


def _plan_share(plan: plans.Plan, values: sums.Array) -> sums.Array:
    """In how many of the simulated worlds each placed pair stands in the best plan."""
    problem = plan.problem
    count = np.zeros(plan.chosen.shape)
    for value in values:
        cost = np.where(problem.allowed, -value, np.inf)
        count += assignment.solve(cost, problem.capacity, problem.need, plan.places)
    share: sums.Array = (count / len(values))[plan.chosen]
    return share


def _with(table: pa.Table, evidence: dict[str, Any]) -> pa.Table:
    """The plan with its evidence, in the order in which it is read."""
    for name, column in evidence.items():
        table = table.append_column(name, [pa.array(column)])
    first = ["team", "feature_id", "feature_name", "value", "value_low", "value_high", "n_items"]
    return table.select([*first, "plan_share", "loss_without", "runner_up", "runner_up_loss"])


def _gone(teams: list[str]) -> tuple[str, ...]:
    if not teams:
        return ()
    return (f"Left out, with nothing finished for half a year: {plans.named(teams)}.",)
