"""Themes of feedback: read, embed, group, name, count."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from fourfits import checks, config, errors, sums
from fourfits.needs import voices
from fourfits.needs.themes import embedding, fineness, graph, labels, sizes, texts
from fourfits.needs.themes.result import ThemesResult


def themes(
    feedback: Any,
    *,
    text: str = "text",
    customers: Any = None,
    accounts: Any = None,
    subscriptions: Any = None,
    orders: Any = None,
    as_of: datetime.date | str | None = None,
    known: Sequence[str] = (),
    resolution: float | None = None,
    min_size: int = config.MIN_GROUP,
    seed: int = config.SEED,
    confidence: float = config.CONFIDENCE,
) -> ThemesResult:
    """What customers speak of: themes found in their texts, how many is not told beforehand.

    Each distinct text becomes a direction (averaged word vectors), is tied to its nearest
    neighbours, and communities of that graph are the themes. A million texts need about linear
    time and 3 GiB of memory.

    Args:
        feedback: Items (see `tables.FEEDBACK`): `feedback_id` and the text; people, accounts and
            moments where known.
        text: Column with the words; the first 1,000 characters are read.
        customers: Tells the account of each person.
        accounts: Tells what each account pays (`arr_amount`).
        subscriptions: Tells what people pay, and accounts without `arr_amount`.
        orders: Tells what people bought in the year until `as_of`.
        as_of: Last day that counts; `None` takes the last in the feedback.
        known: Needs that have a name already, such as those of the plan: themes that resemble
            one of them take its name and become one.
        resolution: How finely themes are told apart: a group stays whole while its ties are so
            many times as dense as chance. 0.5 gives few broad themes, 8 details; `None` takes the
            finest at which samples of these texts are divided alike.
        min_size: Groups with fewer distinct texts are not themes; their items stay without one.
        seed: Draws the samples for axes and cells; same seed and data, same themes.
        confidence: Level of the intervals.

    Returns:
        One row per theme, largest first; `.assignments()` gives each item's theme.

    Raises:
        ColumnError: If `feedback_id` or the text column is missing.
        NotEnoughDataError: If there are fewer than 50 distinct texts; read those yourself.

    Assumes one theme per text. Source: Traag, Waltman and van Eck (2019); Grootendorst (2022);
    Ben-Hur, Elisseeff and Guyon (2002) for the resolution.

    >>> asks = [f"the {part} of my machine is {state}" for part in ("lid", "pump", "hose", "tank")
    ...         for state in ("loud", "broken", "leaking", "loose", "stuck", "dirty", "rusty")]
    >>> asks += [f"when will my {thing} {verb}" for thing in ("parcel", "order", "beans", "refund")
    ...          for verb in ("arrive", "ship", "come", "be here", "get delivered", "be sent")]
    >>> found = themes({"feedback_id": [str(i) for i in range(len(asks))], "text": asks})
    >>> found.summary()["n_themes"] >= 2, found.summary()["n_items"]
    (True, 52)
    """
    asked = _Asked(text, list(known), resolution, min_size, seed, confidence)
    asked.check()
    items = voices.said(feedback, customers, as_of=checks.day(as_of, "as_of"))
    checks.columns(items, text)
    period = voices.period(items)

    grouped = _grouped(texts.read(items, text), asked)

    money = sizes.money(accounts, subscriptions, orders, as_of=period.end_on)
    counts = sizes.fetch(items, grouped.numbered, money=money, middle=period.middle)
    return _answer(grouped, counts, period, asked)


@dataclass(frozen=True)
class _Asked:
    """What can be set."""

    text: str
    known: list[str]
    resolution: float | None
    min_size: int
    seed: int
    confidence: float

    def check(self) -> None:
        if self.resolution is not None:
            checks.positive(self.resolution, "resolution")
        checks.positive(self.min_size, "min_size")
        checks.share(self.confidence, "confidence")


@dataclass(frozen=True)
class _Grouped:
    """The theme of each distinct text (-1: none), how sure it is, and each theme in words."""

    found: texts.Texts
    theme: graph.Ids
    sure: graph.Shares
    names: list[str]
    keywords: list[list[str]]
    quotes: list[list[str]]
    fine: fineness.Fineness

    @functools.cached_property
    def numbered(self) -> pa.Table:
        """`feedback_id` and number of the theme, of every item that has one."""
        of_item = self.theme[self.found.place]
        has = pa.array(of_item >= 0)
        return pa.table({"feedback_id": self.found.ids.filter(has), "theme": of_item[of_item >= 0]})


def _grouped(found: texts.Texts, asked: _Asked) -> _Grouped:
    _refuse(found)
    seed = asked.seed
    x, space = embedding.embed(found.distinct, seed=seed)
    k = min(config.THEME_NEIGHBOURS, len(x) - 1)
    ids, similarity = graph.neighbours(x, k, seed=seed)
    fine = fineness.Fineness(asked.resolution) if asked.resolution else fineness.found(x, seed=seed)
    community, sure = graph.communities(ids, similarity, resolution=fine.resolution, seed=seed)
    community, named = _after_known(_large(community, asked.min_size), x, space, asked.known)
    theme, order = _ranked(community, found.place)
    members = list(labels.members_of(theme, len(order)))
    keywords = labels.keywords(found.distinct, members)
    return _Grouped(
        found=found,
        theme=theme,
        sure=sure,
        names=labels.labels(keywords, [named.get(number, "") for number in order]),
        keywords=keywords,
        quotes=[labels.quotes(found.distinct, x, rows) for rows in members],
        fine=fine,
    )


def _refuse(found: texts.Texts) -> None:
    if len(found.distinct) < config.THEME_MIN_TEXTS:
        raise errors.NotEnoughDataError(
            f"There are {len(found.distinct)} distinct texts; themes need at least "
            f"{config.THEME_MIN_TEXTS}.",
            hint="read them yourself, or name the column of the words with `text=`",
            n_texts=len(found.distinct),
        )


def _large(community: graph.Ids, min_size: int) -> graph.Ids:
    """The communities, numbered without gaps; -1 for texts of those that are too small."""
    large = np.bincount(community) >= min_size
    if not large.any():
        raise errors.NotEnoughDataError(
            f"No group of at least {min_size} texts resembles each other.",
            hint="choose a smaller `min_size` or a lower `resolution`",
        )
    return np.where(large, np.cumsum(large) - 1, -1)[community].astype(np.int32)


def _after_known(
    community: graph.Ids, x: embedding.Vectors, space: embedding.Space, known: list[str]
) -> tuple[graph.Ids, dict[int, str]]:
    """Communities that resemble a known need as one each, and the names by number."""
    if not known:
        return community, {}
    centres = labels.centres(x, community)
    similarity = centres @ space.place(known).T
    best = similarity.argmax(axis=1)
    near = similarity.max(axis=1) >= config.THEME_KNOWN_SIMILARITY
    n = len(centres)
    renumbered = np.where(near, n + best, np.arange(n)).astype(np.int32)
    names = {n + number: name for number, name in enumerate(known)}
    return np.where(community < 0, -1, renumbered[community]).astype(np.int32), names


def _ranked(community: graph.Ids, place: graph.Ids) -> tuple[graph.Ids, list[int]]:
    """The theme of each distinct text, 0 being the theme with most items; each theme's community."""
    items = np.bincount(community[place][community[place] >= 0], minlength=community.max() + 1)
    order = np.argsort(-items, kind="stable")[: int((items > 0).sum())]
    rank = np.full(len(items), -1, np.int32)
    rank[order] = np.arange(len(order))
    return np.where(community < 0, -1, rank[community]).astype(np.int32), order.tolist()


