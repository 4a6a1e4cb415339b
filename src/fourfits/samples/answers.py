"""What people answer: the table `responses`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from fourfits.samples import columns, people, truth

MIN_ANSWERS = 150
"""People asked per segment where it has as many, so that small companies can be read too."""
PRICE_SPREAD = 0.3
"""Standard deviation of the logarithm of every price answer within a segment."""
PRICE_NOISE = 0.09
"""The part of it that differs between one person's four answers."""
INVALID_SHARE = 0.03
"""Price answers in the wrong order: cheap and expensive mixed up."""
PRICE_QUESTIONS = ("too_cheap", "cheap", "expensive", "too_expensive")
PMF_ANSWERS = ("very disappointed", "somewhat disappointed", "not disappointed", "n/a")
LIKELY = ("very unlikely", "unlikely", "neutral", "likely", "very likely")
UNUSED_SHARE = 0.03
_SEGMENTS = tuple(truth.SEGMENTS.values())


@dataclass(frozen=True, kw_only=True)
class _Answers:
    """Answers of one survey: a row per respondent, a column per question."""

    survey: str
    person: columns.Array
    questions: tuple[str, ...]
    kinds: tuple[str, ...]
    numbers: columns.Array
    """Shape (respondents, questions); NaN where the answer is words alone."""
    words: columns.Array | None = None
    """Places in `labels`, -1 where the answer is a number alone."""
    labels: tuple[str, ...] = ()


def responses(seed: int, crowd: people.People) -> pa.Table:
    """Six surveys: recommendation, disappointment, satisfaction, effort, needs and price."""
    surveys: tuple[tuple[str, float, Callable[..., _Answers]], ...] = (
        ("nps", 0.10, _nps),
        ("pmf", 0.08, _pmf),
        ("csat", 0.08, _csat),
        ("ces", 0.05, _ces),
        ("needs", 0.02, _needs),
        ("price", 0.05, _price),
    )
    parts, first = [], 0
    for name, share, ask in surveys:
        rng = columns.generator(seed, f"survey {name}")
        answers = ask(rng, crowd, _asked(rng, crowd, share))
        parts.append(_table(rng, crowd, answers, first))
        first += len(answers.person)
    return pa.concat_tables(parts).combine_chunks()


def importance(segment: truth.Segment) -> columns.Array:
    """Mean stated importance of each need, 0-10: it follows how often the need is voiced."""
    return np.asarray(3.0 + 5.5 * np.minimum(np.array(segment.needs) / 1.2, 1.0))


def satisfaction(segment: truth.Segment) -> columns.Array:
    """Mean satisfaction with each need, 0-10; what is voiced most is served a little worse."""
    return np.asarray(segment.satisfaction + 0.6 - 0.8 * np.minimum(segment.needs, 1.0))


def _asked(rng: np.random.Generator, crowd: people.People, share: float) -> columns.Array:
    """People who have been customers for a month or more, a share of each segment."""
    known = crowd.ends - crowd.started >= people.PERIOD_DAYS
    chosen = []
    for code in range(len(people.SEGMENTS)):
        members = np.flatnonzero(known & (crowd.segment == code))
        n = min(len(members), max(MIN_ANSWERS, int(share * len(members))))
        chosen.append(rng.choice(members, n, replace=False, shuffle=False))
    return np.sort(np.concatenate(chosen))


def _nps(rng: np.random.Generator, crowd: people.People, person: columns.Array) -> _Answers:
    passive = 0.3
    weights = np.array(
        [
            [(1 - passive - one.nps / 100) / 2, passive, (1 - passive + one.nps / 100) / 2]
            for one in _SEGMENTS
        ]
    )
    group = columns.picked(rng, crowd.segment[person], weights)
    spread = np.array([[1, 1, 2, 3, 5, 8, 9, 0, 0, 0, 0], [0] * 7 + [5, 6, 0, 0], [0] * 9 + [6, 5]])
    return _rated("nps", person, columns.picked(rng, group, spread))


def _csat(rng: np.random.Generator, crowd: people.People, person: columns.Array) -> _Answers:
    weights = np.array([[1 - one.satisfied_share, one.satisfied_share] for one in _SEGMENTS])
    group = columns.picked(rng, crowd.segment[person], weights)
    spread = np.array([[2, 3, 5, 0, 0], [0, 0, 0, 6, 5]])
    return _rated("csat", person, 1 + columns.picked(rng, group, spread))


