"""The four fits on one card: how strong each is, how sure that is, and who answers for it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Unpack

import pyarrow as pa

from fourfits import charts, checks, config, errors, results
from fourfits.fits import inputs, plan_prices, scoring
from fourfits.fits.market_pricing import market_pricing
from fourfits.fits.pricing_channel import pricing_channel
from fourfits.fits.product_channel import product_channel
from fourfits.fits.product_market import product_market

if TYPE_CHECKING:
    import altair as alt

ALL = "all"
"""Name of the row over all groups of a fit."""


@dataclass(frozen=True, kw_only=True)
class ScorecardResult(results.Result):
    """The four fits: each over all its groups first, then by group.

    Columns: `fit`; `group` (`all`, or the group in words); `segment`, `channel`, `plan` (empty
    where the fit is not divided so); `n_customers`; `n_judged` (see `scoring.FitResult`); `score`, `score_low`, `score_high` (points,
    1-100); `p_fit` (probability that the score reaches 60); `owner`; `n_evidence`; `missing`;
    `weakest`; `finding` (a sentence).

    Attributes:
        fits: The result of each fit that has evidence, by name.
    """

    analysis: ClassVar[str] = "scorecard"
    definition: ClassVar[str] = (
        "Scores of the four fits on 0-100, threshold 60, excellent 100; the row `all` weighs the "
        "groups that have a score by their customers. " + scoring.FitResult.definition
    )
    assumptions: ClassVar[str] = scoring.FitResult.assumptions
    source: ClassVar[str] = scoring.FitResult.source

    fits: Mapping[str, scoring.FitResult] = field(repr=False)

    def summary(self) -> dict[str, Any]:
        """Score, interval and probability of each fit over all its groups."""
        return {name: fit.summary() for name, fit in self.fits.items()}

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data, the evidence of each fit included."""
        details = {
            name: [results.plain(row) for row in fit.evidence.to_pylist()]
            for name, fit in self.fits.items()
        }
        return {**super().to_dict(), "evidence": details}

    def chart(self) -> alt.TopLevelMixin:
        """A panel per fit with dots and intervals; pricing-channel also as a grid."""
        import altair as alt

        panels: list[Any] = [self._panel(name) for name in config.FIT_OWNERS if name in self.fits]
        fits = alt.vconcat(*panels).resolve_scale(x="shared")
        grid = self._grid()
        whole: Any = fits if grid is None else alt.vconcat(fits, grid)
        result: alt.TopLevelMixin = whole.resolve_scale(color="independent")
        return result

    def _panel(self, name: str) -> Any:
        """One fit: the row over all, then the groups with most customers, strongest first."""
        rows = [
            row for row in self.table.to_pylist() if row["fit"] == name and row["score"] is not None
        ]
        largest = sorted(rows, key=lambda row: (row["group"] != ALL, -(row["n_customers"] or 0)))
        kept = {row["group"] for row in largest[: config.FIT_GROUPS_SHOWN + 1]}
        shown = pa.Table.from_pylist(
            [row for row in rows if row["group"] in kept], schema=self.table.schema
        )
        layers = charts.interval_dots(
            shown,
            label="group",
            value="score",
            low="score_low",
            high="score_high",
            title="Score (points, fit from 60)",
            form=".0f",
            reference=config.FIT_THRESHOLD_POINTS,
            sort="given",
            n="n_judged",
        )
        return layers.properties(title=titled(name))

    def _grid(self) -> Any:
        """Pricing-channel fit: segments down, channels across, a panel per plan."""
        import altair as alt

        fit = self.fits.get("pricing_channel")
        if fit is None or not {"segment", "channel"} <= set(fit.groups):
            return None
        score = alt.Color(
            "score:Q",
            title="Score",
            legend=alt.Legend(orient="bottom", direction="horizontal"),
            scale=alt.Scale(
                domain=[0, config.FIT_THRESHOLD_POINTS, 100],
                range=[charts.BAD, charts.WARN, charts.GOOD],
            ),
        )
        encoding: dict[str, Any] = {
            "x": alt.X("channel:N", title=None),
            "y": alt.Y("segment:N", title=None),
            "color": score,
            "opacity": alt.condition(
                f"datum.n_judged < {config.MIN_GROUP}",
                alt.value(0.2),  # too few to judge
                alt.value(1),
            ),
            "tooltip": [
                *(f"{name}:N" for name in fit.groups),
                "n_judged:Q",
                "score:Q",
                "score_low:Q",
                "score_high:Q",
            ],
        }
        if "plan" in fit.groups:
            encoding["column"] = alt.Column("plan:N", title=None)
        base = alt.Chart(charts.data(fit.table)).mark_rect().encode(**encoding)
        few = f"Faint: fewer than {config.MIN_GROUP} customers won in a year, too few to judge"
        title = "Pricing–channel fit by segment, channel and plan"
        shown = any(map(scoring.too_few, fit.table.to_pylist()))
        return base.properties(title=alt.Title(title, subtitle=few) if shown else title)


