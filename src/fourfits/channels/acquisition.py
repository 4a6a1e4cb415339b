"""Cost of acquiring a customer against what the customer brings."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyarrow as pa

from fourfits import charts, checks, config, errors, results, sums
from fourfits.channels import payments, unit_economics
from fourfits.channels.payments import Inputs, Window
from fourfits.channels.unit_economics import Array, Settings

if TYPE_CHECKING:
    import altair as alt
    import ibis.expr.types as ir

NAMED = ("channel", "plan", "employees")
"""Columns that the analysis finds itself; every other grouping column is looked up."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What the data say, before it is gathered into groups.

    Attributes:
        cells: Sums by channel and group (see `payments.cells`).
        spent: Money by channel (see `payments.spent`).
        window: The time that is looked at.
        settings: What the caller decided.
    """

    cells: sums.Columns
    spent: sums.Columns
    window: Window
    settings: Settings


@dataclass(frozen=True, kw_only=True)
class AcquisitionResult(results.Result):
    """Unit economics, one row per group, largest first.

    Columns: the grouping columns; `n_customers` (paying in the window), `n_new` (first paid in
    it); `spend_amount`; `cac_amount`, `cac_low`, `cac_high`; `revenue_per_month_amount`,
    `revenue_per_month_low`, `revenue_per_month_high`; `margin_share`;
    `margin_per_month_amount`; `churn_per_month_share`, `churn_per_month_low`,
    `churn_per_month_high`; `ltv_amount`, `ltv_low`, `ltv_high`; `ltv_to_cac`, `ltv_to_cac_low`,
    `ltv_to_cac_high`; `payback_months`, `payback_low`, `payback_high`; `market` (people, small,
    middle, large), `payback_limit_months`; `p_beyond_limit`, `p_below_cost` (LTV:CAC below 1);
    `borrowed`, whether a small group leans on those like it. Empty: nothing was spent (ratio), or
    nobody was acquired (cost).

    Attributes:
        cautions: The warnings that hold however the groups are counted.
        measured: The sums behind the numbers, for `regrouped`.
        draws: The draws behind the intervals, shape (draws, rows): `cac`, `margin_per_month`,
            `ltv`, `payback`.
    """

    analysis: ClassVar[str] = "acquisition"
    headline: ClassVar[str] = "ltv_to_cac"
    definition: ClassVar[str] = (
        "CAC: marketing spend of the window over customers who first paid in it; a channel's "
        "money is laid on its new customers alike. LTV: revenue per customer and month x margin "
        "share / share of customers leaving in a month, up to a horizon. Payback: CAC over "
        "margin per customer and month. A customer is an account where there is one, else a "
        "person, and counts once money was received; an account belongs to the channel of its "
        "first contact."
    )
    assumptions: ClassVar[str] = (
        "Spend holds all costs of winning customers, and works within the window. Customers leave "
        "at a constant rate, and new ones behave like those of the window; who has no contract "
        f"counts as gone {config.LAPSED_AFTER_DAYS} days after the last order. Intervals: Monte "
        "Carlo over the Poisson number of new customers, the mean revenue and the rate of leaving, "
        "drawn independently. Groups of fewer than "
        f"{config.SMALL_CELL} customers borrow {config.MIN_GROUP} average ones from the groups "
        "that differ only in channel."
    )
    source: ClassVar[str] = (
        "Skok (2010), SaaS metrics: LTV:CAC of 3, payback of 12 months; our limits by market: "
        + ", ".join(f"{m} {limit:g}" for m, limit in config.PAYBACK_LIMIT_MONTHS.items())
        + " months."
    )

    cautions: tuple[str, ...] = field(default=(), repr=False)
    draws: Mapping[str, Array] = field(default_factory=dict, repr=False)
    measured: Measured | None = field(default=None, repr=False)

    def regrouped(self, by: str | Iterable[str] | None) -> AcquisitionResult:
        """The same window by `channel`, and by fewer of the groups, without another query.

        Raises:
            ColumnError: If a group is neither `channel` nor one of those that were asked.
        """
        assert self.measured is not None  # noqa: S101 - only `acquisition` makes these results
        missing = [name for name in checks.names(by) if name not in self.measured.cells]
        if missing:
            raise errors.ColumnError(
                f"The result is not divided by {', '.join(missing)}.",
                hint="ask `acquisition` for it with by=",
            )
        return _answer(self.measured, by)

    def chart(self) -> alt.TopLevelMixin:
        """A dot with its interval per group that cost anything, and the ratio that is sound."""
        table, label = charts.labelled(self.table, checks.names(self.parameters["by"]))
        paid = table.filter(
            pa.array([(low or 0) > 0 for low in table["ltv_to_cac_low"].to_pylist()], pa.bool_())
        )
        return charts.interval_dots(
            paid,
            label=label,
            value="ltv_to_cac",
            low="ltv_to_cac_low",
            high="ltv_to_cac_high",
            title="Lifetime value to cost of acquisition",
            form=".3~s",
            reference=config.LTV_CAC_SOUND,
            scale="log",
            n="n_new",
        )


def acquisition(
    customers: Any,
    spend: Any,
    *,
    orders: Any = None,
    subscriptions: Any = None,
    accounts: Any = None,
    by: str | Iterable[str] | None = ("channel",),
    as_of: datetime.date | str | None = None,
    months: float = 12,
    horizon_months: float = config.LTV_HORIZON_MONTHS,
    margin_share: float | None = None,
    confidence: float = config.CONFIDENCE,
    seed: int = config.SEED,
) -> AcquisitionResult:
    """CAC, revenue per customer, LTV:CAC and payback by channel, plan and segment.

    Args:
        customers: One row per person with `acquisition_channel` (see `tables.CUSTOMERS`).
        spend: Money by channel and day (see `tables.SPEND`).
        orders: Order lines; where they carry `margin_amount` it is used.
        subscriptions: Contracts with `mrr_amount`. Orders, subscriptions or both are needed;
            those of customers who are not in `customers` are left out.
        accounts: Organisations, for the plan of accounts and, by `employees`, their limit.
        by: Any of `channel`, `plan`, `segment` and further columns of customers; `None` gives
            one row.
        as_of: Last day of the window; `None` is the last day on which anything was spent,
            ordered or subscribed.
        months: Length of the window, for spend, new customers, revenue and departures alike.
        horizon_months: Longest lifetime that counts.
        margin_share: Share of revenue that is margin; `None` takes the recorded margin, and
            `config.ASSUMED_MARGIN_SHARE` of revenue for which there is none.
        confidence: Level of the intervals.
        seed: The same seed gives the same intervals.

    Returns:
        One row per group, largest first.

    Raises:
        ColumnError: If a column is missing.
        ParameterError: If neither orders nor subscriptions are given, or a setting is out of range.
        NotEnoughDataError: If nobody paid in the window.

    Source: see `AcquisitionResult.definition` for the formulas and their assumptions.

    >>> from datetime import date
    >>> people = {"customer_id": ["a", "b"], "acquisition_channel": ["ads", "ads"]}
    >>> money = {"channel": ["ads"], "campaign_id": ["ads"], "day": [date(2026, 6, 1)],
    ...          "spend_amount": [120.0]}
    >>> paid = {"subscription_id": ["1", "2"], "customer_id": ["a", "b"], "mrr_amount": [30.0, 50.0],
    ...         "started_on": [date(2026, 5, 1), date(2026, 5, 1)]}
    >>> result = acquisition(people, money, subscriptions=paid, margin_share=0.5)
    >>> row = result.summary()
    >>> row["cac_amount"], round(row["revenue_per_month_amount"]), round(row["payback_months"], 2)
    (60.0, 40, 3.0)
    """
    groups = checks.names(by)
    inputs = _inputs(customers, orders, subscriptions, accounts, groups)
    money = checks.table(spend)
    checks.columns(money, "channel", "day", "spend_amount")
    settings = _settings(margin_share, horizon_months, confidence, seed)
    checks.positive(months, "months")

    window = Window(checks.day(as_of, "as_of") or _last_day(money, inputs), months)
    return _answer(_measured(inputs, money, groups, window, settings), by)


def _measured(
    inputs: Inputs, spend: ir.Table, groups: tuple[str, ...], window: Window, settings: Settings
) -> Measured:
    """Two queries: what was paid by channel and group, and what was spent by channel."""
    cells = sums.fetch(payments.cells(inputs, window, groups))
    spent = sums.fetch(payments.spent(spend, window))
    if not len(cells["n"]):
        raise errors.NotEnoughDataError(
            f"Nobody paid in the {window.months:g} months up to {window.last}.",
            hint="check as_of=, or lengthen months=",
        )
    return Measured(cells=cells, spent=spent, window=window, settings=settings)


def _answer(measured: Measured, by: str | Iterable[str] | None) -> AcquisitionResult:
    """The result by groups that the cells know."""
    cells, settings, window = measured.cells, measured.settings, measured.window
    groups = checks.names(by)
    table, draws = _solved(cells, measured.spent, groups, settings)
    rows = table.to_pylist()
    cautions = (
        *_rich_warnings(rows, groups),
        *_margin_warnings(cells, settings.margin_share),
        *_spend_warnings(cells, measured.spent, window),
    )
    return AcquisitionResult(
        table=table,
        parameters={
            "by": by,
            "as_of": window.last,
            "months": window.months,
            "horizon_months": settings.horizon_months,
            "margin_share": settings.margin_share,
            "confidence": settings.confidence,
            "seed": settings.seed,
        },
        data={"customers": int(cells["n"].sum())},
        warnings=(*_few_warnings(rows, groups), *cautions),
        cautions=cautions,
        draws=draws,
        measured=measured,
    )


def _inputs(
    customers: Any, orders: Any, subscriptions: Any, accounts: Any, groups: tuple[str, ...]
) -> Inputs:
    if orders is None and subscriptions is None:
        raise errors.ParameterError(
            "Neither orders nor subscriptions were given, so that nobody paid anything.",
            hint="pass orders=, subscriptions= or both",
        )
    looked_up = [name for name in groups if name not in NAMED]
    people = checks.grouped(checks.table(customers), looked_up)
    checks.columns(people, "customer_id", "acquisition_channel")
    lines, contracts, firms = (
        None if table is None else checks.table(table)
        for table in (orders, subscriptions, accounts)
    )
    if lines is not None:
        checks.columns(lines, "customer_id", "ordered_at", "revenue_amount")
    if contracts is not None:
        who = "account_id" if "account_id" in contracts.columns else "customer_id"
        checks.columns(contracts, who, "started_on", "mrr_amount")
    if firms is not None:
        checks.columns(firms, "account_id")
    return Inputs(people, lines, contracts, firms)


def _settings(
    margin_share: float | None, horizon_months: float, confidence: float, seed: int
) -> Settings:
    checks.share(confidence, "confidence")
    checks.positive(horizon_months, "horizon_months")
    if margin_share is not None and not 0 < margin_share <= 1:
        raise errors.ParameterError(
            f"margin_share is {margin_share:g}, must be more than 0 and at most 1.",
            hint="for example margin_share=0.8",
        )
    return Settings(margin_share, horizon_months, confidence, seed)


def _last_day(spend: ir.Table, inputs: Inputs) -> datetime.date:
    found = sums.fetch(payments.latest(spend, inputs))["last_day"][0]
    if np.isnat(found):
        raise errors.NotEnoughDataError(
            "There is no order, subscription or spend.", hint="import them first"
        )
    day: datetime.date = found.astype("datetime64[D]").item()
    return day


def _solved(
    cells: sums.Columns, spent: sums.Columns, groups: tuple[str, ...], settings: Settings
) -> tuple[pa.Table, dict[str, Array]]:
    """The table of results, and the draws behind it."""
    group = unit_economics.grouped(cells, groups)
    spread = "channel" not in groups
    cac, cac_draws = unit_economics.costs(cells, spent, group, settings, spread=spread)
    worth = unit_economics.worth(cells, group, settings)
    markets = unit_economics.markets(cells, group)
    limit = np.array([config.PAYBACK_LIMIT_MONTHS[market] for market in markets])

    margin = worth["revenue"] * worth["margin_share"]
    ltv = margin * unit_economics.lifetime(worth["leaving"], settings.horizon_months)
    margin_draws = worth["revenue_draws"] * worth["margin_share"]
    life = unit_economics.lifetime(worth["leaving_draws"], settings.horizon_months)
    draws = {
        "cac": cac_draws,
        "margin_per_month": margin_draws,
        "ltv": margin_draws * life,
        "payback": _ratio(cac_draws, margin_draws),
    }
    ratio_draws = _ratio(draws["ltv"], cac_draws)

    def interval(name: str, value: Array, drawn: Array, unit: str = "") -> dict[str, Array]:
        low, high = unit_economics.ends(drawn, settings.confidence)
        return {f"{name}{unit}": value, f"{name}_low": low, f"{name}_high": high}

    columns: dict[str, Any] = {
        **{name: [key[place] for key in group.keys] for place, name in enumerate(groups)},
        "n_customers": worth["n"].astype(int),
        "n_new": worth["n_new"].astype(int),
        "spend_amount": np.where(worth["n_new"] > 0, cac * worth["n_new"], np.nan),
        **interval("cac", cac, cac_draws, "_amount"),
        **interval("revenue_per_month", worth["revenue"], worth["revenue_draws"], "_amount"),
        "margin_share": worth["margin_share"],
        "margin_per_month_amount": margin,
        **interval("churn_per_month", worth["leaving"], worth["leaving_draws"], "_share"),
        **interval("ltv", ltv, draws["ltv"], "_amount"),
        **interval("ltv_to_cac", _ratio(ltv, cac), ratio_draws),
        **interval("payback", _ratio(cac, margin), draws["payback"], "_months"),
        "market": markets,
        "payback_limit_months": limit,
        "p_beyond_limit": (draws["payback"] > limit).mean(axis=0),
        "p_below_cost": (ratio_draws < 1).mean(axis=0),
        "borrowed": worth["borrowed"] > 0,
    }
    return pa.table({name: _column(values) for name, values in columns.items()}), draws


def _ratio(above: Array, below: Array) -> Array:
    """The quotient; infinite where the lower number is not positive, unless the upper is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below > 0, above / below, np.where(above == 0, 0.0, np.inf))


