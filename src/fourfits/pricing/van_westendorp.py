"""Van Westendorp's price sensitivity meter with the Newton-Miller-Smith extension."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyarrow as pa

from fourfits import charts, checks, config, errors, intervals, results, sums
from fourfits.pricing import answers, price_curves
from fourfits.pricing.answers import LIKELIHOODS, QUESTIONS, Group
from fourfits.pricing.price_curves import Study

if TYPE_CHECKING:
    import altair as alt

POINTS = ("pmc", "opp", "idp", "pme", "best_trial", "best_revenue")
POINTS_KEPT = 60
"""Prices of the demand curve that plain data keep, of each group."""
POINTS_DRAWN = 150
"""Prices of each curve in a chart, where more were named."""

_LABEL_HEIGHTS = (1.4, 1.3, 1.2, 1.1)
"""Above the curves and one below the other, the first point's highest: no line crosses a label."""
_LABELS = {"pmc": "from", "opp": "optimal", "idp": "indifferent", "pme": "up to"}


@dataclass(frozen=True, kw_only=True)
class VanWestendorpResult(results.Result):
    """Price points with bootstrap intervals, one row per group.

    Columns: the grouping columns; `n_respondents` (consistent answers); `n_inconsistent`;
    `n_incomplete`; for `pmc` and `pme` (lower and upper end of the acceptable range), `opp`
    (optimal price), `idp` (indifference price), `best_trial` and `best_revenue`: `_amount`,
    `_low`, `_high`; `best_trial_share` (0-1) and `best_revenue_per_person_amount`, what the last
    two prices bring; with `price` also `price_amount` and the columns of `accepted_share` and
    `revenue_at`. The last two prices are empty where nobody was asked how likely they would buy.
    """

    analysis: ClassVar[str] = "van_westendorp"
    headline: ClassVar[str] = "opp_amount"
    definition: ClassVar[str] = (
        "Curves: share that calls a price too cheap or cheap (answer > price), expensive or too "
        "expensive (answer <= price). Acceptable range: from where too cheap meets not cheap "
        "(PMC) to where not expensive meets too expensive (PME). Indifference price (IDP): cheap "
        "meets expensive. Optimal price (OPP): too cheap meets too expensive. Curves meet at the "
        "lowest named price at which the rising one lies above the falling one. Best trial and "
        "best revenue price: highest share of buyers, and highest share of buyers times price."
    )
    assumptions: ClassVar[str] = (
        "Respondents stand for the market and know the category; only answers in the order too "
        "cheap < cheap < expensive < too expensive count. A respondent buys with the calibrated "
        "stated likelihood at their cheap and expensive price, never at their too cheap or too "
        "expensive one, straight lines between. Intervals: bootstrap over respondents."
    )
    source: ClassVar[str] = "Van Westendorp (1976); Newton, Miller and Smith (1993)."

    studies: tuple[Study, ...] = field(default=(), repr=False)

    def accepted_share(self, price: float) -> pa.Table:
        """Share whose acceptable range holds the price, one row per group.

        A respondent accepts a price that is neither too cheap nor too expensive to them: too
        cheap <= price < too expensive, as in the curves. Columns: the grouping columns;
        `price_amount`, `n_respondents`, `accepted_share`, `accepted_low`, `accepted_high`
        (Wilson).
        """
        checks.positive(price, "price")
        n = np.array([study.n.sum() for study in self.studies])
        held = np.array(
            [
                study.n[(study.prices[:, 0] <= price) & (price < study.prices[:, 3])].sum()
                for study in self.studies
            ]
        )
        low, high = intervals.wilson(held, n, self.parameters["confidence"])
        columns = {
            "price_amount": np.full(len(n), float(price)),
            "n_respondents": n.astype(int),
            "accepted_share": held / n,
            "accepted_low": low,
            "accepted_high": high,
        }
        return pa.table(self._group_columns() | columns)

    def revenue_at(self, price: float) -> pa.Table:
        """What a price brings against the best price on the demand curve, one row per group.

        Columns: the grouping columns; `price_amount`; `trial_share` (who would buy),
        `trial_low`, `trial_high`; `revenue_per_person_amount`; `revenue_to_best_share`,
        `revenue_to_best_low`, `revenue_to_best_high` (1 at the revenue-best price). Intervals are
        bootstrapped. Groups that were not asked how likely they would buy stay empty.
        """
        checks.positive(price, "price")
        rows = [self._revenue(place, price) for place in range(len(self.studies))]
        at = {"price_amount": np.full(len(rows), float(price))}
        return pa.table(self._group_columns() | at | _columns(rows))

    def price_curves(self) -> pa.Table:
        """The four curves, one row per group and named price: shares from 0 to 1."""
        pieces = []
        for place, study in enumerate(self.studies):
            columns = {f"{name}_share": study.shares[q] for q, name in enumerate(QUESTIONS)}
            pieces.append(self._curve(place, study, columns))
        return pa.concat_tables(pieces)

    def demand_curve(self) -> pa.Table:
        """Share of buyers and revenue per respondent, one row per group and named price.

        Columns: the grouping columns; `price_amount`, `trial_share`, `revenue_per_person_amount`.

        Raises:
            NotEnoughDataError: If nobody was asked how likely they would buy.
        """
        pieces = []
        for place, study in enumerate(self.studies):
            if study.asked.any():
                share = price_curves.trial(study, study.n[None, :])[0]
                columns = {"trial_share": share, "revenue_per_person_amount": share * study.grid}
                pieces.append(self._curve(place, study, columns))
        if not pieces:
            raise errors.NotEnoughDataError(
                "Nobody was asked how likely they would buy, so there is no demand curve.",
                hint=f"ask {' and '.join(LIKELIHOODS)} beside the four prices",
            )
        return pa.concat_tables(pieces)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data, with points of the demand curve where there is one."""
        try:
            curve = self.demand_curve()
        except errors.NotEnoughDataError:
            return super().to_dict()
        groups = checks.names(self.parameters["by"])
        kept = [results.plain(row) for row in _thinned(curve.to_pylist(), groups)]
        return {**super().to_dict(), "demand": kept}

    def chart(self) -> alt.TopLevelMixin:
        """The four curves and the price points, a panel per group."""
        import altair as alt

        base = alt.Chart(charts.data(self._drawn()))
        currency = self.parameters.get("currency")
        price = alt.X(
            "price_amount:Q",
            axis=alt.Axis(tickCount=6),
            title=f"Price ({currency})" if currency else "Price",
        )
        lines = (
            base.transform_filter("datum.point == null")
            .transform_fold([_words(name) for name in QUESTIONS], as_=["curve", "share"])
            .mark_line(interpolate="step-after")
            .encode(
                x=price,
                y=alt.Y(
                    "share:Q",
                    title="Share of respondents",
                    scale=alt.Scale(domain=[0, 1.45], nice=False),
                    axis=alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1]),
                ),
                color=alt.Color("curve:N", title=None, sort=[_words(name) for name in QUESTIONS]),
                tooltip=[
                    alt.Tooltip("curve:N"),
                    alt.Tooltip("price_amount:Q"),
                    alt.Tooltip("share:Q", format=".1%"),
                ],
            )
        )
        points = base.transform_filter("datum.point != null").encode(x=price)
        rules = points.mark_rule(strokeDash=[4, 4], color=charts.WARN).encode(
            y=alt.Y("share:Q"), y2=alt.datum(0), tooltip=alt.Tooltip("point:N")
        )
        names = points.mark_text(align="left", dx=4, fontSize=11).encode(
            y=alt.Y("share:Q"), text=alt.Text("point:N")
        )
        chart = alt.layer(lines, rules, names)
        if not checks.names(self.parameters["by"]):
            return chart
        panels: Any = chart.properties(width=400, height=200)
        panels = panels.facet(facet=alt.Facet("group:N", title=None), columns=2)
        # What a household pays and what a firm pays do not fit on one axis.
        drawn: alt.TopLevelMixin = panels.resolve_scale(x="independent")
        return drawn

    def _drawn(self) -> pa.Table:
        """One row per price with the four curves, and one per price point, by name of the group."""
        groups = checks.names(self.parameters["by"])
        names = charts.labelled(self.table, groups)
        rows: list[dict[str, Any]] = []
        for group, study, found in zip(
            names[0][names[1]].to_pylist(), self.studies, self.table.to_pylist(), strict=True
        ):
            shown = np.unique(np.linspace(0, len(study.grid) - 1, POINTS_DRAWN).astype(int))
            curves = zip(map(_words, QUESTIONS), study.shares[:, shown].tolist(), strict=True)
            drawn = {"price_amount": study.grid[shown].tolist(), **dict(curves)}
            rows += [{"group": str(group), **row} for row in pa.table(drawn).to_pylist()]
            rows += [
                {
                    "group": str(group),
                    "point": f"{_LABELS[name]} {results.shown(found[f'{name}_amount'])}",
                    "price_amount": found[f"{name}_amount"],
                    "share": height,
                }
                for name, height in zip(_by_price(found), _LABEL_HEIGHTS, strict=True)
            ]
        numbers = ("price_amount", "share", *map(_words, QUESTIONS))
        kinds = {"group": pa.string(), "point": pa.string(), **dict.fromkeys(numbers, pa.float64())}
        return pa.Table.from_pylist(rows, schema=pa.schema(kinds))

    def _revenue(self, place: int, price: float) -> dict[str, float]:
        study, settings = self.studies[place], self.parameters
        if not study.asked.any():
            return dict.fromkeys(_REVENUE, np.nan)
        share, to_best = price_curves.revenue_to_best(study, study.n[None, :], price)
        resamples = study.resamples(settings["draws"], settings["seed"], place)
        drawn = [price_curves.revenue_to_best(study, counts, price) for counts in resamples]
        ends = [
            intervals.percentile(np.concatenate(draws), settings["confidence"])
            for draws in zip(*drawn, strict=True)
        ]
        values = (share[0], *ends[0], share[0] * price, to_best[0], *ends[1])
        return dict(zip(_REVENUE, map(float, values), strict=True))

    def _group_columns(self) -> dict[str, pa.ChunkedArray]:
        return {name: self.table[name] for name in checks.names(self.parameters["by"])}

    def _curve(self, place: int, study: Study, columns: sums.Columns) -> pa.Table:
        group = {
            name: pa.array([value] * len(study.grid), value.type)
            for name, column in self._group_columns().items()
            for value in [column[place]]
        }
        return pa.table(group | {"price_amount": study.grid} | columns)


_REVENUE = (
    "trial_share",
    "trial_low",
    "trial_high",
    "revenue_per_person_amount",
    "revenue_to_best_share",
    "revenue_to_best_low",
    "revenue_to_best_high",
)


def van_westendorp(
    responses: Any,
    *,
    by: str | Iterable[str] | None = None,
    questions: Sequence[str] = QUESTIONS,
    likelihoods: Sequence[str] = LIKELIHOODS,
    price: float | None = None,
    currency: str = "",
    confidence: float = config.CONFIDENCE,
    draws: int = config.RESAMPLES,
    seed: int = config.SEED,
) -> VanWestendorpResult:
    """Acceptable price range, optimal prices and demand curve, for all respondents or per group.

    Args:
        responses: One row per answer (see `tables.RESPONSES`), or one row per respondent with a
            column per question. Several studies in one table are told apart by
            `by="survey_id"`.
        by: Column or columns to group by; `None` gives one row.
        questions: `question_id` (or column) of too cheap, cheap, expensive, too expensive, in
            this order; the answers are prices.
        likelihoods: `question_id` (or column) of "how likely would you buy" at the cheap and at
            the expensive price: 1 very unlikely to 5 very likely, or these words. Without them
            there is no demand curve.
        price: A price to judge: who accepts it, and its revenue against the best price.
        currency: What the prices are in; the chart names it.
        confidence: Level of the intervals.
        draws: Bootstrap resamples behind the intervals.
        seed: The same seed gives the same intervals.

    Returns:
        One row per group, largest group first, with `accepted_share(price)`,
        `revenue_at(price)`, `price_curves()` and `demand_curve()`.

    Raises:
        ColumnError: If a column is missing.
        RangeError: If a price is negative or a likelihood is none of the five.
        NotEnoughDataError: If nobody gave four prices in order.

    Assumes that respondents stand for the market; see `VanWestendorpResult.assumptions`.
    Source: Van Westendorp (1976); Newton, Miller and Smith (1993). Purchase probabilities
    (0, .1, .3, .5, .7): `config.PURCHASE_CALIBRATION`.

    >>> answers = {"too_cheap": [10, 20, 20], "cheap": [20, 30, 35],
    ...            "expensive": [40, 45, 60], "too_expensive": [50, 70, 90]}
    >>> result = van_westendorp(answers, draws=100)
    >>> [result.summary()[f"{name}_amount"] for name in ("pmc", "idp", "pme")]
    [20.0, 40.0, 60.0]
    >>> result.accepted_share(45)["accepted_share"].to_pylist()
    [1.0]
    """
    groups = checks.names(by)
    table = checks.grouped(checks.table(responses), by)
    checks.share(confidence, "confidence")
    checks.positive(draws, "draws")
    answers.check_names(questions, likelihoods)

    respondents = answers.wide(table, questions, likelihoods, groups)
    counted = sums.fetch(answers.distinct(respondents, groups))

    parameters = {
        "by": by,
        "questions": list(questions),
        "likelihoods": list(likelihoods),
        "price": price,
        "currency": currency,
        "confidence": confidence,
        "draws": draws,
        "seed": seed,
    }
    result = _solved(counted, groups, parameters)
    return result if price is None else _with_price(result, price)


def _solved(
    counted: sums.Columns, groups: tuple[str, ...], parameters: dict[str, Any]
) -> VanWestendorpResult:
    """The price points of every group in which somebody named prices in order."""
    found = answers.studies(counted, groups)
    scored = [group for group in found if len(group.study.n)]
    return VanWestendorpResult(
        table=_points(scored, groups, parameters),
        parameters=parameters,
        data={"responses": int(counted["n"].sum())},
        warnings=_warnings(scored, len(found) - len(scored)),
        studies=tuple(group.study for group in scored),
    )


def _by_price(found: Mapping[str, Any]) -> list[str]:
    """The named points of a group, the lowest price first."""
    return sorted(_LABELS, key=lambda name: found[f"{name}_amount"] or 0.0)


def _points(groups: list[Group], names: tuple[str, ...], settings: dict[str, Any]) -> pa.Table:
    rows = []
    for place, group in enumerate(groups):
        study = group.study
        row: dict[str, Any] = dict(zip(names, group.keys, strict=True))
        row["n_respondents"] = int(study.n.sum())
        row["n_inconsistent"], row["n_incomplete"] = group.n_inconsistent, group.n_incomplete
        estimate = _estimates(study, study.n[None, :])
        drawn = [
            _estimates(study, counts)
            for counts in study.resamples(settings["draws"], settings["seed"], place)
        ]
        for point in POINTS:
            draws = np.concatenate([piece[point] for piece in drawn])
            known = not np.isnan(estimate[point][0])
            ends = intervals.percentile(draws, settings["confidence"]) if known else (np.nan,) * 2
            row[f"{point}_amount"] = float(estimate[point][0])
            row[f"{point}_low"], row[f"{point}_high"] = map(float, ends)
        row["best_trial_share"] = float(estimate["best_trial_share"][0])
        row["best_revenue_per_person_amount"] = float(estimate["best_revenue_per_person"][0])
        rows.append(row)
    return pa.table(_columns(rows))


def _thinned(rows: list[dict[str, Any]], groups: Sequence[str]) -> list[dict[str, Any]]:
    """Some rows of each group, evenly spread, its best price always among them."""
    by_group: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows:
        by_group.setdefault(tuple(row[name] for name in groups), []).append(row)
    kept = []
    for mine in by_group.values():
        places = np.linspace(0, len(mine) - 1, min(POINTS_KEPT, len(mine))).astype(int)
        best = max(range(len(mine)), key=lambda i: mine[i]["revenue_per_person_amount"])
        kept += [mine[i] for i in sorted({*places.tolist(), best})]
    return kept


def _columns(rows: list[dict[str, Any]]) -> dict[str, pa.Array]:
    """Rows as columns in which what cannot be said (NaN) is empty."""
    return {name: pa.array([row[name] for row in rows], from_pandas=True) for name in rows[0]}


def _estimates(study: Study, counts: sums.Array) -> dict[str, sums.Array]:
    crossings = price_curves.crossings(study, counts)
    if study.asked.any():
        return crossings | price_curves.best(study, counts)
    unknown = np.full(len(counts), np.nan)
    return crossings | dict.fromkeys(
        (*POINTS[4:], "best_trial_share", "best_revenue_per_person"), unknown
    )


def _with_price(result: VanWestendorpResult, price: float) -> VanWestendorpResult:
    table = result.table
    for more in (result.accepted_share(price), result.revenue_at(price)):
        for name in more.column_names:
            if name not in table.column_names:
                table = table.append_column(name, more[name])
    return replace(result, table=table)


def _warnings(groups: list[Group], n_dropped: int) -> tuple[str, ...]:
    words = []
    few = sum(group.study.n.sum() < config.PRICE_STUDY_ENOUGH for group in groups)
    if few:
        who = f"{few} of {len(groups)} groups have" if len(groups) > 1 else "The study has"
        words.append(
            f"{who} fewer than {config.PRICE_STUDY_ENOUGH} consistent answers: "
            "read the intervals, not the points."
        )
    n_inconsistent = sum(group.n_inconsistent for group in groups)
    n_complete = n_inconsistent + sum(int(group.study.n.sum()) for group in groups)
    if n_inconsistent > config.PRICE_STUDY_INCONSISTENT_SHARE * n_complete:
        words.append(
            f"{n_inconsistent:,} of {n_complete:,} respondents named prices out of order and were "
            "left out: the questions may have been misread."
        )
    if n_dropped:
        words.append(f"{n_dropped} groups without a consistent answer were left out.")
    if not any(group.study.asked.any() for group in groups):
        words.append(
            "Nobody was asked how likely they would buy: there is no demand curve and no best price."
        )
    return tuple(words)


def _words(name: str) -> str:
    return name.replace("_", " ")
