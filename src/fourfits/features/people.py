"""How many customers have a need, said or unsaid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfits import checks, intervals, sums
from fourfits.needs import voices

if TYPE_CHECKING:
    import ibis.expr.types as ir

CONCENTRATIONS = np.geomspace(1, 1e5, 41)
"""How alike segments may be: prior people at the product's rate, from one to nearly equal rates."""


@dataclass(frozen=True)
class Mentions:
    """Who spoke and who mentioned what, by segment.

    Attributes:
        size: Customers of each segment.
        spoke: Those of them who said anything.
        people: Those who mentioned each need; one row per need, one column per segment.
    """

    size: sums.Array
    spoke: sums.Array
    people: sums.Array


@dataclass(frozen=True)
class Estimate:
    """Customers who have each need, one element per need."""

    people: sums.Array
    low: sums.Array
    high: sums.Array
    silent_share: sums.Array


def segments(items: ir.Table, customers: Any, members: ir.Table | None) -> ir.Table:
    """`size` and `spoke` (people), one row per segment."""
    import ibis

    speakers = items.filter(items.customer_id.notnull()).select("customer_id").distinct()
    everyone = speakers
    if customers is not None:
        known = checks.table(customers).select("customer_id")
        everyone = ibis.union(known, speakers, distinct=True)
    said = everyone.left_join(speakers.mutate(spoke=ibis.literal(1)), "customer_id")
    counted = voices.in_segments(said.drop("customer_id_right"), members)
    sizes = counted.group_by("segment").agg(size=counted.count(), spoke=counted.spoke.sum())
    return sizes.mutate(spoke=sizes.spoke.fill_null(0)).order_by("segment")


def mentions(stated: ir.Table, members: ir.Table | None) -> ir.Table:
    """`n_items`, `n_people`, of these `n_contacts` of accounts, and the sum of moments.

    One row per need and segment.
    """
    rows = voices.in_segments(stated, members)
    counts = rows.group_by("need", "segment").agg(
        n_items=rows.count(),
        n_people=rows.customer_id.nunique(),
        n_contacts=rows.customer_id.nunique(where=rows.account_id.notnull()),
        n_dated=rows.occurred_at.count(),
        seconds=rows.occurred_at.cast("timestamp").epoch_seconds().cast("float64").sum(),
    )
    return counts.order_by("need", "segment")


def estimate(found: Mentions, *, draws: int, seed: int, confidence: float) -> Estimate:
    """Customers who have each need, whether they spoke or not.

    In each segment the rate among those who spoke is shrunk towards the need's rate over all
    segments, the more so the fewer spoke; how far is read from the data (the beta-binomial
    concentration of highest marginal likelihood over all needs and segments). The rate times the
    segment's size is summed. Interval: rates drawn from their posterior.
    """
    k, spoke, size = found.people, found.spoke, found.size
    rate = (k.sum(axis=1) + 0.5) / (spoke.sum() + 1)
    strength = concentration(k, spoke)
    shrunk = (k + strength * rate[:, None]) / (spoke + strength)
    rng = np.random.default_rng(seed)
    low, high = np.empty(len(k)), np.empty(len(k))
    for need, row in enumerate(k):
        total = row.sum()
        overall = rng.beta(total + 0.5, spoke.sum() - total + 0.5, draws)[:, None]
        a, b = row + strength * overall, spoke - row + strength * (1 - overall)
        drawn = rng.beta(np.maximum(a, 1e-9), np.maximum(b, 1e-9)) @ size
        low[need], high[need] = intervals.percentile(drawn, confidence)
    people = shrunk @ size
    silent = shrunk @ (size - spoke) / np.maximum(people, 1e-12)
    return Estimate(people, np.minimum(low, people), np.maximum(high, people), silent)


def concentration(k: sums.Array, spoke: sums.Array) -> float:
    """Prior people behind the product's rate: few where segments differ, many where they agree.

    Source: empirical Bayes by marginal likelihood, Gelman et al. (2013), Bayesian Data Analysis,
    chapter 5.
    """
    from scipy.special import betaln

    spoken = spoke > 0
    if spoken.sum() < 2 or k.sum() == 0:
        return float(CONCENTRATIONS[-1])
    k, n = k[k.sum(axis=1) > 0][:, spoken], spoke[spoken]
    rate = np.clip(k.sum(axis=1, keepdims=True) / n.sum(), 1e-9, 1 - 1e-9)
    fit = [
        (betaln(k + m * rate, n - k + m * (1 - rate)) - betaln(m * rate, m * (1 - rate))).sum()
        for m in CONCENTRATIONS
    ]
    return float(CONCENTRATIONS[int(np.argmax(fit))])
