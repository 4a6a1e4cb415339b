"""What customers of a group cost and bring, as the fits and conflicts read it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from fourfits import channels, config, errors
from fourfits.fits import inputs
from fourfits.fits.evidence import Array, Group

if TYPE_CHECKING:
    import ibis.expr.types as ir

MONTHS = 12
"""Length of the window: the last year."""


@dataclass(frozen=True, kw_only=True)
class Economics:
    """Acquisition of one group in the last year. A customer is an account or a person.

    Attributes:
        n_customers: Customers who paid.
        n_new: Customers who paid for the first time.
        cac: Cost of acquiring one.
        margin: What one brings in a month, after the cost of serving them.
        payback: Months until one has paid back; infinite where they bring nothing.
        payback_low: Lower end of its interval.
        payback_high: Upper end.
        limit: Months within which they should.
        p_beyond: Probability that payback takes longer than the limit.
        ltv: Lifetime value of one.
        cac_draws: What the cost may be.
        margin_draws: What the margin may be.
        ltv_draws: What the lifetime value may be.
        borrowed: Whether what they bring leans on customers of other channels.
    """

    n_customers: int
    n_new: int
    cac: float
    margin: float
    payback: float
    payback_low: float
    payback_high: float
    limit: float
    p_beyond: float
    ltv: float
    cac_draws: Array = field(repr=False)
    margin_draws: Array = field(repr=False)
    ltv_draws: Array = field(repr=False)
    borrowed: bool = False

    @property
    def too_few(self) -> bool:
        """Whether it won too few to be judged, or recommended."""
        return self.n_new < config.MIN_GROUP

    @property
    def spend(self) -> float:
        """What acquiring the new customers of the year cost."""
        return self.n_new * self.cac

    @property
    def unrecovered(self) -> Array:
        """Draws of the part of that spend that is not paid back within the limit."""
        lacking = self.cac_draws - self.limit * self.margin_draws
        return np.asarray(self.n_new * np.maximum(lacking, 0))


def acquisition(
    given: Mapping[str, ir.Table | None],
    by: Sequence[str],
    *,
    as_of: datetime.date | None,
    seed: int,
) -> channels.AcquisitionResult:
    """Unit economics of the last year by group.

    Raises:
        NotEnoughDataError: If no spend or no revenue is known.
    """
    if given["orders"] is None and given["subscriptions"] is None:
        raise errors.NotEnoughDataError("no data for orders or subscriptions")
    return channels.acquisition(
        given["customers"],
        inputs.needed(given, "spend"),
        orders=given["orders"],
        subscriptions=given["subscriptions"],
        accounts=given["accounts"],
        by=tuple(by),
        as_of=as_of,
        months=MONTHS,
        seed=seed,
    )


def by_group(result: channels.AcquisitionResult, by: Sequence[str]) -> dict[Group, Economics]:
    """Each group whose cost of acquisition is known; those whose group is unknown are left out."""
    found = {}
    for place, row in enumerate(result.table.to_pylist()):
        group = tuple(str(row[name]) for name in by)
        if row["cac_amount"] is None or not row["n_new"] or "unknown" in group:
            continue
        ends = {name: row[name] for name in ("payback_months", "payback_low", "payback_high")}
        payback, low, high = (np.inf if end is None else end for end in ends.values())
        found[group] = Economics(
            n_customers=row["n_customers"],
            n_new=row["n_new"],
            cac=row["cac_amount"],
            margin=row["margin_per_month_amount"],
            payback=payback,
            payback_low=low,
            payback_high=high,
            limit=row["payback_limit_months"],
            p_beyond=row["p_beyond_limit"],
            ltv=row["ltv_amount"],
            cac_draws=result.draws["cac"][:, place],
            margin_draws=result.draws["margin_per_month"][:, place],
            ltv_draws=result.draws["ltv"][:, place],
            borrowed=row["borrowed"],
        )
    if not found:
        raise errors.NotEnoughDataError(
            f"No new customer paid in the {MONTHS} months up to {result.parameters['as_of']}."
        )
    return found
