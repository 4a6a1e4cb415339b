"""What a plan costs a month, and what each market says it would pay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from fourfits import checks, errors, sums
from fourfits.fits import inputs
from fourfits.fits.evidence import Group

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from fourfits import pricing

RESAMPLES = 500
"""Bootstrap resamples of the price study: enough for an interval that points are read from."""

Named = Mapping[str, float] | Iterable[str] | None
"""Numbers by name: a mapping, or texts such as `Plus=19`."""


@dataclass(frozen=True, kw_only=True)
class Market:
    """One market's prices and what it says about them.

    Attributes:
        group: The market, among those of the study.
        plans: Monthly price and number of buyers of each plan that it has.
        low: Lower end of the acceptable range (PMC).
        high: Upper end of the acceptable range (PME).
        best: The optimal price (OPP).
        study: The price study, of all markets.
    """

    group: Group
    plans: Mapping[str, tuple[float, int]]
    low: float
    high: float
    best: float
    study: pricing.VanWestendorpResult = field(repr=False)

    @property
    def price(self) -> float:
        """What a buyer pays today in a month, averaged over the plans."""
        prices, buyers = zip(*self.plans.values(), strict=True)
        return float(np.average(prices, weights=buyers))

    def accepted(self, price: float) -> tuple[float, int]:
        """Share of respondents whose acceptable range holds a price, and how many they are."""
        groups = checks.names(self.study.parameters["by"])
        row = dict(inputs.rows(self.study.accepted_share(price), groups))[self.group]
        return float(row["accepted_share"]), int(row["n_respondents"])


def markets(
    study: pricing.VanWestendorpResult, prices: Mapping[str, float], buyers: Mapping[Group, int]
) -> dict[str, Market]:
    """Each segment of a study with the plans that it buys.

    Args:
        study: The price study, by segment.
        prices: Monthly price by plan.
        buyers: Buyers by segment and plan.
    """
    found = {}
    for group, row in inputs.rows(study.table, checks.names(study.parameters["by"])):
        plans = {
            key[-1]: (prices[key[-1]], n)
            for key, n in buyers.items()
            if key[:-1] == group and key[-1] in prices
        }
        if plans:
            found[group[0]] = Market(
                group=group,
                plans=plans,
                low=row["pmc_amount"],
                high=row["pme_amount"],
                best=row["opp_amount"],
                study=study,
            )
    return found


def numbers(given: Named, name: str) -> dict[str, float]:
    """Numbers by name, from a mapping or from texts.

    >>> numbers(["Plus=19", "Team = 129"], "prices")
    {'Plus': 19.0, 'Team': 129.0}
    """
    if given is None:
        return {}
    pairs = (
        list(given.items())
        if isinstance(given, Mapping)
        else [text.rpartition("=")[::2] for text in ([given] if isinstance(given, str) else given)]
    )
    try:
        found = {str(key).strip(): float(value) for key, value in pairs}
    except ValueError as problem:
        raise errors.ParameterError(
            f"{name} holds {given!r}, must be numbers by name.", hint=f"for example {name}=Plus=19"
        ) from problem
    for key, value in found.items():
        checks.positive(value, f"{name} of {key!r}")
    return found


def by_plan(
    given: Mapping[str, float], products: ir.Table | None, subscriptions: ir.Table | None
) -> tuple[dict[str, float], str]:
    """Monthly price by plan, and which price that is: the one given, else listed, else observed.

    Raises:
        NotEnoughDataError: If none of them knows a plan's price.
    """
    if given:
        named = ", ".join(f"{plan} {price:g}" for plan, price in given.items())
        return dict(given), f"the monthly prices that were given ({named})"
    listed, observed = {}, {}
    if subscriptions is not None and {"plan", "mrr_amount"} <= set(subscriptions.columns):
        means = sums.fetch(
            subscriptions.filter(subscriptions.plan.notnull()).aggregate(
                by="plan", price=subscriptions.mrr_amount.mean()
            )
        )
        found = zip(means["plan"], means["price"].tolist(), strict=True)
        observed = {str(plan): price for plan, price in sorted(found) if price > 0}
    if products is not None and observed and {"name", "price_amount"} <= set(products.columns):
        plans = products.filter(products.name.isin(list(observed)))
        rows = sums.fetch(plans.aggregate(by="name", price=plans.price_amount.max()))
        listed = dict(zip(rows["name"], rows["price"].tolist(), strict=True))
    if not observed:
        raise errors.NotEnoughDataError(
            "No plan has a price.",
            hint="give `prices` (for example Plus=19), or import subscriptions with plan and mrr_amount",
        )
    origin = "what their subscriptions bring a month on average"
    if listed:
        origin = f"the list price of {', '.join(sorted(listed))}, other plans at {origin}"
    return observed | listed, origin
