"""Texts out of the engine."""

from __future__ import annotations

import ibis
import pyarrow as pa

from fourfits.needs.themes import texts


def test_copies_are_kept_once_and_empty_texts_not_at_all() -> None:
    items = ibis.memtable(
        pa.table(
            {
                "feedback_id": ["4", "3", "2", "1", "0"],
                "words": ["too  loud", "x", None, "too loud ", "@you too slow https://a.b"],
            }
        )
    )

    found = texts.read(items, "words")

    assert found.distinct.to_pylist() == ["too slow", "too loud"]
    assert found.ids.to_pylist() == ["0", "1", "4"]
    assert found.place.tolist() == [0, 1, 1]
    assert found.n_empty == 2


def test_long_texts_are_shortened_where_they_are() -> None:
    items = ibis.memtable(pa.table({"feedback_id": ["1"], "words": ["word " * 10_000]}))

    found = texts.read(items, "words")

    assert len(found.distinct[0].as_py()) <= 1000


def test_words_of_every_script_are_words() -> None:
    cleaned = pa.table({"feedback_id": ["1", "2"], "words": ["слишком шумно", "太吵了"]})

    assert len(texts.read(ibis.memtable(cleaned), "words").distinct) == 2