def scorecard(
    customers: Any,
    *,
    by: str = "segment",
    prices: plan_prices.Named = None,
    as_of: datetime.date | str | None = None,
    confidence: float = config.CONFIDENCE,
    seed: int = config.SEED,
    **tables: Unpack[inputs.BesideCustomers],
) -> ScorecardResult:
    """The four fits over all customers and by group, with what holds each back.

    Args:
        customers: Persons (see `tables.CUSTOMERS`).
        by: Column that divides the market.
        prices: Monthly price by plan (`{"Plus": 19}` or `["Plus=19"]`).
        as_of: Last day that counts; `None` is the last moment in the data.
        confidence: Level of the intervals.
        seed: Of all draws.
        **tables: The other canonical tables by name, each optional: what is absent is named as
            missing evidence.

    Returns:
        For each fit the row `all` and one row per group, strongest first.

    Raises:
        NotEnoughDataError: If no fit has any evidence.
        TableError: If `tables` holds a name that no fit uses.

    Source: docs/guides/four-fits.md states the mapping of evidence to scores; interval by Monte Carlo.

    >>> answers = {"customer_id": ["c1", "c2"] * 20, "response_id": list(map(str, range(40))),
    ...            "question_id": ["q"] * 40, "kind": ["nps"] * 40, "value_number": [10, 8] * 20}
    >>> people = {"customer_id": ["c1", "c2"], "segment": ["home", "office"]}
    >>> card = scorecard(people, responses=answers)
    >>> {row["group"]: round(row["score"]) for row in card.table.to_pylist() if row["score"]}
    {'all': 52, 'home': 59, 'office': 44}
    """
    given = inputs.together(customers=customers, **tables)
    drawn: dict[str, Any] = {"confidence": confidence, "seed": seed}
    parts: dict[str, Any] = {**drawn, **given}
    dated: dict[str, Any] = {"as_of": checks.day(as_of, "as_of"), **parts}
    asked: dict[str, Callable[[], scoring.FitResult]] = {
        "product_market": lambda: product_market(by=by, **dated),
        "product_channel": lambda: product_channel(**dated),
        "pricing_channel": lambda: pricing_channel(by=("channel", "plan", by), **dated),
        "market_pricing": lambda: market_pricing(by=by, prices=prices, **parts),
    }
    fits: dict[str, scoring.FitResult] = {}
    refusals: dict[str, str] = {}
    for name, ask in asked.items():
        try:
            fits[name] = ask()
        except (errors.AnalysisError, errors.ColumnError) as problem:
            refusals[name] = problem.message
    if not fits:
        raise errors.NotEnoughDataError(
            "No fit has any evidence. " + " ".join(refusals.values()),
            hint="import answers to surveys, events, subscriptions or spend",
        )
    return ScorecardResult(
        table=_card(fits, refusals, by),
        fits=fits,
        parameters={"by": by, "prices": prices, "as_of": dated["as_of"], **drawn},
        data=_counted(fits),
        warnings=tuple(
            f"{titled(name)}: {note}" for name, fit in fits.items() for note in fit.warnings
        ),
    )


