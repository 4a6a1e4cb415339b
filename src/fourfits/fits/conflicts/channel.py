"""Conflict 3: the channel that brings most customers brings those who stay least."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from fourfits import config, intervals
from fourfits.fits.conflicts import found
from fourfits.fits.conflicts.found import Conflict, Feature, Remedy
from fourfits.fits.economics import Economics
from fourfits.fits.evidence import Piece
from fourfits.fits.voices import Voices

REMEDIES_SHOWN = 3


def find(
    features: Sequence[Feature],
    channels: Mapping[str, Economics],
    staying: Sequence[Piece],
    *,
    voices: Voices | None = None,
) -> list[Conflict]:
    """At most one conflict: about the channel that brings most customers.

    Args:
        features: The work ahead.
        channels: Acquisition by channel.
        staying: Retention of each channel's customers against the product's.
        voices: Who has which need, by channel.

    It is one when that channel's retention lies below the threshold of the product-channel fit
    with `config.CONFLICT_PROBABILITY`, no channel with enough customers keeps fewer, and the
    need that its customers have most, compared to others, is not planned. Size: the year's spend
    on those of its customers who leave and would have stayed at the product's retention.
    """
    kept = {piece.group[0]: piece for piece in staying if piece.n >= config.FIT_ENOUGH_CUSTOMERS}
    known = [channel for channel in channels if channel in kept]
    if not known:
        return []
    main = max(known, key=lambda channel: channels[channel].n_new)
    piece = kept[main]
    if piece.value > min(kept[channel].value for channel in known):
        return []
    threshold = config.FIT_SCALES["retention_against_product"].threshold
    probability = float(np.mean(piece.draws < threshold))
    wish = _wish(main, voices)
    if probability < config.CONFLICT_PROBABILITY or wish in {one.need for one in features}:
        return []
    remedies = _better(main, known, channels, kept)
    return [
        Conflict(
            kind="channel",
            title=f"{main} brings most, and they stay least",
            sentence=_sentence(
                main, channels[main], piece, probability=probability, wish=wish, remedies=remedies
            ),
            channel=main,
            size=channels[main].spend * np.clip(1 - piece.draws, 0, 1),
            probability=probability,
            owners="PM and PMM",
            features=[],
            remedies=remedies,
        )
    ]


def _wish(channel: str, voices: Voices | None) -> str | None:
    """The need that the channel's customers have most, compared to customers of all channels."""
    if voices is None or (channel,) not in voices.wanting:
        return None
    usual = {
        need: np.mean([voices.share(group, need) for group in voices.wanting])
        for need in voices.wanting[channel,]
    }
    return max(usual, key=lambda need: voices.share((channel,), need) - usual[need])


def _sentence(
    channel: str,
    economics: Economics,
    piece: Piece,
    *,
    probability: float,
    wish: str | None,
    remedies: Sequence[Remedy],
) -> str:
    low, high = intervals.percentile(piece.draws)
    sentence = (
        f"{channel} brought {economics.n_new:,} customers in the last year, more than any other channel; they "
        f"stay {piece.value:.2f} times ({low:.2f} to {high:.2f}) as often as all customers, "
        f"and a fit starts at "
        f"{config.FIT_SCALES['retention_against_product'].threshold:.2f} ({found.likely(probability)})."
    )
    if wish is not None:
        sentence += f" No planned work answers {wish}, the need that sets them apart."
    else:
        sentence += " Nothing is known of their needs."
    if not remedies:
        sentence += " The data hold no remedy: no other channel that pays back keeps its customers."
    return sentence


def _better(
    main: str,
    known: Sequence[str],
    channels: Mapping[str, Economics],
    kept: Mapping[str, Piece],
) -> list[Remedy]:
    """Channels that keep their customers and pay back, best kept first."""
    threshold = config.FIT_SCALES["retention_against_product"].threshold
    able = [
        channel
        for channel in known
        if channel != main
        and kept[channel].value >= threshold
        and channels[channel].p_beyond < 0.5
        and not channels[channel].too_few
    ]
    able.sort(key=lambda channel: -kept[channel].value)
    return [
        Remedy(
            kind="better channel",
            sentence=(
                f"Better channel: customers of {channel} stay {kept[channel].value:.2f} times as "
                f"often as all; it brought {channels[channel].n_new:,} in the last year for "
                f"{found.money(channels[channel].cac)} each."
            ),
            numbers={
                "channel": channel,
                "retention_against_product": kept[channel].value,
                "n_new": channels[channel].n_new,
                "cac_amount": channels[channel].cac,
            },
        )
        for channel in able[:REMEDIES_SHOWN]
    ]
