"""Product-channel fit: is the product made for the channel that brings its customers?"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Unpack

import numpy as np

from fourfits import checks, config, errors, sums
from fourfits.fits import economics, evidence, inputs, scoring, staying, voices
from fourfits.fits.evidence import Gathered, Piece

if TYPE_CHECKING:
    import ibis.expr.types as ir

EVIDENCE = (
    "activation_against_best",
    "retention_against_product",
    "value_per_lead_against_median",
    "needs_covered_share",
)
GROUPS = ("channel",)
ACTIVATED = "activated"
"""The event that marks activation where a product records one."""


@dataclass(frozen=True, kw_only=True)
class ProductChannelResult(scoring.FitResult):
    """Product-channel fit, one row per channel; columns as in `scoring.FitResult`."""

    analysis: ClassVar[str] = "product_channel"
    fit: ClassVar[str] = "product_channel"
    definition: ClassVar[str] = (
        "Is the product made for the channel that brings its customers? Evidence: activation "
        "against the best channel that has enough customers, retention against the whole product, "
        "lifetime value per lead against the median channel, and the share of their needs that "
        "the product or the plan covers. " + scoring.FitResult.definition
    )


def product_channel(
    customers: Any,
    *,
    activation_days: int = config.ACTIVATION_DAYS,
    as_of: datetime.date | str | None = None,
    confidence: float = config.CONFIDENCE,
    seed: int = config.SEED,
    **tables: Unpack[inputs.BesideCustomers],
) -> ProductChannelResult:
    """Product-channel fit by channel: do its customers activate, stay, pay and find what they need?

    Args:
        customers: Persons with `acquisition_channel` and `signed_up_on`.
        activation_days: Days after signing up within which a customer activates.
        as_of: Last day that counts; `None` is the last moment in the data.
        confidence: Level of the intervals.
        seed: Of all draws.
        **tables: `events`: activation is the event `activated`, or, where nobody records one, any
            use on a later day than the first; `events`, else `orders`, and `subscriptions`: who
            stays; `spend` with `leads`, and `orders` or `subscriptions`: value per lead;
            `features`, with `responses` that rate the importance of needs or with `feedback` and
            `assignments`: which needs are answered.

    Returns:
        One row per channel, strongest first; the evidence that is missing is named.

    Raises:
        ColumnError: If the customers carry no channel.
        NotEnoughDataError: If there is no evidence at all.

    Source: docs/guides/four-fits.md states the mapping of evidence to scores; interval by Monte Carlo.

    >>> people = {"customer_id": [f"c{i}" for i in range(80)],
    ...           "acquisition_channel": ["ads", "search"] * 40, "signed_up_on": ["2025-01-01"] * 80}
    >>> import pyarrow as pa, datetime
    >>> people["signed_up_on"] = pa.array([datetime.date(2025, 1, 1)] * 80)
    >>> came = [f"c{i}" for i in range(80) if i % 2 or i % 4 == 0]
    >>> events = {"customer_id": [*came, "c0"], "event": ["activated"] * (len(came) + 1),
    ...           "occurred_at": pa.array([datetime.datetime(2025, 1, 3)] * len(came)
    ...                                   + [datetime.datetime(2025, 3, 1)])}
    >>> fit = product_channel(people, events=events)
    >>> {row["channel"]: row["value"] for row in fit.evidence.to_pylist() if row["n"]}
    {'ads': 0.5, 'search': 1.0}
    """
    checks.share(confidence, "confidence")
    last = checks.day(as_of, "as_of") if as_of is not None else None
    given = inputs.together(customers=customers, **tables)
    people = inputs.needed(given, "customers")
    checks.columns(people, "customer_id", "acquisition_channel")
    people = people.mutate(channel=people.acquisition_channel)

    gathered = _gathered(people, given, activation_days, last, seed)
    counts = inputs.customers_by(people, GROUPS)
    solved = scoring.solve(gathered, EVIDENCE, GROUPS, counts, confidence=confidence, seed=seed)
    return ProductChannelResult(
        **solved,
        parameters={
            "activation_days": activation_days,
            "as_of": last,
            "confidence": confidence,
            "seed": seed,
        },
        data=inputs.counted(solved["evidence"]),
        warnings=inputs.notes(people, GROUPS, solved["table"], scoring.CUSTOMERS),
    )


def _gathered(
    people: ir.Table,
    given: Mapping[str, ir.Table | None],
    activation_days: int,
    last: datetime.date | None,
    seed: int,
) -> Gathered:
    """Every kind of evidence that the tables carry, and why the others are missing."""
    gathered = Gathered()
    gathered.add(
        "activation_against_best",
        lambda: activation(people, given["events"], days=activation_days, as_of=last, seed=seed),
        events=given["events"],
    )
    gathered.add("retention_against_product", lambda: stays(given, last, seed))
    gathered.add(
        "value_per_lead_against_median",
        lambda: value_per_lead(given, last, seed),
        spend=given["spend"],
    )
    gathered.add(
        "needs_covered_share",
        lambda: covered(given, seed),
        features=given["features"],
    )
    return gathered


def activation(
    customers: ir.Table, events: ir.Table, *, days: int, as_of: datetime.date | None, seed: int
) -> list[Piece]:
    """Share of a channel's customers that activate, against the best channel that has enough.

    Raises:
        NotEnoughDataError: If nobody could be watched that long, or nobody activated.
    """
    found = sums.fetch(_activated(customers, events, days, as_of))
    n = found["n"]
    k = found["n_activated"] if found["n_activated"].sum() > 0 else found["n_returned"]
    enough = n >= config.FIT_ENOUGH_CUSTOMERS
    if not (k[enough] > 0).any():
        raise errors.NotEnoughDataError(
            f"No channel has {config.FIT_ENOUGH_CUSTOMERS} customers who signed up {days} days ago "
            "and were active since."
        )
    groups = inputs.keys(found, GROUPS)
    draws = [
        evidence.share_draws(k[place], n[place], evidence.stream(seed, "activation", group))
        for place, group in enumerate(groups)
    ]
    best = int(np.argmax(np.where(enough, k / n, -1)))
    return [
        Piece(
            evidence="activation_against_best",
            group=group,
            value=float(k[place] / n[place] / (k[best] / n[best])),
            draws=draws[place] / draws[best],
            n=int(n[place]),
            table="events",
        )
        for place, group in enumerate(groups)
    ]


def _activated(
    customers: ir.Table, events: ir.Table, days: int, as_of: datetime.date | None
) -> ir.Table:
    """Customers per channel, and those who did the event of activation, or came back, in time."""
    import ibis

    checks.columns(events, "customer_id", "event", "occurred_at")
    signed_up = checks.day_of(customers, "signed_up_on")
    last: Any = ibis.date(as_of) if as_of else events.occurred_at.max().as_scalar().date()
    asked = customers.select("customer_id", "channel", signed_up_on=signed_up)
    asked = asked.filter(asked.signed_up_on + ibis.interval(days=days) <= last)
    happened = events.select("customer_id", "event", day=events.occurred_at.date())
    early = asked.inner_join(happened, "customer_id")
    early = early.filter(
        early.day >= early.signed_up_on,
        early.day < early.signed_up_on + ibis.interval(days=days),
    )
    persons = early.aggregate(
        by="customer_id",
        activated=(early.event == ACTIVATED).ifelse(1, 0).max(),
        returned=(early.day > early.signed_up_on).ifelse(1, 0).max(),
    )
    known = asked.left_join(persons, "customer_id").filter(asked.channel.notnull())
    return known.aggregate(
        by="channel",
        n=known.count(),
        n_activated=known.activated.fill_null(0).sum(),
        n_returned=known.returned.fill_null(0).sum(),
    )


def stays(
    given: Mapping[str, ir.Table | None], as_of: datetime.date | None, seed: int
) -> list[Piece]:
    """Who of a channel's customers stays, against all customers of their kind."""
    rows = staying.staying(given, ("acquisition_channel",), as_of, seed)
    pieces = []
    for row in staying.chosen(rows):
        ratio, draws = staying.against_all(row, rows)
        pieces.append(
            Piece(
                evidence="retention_against_product",
                group=row.group,
                value=ratio,
                draws=draws,
                n=row.n,
                table=row.table,
            )
        )
    return pieces