def _answer(
    grouped: _Grouped, counts: sums.Columns, period: voices.Period, asked: _Asked
) -> ThemesResult:
    n_items = len(grouped.found.ids)
    return ThemesResult(
        table=_table(counts, grouped, n=n_items, confidence=asked.confidence),
        assigned=_assigned(grouped),
        parameters={
            "text": asked.text,
            "as_of": period.end_on,
            "known": asked.known,
            "resolution": grouped.fine.resolution,
            "neighbours": config.THEME_NEIGHBOURS,
            "min_size": asked.min_size,
            "seed": asked.seed,
            "confidence": asked.confidence,
        },
        stability=grouped.fine.stability,
        data={"feedback": n_items},
        warnings=_warnings(grouped.found, grouped.theme, period),
    )


def _assigned(grouped: _Grouped) -> pa.Table:
    place = grouped.found.place
    has = grouped.theme[place] >= 0
    return pa.table(
        {
            "feedback_id": grouped.numbered["feedback_id"],
            "theme": pa.array(grouped.names).take(grouped.numbered["theme"]),
            "confidence_share": grouped.sure[place][has].astype(np.float64),
        }
    )


def _table(counts: sums.Columns, grouped: _Grouped, *, n: int, confidence: float) -> pa.Table:
    return pa.table(
        {
            "theme": grouped.names,
            "keywords": [", ".join(terms) for terms in grouped.keywords],
            **sizes.columns(counts, n=n, confidence=confidence),
            "quotes": grouped.quotes,
        }
    )


def _warnings(found: texts.Texts, theme: graph.Ids, period: voices.Period) -> tuple[str, ...]:
    notes = []
    alone = int((theme[found.place] < 0).sum())
    if alone:
        notes.append(
            f"{alone:,} of {errors.counted(len(found.ids), 'item')} "
            f"{'resembles' if alone == 1 else 'resemble'} too few others and "
            f"{'has' if alone == 1 else 'have'} no theme."
        )
    if found.n_empty:
        left = "has no words and is" if found.n_empty == 1 else "have no words and are"
        notes.append(f"{errors.counted(found.n_empty, 'item')} {left} left out.")
    if len(found.distinct) < config.THEME_FEW_TEXTS:
        notes.append(
            f"{errors.counted(len(found.distinct), 'distinct text')} "
            f"{'is' if len(found.distinct) == 1 else 'are'} few: themes are hints, read the quotes."
        )
    if period.middle is None:
        notes.append("The items carry no moments: no trend can be told.")
    return tuple(notes)
