"""Market-pricing fit: is the market willing to pay the price?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Unpack

import numpy as np

from fourfits import checks, config, pricing
from fourfits.fits import evidence, inputs, plan_prices, scoring
from fourfits.fits.evidence import Gathered, Group, Judged, Piece

if TYPE_CHECKING:
    import ibis.expr.types as ir


RESPONDENTS = Judged("respondent")


@dataclass(frozen=True, kw_only=True)
class MarketPricingResult(scoring.FitResult):
    """Market-pricing fit, one row per segment and plan; columns as in `scoring.FitResult`.

    Attributes:
        prices: Monthly price by plan.
    """

    analysis: ClassVar[str] = "market_pricing"
    fit: ClassVar[str] = "market_pricing"
    definition: ClassVar[str] = (
        "Is the market willing to pay the price? Evidence: the share whose acceptable range holds "
        "it, revenue at this price against the best price of the demand curve, and reachable "
        "revenue against the goal where both are known. " + scoring.FitResult.definition
    )

    prices: Mapping[str, float]


def market_pricing(
    responses: Any,
    *,
    by: str | Iterable[str] | None = "segment",
    prices: plan_prices.Named = None,
    market_sizes: plan_prices.Named = None,
    goals: plan_prices.Named = None,
    confidence: float = config.CONFIDENCE,
    seed: int = config.SEED,
    **tables: Unpack[inputs.BesideResponses],
) -> MarketPricingResult:
    """Market-pricing fit by segment and plan: who accepts the price, and what it brings.

    Args:
        responses: Answers (see `tables.RESPONSES`) to the four price questions `too_cheap`,
            `cheap`, `expensive`, `too_expensive` (a month's price) and, for the demand curve, to
            `likely_at_cheap` and `likely_at_expensive`.
        by: Column or columns of the market; `None` takes it as a whole.
        prices: Monthly price by plan (`{"Plus": 19}` or `["Plus=19"]`); before any other.
        market_sizes: Possible customers by segment.
        goals: Goal for revenue in a year, by segment; only with `market_sizes`.
        confidence: Level of the intervals.
        seed: Of all draws.
        **tables: `customers` with their `plan`: which plans a segment has, and the weights of the
            overall score; without them each segment is asked about each plan. `products`, whose
            list price counts where `prices` are not given and a product has the plan's name.
            `subscriptions`, whose mean `mrr_amount` is the price of any other plan.
            `memberships`, for tables in memory.

    Returns:
        One row per segment and plan; evidence: share of respondents whose acceptable range holds
        the price, revenue at the price against the best price of the demand curve, and, with
        sizes and goals, reachable revenue (size x share that buys x price x 12) against the goal.

    Raises:
        NotEnoughDataError: If no plan has a price, or nobody answered the price questions.
        ParameterError: If a named number is not one.

    Source: docs/guides/four-fits.md states the mapping of evidence to scores; interval by Monte Carlo.

    >>> ask = {"too_cheap": 10, "cheap": 15, "expensive": 25, "too_expensive": 30}
    >>> answers = [(f"r{i}", q, p + i % 7) for i in range(60) for q, p in ask.items()]
    >>> ids, questions, values = zip(*answers)
    >>> result = market_pricing(
    ...     {"response_id": ids, "question_id": questions, "value_number": values,
    ...      "kind": ["number"] * len(ids)}, by=None, prices={"Plus": 20})
    >>> result.evidence.to_pylist()[0]["value"]
    1.0
    """
    groups = tuple(name for name in checks.names(by) if name != "plan")  # told apart anyway
    given = inputs.together(responses=responses, **tables)
    checks.share(confidence, "confidence")
    by_plan, origin = plan_prices.by_plan(
        plan_prices.numbers(prices, "prices"), given["products"], given["subscriptions"]
    )
    asked = _Asked(by, by_plan, market_sizes, goals, confidence, seed)
    sold = inputs.customers_by(given["customers"], (*groups, "plan"))

    market = _Market(groups, by_plan, sold, _reach(market_sizes, goals))
    solved = market.solved(given["responses"], confidence=confidence, seed=seed)
    return MarketPricingResult(
        **solved,
        prices=by_plan,
        parameters={**vars(asked)},
        data=inputs.counted(solved["evidence"]),
        warnings=(
            f"Plans are judged at {origin}.",
            *inputs.notes(given["customers"], (*groups, "plan"), solved["table"], RESPONDENTS),
        ),
    )


@dataclass(frozen=True)
class _Asked:
    """What can be set, with the prices that count."""

    by: str | Iterable[str] | None
    prices: Mapping[str, float]
    market_sizes: plan_prices.Named
    goals: plan_prices.Named
    confidence: float
    seed: int


def _reach(market_sizes: plan_prices.Named, goals: plan_prices.Named) -> dict[str, float]:
    """Possible customers for each unit of a year's goal, by segment."""
    sizes = plan_prices.numbers(market_sizes, "market_sizes")
    wanted = plan_prices.numbers(goals, "goals")
    return {name: sizes[name] / wanted[name] for name in wanted if name in sizes}


@dataclass(frozen=True)
class _Market:
    """Who is asked about which plan, at what price.

    Attributes:
        groups: What tells markets apart, beside the plan.
        prices: Monthly price by plan.
        sold: Customers by market and plan; none where they are not known.
        reach: Possible customers for each unit of a year's goal, by segment.
    """

    groups: tuple[str, ...]
    prices: Mapping[str, float]
    sold: Mapping[Group, int]
    reach: Mapping[str, float]

    @property
    def customers(self) -> dict[Group, int]:
        return {group: n for group, n in self.sold.items() if group[-1] in self.prices}

    def solved(self, responses: ir.Table | None, *, confidence: float, seed: int) -> dict[str, Any]:
        """The evidence that the answers give, and the scores made of it."""
        gathered, names = Gathered(), ["price_accepted_share", "revenue_to_best_share"]
        names += ["reachable_to_goal"] if self.reach else []
        gathered.add(
            "price_accepted_share", lambda: self.pieces(responses, seed), responses=responses
        )
        gathered.reasons.setdefault(
            "revenue_to_best_share", "nobody was asked how likely they would buy"
        )
        groups = (*self.groups, "plan")
        return scoring.solve(
            gathered,
            names,
            groups,
            self.customers,
            judged=RESPONDENTS,
            confidence=confidence,
            seed=seed,
        )

    def pieces(self, responses: ir.Table | None, seed: int) -> list[Piece]:
        """Who accepts each plan's price and what it brings, one piece per market and plan."""
        study = pricing.van_westendorp(
            responses, by=self.groups, seed=seed, draws=plan_prices.RESAMPLES
        )
        pieces = []
        for plan, price in self.prices.items():
            accepted = inputs.rows(study.accepted_share(price), self.groups)
            revenue = dict(inputs.rows(study.revenue_at(price), self.groups))
            for market, row in accepted:
                group = (*market, plan)
                if self.sold and group not in self.sold:
                    continue
                pieces.append(_accepted(group, row, seed))
                pieces += _revenue(group, {**row, **revenue[market]}, self.reach, seed)
        return pieces


def _accepted(group: Group, row: Mapping[str, Any], seed: int) -> Piece:
    share, n = row["accepted_share"], row["n_respondents"]
    rng = evidence.stream(seed, "price_accepted_share", group)
    return Piece(
        evidence="price_accepted_share",
        group=group,
        value=share,
        draws=evidence.share_draws(share * n, n, rng),
        n=n,
        table="responses",
    )


def _revenue(
    group: Group, row: Mapping[str, Any], reach: Mapping[str, float], seed: int
) -> list[Piece]:
    """Revenue at the price against the best price, and, where a goal is known, against the goal."""
    pieces = []
    for name, column, factor in (
        ("revenue_to_best_share", "revenue_to_best", 1.0),
        ("reachable_to_goal", "trial", 12 * row["price_amount"] * reach.get(group[0], np.nan)),
    ):
        value, low, high = (row[f"{column}_{end}"] for end in ("share", "low", "high"))
        if value is None or not np.isfinite(value * factor):
            continue
        rng = evidence.stream(seed, name, group)
        draws = np.clip(evidence.interval_draws(value, low, high, rng), 0, 1)  # they are shares
        pieces.append(
            Piece(
                evidence=name,
                group=group,
                value=value * factor,
                draws=draws * factor,
                n=row["n_respondents"],
                table="responses",
            )
        )
    return pieces