def value_per_lead(
    given: Mapping[str, ir.Table | None], as_of: datetime.date | None, seed: int
) -> list[Piece]:
    """Lifetime value of the customers whom a channel won in a year, by lead, against the median.

    How many leads became customers is drawn from its Gamma posterior (Poisson, Jeffreys' prior).

    Raises:
        NotEnoughDataError: If no channel has both leads and new customers.
    """
    spend = inputs.needed(given, "spend")
    checks.columns(spend, "leads")
    result = economics.acquisition(given, GROUPS, as_of=as_of, seed=seed)
    acquired = economics.by_group(result, GROUPS)
    found = sums.fetch(_leads(spend, result.parameters["as_of"]))
    leads = {
        group: n for group, n in zip(inputs.keys(found, GROUPS), found["n"], strict=True) if n > 0
    }
    known = sorted(group for group in acquired if group in leads)
    if not known:
        raise errors.NotEnoughDataError("No channel has both leads and new customers.")
    values, draws = [], []
    for group in known:
        one, rng = acquired[group], evidence.stream(seed, "value_per_lead", group)
        values.append(one.ltv * one.n_new / leads[group])
        draws.append(one.ltv_draws * rng.gamma(one.n_new + 0.5, size=config.DRAWS) / leads[group])
    median, drawn = np.median(values), np.median(draws, axis=0)
    if median <= 0:
        raise errors.NotEnoughDataError("Leads of the median channel bring nothing.")
    return [
        Piece(
            evidence="value_per_lead_against_median",
            group=group,
            value=float(value / median),
            draws=each / np.maximum(drawn, 1e-9),
            n=int(leads[group]),
            table="spend",
        )
        for group, value, each in zip(known, values, draws, strict=True)
    ]


