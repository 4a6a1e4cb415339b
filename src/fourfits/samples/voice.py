"""What customers say: the table `feedback`, and the need behind every text."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fourfits.samples import columns, people, texts, truth

MIN_TEXTS = 2_000
TEXTS_PER_CUSTOMER = 0.5
NOISE_SHARE = 0.12
CARRIED_SHARE, CARRIED_MIN, CARRIED_MAX = 0.015, 30, 400
"""Texts about the carried need: part of all, at least, at most."""
CARRIER_SHARE = 0.8
OTHERS_WHO_CARRY = 6
TOPICS = (*truth.NEEDS, "praise", "other")
SOURCES = ("review", "ticket", "survey", "social", "interview", "sales", "community", "board")
TITLED = (SOURCES.index("review"), SOURCES.index("board"))
STRENGTHS = ("critical", "important", "nice to have")
_FROM_PEOPLE, _FROM_COMPANIES = (30, 25, 15, 12, 2, 0, 8, 8), (4, 36, 14, 0, 12, 20, 2, 12)


def feedback(seed: int, size: int, crowd: people.People) -> tuple[pa.Table, pa.Table]:
    """The table `feedback`, and the true `assignments` of its items."""
    rng = columns.generator(seed, "feedback")
    n = max(MIN_TEXTS, int(TEXTS_PER_CUSTOMER * size))
    person, topic = _who_says_what(rng, crowd, n)
    moment = columns.at(rng, _when(rng, crowd, person))
    order = np.argsort(moment, kind="stable")
    person, topic, moment = person[order], topic[order], moment[order]
    company = (crowd.account[person] >= 0).astype(np.int64)
    source = columns.picked(rng, company, np.array([_FROM_PEOPLE, _FROM_COMPANIES]))
    identity = columns.ids("B", np.arange(n))
    title = texts.titles(rng, topic, TOPICS)
    titled = np.isin(source, TITLED)
    table = columns.table(
        "feedback",
        {
            "feedback_id": identity,
            "customer_id": crowd.ids(person),
            "account_id": crowd.account_ids(person),
            "source": columns.choice(source, SOURCES),
            "occurred_at": columns.moments(moment),
            "title": pc.if_else(pa.array(titled), title, None),
            "text": texts.written(rng, topic, TOPICS),
            "rating": _ratings(rng, topic, source),
            "language": "en",
            "strength": _strengths(rng, crowd, person, topic),
        },
    )
    return table, _assignments(identity, topic)


def _who_says_what(
    rng: np.random.Generator, crowd: people.People, n: int
) -> tuple[columns.Array, columns.Array]:
    """Persons drawn by how readily their segment speaks, topics by what it needs."""
    voice = np.array([segment.voice for segment in truth.SEGMENTS.values()])
    weight = np.cumsum(voice[crowd.segment])
    person = np.searchsorted(weight, rng.random(n) * weight[-1], side="right")
    needs = np.array([[*segment.needs, 0.0, 0.0] for segment in truth.SEGMENTS.values()])
    needs *= (1 - NOISE_SHARE) / needs.sum(axis=1, keepdims=True)
    mood = np.array([segment.satisfaction for segment in truth.SEGMENTS.values()]) / 10
    needs[:, -2], needs[:, -1] = NOISE_SHARE * mood, NOISE_SHARE * (1 - mood)
    topic = columns.picked(rng, crowd.segment[person], needs).astype(np.int64)
    return _with_carried_need(rng, crowd, person, topic)


def _with_carried_need(
    rng: np.random.Generator, crowd: people.People, person: columns.Array, topic: columns.Array
) -> tuple[columns.Array, columns.Array]:
    """The first account speaks of the carried need alone; a few small offices mention it too."""
    n = int(np.clip(CARRIED_SHARE * len(topic), CARRIED_MIN, CARRIED_MAX))
    rows = rng.choice(len(topic), n, replace=False)
    carriers = np.flatnonzero(crowd.account == 0)
    small = (crowd.segment == people.SMALL) & (crowd.place == 0)
    others = np.flatnonzero(small)[:OTHERS_WHO_CARRY]
    person[rows] = np.where(
        rng.random(n) < CARRIER_SHARE, rng.choice(carriers, n), rng.choice(others, n)
    )
    carried = truth.NEEDS.index(truth.Truth.carried_need)
    topic[rows] = carried
    topic[crowd.account[person] == 0] = carried
    return person, topic


def _when(rng: np.random.Generator, crowd: people.People, person: columns.Array) -> columns.Array:
    since = rng.random(len(person)) * (crowd.ends - crowd.started)[person]
    return np.asarray(crowd.started[person] + since)


def _ratings(rng: np.random.Generator, topic: columns.Array, source: columns.Array) -> pa.Array:
    """Stars of reviews: five or four with praise, fewer with a complaint."""
    spread = np.array([[3, 5, 6, 3, 1], [0, 0, 0, 3, 7], [2, 2, 4, 3, 2]])
    mood = np.maximum(topic - len(truth.NEEDS) + 1, 0)
    stars = 1.0 + columns.picked(rng, mood, spread)
    return pa.array(stars, mask=source != SOURCES.index("review"))


def _strengths(
    rng: np.random.Generator, crowd: people.People, person: columns.Array, topic: columns.Array
) -> pa.Array:
    """How much it matters, where it was said; companies say it more often than people."""
    company = (crowd.account[person] >= 0).astype(np.int64)
    spread = np.array([[1, 2, 2, 10], [3, 5, 3, 4]])
    strength = columns.picked(rng, company, spread).astype(np.int64)
    strength[crowd.account[person] == 0] = 0
    strength[(strength == len(STRENGTHS)) | (topic >= len(truth.NEEDS))] = -1
    return columns.choice(strength, STRENGTHS)


def _assignments(identity: pa.Array, topic: columns.Array) -> pa.Table:
    return columns.table(
        "assignments",
        {
            "feedback_id": identity,
            "theme": columns.choice(topic, TOPICS),
            "confidence_share": np.ones(len(topic)),
        },
    )
