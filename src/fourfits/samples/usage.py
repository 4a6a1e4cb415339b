"""What people do in the product: the table `events`."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from fourfits.samples import columns, people, truth

FEATURES = (
    "brew timer",
    "reorder",
    "recipes",
    "water settings",
    "delivery calendar",
    "consumption report",
    truth.Truth.churn_feature,
)
LATE = len(FEATURES) - 1
"""Place of the feature whose early use keeps accounts."""
WEIGHTS = np.array(
    [
        [5, 2, 2, 1, 1, 0, 0],
        [4, 4, 2, 1, 4, 0, 0],
        [3, 3, 6, 4, 2, 0, 0],
        [3, 4, 0, 1, 3, 3, 2],
        [2, 3, 0, 1, 2, 6, 3],
    ],
    float,
)
EXTRA_PER_MONTH = np.array([0.3, 0.5, 1.0, 0.6, 0.6])
KINDS = ("signed_up", "app_opened", "feature_used", "activated")
SIGNED_UP, OPENED, USED, ACTIVATED = range(4)
EARLY_DAYS = 30


def events(seed: int, accounts: people.Accounts, crowd: people.People) -> pa.Table:
    """At least one event of each person in each 30 days as a customer, and some more."""
    rng = columns.generator(seed, "events")
    parts = [
        _visits(rng, crowd),
        _extras(rng, crowd),
        _activations(rng, crowd),
        _early_uses(rng, accounts, crowd),
    ]
    person = np.concatenate([part[0] for part in parts])
    day = np.concatenate([part[1] for part in parts])
    kind = np.concatenate([part[2] for part in parts])
    feature = _features(rng, crowd, person, day, kind)
    first = len(person) - len(parts[-1][0])
    feature[first:] = LATE
    moment = columns.at(rng, day)
    order = np.argsort(moment, kind="stable")
    person, moment, kind, feature = person[order], moment[order], kind[order], feature[order]
    platform = rng.integers(0, 3, len(person))
    return columns.table(
        "events",
        {
            "event_id": columns.ids("E", np.arange(len(person)), 8),
            "customer_id": crowd.ids(person),
            "account_id": crowd.account_ids(person),
            "event": columns.choice(kind, KINDS),
            "feature": columns.choice(feature, FEATURES),
            "occurred_at": columns.moments(moment),
            "properties": columns.choice(
                platform, ['{"platform": "android"}', '{"platform": "ios"}', '{"platform": "web"}']
            ),
        },
    )


Part = tuple[columns.Array, columns.Array, columns.Array]
"""Person, day (with its fraction) and kind of each event."""


def _visits(rng: np.random.Generator, crowd: people.People) -> Part:
    """One event in each period as a customer; the first is the sign-up itself."""
    length = crowd.ends - crowd.started
    periods = -(-length // people.PERIOD_DAYS)
    person = np.repeat(np.arange(crowd.n, dtype=np.int32), periods)
    period = np.arange(len(person)) - np.repeat(np.cumsum(periods) - periods, periods)
    room = np.minimum(people.PERIOD_DAYS, length[person] - people.PERIOD_DAYS * period)
    day = crowd.started[person] + people.PERIOD_DAYS * period + rng.random(len(person)) * room
    first = period == 0
    day[first] = crowd.started[person[first]] + 0.3 * rng.random(int(first.sum()))
    kind = np.where(rng.random(len(person)) < 0.5, OPENED, USED).astype(np.int8)
    return person, day, np.where(first, SIGNED_UP, kind).astype(np.int8)


def _extras(rng: np.random.Generator, crowd: people.People) -> Part:
    length = crowd.ends - crowd.started
    n = rng.poisson(EXTRA_PER_MONTH[crowd.segment] * length / 30.4)
    person = np.repeat(np.arange(crowd.n, dtype=np.int32), n)
    since = np.maximum(rng.random(len(person)) * length[person], 0.31)
    return person, crowd.started[person] + since, np.full(len(person), USED, np.int8)


def _activations(rng: np.random.Generator, crowd: people.People) -> Part:
    person = np.flatnonzero(crowd.activated).astype(np.int32)
    room = np.minimum(crowd.ends - crowd.started, 14)[person]
    day = crowd.started[person] + np.maximum(rng.random(len(person)) * room, 0.31)
    return person, day, np.full(len(person), ACTIVATED, np.int8)


def _early_uses(rng: np.random.Generator, accounts: people.Accounts, crowd: people.People) -> Part:
    """One to three uses of the feature that keeps accounts, by the first contact."""
    decider = np.flatnonzero((crowd.account >= 0) & (crowd.place == 0))
    decider = decider[accounts.early[crowd.account[decider]]]
    person = np.repeat(decider, rng.integers(1, 4, len(decider))).astype(np.int32)
    room = np.minimum(crowd.ends - crowd.started, EARLY_DAYS)[person]
    day = crowd.started[person] + np.maximum(rng.random(len(person)) * room, 0.31)
    return person, day, np.full(len(person), USED, np.int8)


def _features(
    rng: np.random.Generator,
    crowd: people.People,
    person: columns.Array,
    day: columns.Array,
    kind: columns.Array,
) -> columns.Array:
    """The feature used; the one that keeps accounts is not used by chance in the first weeks."""
    feature = columns.picked(rng, crowd.segment[person], WEIGHTS)
    young = day < crowd.started[person] + EARLY_DAYS + 30
    feature[(feature == LATE) & young] = 1
    feature[kind != USED] = -1
    return feature