def _column(values: Any) -> pa.Array:
    """The values as a column in which what cannot be said is empty."""
    if isinstance(values, np.ndarray) and values.dtype.kind == "f":
        return pa.array(values, mask=~np.isfinite(values))
    return pa.array(values)


def _few_warnings(rows: list[dict[str, Any]], groups: tuple[str, ...]) -> list[str]:
    few = sum(unit_economics.too_few(row) for row in rows)
    if not few:
        return []
    return [
        f"{few} of {len(rows)} {_each(groups)} won fewer than {config.MIN_GROUP} customers, too "
        "few to compare them."
    ]


def _rich_warnings(rows: list[dict[str, Any]], groups: tuple[str, ...]) -> list[str]:
    enough = [row for row in rows if not unit_economics.too_few(row)]
    rich = sum((row["ltv_to_cac"] or 0) > config.LTV_CAC_UNDERINVESTED for row in enough)
    if not rich:
        return []
    return [
        f"{rich} of {len(enough)} {_each(groups)}{_enough(rows, enough)} "
        f"{'brings' if rich == 1 else 'bring'} more than {config.LTV_CAC_UNDERINVESTED:g} times the "
        "cost: more could be spent there."
    ]


def _enough(rows: list[dict[str, Any]], enough: list[dict[str, Any]]) -> str:
    if len(rows) == len(enough):
        return ""
    return f" that won {config.MIN_GROUP} customers or more"