def _leads(spend: ir.Table, last: datetime.date) -> ir.Table:
    """Leads by channel in the year that ends with a day."""
    import ibis

    day = checks.day_of(spend, "day")
    end = ibis.date(last)
    year = spend.filter(day <= end, day > end - ibis.interval(months=economics.MONTHS))
    return year.aggregate(by="channel", n=year.leads.sum())


def covered(given: Mapping[str, ir.Table | None], seed: int) -> list[Piece]:
    """Share of the needs that a channel's customers have which the product or plan answers.

    A person who has a need counts once for it; a need is answered by a feature that is planned,
    being built or shipped.

    Raises:
        NotEnoughDataError: If no need that somebody has is named by a feature.
    """
    features = inputs.needed(given, "features")
    checks.columns(features, "need", "status")
    listed = sums.fetch(features.select("need", "status").distinct())
    found = voices.wanted(given, ("acquisition_channel",), {*listed["need"]} - {None})
    if found is None:
        raise errors.NotEnoughDataError(
            "No feature answers a need that customers rated or voiced.",
            hint="`features.need` and `importance:NEED`, or `assignments.theme`, use the same names",
        )
    answered = {
        need
        for need, status in zip(listed["need"], listed["status"], strict=True)
        if status in config.COMMITTED_STATUSES
    }
    pieces = []
    for group, persons in found.wanting.items():
        n = sum(persons.values())
        k = sum(wanting for need, wanting in persons.items() if need in answered)
        if n:
            rng = evidence.stream(seed, "needs_covered_share", group)
            pieces.append(
                Piece(
                    evidence="needs_covered_share",
                    group=group,
                    value=k / n,
                    draws=evidence.share_draws(k, n, rng),
                    n=n,
                    table=found.table,
                )
            )
    return pieces
