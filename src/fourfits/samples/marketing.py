"""What it cost to be found: the tables `spend` and `touches`."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from fourfits.samples import columns, people, truth

CAMPAIGNS = ("brand", "offer")
_CLICK_SHARE, _LEAD_SHARE, _WIN_SHARE = 0.02, 0.12, 0.25


def spend(seed: int, crowd: people.People) -> pa.Table:
    """Spend by channel, campaign and day; over the history it is CAC times new customers.

    A new customer is a consumer or an account. Each day costs what its quarter's arrivals cost,
    with weekends cheaper, so that a channel's spend divided by its new customers is the planted
    cost of acquisition to the cent.
    """
    rng = columns.generator(seed, "spend")
    n_days = people.HISTORY_DAYS + 1
    first = crowd.today - people.HISTORY_DAYS
    weekend = np.where((first + np.arange(n_days) + 3) % 7 >= 5, 0.7, 1.0)
    cents = []
    for place, planted in enumerate(truth.CHANNELS.values()):
        new = (crowd.channel == place) & (crowd.place == 0)
        arrivals = np.bincount(crowd.started[new] - first, minlength=n_days)
        trend = _smooth(arrivals.astype(float))
        weight = (trend * weekend * rng.lognormal(0, 0.15, n_days))[:, None] * [0.6, 0.4]
        cents.append(_shared(weight.ravel(), int(arrivals.sum() * planted.cac_amount * 100)))
    amount = np.concatenate(cents)
    channel = np.repeat(np.arange(len(cents)), 2 * n_days)
    keep = amount > 0
    amount, channel = amount[keep], channel[keep]
    day = np.tile(np.repeat(first + np.arange(n_days), 2), len(cents))[keep]
    campaign = np.tile([0, 1], n_days * len(cents))[keep]
    cac = np.array([one.cac_amount for one in truth.CHANNELS.values()])[channel] * 100
    leads = rng.poisson(amount / (cac * _WIN_SHARE))
    clicks = leads + rng.poisson(leads * (1 / _LEAD_SHARE - 1) + 1)
    return columns.table(
        "spend",
        {
            "channel": columns.choice(channel, people.CHANNELS),
            "campaign_id": columns.choice(2 * channel + campaign, _campaigns()),
            "day": columns.days(day),
            "spend_amount": columns.money(amount),
            "impressions": clicks + rng.poisson(clicks * (1 / _CLICK_SHARE - 1)),
            "clicks": clicks,
            "leads": leads,
            "currency": truth.CURRENCY,
        },
    )


def touches(seed: int, crowd: people.People) -> pa.Table:
    """One to four touches of each person before sign-up; the last is the channel that won."""
    rng = columns.generator(seed, "touches")
    n = 1 + np.minimum(rng.poisson(0.9, crowd.n), 3)
    person = np.repeat(np.arange(crowd.n), n)
    last = np.cumsum(n) - 1
    channel = rng.integers(0, len(people.CHANNELS) - 1, len(person))
    channel[last] = crowd.channel
    before = rng.exponential(9.0, len(person)) + 0.5
    before[last] = 0.2 * rng.random(crowd.n)
    start = crowd.today - people.HISTORY_DAYS
    moment = columns.at(rng, np.maximum(crowd.started[person] - before, start))
    order = np.argsort(moment, kind="stable")
    campaign = 2 * channel + (rng.random(len(person)) < 0.4)
    return columns.table(
        "touches",
        {
            "touch_id": columns.ids("T", np.arange(len(person)), 8),
            "customer_id": crowd.ids(person[order]),
            "channel": columns.choice(channel[order], people.CHANNELS),
            "campaign_id": columns.choice(campaign[order], _campaigns()),
            "touched_at": columns.moments(moment[order]),
        },
    )


def _campaigns() -> list[str]:
    return [f"{channel}: {campaign}" for channel in people.CHANNELS for campaign in CAMPAIGNS]


def _smooth(arrivals: columns.Array) -> columns.Array:
    """Arrivals averaged over a quarter, so that small channels spend every day."""
    return np.convolve(arrivals, np.ones(91) / 91, mode="same")


def _shared(weight: columns.Array, cents: int) -> columns.Array:
    """Whole cents in proportion to the weights that add up to `cents` exactly."""
    total = weight.sum()
    if total == 0:
        return np.zeros(len(weight), np.int64)
    edges = np.rint(np.cumsum(weight) / total * cents).astype(np.int64)
    return np.diff(edges, prepend=0)
