"""The words that are counted."""

from __future__ import annotations

import numpy as np

from fourfits.needs.themes import terms


def counts(*texts: str) -> dict[str, list[float]]:
    found, names = terms.counted(texts, np.arange(len(texts)), len(texts))
    return dict(zip(names, found.toarray().T.tolist(), strict=True))


def test_a_text_counts_a_term_once_whatever_its_case() -> None:
    assert counts("Card card CARD")["card"] == [1]


def test_pairs_reach_over_small_words() -> None:
    assert "card blocked" in counts("the card was blocked")


def test_numbers_signs_and_single_letters_are_no_words() -> None:
    assert counts("x 42 b2b _ 3d café") == {"café": [1]}


def test_texts_of_an_owner_are_added_up() -> None:
    found, names = terms.counted(["pump", "pump hose", "pump"], np.array([1, 1, 0]), 3)

    assert found.toarray()[:, names.index("pump")].tolist() == [1, 2, 0]


def test_texts_without_a_term_leave_an_empty_matrix() -> None:
    found, names = terms.counted(["and or", ""], np.array([0, 0]), 1)

    assert found.shape == (1, 0)
    assert names == []
