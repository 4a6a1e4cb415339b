"""Texts of the sample company: a grammar that is large, well-formed and repeatable."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourfits.samples import phrases, texts, truth, voice

WORDS = st.text(alphabet="abc ", max_size=5)


def _written(seed: int, n: int = 400) -> list[str]:
    rng = np.random.default_rng(seed)
    texts_: list[str] = texts.written(
        rng, np.arange(n) % len(voice.TOPICS), voice.TOPICS
    ).to_pylist()
    return texts_


def test_every_topic_has_many_skeletons_and_titles() -> None:
    assert set(phrases.ABOUT) == set(phrases.TITLES) == set(voice.TOPICS)
    assert all(len(phrases.ABOUT[need]) >= 20 for need in truth.NEEDS)
    assert len({line for lines in phrases.ABOUT.values() for line in lines}) > 300


@pytest.mark.parametrize("topic", voice.TOPICS)
def test_every_skeleton_is_well_formed(topic: str) -> None:
    for skeleton in phrases.ABOUT[topic]:
        sentences = texts.expanded(skeleton)

        assert skeleton.count("[") == skeleton.count("]")
        assert len(set(sentences)) == len(sentences)
        for sentence in sentences:
            assert not set("[]|") & set(sentence), sentence
            assert not any(blank in sentence for blank in ("  ", " .", " ,", " ?")), sentence
            assert sentence[-1] in ".?", sentence


@given(st.lists(st.lists(WORDS, min_size=1, max_size=3), min_size=1, max_size=3))
def test_expanded_gives_every_combination(options: list[list[str]]) -> None:
    skeleton = " ".join(f"[{'|'.join(words)}]" for words in options)

    assert len(texts.expanded(skeleton)) == np.prod([len(words) for words in options])


def test_written_is_varied_and_the_same_for_the_same_seed() -> None:
    first, again, other = _written(1), _written(1), _written(2)

    assert first == again != other
    assert len(set(first)) > 380
    assert min(map(len, first)) > 3


def test_slips_change_a_letter_or_two() -> None:
    rng = np.random.default_rng(3)
    words = np.zeros(2_000, int)

    written = texts.written(rng, words, ["easy cleaning"]).to_pylist()

    known = {
        sentence.lower().rstrip(".")
        for lines in (phrases.ABOUT["easy cleaning"],)
        for line in lines
        for sentence in texts.expanded(line)
    }
    alone = [text for text in written if len(text) < 40 and text.count(".") <= 1]
    mistyped = [text for text in alone if text.lower().rstrip(".") not in known]
    assert 0.02 < len(mistyped) / len(alone) < 0.4
