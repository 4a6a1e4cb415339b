"""Conflict 3: the channel that brings most customers brings those who stay least."""

from __future__ import annotations

import numpy as np

from fourfits import config
from fourfits.fits import economics, evidence, voices
from fourfits.fits.conflicts import channel, found


def costs(n: int, *, p: float = 0.0) -> economics.Economics:
    return economics.Economics(
        n_customers=n,
        n_new=n,
        cac=10.0,
        margin=2.0,
        payback=5.0,
        payback_low=4.0,
        payback_high=6.0,
        limit=12.0,
        p_beyond=p,
        ltv=50.0,
        cac_draws=np.full(10, 10.0),
        margin_draws=np.full(10, 2.0),
        ltv_draws=np.full(10, 50.0),
    )


def stays(name: str, ratio: float, n: int = 100) -> evidence.Piece:
    return evidence.Piece(
        evidence="retention_against_product",
        group=(name,),
        value=ratio,
        draws=np.full(config.DRAWS, ratio),
        n=n,
        table="events",
    )


CHANNELS = {"ads": costs(500), "friends": costs(100), "search": costs(200, p=0.9)}
STAYING = [stays("ads", 0.5), stays("friends", 1.3), stays("search", 1.1)]
WANTED = voices.Voices(
    wanting={("ads",): {"rent": 9, "quiet": 5}, ("friends",): {"rent": 1, "quiet": 5}},
    asked={("ads",): {"rent": 10, "quiet": 10}, ("friends",): {"rent": 10, "quiet": 10}},
    table="responses",
)


def work(need: str) -> found.Feature:
    return found.Feature(
        feature_id=need, name=need, status="planned", need=need, segment="all", effort=1.0
    )


def test_the_largest_channel_that_keeps_fewest_is_a_conflict() -> None:
    conflict = channel.find([work("quiet")], CHANNELS, STAYING, voices=WANTED)[0]

    assert conflict.channel == "ads"
    assert (
        "ads brought 500 customers in the last year, more than any other channel"
        in conflict.sentence
    )
    assert "No planned work answers rent" in conflict.sentence
    assert conflict.row(0.95)["size_amount"] == 500 * 10 * 0.5


def test_channels_that_keep_their_customers_and_pay_back_are_remedies() -> None:
    conflict = channel.find([], CHANNELS, STAYING, voices=WANTED)[0]

    assert [one.numbers["channel"] for one in conflict.remedies] == ["friends"]


def test_planned_work_for_their_need_settles_it() -> None:
    assert channel.find([work("rent")], CHANNELS, STAYING, voices=WANTED) == []


def test_another_channel_that_keeps_fewer_settles_it() -> None:
    staying = [stays("ads", 0.5), stays("friends", 0.4), stays("search", 1.1)]

    assert channel.find([], CHANNELS, staying, voices=WANTED) == []


def test_a_channel_that_keeps_its_customers_is_no_conflict() -> None:
    staying = [stays("ads", 0.95), stays("friends", 1.3)]

    assert channel.find([], CHANNELS, staying, voices=WANTED) == []


def test_nothing_is_said_without_retention() -> None:
    assert channel.find([], CHANNELS, [], voices=WANTED) == []
