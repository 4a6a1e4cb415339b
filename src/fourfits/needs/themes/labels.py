"""What a theme is called, and the sentences that stand for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from fourfits import config
from fourfits.needs.themes import terms

if TYPE_CHECKING:
    from fourfits.needs.themes.embedding import Vectors
    from fourfits.needs.themes.graph import Ids

KEYWORDS = 5
IN_LABEL = 3
QUOTES = 3
ALIKE = 0.95
"""Of two sentences that are more similar than this, one is quoted."""

_ENDING = re.compile(r"(?<=\w{3})(ing|ed|es|s)$")


def keywords(texts: pa.Array, members: list[Ids]) -> list[list[str]]:
    """The words and pairs of words that set each theme apart from the others, best first.

    Class-based TF-IDF: how often a term occurs in the theme's texts, times the logarithm of
    1 + mean terms per theme / occurrences of the term in all themes. Each text counts a term
    once; very large themes are represented by an even sample of their texts.

    Source: Grootendorst (2022), BERTopic.
    """
    sampled = [_evenly(rows, config.THEME_LABEL_TEXTS) for rows in members]
    documents = texts.take(pa.array(np.concatenate(sampled))).to_pylist()
    owner = np.repeat(np.arange(len(members)), [len(rows) for rows in sampled])
    by_theme, names = terms.counted(documents, owner, len(members))
    if not names:  # nothing but words that are left out
        return [[] for _ in members]
    total = np.asarray(by_theme.sum(axis=0)).ravel()
    rarity = np.log1p(total.sum() / len(members) / total)
    weight = by_theme.multiply(rarity).tocsr()
    return [_distinct(weight[i], by_theme[i], names) for i in range(len(members))]


def labels(found: list[list[str]], named: list[str]) -> list[str]:
    """A short, readable and unique name per theme: the one it has already, or its keywords.

    >>> labels([["card", "arrival", "wait", "post"], ["card", "arrival", "wait"], [], ["pin"]],
    ...        ["", "", "", "new PIN"])
    ['card, arrival, wait', 'card, arrival, wait (2)', 'theme 3', 'new PIN']
    """
    result: list[str] = []
    for place, (words, own) in enumerate(zip(found, named, strict=True)):
        name = base = own or ", ".join(words[:IN_LABEL]) or f"theme {place + 1}"
        again = 2
        while name in result:
            name, again = f"{base} ({again})", again + 1
        result.append(name)
    return result


def centres(x: Vectors, community: Ids) -> Vectors:
    """The direction of each community's mean; one row per community."""
    from scipy import sparse

    rows = np.flatnonzero(community >= 0)
    ones = np.ones(len(rows), np.float32)
    shape = (int(community.max()) + 1, len(community))
    total = sparse.csr_matrix((ones, (community[rows], rows)), shape=shape) @ x
    return np.asarray(total / np.linalg.norm(total, axis=1, keepdims=True), np.float32)


def quotes(texts: pa.Array, x: Vectors, members: Ids) -> list[str]:
    """The sentences nearest to the theme's centre: different from each other, and short."""
    chosen = quoted(texts, x, members)
    return [cut(text) for text in texts.take(pa.array(chosen)).to_pylist()]


def quoted(texts: pa.Array, x: Vectors, members: Ids, *, n: int = QUOTES) -> list[int]:
    """Where the sentences stand that are nearest to the theme's centre, nearest first."""
    centre = x[members].mean(axis=0)
    nearest = members[np.argsort(-(x[members] @ centre), kind="stable")[:100]]
    found = texts.take(pa.array(nearest)).to_pylist()
    fit = [place for place, text in enumerate(found) if _readable(text)] or [0]
    chosen: list[int] = []
    for place in fit:
        vector = x[nearest[place]]
        if all(float(vector @ x[nearest[other]]) < ALIKE for other in chosen):
            chosen.append(place)
        if len(chosen) == n:
            break
    return [int(nearest[place]) for place in chosen]


def _distinct(weight: Any, count: Any, names: Any) -> list[str]:
    """The best terms, no word twice: `card` gives way to `virtual card` where most say that."""
    counts = dict(zip(count.indices.tolist(), count.data.tolist(), strict=True))
    best = weight.indices[np.argsort(-weight.data, kind="stable")[:40]].tolist()
    chosen: list[int] = []
    for term in best:
        rivals = [other for other in chosen if _stems(names[term]) & _stems(names[other])]
        if not rivals and len(chosen) < KEYWORDS:
            chosen.append(term)
        elif rivals and all(_says_more(term, other, counts, names) for other in rivals):
            chosen[chosen.index(rivals[0])] = term
            chosen = [other for other in chosen if other not in rivals]
    return [str(names[term]) for term in chosen]


def _stems(term: str) -> set[str]:
    """Rough stems, so that `fee` and `fees`, `wait` and `waiting`, `verify` and `verified` are one."""
    return {_ENDING.sub("", word)[:5] for word in term.split()}


def _says_more(term: int, than: int, counts: dict[int, float], names: Any) -> bool:
    both = set(names[than].split()) < set(names[term].split())
    return both and counts[term] >= config.THEME_PAIR_SHARE * counts[than]


def _evenly(rows: Ids, n: int) -> Ids:
    if len(rows) <= n:
        return rows
    return rows[np.linspace(0, len(rows) - 1, n).astype(np.int64)]


def _readable(text: str) -> bool:
    return len(text) <= config.THEME_QUOTE_LENGTH and len(text.split()) >= 3


def cut(text: str) -> str:
    """A text in the length of a quote."""
    limit = config.THEME_QUOTE_LENGTH
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def members_of(community: Ids, n: int) -> Iterator[Ids]:
    """The texts of each of `n` themes, in the order of the themes."""
    order = np.argsort(community, kind="stable").astype(np.int32)
    ends = np.searchsorted(community[order], np.arange(n + 1))
    for theme in range(n):
        yield order[ends[theme] : ends[theme + 1]]
