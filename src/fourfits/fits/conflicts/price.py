"""Conflict 2: work is planned for a segment that does not accept the price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from fourfits import config, intervals
from fourfits.fits import evidence
from fourfits.fits.conflicts import found
from fourfits.fits.conflicts.found import Conflict, Feature, Remedy
from fourfits.fits.plan_prices import Market
from fourfits.fits.voices import Voices

REMEDIES_SHOWN = 3


def find(
    features: Sequence[Feature],
    markets: Mapping[str, Market],
    *,
    voices: Voices | None = None,
    seed: int = config.SEED,
) -> list[Conflict]:
    """One conflict per segment that work is planned for and that does not accept what it pays.

    Args:
        features: The work ahead.
        markets: Prices of each segment's plans, and its price study.
        voices: Who has which need, by segment: for segments that share it.
        seed: Of the draws.

    The share that accepts is averaged over the segment's plans by their customers; the conflict's
    probability is that of the share lying below the threshold of the market-pricing fit. Size: a
    year's revenue of the customers who do not accept their price.
    """
    conflicts = []
    for segment in dict.fromkeys(feature.segment for feature in features):
        market = markets.get(segment)
        if market is None:
            continue
        draws = _accepting(market, seed)
        threshold = config.FIT_SCALES["price_accepted_share"].threshold
        probability = float(np.mean(draws < threshold))
        if probability < config.CONFLICT_PROBABILITY:
            continue
        mine = [feature for feature in features if feature.segment == segment]
        remedies = [
            *_better_price(market, float(np.mean(draws))),
            *_accepting_segments(mine, segment, markets, voices, seed),
        ]
        conflicts.append(
            Conflict(
                kind="price",
                title=f"Planned for {segment}, who refuse the price",
                sentence=_sentence(
                    mine, segment, market, draws=draws, probability=probability, remedies=remedies
                ),
                segment=segment,
                size=_refusing(market, seed),
                probability=probability,
                owners="PM and PMM",
                features=mine,
                remedies=remedies,
            )
        )
    return conflicts


def _accepting(market: Market, seed: int, plans: Sequence[str] | None = None) -> evidence.Array:
    """Draws of the share that accepts its price, averaged over plans by their buyers.

    The same respondents judge every plan, so one quantile is drawn for all.
    """
    from scipy.special import betaincinv

    quantile = evidence.stream(seed, "accepting", market.group).random(config.DRAWS)
    draws, weights = [], []
    for plan in plans or market.plans:
        price, buyers = market.plans[plan]
        share, n = market.accepted(price)
        draws.append(betaincinv(share * n + 0.5, (1 - share) * n + 0.5, quantile))
        weights.append(buyers)
    return np.asarray(np.average(draws, axis=0, weights=weights))


def _refusing(market: Market, seed: int) -> evidence.Array:
    """A year's revenue of those who do not accept the price of their plan."""
    revenue = [
        12 * price * buyers * (1 - _accepting(market, seed, [plan]))
        for plan, (price, buyers) in market.plans.items()
    ]
    return np.asarray(np.sum(revenue, axis=0))


def _sentence(
    features: Sequence[Feature],
    segment: str,
    market: Market,
    *,
    draws: evidence.Array,
    probability: float,
    remedies: Sequence[Remedy],
) -> str:
    serve = "serves" if len(features) == 1 else "serve"
    low, high = (float(end) for end in intervals.percentile(draws))
    plans = ", ".join(
        f"{name} at {found.money(price)}" for name, (price, _) in market.plans.items()
    )
    threshold = config.FIT_SCALES["price_accepted_share"].threshold
    sentence = (
        f"{found.work(features)} {serve} {segment}, of whom {found.percent(float(np.mean(draws)))} "
        f"({found.percent(low)} to {found.percent(high)}) accept what they pay ({plans}); their acceptable range is "
        f"{found.money(market.low)} to {found.money(market.high)}, and a fit starts at "
        f"{found.percent(threshold)} ({found.likely(probability)})."
    )
    if not remedies:
        sentence += (
            " The data hold no remedy: no price that more of them accept, and no segment that has "
            "these needs and accepts its price."
        )
    return sentence


def _better_price(market: Market, accepting: float) -> list[Remedy]:
    """The optimal price of their own answers, where more of them accept it than today."""
    share, n = market.accepted(market.best)
    if share <= accepting:
        return []
    return [
        Remedy(
            kind="price",
            sentence=(
                f"Price: {found.money(market.best)} a month is accepted by {found.percent(share)} of {n:,} "
                f"asked, against {found.percent(accepting)} today at {found.money(market.price)} on average."
            ),
            numbers={
                "price_amount": market.best,
                "price_today_amount": market.price,
                "range_low_amount": market.low,
                "range_high_amount": market.high,
                "accepted_share": share,
            },
        )
    ]


def _accepting_segments(
    features: Sequence[Feature],
    segment: str,
    markets: Mapping[str, Market],
    voices: Voices | None,
    seed: int,
) -> list[Remedy]:
    """Segments that have the same needs and accept their price, those who pay most first."""
    if voices is None:
        return []
    threshold = config.FIT_SCALES["price_accepted_share"].threshold
    remedies = []
    for need in dict.fromkeys(feature.need for feature in features if feature.need):
        usual = np.mean([voices.share((name,), need) for name in markets])
        for name, market in markets.items():
            share, accepting = voices.share((name,), need), float(np.mean(_accepting(market, seed)))
            if name == segment or share == 0 or share < usual or accepting < threshold:
                continue
            revenue = share * sum(price * buyers for price, buyers in market.plans.values())
            remedies.append(
                Remedy(
                    kind="richer segment",
                    sentence=(
                        f"Richer segment: build it for {name}; {found.percent(share)} of them {voices.verb} "
                        f"({need}), and {found.percent(accepting)} accept the {found.money(market.price)} a "
                        f"month that they pay."
                    ),
                    numbers={
                        "segment": name,
                        "need": need,
                        "need_share": share,
                        "accepted_share": accepting,
                        "revenue_of_those_amount": revenue,
                    },
                )
            )
    remedies.sort(key=lambda remedy: -remedy.numbers["revenue_of_those_amount"])
    return remedies[:REMEDIES_SHOWN]