def _each(groups: tuple[str, ...]) -> str:
    """What the rows are, in words.

    >>> _each(("channel",)), _each(("birth_year",)), _each(("channel", "plan", "segment"))
    ('channels', 'groups by birth year', 'combinations of channel, plan and segment')
    """
    named = [group.replace("_", " ") for group in groups]
    if len(named) > 1:
        return f"combinations of {', '.join(named[:-1])} and {named[-1]}"
    if groups in {("channel",), ("plan",), ("segment",)}:
        return f"{groups[0]}s"
    return f"groups by {named[0]}" if named else "groups"


def _margin_warnings(cells: sums.Columns, margin_share: float | None) -> list[str]:
    words = []
    recorded, revenue = cells["revenue_with_margin"].sum(), cells["revenue"].sum()
    if margin_share is None and recorded < 0.999 * revenue:
        words.append(
            f"No margin is recorded for {1 - recorded / revenue:.0%} of revenue; "
            f"a margin of {config.ASSUMED_MARGIN_SHARE:.0%} is assumed there (setting: margin_share)."
        )
    return words


def _spend_warnings(cells: sums.Columns, spent: sums.Columns, window: Window) -> list[str]:
    words = []
    new: dict[str, float] = {}
    for channel, n in zip(cells["channel"], cells["n_new"], strict=True):
        new[channel] = new.get(channel, 0.0) + float(n)
    lost = {
        channel: amount
        for channel, amount in zip(spent["channel"], spent["spend"], strict=True)
        if amount > 0 and not new.get(channel)
    }
    if lost:
        words.append(
            f"{sum(lost.values()):,.0f} was spent on {', '.join(sorted(lost))}, which brought no "
            "customer: are channels named alike in customers and spend?"
        )
    free = sorted(
        {*new}
        - {c for c, amount in zip(spent["channel"], spent["spend"], strict=True) if amount > 0}
    )
    if free:
        words.append(f"No spend is recorded for {', '.join(free)}: acquisition counts as free.")
    started = min(spent["first_day"], default=window.end)
    if started > window.start + 2 * payments.DAYS_PER_MONTH:
        words.append(
            "Spend is recorded only for the last "
            f"{(window.end - started) / payments.DAYS_PER_MONTH:.0f} of {window.months:g} months: "
            "the cost of acquisition is understated; shorten months=."
        )
    return words