def _ces(rng: np.random.Generator, crowd: people.People, person: columns.Array) -> _Answers:
    middle = np.array([2.5 + one.satisfaction / 2.5 for one in _SEGMENTS])[crowd.segment[person]]
    return _rated("ces", person, np.clip(np.rint(rng.normal(middle, 1.3)), 1, 7))


def _rated(survey: str, person: columns.Array, answer: columns.Array) -> _Answers:
    return _Answers(
        survey=survey,
        person=person,
        questions=(survey,),
        kinds=(survey,),
        numbers=np.asarray(answer, float)[:, None],
    )


def _pmf(rng: np.random.Generator, crowd: people.People, person: columns.Array) -> _Answers:
    weights = np.array(
        [
            [
                (1 - UNUSED_SHARE) * share
                for share in (
                    one.very_disappointed_share,
                    0.6 * (1 - one.very_disappointed_share),
                    0.4 * (1 - one.very_disappointed_share),
                )
            ]
            + [UNUSED_SHARE]
            for one in _SEGMENTS
        ]
    )
    answer = columns.picked(rng, crowd.segment[person], weights)
    return _Answers(
        survey="pmf",
        person=person,
        questions=("pmf",),
        kinds=("pmf",),
        numbers=np.full((len(person), 1), np.nan),
        words=answer[:, None],
        labels=PMF_ANSWERS,
    )


def _needs(rng: np.random.Generator, crowd: people.People, person: columns.Array) -> _Answers:
    """Importance of and satisfaction with each need."""
    means = np.array([[*importance(one), *satisfaction(one)] for one in _SEGMENTS])
    shape = (len(person), 2 * len(truth.NEEDS))
    answer = np.clip(np.rint(rng.normal(means[crowd.segment[person]], 1.5, shape)), 0, 10)
    return _Answers(
        survey="needs",
        person=person,
        questions=(
            *(f"importance:{need}" for need in truth.NEEDS),
            *(f"satisfaction:{need}" for need in truth.NEEDS),
        ),
        kinds=("rating",) * shape[1],
        numbers=answer,
    )


def _price(rng: np.random.Generator, crowd: people.People, person: columns.Array) -> _Answers:
    """Four prices and two likelihoods; every marginal is log-normal with `PRICE_SPREAD`."""
    medians = np.log([one.prices for one in _SEGMENTS])[crowd.segment[person]]
    shared = rng.normal(0, np.sqrt(PRICE_SPREAD**2 - PRICE_NOISE**2), (len(person), 1))
    price = np.exp(medians + shared + rng.normal(0, PRICE_NOISE, medians.shape))
    company = (crowd.account[person] >= 0)[:, None]
    price = np.where(company, np.rint(price), np.rint(price * 10) / 10)
    step = np.where(company[:, 0], 1.0, 0.1)
    for later in range(1, 4):
        price[:, later] = np.maximum(price[:, later], price[:, later - 1] + step)
    wrong = rng.random(len(person)) < INVALID_SHARE
    price[wrong] = price[wrong][:, [0, 2, 1, 3]]
    likely = np.stack(
        [
            columns.picked(rng, np.zeros(len(person), int), np.array([weights]))
            for weights in ((2, 5, 13, 40, 40), (20, 35, 25, 15, 5))
        ],
        axis=1,
    )
    return _Answers(
        survey="price",
        person=person,
        questions=(*PRICE_QUESTIONS, "likely_at_cheap", "likely_at_expensive"),
        kinds=("number",) * 4 + ("choice",) * 2,
        numbers=np.round(np.hstack([price, likely + 1.0]), 2),
        words=np.hstack([np.full(price.shape, -1), likely]),
        labels=LIKELY,
    )


def _table(
    rng: np.random.Generator, crowd: people.People, answers: _Answers, first: int
) -> pa.Table:
    n, width = answers.numbers.shape
    person, number = np.repeat(answers.person, width), answers.numbers.ravel()
    begun = crowd.started[answers.person] + people.PERIOD_DAYS - 1
    room = crowd.ends[answers.person] - begun
    moment = np.repeat(columns.at(rng, begun + rng.random(n) * room), width)
    words = np.full(n * width, -1) if answers.words is None else answers.words.ravel()
    question = np.tile(np.arange(width), n)
    return columns.table(
        "responses",
        {
            "response_id": columns.ids("Q", np.repeat(first + np.arange(n), width)),
            "question_id": columns.choice(question, answers.questions),
            "survey_id": answers.survey,
            "customer_id": crowd.ids(person),
            "answered_at": columns.moments(moment),
            "kind": columns.choice(question, answers.kinds),
            "value_number": pa.array(number, mask=np.isnan(number)),
            "value_text": columns.choice(words, answers.labels or ("",)),
        },
    )
