"""Conflict 1: work is planned for a segment whose customers do not pay back what they cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from fourfits import config
from fourfits.fits.conflicts import found
from fourfits.fits.conflicts.found import Conflict, Feature, Remedy
from fourfits.fits.economics import Economics
from fourfits.fits.plan_prices import Market
from fourfits.fits.voices import Voices

REMEDIES_SHOWN = 3
"""Remedies of one kind that are worth a sentence."""


def find(
    features: Sequence[Feature],
    segments: Mapping[str, Economics],
    channels: Mapping[tuple[str, str], Economics],
    *,
    voices: Voices | None = None,
    markets: Mapping[str, Market] | None = None,
) -> list[Conflict]:
    """One conflict per segment that work is planned for and that pays back too late.

    Args:
        features: The work ahead.
        segments: Acquisition by segment.
        channels: Acquisition by segment and channel.
        voices: Who has which need, by segment: for segments that share it.
        markets: What each segment accepts to pay: for a price that restores payback.
    """
    conflicts = []
    for segment in dict.fromkeys(feature.segment for feature in features):
        economics = segments.get(segment)
        if economics is None or economics.too_few:
            continue
        if economics.p_beyond < config.CONFLICT_PROBABILITY:
            continue
        mine = [feature for feature in features if feature.segment == segment]
        remedies = [
            *_richer(mine, segment, segments, voices),
            *_cheaper(segment, channels),
            *_price(economics, (markets or {}).get(segment)),
        ]
        main = _main_channel(segment, channels)
        conflicts.append(
            Conflict(
                kind="unit economics",
                title=f"Planned for {segment}, who do not pay back",
                sentence=_sentence(
                    mine, segment, economics, main=main, channels=channels, remedies=remedies
                ),
                segment=segment,
                channel=main,
                size=economics.unrecovered,
                probability=economics.p_beyond,
                owners="PM and PMM",
                features=mine,
                remedies=remedies,
            )
        )
    return conflicts


def _main_channel(segment: str, channels: Mapping[tuple[str, str], Economics]) -> str | None:
    """The channel on which most is spent for the segment."""
    mine = {channel: one for (whose, channel), one in channels.items() if whose == segment}
    return max(mine, key=lambda channel: mine[channel].spend, default=None)


def _sentence(
    features: Sequence[Feature],
    segment: str,
    economics: Economics,
    *,
    main: str | None,
    channels: Mapping[tuple[str, str], Economics],
    remedies: Sequence[Remedy],
) -> str:
    serve = "serves" if len(features) == 1 else "serve"
    sentence = (
        f"{found.work(features)} {serve} {segment}, whose acquisition {_pays_back(economics)}; "
        f"the limit is {found.months(economics.limit)} "
        f"({found.likely(economics.p_beyond)})."
    )
    if main is not None:
        one = channels[segment, main]
        share = one.spend / sum(
            each.spend for (whose, _), each in channels.items() if whose == segment
        )
        sentence += f" {found.percent(share)} of what their acquisition costs goes to {main}, which {_pays_back(one)}."
    if not remedies:
        sentence += (
            f" The data hold no remedy: no other segment that has these needs pays back, "
            f"and no channel brings {segment} within the limit."
        )
    return sentence


def _richer(
    features: Sequence[Feature],
    segment: str,
    segments: Mapping[str, Economics],
    voices: Voices | None,
) -> list[Remedy]:
    """Segments that have the same needs and pay back in time, those who bring most first."""
    remedies = []
    for need in dict.fromkeys(feature.need for feature in features):
        if voices is None or not need:
            continue
        usual = np.mean([voices.share((name,), need) for name in segments])
        for name, one in segments.items():
            share = voices.share((name,), need)
            if name == segment or one.too_few or one.p_beyond >= 0.5:
                continue
            if share < usual or share == 0:
                continue
            monthly = share * one.n_customers * one.margin
            sentence = (
                f"Richer segment: build it for {name}; {found.percent(share)} of them {voices.verb} ({need}), "
                f"they bring {found.money(one.margin)} a month each, and their acquisition "
                f"{_pays_back(one)}."
            )
            remedies.append(
                Remedy(
                    kind="richer segment",
                    sentence=sentence,
                    numbers={
                        "segment": name,
                        "need": need,
                        "need_share": share,
                        "n_customers": one.n_customers,
                        "margin_per_month_amount": one.margin,
                        "margin_of_those_amount": monthly,
                        **_numbers(one),
                    },
                )
            )
    remedies.sort(key=lambda remedy: -remedy.numbers["margin_of_those_amount"])
    return remedies[:REMEDIES_SHOWN]


def _cheaper(segment: str, channels: Mapping[tuple[str, str], Economics]) -> list[Remedy]:
    """Channels that already bring this segment and pay back in time, the quickest first."""
    able = [
        (channel, one)
        for (whose, channel), one in channels.items()
        if whose == segment and one.p_beyond < 0.5 and not one.too_few
    ]
    able.sort(key=lambda pair: pair[1].payback)
    return [
        Remedy(
            kind="cheaper channel",
            sentence=(
                f"Cheaper channel: {channel} brings {segment} for {found.money(one.cac)} each and "
                f"{_pays_back(one)}; it brought {one.n_new:,} in the last year."
            ),
            numbers={
                "channel": channel,
                "n_new": one.n_new,
                "cac_amount": one.cac,
                **_numbers(one),
            },
        )
        for channel, one in able[:REMEDIES_SHOWN]
    ]


def _price(economics: Economics, market: Market | None) -> list[Remedy]:
    """The price that restores payback, where it lies in the range that the segment accepts.

    Margin is taken to grow with the price: the cost of serving stays as it is.
    """
    if market is None or not np.isfinite(economics.payback):
        return []
    needed = economics.margin * (economics.payback / economics.limit - 1)
    price = market.price + needed
    if not market.low <= price <= market.high:
        return []
    share, _ = market.accepted(price)
    return [
        Remedy(
            kind="price",
            sentence=(
                f"Price: {found.money(price)} a month instead of {found.money(market.price)} "
                f"restores payback and lies within the accepted range of {found.money(market.low)} "
                f"to {found.money(market.high)}; {found.percent(share)} accept it."
            ),
            numbers={
                "price_amount": price,
                "price_today_amount": market.price,
                "range_low_amount": market.low,
                "range_high_amount": market.high,
                "accepted_share": share,
            },
        )
    ]


def _pays_back(one: Economics) -> str:
    """`pays back in 41 months (35 to 52)`."""
    if not np.isfinite(one.payback):
        return "never pays back, since they bring no margin"
    low, high = (found.months(end) for end in (one.payback_low, one.payback_high))
    return f"pays back in {found.months(one.payback)} ({low.removesuffix(' months')} to {high.removesuffix(' months')})"


def _numbers(one: Economics) -> dict[str, float]:
    return {
        "payback_months": one.payback,
        "payback_low": one.payback_low,
        "payback_high": one.payback_high,
        "payback_limit_months": one.limit,
        "p_beyond_limit": one.p_beyond,
    }
