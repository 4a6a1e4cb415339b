"""When work will be done, and how much of it by a date, from what was delivered."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyarrow as pa

from fourfits import charts, checks, config, errors, intervals, results, sums
from fourfits.roadmap import history, throughput

if TYPE_CHECKING:
    import altair as alt
    import ibis.expr.types as ir

LEVELS = config.FORECAST_LEVELS
_NAMES = tuple(f"{level * 100:.0f}" for level in LEVELS)
_CALIBRATION_DRAWS = 2_000


@dataclass(frozen=True, kw_only=True)
class ForecastResult(results.Result):
    """When the open work will be done and how many items by a date, one row per group.

    Columns: the grouping columns; `n_items` (items to finish); `n_finished` and `n_weeks` (the
    history behind it); `items_per_week` with `items_per_week_low`, `items_per_week_high`;
    `finish_50_on` to `finish_95_on` (done by then with that probability; empty where ten years
    do not suffice); `predictability_share` (days to the 50 % date divided by days to the 95 %
    date: 1 is clockwork); `done_share` (futures in which the work ends at all); `by_on`;
    `n_items_50` to `n_items_95` (at least so many by `by_on` with that probability).

    Attributes:
        calibration: Past forecasts against what happened, per group and level: `level`,
            `n_windows`, `held_share` with `held_low`, `held_high`. A level of 0.85 should have
            held in about 85 % of the windows.
        curve: Probability of being done by a date, in steps of one per cent: the grouping
            columns, `finish_on`, `probability_share`.
    """

    analysis: ClassVar[str] = "forecast"
    headline: ClassVar[str] = "finish_85_on"
    definition: ClassVar[str] = (
        "The date by which the open items are done, and the number of items done by a date, "
        "each with the probability (50, 70, 85, 95 %) that it holds."
    )
    assumptions: ClassVar[str] = (
        "The coming weeks are like the weeks of the history: same people, same mix and size of "
        "items; one week says nothing about the next."
    )
    source: ClassVar[str] = (
        "Magennis (2011), Forecasting and Simulating Software Development Projects; Vacanti "
        "(2015), Actionable Agile Metrics; resampled history: Efron (1979)."
    )

    calibration: pa.Table = field(default_factory=lambda: pa.table({}))
    curve: pa.Table = field(default_factory=lambda: pa.table({}))

    def summary(self) -> dict[str, Any]:
        """When it is done; of several groups, the first and the last; and how past forecasts held."""
        found = sums.arrays(self.calibration)
        scores = []
        for level in LEVELS:
            rows = found["level"] == level
            windows = int(found["n_windows"][rows].sum())
            held = float((found["held_share"] * found["n_windows"])[rows].sum())
            if windows:
                scores.append({"level": level, "n_windows": windows, "held_share": held / windows})
        return {**super().summary(), "calibration": scores}

    def chart(self) -> alt.TopLevelMixin:
        """Probability of being done by a date; for several groups, their ranges of dates."""
        if len(self.table) > 1:
            return self._ranges()
        return self._cumulative() if len(self.curve) else self._counts()

    def _cumulative(self) -> alt.TopLevelMixin:
        import altair as alt

        row = self.table.to_pylist()[0]
        marks = [
            {
                "finish_on": day.isoformat(),
                "probability_share": level,
                "text": f"{level:.0%} by {day.day} {day:%b %Y}",
            }
            for level, day in zip(
                LEVELS, (row[f"finish_{name}_on"] for name in _NAMES), strict=True
            )
            if day is not None
        ]
        x = alt.X(
            "finish_on:T",
            title=f"{row['n_items']:,} items done by",
            axis=alt.Axis(format="%-d %b %Y", labelAngle=0, tickCount=6),
        )
        y = alt.Y(
            "probability_share:Q",
            title="probability",
            axis=alt.Axis(format="%"),
            scale=alt.Scale(domain=[0, 1]),
            stack=None,
        )
        points = alt.Chart(alt.Data(values=marks)).encode(x=x, y=y)
        return alt.layer(
            alt.Chart(charts.data(self.curve))
            .mark_area(interpolate="step-after", line=True, opacity=0.25)
            .encode(x=x, y=y),
            points.mark_rule(strokeDash=[4, 4]).encode(y2=alt.datum(0)),
            points.mark_point(filled=True, size=80, opacity=1),
            points.mark_text(align="right", dx=-8, dy=-6).encode(text=alt.Text("text:N")),
        )

    def _counts(self) -> alt.TopLevelMixin:
        import altair as alt

        row = self.table.to_pylist()[0]
        bars = [{"level": f"{name} %", "n_items": row[f"n_items_{name}"]} for name in _NAMES]
        return alt.layer(
            alt.Chart(alt.Data(values=bars))
            .mark_bar()
            .encode(
                x=alt.X("n_items:Q", title=f"at least so many items by {row['by_on']}"),
                y=alt.Y("level:N", sort=None, title="probability"),
            )
        )

    def _ranges(self) -> alt.TopLevelMixin:
        import altair as alt

        table, label = charts.labelled(self.table, checks.names(self.parameters["by"]))
        y = alt.Y(f"{label}:N", sort=None, title=None)
        base = alt.Chart(charts.data(table))
        x = alt.X(
            f"finish_{_NAMES[0]}_on:T",
            title="open items done by",
            axis=alt.Axis(format="%-d %b %Y", labelAngle=0, tickCount=6),
        )
        dots = [
            base.mark_point(filled=True, size=70, opacity=1).encode(
                x=alt.X(f"finish_{name}_on:T"),
                y=y,
                color=alt.datum(f"{name} %", title="probability"),
                tooltip=[
                    alt.Tooltip(f"{label}:N"),
                    alt.Tooltip("n_items:Q"),
                    alt.Tooltip(f"finish_{name}_on:T"),
                ],
            )
            for name in _NAMES
        ]
        line = base.mark_rule(strokeWidth=2, opacity=0.6)
        return alt.layer(line.encode(x=x, x2=alt.X2(f"finish_{_NAMES[-1]}_on:T"), y=y), *dots)


def forecast(
    deliveries: Any,
    *,
    by: str | Iterable[str] | None = None,
    items: int | None = None,
    by_on: datetime.date | str | None = None,
    as_of: datetime.date | str | None = None,
    team: str | None = None,
    growth: bool = False,
    history_days: int = config.FORECAST_HISTORY_DAYS,
    draws: int = config.DRAWS,
    seed: int = config.SEED,
    confidence: float = config.CONFIDENCE,
) -> ForecastResult:
    """When the open items will be done, and how many items by a date, with probabilities.

    Whole weeks of the delivered history, empty ones included, are drawn again and again in place
    of the coming weeks. Without `by` the weeks of all teams are drawn together, so that a holiday
    strikes them together.

    Args:
        deliveries: One row per item (see `tables.DELIVERIES`); `finished_on` is needed,
            `created_on` tells open work and growth as of a past day.
        by: Column or columns to forecast apart, such as `team`; `None` gives one row.
        items: Items to finish; `None` takes those that are open as of the date.
        by_on: Date for "how many"; `None` looks four weeks ahead.
        as_of: The last day that the forecast may know; `None` takes the last day on which an
            item was created or finished.
        team: Only this team's items.
        growth: Whether new items join the open ones as they did in the weeks of the history.
        history_days: How far back weeks are drawn from; rounded down to whole weeks.
        draws: Number of simulated futures.
        seed: Same seed, same answer.
        confidence: Level of the interval of `items_per_week`.

    Returns:
        One row per group, most open items first; see `ForecastResult`.

    Raises:
        ColumnError: If a column is missing.
        ParameterError: If `by_on` is not after `as_of`, or a number makes no sense.
        NotEnoughDataError: If there are fewer than 6 weeks or 5 finished items to learn from.

    Assumes that coming weeks are like past ones. Source: Magennis (2011); Vacanti (2015).

    >>> import datetime
    >>> start = datetime.date(2026, 1, 5)
    >>> done = [start + datetime.timedelta(days) for days in range(60) if days % 7 < 5]
    >>> result = forecast({"finished_on": done}, items=12)
    >>> result.summary()["finish_85_on"]
    '2026-03-23'
    """
    known, until = checks.day(as_of, "as_of"), checks.day(by_on, "by_on")
    _refuse_numbers(items, history_days, draws)
    checks.share(confidence, "confidence")
    table = _chosen(checks.table(deliveries), by, team, growth=growth)

    counts = sums.fetch(history.by_day(table, checks.names(by)))

    last = known or history.last_day(counts["day"])
    until = until or last + datetime.timedelta(config.FORECAST_HORIZON_DAYS)
    _refuse_date(until, last)
    asked = _Asked(by, items, until, last, team, growth, history_days, draws, seed, confidence)
    return _forecast(counts, asked)


@dataclass(frozen=True)
class _Asked:
    """What can be set, as it counts."""

    by: str | Iterable[str] | None
    items: int | None
    by_on: datetime.date
    as_of: datetime.date
    team: str | None
    growth: bool
    history_days: int
    draws: int
    seed: int
    confidence: float

    @property
    def days(self) -> int:
        return (self.by_on - self.as_of).days


def _chosen(
    deliveries: ir.Table, by: str | Iterable[str] | None, team: str | None, *, growth: bool
) -> ir.Table:
    """The items that count, with what they are told apart by."""
    if team is not None:
        checks.columns(deliveries, "team")
        deliveries = deliveries.filter(deliveries.team == team)
    table = checks.grouped(deliveries, by)
    checks.columns(table, "finished_on", "created_on" if growth else None)
    return table


def _forecast(counts: sums.Columns, asked: _Asked) -> ForecastResult:
    """The answer of each group with a history that is long enough."""
    groups = checks.names(asked.by)
    histories, short = history.histories(counts, groups, asked.as_of, asked.history_days // 7)
    answers = [_answer(past, asked) for past in histories]
    answers.sort(key=lambda answer: -answer.row["n_items"])
    return ForecastResult(
        table=_stack([{**answer.row, "by_on": asked.by_on} for answer in answers], groups),
        calibration=_stack([row for answer in answers for row in answer.calibration], groups),
        curve=_stack([row for answer in answers for row in answer.curve], groups),
        parameters={**vars(asked)},
        data={"deliveries": int(counts["n_created"].sum())},
        warnings=(
            *_short_warning(short),
            *(text for answer in answers for text in answer.warnings),
        ),
    )


@dataclass(frozen=True)
class _Answer:
    row: dict[str, Any]
    calibration: list[dict[str, Any]]
    curve: list[dict[str, Any]]
    warnings: tuple[str, ...]


def _answer(past: history.History, ask: _Asked) -> _Answer:
    items = past.n_open if ask.items is None else ask.items
    weeks, days = past.recent, ask.days
    net = past.net if ask.growth else weeks
    until = throughput.days_until(net, items, draws=ask.draws, seed=ask.seed) if items > 0 else None
    count = throughput.finished_within(weeks, days, draws=ask.draws, seed=ask.seed)
    week = weeks.sum(axis=1)
    low, high = intervals.mean(week.sum(), (week**2).sum(), len(week), ask.confidence)
    row = {
        **past.group,
        "n_items": items,
        "n_finished": int(week.sum()),
        "n_weeks": len(week),
        "items_per_week": float(week.mean()),
        "items_per_week_low": max(float(low), 0.0),
        "items_per_week_high": float(high),
        **_dates(until, ask.as_of),
        **dict(
            zip(
                (f"n_items_{name}" for name in _NAMES),
                map(int, throughput.promised(count, LEVELS)),
                strict=True,
            )
        ),
    }
    scores = _calibration(past, days, ask)
    return _Answer(row, scores, _curve(past.group, until, ask.as_of), _warnings(past, row, scores))


def _dates(until: sums.Array | None, last: datetime.date) -> dict[str, Any]:
    """The dates by level, how close together they are, and in how many futures work ends."""
    if until is None:
        empty = {f"finish_{name}_on": None for name in _NAMES}
        return {**empty, "predictability_share": None, "done_share": None}
    days = np.quantile(until, LEVELS, method="higher")
    return {
        **{f"finish_{name}_on": _after(last, day) for name, day in zip(_NAMES, days, strict=True)},
        "predictability_share": float(days[0] / days[-1]) if np.isfinite(days[0]) else None,
        "done_share": float(np.isfinite(until).mean()),
    }


def _curve(
    group: dict[str, Any], until: sums.Array | None, last: datetime.date
) -> list[dict[str, Any]]:
    """Probability of being done by each date, one row per date, in steps of one per cent."""
    if until is None:
        return []
    shares = np.linspace(0.01, 0.99, 99)
    reached = dict(zip(np.quantile(until, shares, method="higher"), shares, strict=True))
    return [
        {**group, "finish_on": _after(last, day), "probability_share": float(share)}
        for day, share in reached.items()
        if np.isfinite(day)
    ]


def _calibration(past: history.History, days: int, ask: _Asked) -> list[dict[str, Any]]:
    """How often past forecasts of this length held."""
    held = throughput.kept(
        past.finished,
        days,
        LEVELS,
        window=past.used,
        least=config.FORECAST_MIN_WEEKS,
        draws=min(ask.draws, _CALIBRATION_DRAWS),
        seed=ask.seed,
    )
    n = len(held)
    low, high = intervals.wilson(held.sum(axis=0), n, ask.confidence)
    return [
        {
            **past.group,
            "level": level,
            "n_windows": n,
            "held_share": float(held[:, place].mean()) if n else None,
            "held_low": float(low[place]) if n else None,
            "held_high": float(high[place]) if n else None,
        }
        for place, level in enumerate(LEVELS)
    ]


def _warnings(
    past: history.History, row: dict[str, Any], scores: list[dict[str, Any]]
) -> tuple[str, ...]:
    found = [*_drift(past.recent), *_thin(row), *_missed(scores)]
    return tuple(f"{past.name}: {text}" if past.name else text for text in found)


def _drift(weeks: sums.Array) -> Iterable[str]:
    """Whether the newer half of the history differs from the older by more than chance."""
    week = weeks.sum(axis=1)
    older, newer = week[: len(week) // 2], week[len(week) // 2 :]
    error = np.sqrt(older.var(ddof=1) / len(older) + newer.var(ddof=1) / len(newer))
    change = newer.mean() - older.mean()
    if abs(change) > max(2 * error, 1e-9):
        yield (
            f"Throughput {'rose' if change > 0 else 'fell'} from {older.mean():.1f} to "
            f"{newer.mean():.1f} items a week between the older and the newer half of the "
            "history; the forecast mixes both. A shorter `history_days` follows the newer."
        )


def _thin(row: dict[str, Any]) -> Iterable[str]:
    if row["n_finished"] < config.FORECAST_FEW_FINISHED:
        yield f"The forecast rests on only {row['n_finished']} finished items."
    if row["n_items"] <= 0:
        yield "No item is open, so there is no date; name a number with `items=`."
    elif row["n_items"] < config.MIN_GROUP:
        items = "one item" if row["n_items"] == 1 else f"{row['n_items']} items"
        yield f"For {items} the size of each matters more than throughput."
    if row["done_share"] is not None and row["done_share"] < 0.995:
        yield (
            f"In {1 - row['done_share']:.0%} of the futures the open work is not done within ten "
            "years at this pace."
        )


def _missed(scores: list[dict[str, Any]]) -> Iterable[str]:
    """Levels that held less often in the past than they say, by more than chance."""
    wrong = [
        score for score in scores if score["n_windows"] and score["held_high"] < score["level"]
    ]
    if wrong:
        worst = max(wrong, key=lambda score: score["level"] - score["held_share"])
        yield (
            f"Past forecasts at {worst['level']:.0%} held in only {worst['held_share']:.0%} of "
            f"{worst['n_windows']} windows: throughput changes more than its history shows, so "
            "read the dates as too early."
        )


def _after(last: datetime.date, days: float) -> datetime.date | None:
    """So many days later; empty where there is no such day."""
    return last + datetime.timedelta(int(days)) if np.isfinite(days) else None


def _refuse_numbers(items: int | None, history_days: int, draws: int) -> None:
    for value, name in ((items, "items"), (history_days, "history_days"), (draws, "draws")):
        if value is not None:
            checks.positive(value, name)


def _refuse_date(until: datetime.date, last: datetime.date) -> None:
    if until <= last:
        raise errors.ParameterError(
            f"by_on is {until}, must be after {last}, the last day of the history.",
            hint="name a later day, or an earlier `as_of`",
        )


def _short_warning(short: list[str]) -> tuple[str, ...]:
    if not short:
        return ()
    return (
        f"Left out, with fewer than {config.FORECAST_MIN_WEEKS} weeks or "
        f"{config.FORECAST_MIN_FINISHED} finished items: {', '.join(short)}.",
    )


def _stack(rows: list[dict[str, Any]], groups: tuple[str, ...]) -> pa.Table:
    """Rows as a table; columns that are empty throughout keep their type."""
    table = pa.Table.from_pylist(rows)
    for place, column in enumerate(table.schema):
        if pa.types.is_null(column.type) and column.name not in groups:
            kind = pa.date32() if column.name.endswith("_on") else pa.float64()
            table = table.set_column(place, column.name, table[column.name].cast(kind))
    return table
