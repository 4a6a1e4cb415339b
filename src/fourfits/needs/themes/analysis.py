"""Themes of feedback: read, embed, group, name, count."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from fourfits import checks, config, errors, intervals, sums
from fourfits.needs import voices
from fourfits.needs.themes import embedding, graph, labels, sizes, texts
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
    resolution: float = config.THEME_RESOLUTION,
    neighbours: int = config.THEME_NEIGHBOURS,
    min_size: int = config.MIN_GROUP,
    seed: int = config.SEED,
    confidence: float = config.CONFIDENCE,
) -> ThemesResult:
    """What customers speak of: themes found in their texts, how many is not told beforehand.

    Each distinct text becomes a direction (averaged word vectors), is tied to its nearest
    neighbours, and communities of that graph are the themes. A million texts need about linear
    time and 2 GiB.

    Args:
        feedback: Items (see `tables.FEEDBACK`): `feedback_id` and the text; people, accounts and
            moments where known.
        text: Column with the words; the first 1,000 characters are read.
        customers: Tells the account of each person.
        accounts: Tells what each account pays (`arr_amount`).
        subscriptions: Tells what people pay, and accounts without `arr_amount`.
        orders: Tells what people bought in the year until `as_of`.
        as_of: Last day that counts; `None` takes the last in the feedback.
        resolution: How finely themes are told apart: a group stays whole while its ties are so
            many times as dense as chance. 1 gives few broad themes, 4 a working list, 8 details.
        neighbours: Ties per text.
        min_size: Groups with fewer distinct texts are not themes; their items stay without one.
        seed: Draws the samples for axes and cells; same seed and data, same themes.
        confidence: Level of the intervals.

    Returns:
        One row per theme, largest first; `.assignments()` gives each item's theme.

    Raises:
        ColumnError: If `feedback_id` or the text column is missing.
        NotEnoughDataError: If there are fewer than 50 distinct texts; read those yourself.

    Assumes one theme per text. Source: Traag, Waltman and van Eck (2019); Grootendorst (2022).

    >>> asks = [f"the {part} of my machine is {state}" for part in ("lid", "pump", "hose", "tank")
    ...         for state in ("loud", "broken", "leaking", "loose", "stuck", "dirty", "rusty")]
    >>> asks += [f"when will my {thing} {verb}" for thing in ("parcel", "order", "beans", "refund")
    ...          for verb in ("arrive", "ship", "come", "be here", "get delivered", "be sent")]
    >>> found = themes({"feedback_id": [str(i) for i in range(len(asks))], "text": asks})
    >>> found.summary()["n_themes"] >= 2, found.summary()["n_items"]
    (True, 52)
    """
    _check(resolution, neighbours, min_size, confidence)
    items = voices.said(feedback, customers, as_of=checks.day(as_of, "as_of"))
    checks.columns(items, text)

    period = voices.period(items)
    found = texts.read(items, text)
    _refuse(found)

    x = embedding.vectors(found.distinct, seed=seed)
    ids, similarity = graph.neighbours(x, min(neighbours, len(x) - 1), seed=seed)
    community, inside = graph.communities(ids, similarity, resolution=resolution, seed=seed)
    theme = _ranked(community, found.place, min_size)
    members = list(labels.members_of(theme, int(theme.max()) + 1))
    keywords = labels.keywords(found.distinct, members)
    names = labels.labels(keywords)

    money = sizes.money(accounts, subscriptions, orders, as_of=period.end_on)
    numbered = _numbered(found, theme)
    counts = sizes.fetch(items, numbered, money=money, middle=period.middle)
    quotes = [labels.quotes(found.distinct, x, rows) for rows in members]
    return ThemesResult(
        table=_table(counts, names, keywords, quotes, n=len(found.ids), confidence=confidence),
        assigned=_assigned(numbered, names, found, theme, inside),
        parameters={
            "text": text,
            "as_of": period.end_on,
            "resolution": resolution,
            "neighbours": neighbours,
            "min_size": min_size,
            "seed": seed,
            "confidence": confidence,
        },
        data={"feedback": len(found.ids)},
        warnings=_warnings(found, theme, period),
    )


def _check(resolution: float, neighbours: int, min_size: int, confidence: float) -> None:
    checks.positive(resolution, "resolution")
    checks.positive(neighbours, "neighbours")
    checks.positive(min_size, "min_size")
    checks.share(confidence, "confidence")


def _refuse(found: texts.Texts) -> None:
    if len(found.distinct) < config.THEME_MIN_TEXTS:
        raise errors.NotEnoughDataError(
            f"There are {len(found.distinct)} distinct texts; themes need at least "
            f"{config.THEME_MIN_TEXTS}.",
            hint="read them yourself, or name the column of the words with `text=`",
            n_texts=len(found.distinct),
        )


def _ranked(community: graph.Ids, place: graph.Ids, min_size: int) -> graph.Ids:
    """The theme of each distinct text, 0 being the theme with most items; -1 where none."""
    n = int(community.max()) + 1
    large = np.bincount(community, minlength=n) >= min_size
    if not large.any():
        raise errors.NotEnoughDataError(
            f"No group of at least {min_size} texts resembles each other.",
            hint="choose a smaller `min_size` or a lower `resolution`",
        )
    items = np.bincount(community[place], minlength=n)
    order = np.argsort(np.where(large, -items, 1), kind="stable")
    rank = np.empty(n, np.int32)
    rank[order] = np.arange(n)
    return np.where(large, rank, -1).astype(np.int32)[community]


def _numbered(found: texts.Texts, theme: graph.Ids) -> pa.Table:
    """`feedback_id` and number of the theme, of every item that has one."""
    of_item = theme[found.place]
    has = pa.array(of_item >= 0)
    return pa.table({"feedback_id": found.ids.filter(has), "theme": of_item[of_item >= 0]})


def _assigned(
    numbered: pa.Table,
    names: list[str],
    found: texts.Texts,
    theme: graph.Ids,
    inside: graph.Shares,
) -> pa.Table:
    label = pa.array(names).take(numbered["theme"])
    sure = inside[found.place][theme[found.place] >= 0].astype(np.float64)
    return pa.table(
        {"feedback_id": numbered["feedback_id"], "theme": label, "confidence_share": sure}
    )


def _table(
    counts: sums.Columns,
    names: list[str],
    keywords: list[list[str]],
    quotes: list[list[str]],
    *,
    n: int,
    confidence: float,
) -> pa.Table:
    size = counts["n_items"]
    low, high = intervals.wilson(size, n, confidence)
    dated = bool(counts["n_newer"].sum())
    ratio, ratio_low, ratio_high = sizes.trend(
        counts["n_newer"], counts["n_dated"], confidence=confidence
    )
    trend = np.where(ratio_low > 1, "growing", np.where(ratio_high < 1, "shrinking", "steady"))
    unknown = None if dated else np.ones(len(size), bool)
    return pa.table(
        {
            "theme": names,
            "keywords": [", ".join(terms) for terms in keywords],
            "n_items": size,
            "share": size / n,
            "share_low": low,
            "share_high": high,
            "n_customers": counts["n_customers"],
            "n_accounts": counts["n_accounts"],
            "amount": pa.array(counts["amount"], from_pandas=True),
            "trend_ratio": pa.array(ratio, mask=unknown),
            "trend_low": pa.array(ratio_low, mask=unknown),
            "trend_high": pa.array(ratio_high, mask=unknown),
            "trend": trend.tolist() if dated else ["unknown"] * len(size),
            "quotes": quotes,
        }
    )


def _warnings(found: texts.Texts, theme: graph.Ids, period: voices.Period) -> tuple[str, ...]:
    notes = []
    alone = int((theme[found.place] < 0).sum())
    if alone:
        notes.append(
            f"{alone:,} of {len(found.ids):,} items resemble too few others and have no theme."
        )
    if found.n_empty:
        notes.append(f"{found.n_empty:,} items have no words and are left out.")
    if len(found.distinct) < config.THEME_FEW_TEXTS:
        notes.append(
            f"{len(found.distinct)} distinct texts are few: themes are hints, read the quotes."
        )
    if period.middle is None:
        notes.append("The items carry no moments: no trend can be told.")
    return tuple(notes)
