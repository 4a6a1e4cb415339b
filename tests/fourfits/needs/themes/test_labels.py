"""What themes are called, and which sentences stand for them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from fourfits.needs.themes import embedding, labels

CARDS = [
    f"my virtual card was {state} {when}"
    for state in ("lost", "stolen", "blocked")
    for when in ("today", "yesterday", "last week", "abroad")
]
PARCELS = [
    f"the parcel {state} {when}"
    for state in ("came late", "is missing", "was damaged")
    for when in ("today", "yesterday", "last week", "again")
]


def groups() -> tuple[pa.Array, list[np.ndarray]]:
    n = len(CARDS)
    return pa.array(CARDS + PARCELS), [np.arange(n), np.arange(n, n + len(PARCELS))]


def test_keywords_set_a_theme_apart_and_repeat_no_word() -> None:
    texts, members = groups()

    cards, parcels = labels.keywords(texts, members)

    assert cards[0] == "virtual card"
    assert parcels[0].startswith("parcel")
    words = [word for term in cards for word in term.split()]
    assert len(words) == len(set(words))
    assert "yesterday" not in cards[:2]


def test_keywords_do_not_leave_out_what_customers_speak_of() -> None:
    texts = pa.array(["my bill is wrong", "bill too high", "no one will call", "call me back"])

    bill, call = labels.keywords(texts, [np.array([0, 1]), np.array([2, 3])])

    assert "bill" in " ".join(bill)
    assert "call" in " ".join(call)


def test_themes_of_nothing_but_small_words_have_no_keywords() -> None:
    assert labels.keywords(pa.array(["and or", "is it"]), [np.array([0]), np.array([1])]) == [
        [],
        [],
    ]


def test_quotes_are_distinct_and_short() -> None:
    texts = pa.array([*CARDS, "card " * 200])
    x, _ = embedding.embed(texts, seed=1)

    found = labels.quotes(texts, x, np.arange(len(texts)))

    assert 1 <= len(found) <= 3
    assert len(set(found)) == len(found)
    assert all(len(quote) <= 200 for quote in found)


def test_a_long_text_is_cut_where_there_is_no_other() -> None:
    texts = pa.array(["card " * 200, "parcel " * 200])
    x, _ = embedding.embed(texts, seed=1)

    (found,) = labels.quotes(texts, x, np.array([0]))

    assert len(found) <= 200
    assert found.endswith("…")
