"""Texts as directions."""

from __future__ import annotations

import logging

import numpy as np
import pyarrow as pa
import pytest

from fourfits.needs.themes import embedding

TEXTS = [
    *("the invoice is wrong", "my bill has a mistake", "I was charged twice", "payment declined"),
    *("the parcel came late", "delivery was slow", "my order never arrived", "shipping took weeks"),
]


def test_texts_of_similar_meaning_point_in_similar_directions() -> None:
    x, _ = embedding.embed(pa.array(TEXTS), seed=1)

    similarity = x @ x.T
    assert similarity[:4, :4].mean() > similarity[:4, 4:].mean() + 0.3
    assert similarity[4:, 4:].mean() > similarity[:4, 4:].mean() + 0.3
    assert np.allclose(np.diag(similarity), 1, atol=3 / embedding.GRID)


def test_how_near_texts_are_does_not_hang_on_the_order_in_which_a_processor_adds() -> None:
    texts = [f"{text} {i}" for i in range(50) for text in TEXTS]
    x, _ = embedding.embed(pa.array(texts), seed=1)
    rng = np.random.default_rng(1)

    near = x @ x.T
    for _ in range(5):
        order = rng.permutation(x.shape[1])
        assert np.array_equal(x[:, order] @ x[:, order].T, near)


def test_many_texts_are_placed_as_few_are(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = pa.array([f"{text} {i}" for i in range(50) for text in TEXTS])
    whole, _ = embedding.embed(texts, seed=1)

    monkeypatch.setattr(embedding, "SAMPLE", 199)
    monkeypatch.setattr(embedding, "BATCH", 60)
    batched, space = embedding.embed(texts, seed=1)

    similar = np.corrcoef((whole @ whole.T).ravel(), (batched @ batched.T).ravel())[0, 1]
    assert similar > 0.98
    assert np.allclose(space.place([texts[7].as_py()])[0], batched[7], atol=1e-5)


def test_loading_the_vectors_leaves_logging_alone() -> None:
    before = (logging.getLogger().level, list(logging.getLogger().handlers))

    embedding.embed(pa.array(TEXTS), seed=1)

    assert (logging.getLogger().level, list(logging.getLogger().handlers)) == before
