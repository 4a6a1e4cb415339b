"""The list of analyses: what each is called, which tables it reads, where it stands.

The command line, the report and the rules in `tests/rules/` all read this one list. A function
is imported when its analysis runs, not before.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fourfits import errors

if TYPE_CHECKING:
    from fourfits import results, sources


@dataclass(frozen=True)
class Analysis:
    """One analysis.

    Attributes:
        name: What `fourfits analyse` calls it.
        path: `package.module:function`.
        inputs: Canonical tables, passed to the function's first parameters in this order.
        optional: Tables that are passed as keywords of the same name where the source has them.
        keeps: The derived table that its result fills, see `sources.Data.keep`.
        meaning: What it answers, in a line.
    """

    name: str
    path: str
    inputs: tuple[str, ...]
    meaning: str
    optional: tuple[str, ...] = ()
    keeps: str = ""

    @property
    def function(self) -> Callable[..., results.Result]:
        """The function, imported now."""
        module, _, name = self.path.partition(":")
        found: Callable[..., results.Result] = getattr(importlib.import_module(module), name)
        return found

    @property
    def parameters(self) -> dict[str, inspect.Parameter]:
        """What can be set with `--set`, by name; tables are the parameters of type `Any`."""
        given = inspect.signature(self.function).parameters
        return {
            name: parameter
            for name, parameter in given.items()
            if parameter.annotation != "Any" and parameter.kind is not parameter.VAR_KEYWORD
        }

    def run(self, data: sources.Data, **settings: Any) -> results.Result:
        """Run it on a source; prices and currency of its home are used unless others are given.

        Raises:
            TableError: If the source lacks one of the inputs.
            ParameterError: If a setting is unknown.
        """
        allowed = self.parameters
        unknown = sorted(set(settings) - set(allowed))
        if unknown:
            raise errors.ParameterError(
                f"{self.name} has no parameter {', '.join(unknown)}; "
                f"it has {', '.join(allowed) or 'none'}.",
                hint=f"`fourfits analyses {self.name}` describes each",
            )
        tables = [data.table(name) for name in self.inputs]
        more = {name: data.table(name) for name in self.optional if name in data}
        if "prices" in allowed and data.workspace.prices:
            settings.setdefault("prices", dict(data.workspace.prices))
        if "currency" in allowed and data.home is not None:
            settings.setdefault("currency", data.workspace.currency)
        return self.function(*tables, **more, **settings)


_FITS = (
    "responses",
    "events",
    "orders",
    "subscriptions",
    "accounts",
    "spend",
    "products",
    "features",
    "feedback",
    "assignments",
    "deals",
    "memberships",
)
"""What the scorecard and the conflicts read beside the customers."""

_ALL = (
    Analysis(
        "nps",
        "fourfits.surveys.nps:nps",
        ("responses",),
        "Net promoter score with its interval, by group.",
    ),
    Analysis(
        "pmf",
        "fourfits.surveys.pmf:pmf",
        ("responses",),
        'Sean Ellis score: who would be "very disappointed" without the product.',
    ),
    Analysis(
        "rfm",
        "fourfits.segments.rfm:rfm",
        ("orders",),
        "Named segments by recency, frequency and money, with shares of customers and revenue.",
        keeps="memberships",
    ),
    Analysis(
        "bg_nbd",
        "fourfits.customers.lifetime.bg_nbd:bg_nbd",
        ("orders",),
        "How often customers buy while active, and how they drop out (no contract).",
    ),
    Analysis(
        "gamma_gamma",
        "fourfits.customers.lifetime.gamma_gamma:gamma_gamma",
        ("orders",),
        "How much customers spend per purchase.",
    ),
    Analysis(
        "lifetime_value",
        "fourfits.customers.lifetime.lifetime_value:lifetime_value",
        ("orders",),
        "What today's customers will bring within a year or any horizon, by group.",
        keeps="values",
    ),
    Analysis(
        "shifted_beta_geometric",
        "fourfits.customers.lifetime.shifted_beta_geometric:shifted_beta_geometric",
        ("subscriptions",),
        "How long customers with a contract stay, projected beyond what was seen.",
    ),
    Analysis(
        "retention",
        "fourfits.kpis.retention:retention",
        ("events",),
        "Who comes back period by period, by cohort, and where the curve levels off.",
        ("customers",),
    ),
    Analysis(
        "survival",
        "fourfits.kpis.survival:survival",
        ("subscriptions",),
        "Share of contracts that are still there after a year or any number of months.",
    ),
    Analysis(
        "themes",
        "fourfits.needs.themes:themes",
        ("feedback",),
        "What customers speak of, found in their texts: size, money, trend, quotes.",
        optional=("customers", "accounts", "subscriptions", "orders"),
        keeps="assignments",
    ),
    Analysis(
        "tally",
        "fourfits.needs.themes.tally:tally",
        ("feedback", "assignments"),
        "How large each need is that feedback was assigned to, how it moves, in whose words.",
        optional=("customers", "memberships", "accounts", "subscriptions", "orders"),
    ),
    Analysis(
        "demand",
        "fourfits.features.demand:demand",
        ("feedback",),
        "How many people and how much money of accounts want each need or feature.",
        optional=(
            "features",
            "assignments",
            "customers",
            "memberships",
            "accounts",
            "deals",
            "subscriptions",
        ),
    ),
    Analysis(
        "scores",
        "fourfits.features.scores:scores",
        ("features",),
        "RICE, ICE, WSJF, cost of delay or weighted score of each feature.",
    ),
    Analysis(
        "ranking",
        "fourfits.features.ranking:ranking",
        ("features",),
        "Order of features with rank intervals, the chance to be chosen, what to learn first.",
    ),
    Analysis(
        "van_westendorp",
        "fourfits.pricing.van_westendorp:van_westendorp",
        ("responses",),
        "Acceptable price range, optimal prices and demand curve, by group.",
    ),
    Analysis(
        "acquisition",
        "fourfits.channels.acquisition:acquisition",
        ("customers", "spend"),
        "Cost of acquiring a customer against lifetime value, and payback, by channel.",
        optional=("orders", "subscriptions", "accounts"),
    ),
    Analysis(
        "experiment",
        "fourfits.experiments.analysis:experiment",
        ("exposures",),
        "Effect of every arm of an experiment, and whether it may be believed.",
        optional=("orders",),
    ),
    Analysis(
        "forecast",
        "fourfits.roadmap.forecast:forecast",
        ("deliveries",),
        "When open work will be done and how many items by a date, with probabilities.",
    ),
    Analysis(
        "allocation",
        "fourfits.roadmap.allocation:allocation",
        ("deliveries", "features"),
        "Which team should build which feature, and what each other choice would cost.",
    ),
    Analysis(
        "product_market",
        "fourfits.fits.product_market:product_market",
        ("responses",),
        "Product–market fit by segment: who would miss it, who stays, whose needs it meets.",
        optional=("customers", "events", "orders", "subscriptions", "accounts", "memberships"),
    ),
    Analysis(
        "product_channel",
        "fourfits.fits.product_channel:product_channel",
        ("customers",),
        "Product–channel fit: do a channel's customers activate, stay, pay, find what they need?",
        optional=(
            "events",
            "orders",
            "subscriptions",
            "accounts",
            "spend",
            "features",
            "responses",
            "feedback",
            "assignments",
        ),
    ),
    Analysis(
        "pricing_channel",
        "fourfits.fits.pricing_channel:pricing_channel",
        ("customers", "spend"),
        "Pricing–channel fit by channel, plan and segment: LTV:CAC and payback.",
        optional=("orders", "subscriptions", "accounts", "memberships"),
    ),
    Analysis(
        "market_pricing",
        "fourfits.fits.market_pricing:market_pricing",
        ("responses",),
        "Market–pricing fit by segment and plan: who accepts the price, and what it brings.",
        optional=("customers", "subscriptions", "products", "memberships"),
    ),
    Analysis(
        "scorecard",
        "fourfits.fits.scorecard:scorecard",
        ("customers",),
        "The four fits, over all customers and by group, with what holds each back.",
        optional=_FITS,
    ),
    Analysis(
        "conflicts",
        "fourfits.fits.conflicts:conflicts",
        ("features", "customers"),
        "Where the plan and the fits contradict each other, with size, owners and remedies.",
        optional=tuple(name for name in _FITS if name != "features"),
    ),
)

ALL: dict[str, Analysis] = {analysis.name: analysis for analysis in _ALL}
"""Every analysis by name."""


def named(name: str) -> Analysis:
    """The analysis of that name.

    Raises:
        ParameterError: If there is none; the message lists them.
    """
    if name not in ALL:
        raise errors.ParameterError(
            f"There is no analysis {name!r}; there are {', '.join(ALL)}.",
            hint="`fourfits analyses` describes each",
        )
    return ALL[name]