def titled(fit: str) -> str:
    """What a fit is called.

    >>> titled("pricing_channel")
    'Pricing–channel fit'
    """
    return f"{fit.replace('_', '–').capitalize()} fit"


def _card(fits: Mapping[str, scoring.FitResult], refusals: Mapping[str, str], by: str) -> pa.Table:
    rows: list[dict[str, Any]] = []
    for name, owner in config.FIT_OWNERS.items():
        whole = {"fit": name, "group": ALL, "owner": owner}
        if name in refusals:
            rows.append(whole | {"n_evidence": 0, "finding": f"No evidence. {refusals[name]}"})
            continue
        fit = fits[name]
        rows.append(whole | dict(fit.overall) | _held_back(fit))
        for row in fit.table.to_pylist():
            words = " · ".join(row[column] for column in fit.groups)
            rows.append({"fit": name, "group": words, "owner": owner, **row})
    return pa.Table.from_pylist(rows, schema=_schema(by))


def _held_back(fit: scoring.FitResult) -> dict[str, Any]:
    """What the row `all` says: how many groups have a fit, and which large one is furthest off.

    Groups too few to judge count for neither.
    """
    known = [row for row in fit.table.to_pylist() if row["score"] is not None]
    judged = [row for row in known if not scoring.too_few(row)]
    strong = sum(row["score"] >= config.FIT_THRESHOLD_POINTS for row in judged)
    n_few = len(known) - len(judged)
    lacking = max(
        judged or known,
        key=lambda row: (
            (row["n_customers"] or 1) * max(config.FIT_THRESHOLD_POINTS - row["score"], 0)
        ),
    )
    sentence = f"{strong} of {len(judged)} groups reach {config.FIT_THRESHOLD_POINTS:.0f}."
    if not judged:
        sentence = f"None of {len(known)} groups has enough people to be judged."
    elif n_few:
        sentence += f" {n_few} more {'is' if n_few == 1 else 'are'} too few to judge."
    if judged and lacking["score"] < config.FIT_THRESHOLD_POINTS:
        words = " · ".join(lacking[column] for column in fit.groups) or ALL
        sentence += f" Most is lost in {words}. {lacking['finding']}"
    missing = set.intersection(*(set((row["missing"] or "").split(", ")) for row in known)) - {""}
    return {
        "n_evidence": max(row["n_evidence"] for row in known),
        "missing": ", ".join(sorted(missing)) or None,
        "weakest": lacking["weakest"],
        "finding": sentence,
    }


def _counted(fits: Mapping[str, scoring.FitResult]) -> dict[str, int]:
    """Rows by table: customers as the fit that weighs most of them counts them."""
    customers = max(fit.overall["n_customers"] or 0 for fit in fits.values())
    counts: dict[str, int] = {"customers": customers} if customers else {}
    for fit in fits.values():
        for table, n in fit.data.items():
            counts[table] = max(n, counts.get(table, 0))
    return counts


def _schema(by: str) -> pa.Schema:
    texts = ("fit", "group", by, "channel", "plan")
    return pa.schema(
        [
            *((name, pa.string()) for name in dict.fromkeys(texts)),
            ("n_customers", pa.int64()),
            ("n_judged", pa.int64()),
            ("score", pa.float64()),
            ("score_low", pa.float64()),
            ("score_high", pa.float64()),
            ("p_fit", pa.float64()),
            ("owner", pa.string()),
            ("n_evidence", pa.int64()),
            ("missing", pa.string()),
            ("weakest", pa.string()),
            ("finding", pa.string()),
        ]
    )
