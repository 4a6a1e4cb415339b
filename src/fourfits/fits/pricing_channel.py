"""Pricing-channel fit: do revenue per customer and the cost of acquiring one balance?"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Unpack

import numpy as np

from fourfits import channels, checks, config
from fourfits.fits import economics, inputs, scoring
from fourfits.fits.economics import Economics
from fourfits.fits.evidence import Array, Gathered, Group, Judged, Piece

EVIDENCE = ("ltv_to_cac", "payback_to_limit")
WON = Judged("customer", "won in a year")
MOST = 100.0
"""Ratios are cut off here: acquisition that costs nothing has no larger one."""


@dataclass(frozen=True, kw_only=True)
class PricingChannelResult(scoring.FitResult):
    """Pricing-channel fit, one row per channel, plan and segment; columns as in `scoring.FitResult`.

    `n_customers` and `n_judged` are accounts and persons who paid for the first time in the last year.
    """

    analysis: ClassVar[str] = "pricing_channel"
    fit: ClassVar[str] = "pricing_channel"
    definition: ClassVar[str] = (
        "Do revenue per customer and the cost of acquiring one balance? Evidence: lifetime value "
        "to cost of acquisition, and months of payback against the limit of the market. "
        + scoring.FitResult.definition
    )
    assumptions: ClassVar[str] = channels.AcquisitionResult.assumptions
    source: ClassVar[str] = scoring.FitResult.source + " " + channels.AcquisitionResult.source


def pricing_channel(
    customers: Any,
    spend: Any,
    *,
    by: str | Iterable[str] = ("channel", "plan", "segment"),
    as_of: datetime.date | str | None = None,
    confidence: float = config.CONFIDENCE,
    seed: int = config.SEED,
    **tables: Unpack[inputs.BesideSpend],
) -> PricingChannelResult:
    """Pricing-channel fit by channel, plan and segment: what customers bring against their cost.

    Args:
        customers: Persons with `acquisition_channel`.
        spend: Money by channel and day (see `tables.SPEND`).
        by: Any of `channel`, `plan`, `segment` and further columns of customers.
        as_of: Last day of the year that is looked at; `None` is the last day on which anything
            was spent, ordered or subscribed.
        confidence: Level of the intervals.
        seed: Of all draws.
        **tables: `orders`, `subscriptions` or both; `accounts` for the limit of payback by size;
            `memberships`, for tables in memory.

    Returns:
        One row per group that won a customer in the year, strongest first; evidence: lifetime
        value to cost of acquisition, and months of payback against the limit for its market.

    Raises:
        ColumnError: If a column is missing.
        NotEnoughDataError: If no spend or no revenue is known.

    Source: see `channels.acquisition`.

    >>> from datetime import date
    >>> people = {"customer_id": ["a", "b"], "acquisition_channel": ["ads", "ads"]}
    >>> money = {"channel": ["ads"], "day": [date(2026, 6, 1)], "spend_amount": [120.0]}
    >>> paid = {"customer_id": ["a", "b"], "mrr_amount": [30.0, 50.0],
    ...         "started_on": [date(2026, 5, 1)] * 2}
    >>> fit = pricing_channel(people, money, by="channel", subscriptions=paid)
    >>> fit.table["channel"].to_pylist(), fit.table["n_evidence"].to_pylist()
    (['ads'], [2])
    """
    groups = checks.names(by)
    checks.share(confidence, "confidence")
    given = inputs.together(customers=customers, spend=spend, **tables)
    result = economics.acquisition(given, groups, as_of=checks.day(as_of, "as_of"), seed=seed)
    acquired = economics.by_group(result, groups)
    gathered = Gathered()
    for group, one in acquired.items():
        gathered.pieces += _pieces(group, one)
    solved = scoring.solve(
        gathered,
        EVIDENCE,
        groups,
        {group: one.n_new for group, one in acquired.items()},
        judged=WON,
        notes={group: _borrowed(one) for group, one in acquired.items()},
        confidence=confidence,
        seed=seed,
    )
    return PricingChannelResult(
        **solved,
        parameters={
            "by": groups,
            "as_of": result.parameters["as_of"],
            "confidence": confidence,
            "seed": seed,
        },
        data=dict(result.data),
        warnings=(
            *inputs.notes(given["customers"], groups, solved["table"], WON),
            *result.cautions,
        ),
    )


def _borrowed(one: Economics) -> str:
    """Whose customers a small group's worth rests on beside its own."""
    if not one.borrowed:
        return ""
    mostly = "mostly" if one.n_customers < config.MIN_GROUP else "partly"
    return f"What they bring is {mostly} borrowed from other channels."


def _pieces(group: Group, one: Economics) -> list[Piece]:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = _cut(np.append(one.ltv_draws / one.cac_draws, np.divide(one.ltv, one.cac)))
        payback = one.cac_draws / one.margin_draws
        months = _cut(np.append(payback, one.payback) / one.limit)
    return [
        Piece(
            evidence=name,
            group=group,
            value=float(values[-1]),
            draws=values[:-1],
            n=one.n_new,
            table="spend",
        )
        for name, values in (("ltv_to_cac", ratio), ("payback_to_limit", months))
    ]


def _cut(ratios: Array) -> Array:
    """Ratios up to `MOST`; nothing over nothing, where neither costs nor brings, is 0."""
    return np.asarray(np.minimum(np.nan_to_num(ratios, nan=0.0, posinf=MOST), MOST))
