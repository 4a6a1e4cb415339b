"""Sentences from a grammar: skeletons with alternatives, openers, closers, slips of the pen."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fourfits.samples import columns, phrases

OPENER_SHARE, CLOSER_SHARE, CONTEXT_SHARE = 0.25, 0.25, 0.15
SLIP_SHARE, LOWER_SHARE, BARE_SHARE = 0.15, 0.12, 0.2
TWICE_SHARE = 0.4
"""Texts that say it twice, in two ways."""
_ALTERNATIVES = re.compile(r"\[([^\]]*)\]")
_NEEDLESS = re.compile(r" +(?=[ .,?])")
"""Blanks that an empty alternative leaves behind."""
_SLIPS_BEGIN, _SLIPS_END = 4, 44


def expanded(skeleton: str) -> list[str]:
    """Every sentence of a skeleton.

    >>> expanded("The [grinder|pump] is [|far ]too loud.")[:3]
    ['The grinder is too loud.', 'The grinder is far too loud.', 'The pump is too loud.']
    """
    pieces = _ALTERNATIVES.split(skeleton)
    options = [piece.split("|") if odd % 2 else [piece] for odd, piece in enumerate(pieces)]
    return [_NEEDLESS.sub("", "".join(chosen)) for chosen in itertools.product(*options)]


def written(rng: np.random.Generator, topic: columns.Array, topics: Sequence[str]) -> pa.Array:
    """One text per row about the row's topic."""
    core = _drawn(rng, topic, topics)
    twice = rng.random(len(topic)) < TWICE_SHARE
    again = pa.nulls(len(topic), pa.string())
    again = pc.replace_with_mask(again, pa.array(twice), _drawn(rng, topic[twice], topics))
    parts = (
        _optional(rng, phrases.OPENERS, len(topic), OPENER_SHARE),
        core,
        again,
        _optional(rng, phrases.CONTEXTS, len(topic), CONTEXT_SHARE),
        _optional(rng, phrases.CLOSERS, len(topic), CLOSER_SHARE),
    )
    text = pc.binary_join_element_wise(*parts, " ", null_handling="skip")
    return _untidy(rng, text)


def titles(rng: np.random.Generator, topic: columns.Array, topics: Sequence[str]) -> pa.Array:
    """One short heading per row about the row's topic."""
    pools = [phrases.TITLES[name] for name in topics]
    return _from_pools(rng, topic, [[pool] for pool in pools])


def _drawn(rng: np.random.Generator, topic: columns.Array, topics: Sequence[str]) -> pa.Array:
    """A sentence per row: its skeleton drawn first, so that each is as frequent as another."""
    skeletons = [[expanded(line) for line in phrases.ABOUT[name]] for name in topics]
    return _from_pools(rng, topic, skeletons)


def _from_pools(
    rng: np.random.Generator, topic: columns.Array, pools: Iterable[Sequence[Sequence[str]]]
) -> pa.Array:
    """Flatten topics > skeletons > sentences and draw down the tree."""
    groups = [list(group) for group in pools]
    sentences = [text for group in groups for skeleton in group for text in skeleton]
    n_skeletons = np.array([len(group) for group in groups])
    n_texts = np.array([len(skeleton) for group in groups for skeleton in group])
    first_skeleton = np.cumsum(n_skeletons) - n_skeletons
    first_text = np.cumsum(n_texts) - n_texts
    skeleton = first_skeleton[topic] + rng.integers(0, n_skeletons[topic])
    return columns.choice(first_text[skeleton] + rng.integers(0, n_texts[skeleton]), sentences)


def _optional(rng: np.random.Generator, skeletons: Sequence[str], n: int, share: float) -> pa.Array:
    pool = [text for skeleton in skeletons for text in expanded(skeleton)]
    code = rng.integers(0, len(pool), n)
    code[rng.random(n) >= share] = -1
    return columns.choice(code, pool)


def _untidy(rng: np.random.Generator, text: pa.Array) -> pa.Array:
    """Some texts in lower case, some without their last full stop, some with a slip."""
    n = len(text)
    text = pc.if_else(rng.random(n) < LOWER_SHARE, pc.utf8_lower(text), text)
    text = pc.if_else(rng.random(n) < BARE_SHARE, pc.utf8_rtrim(text, "."), text)
    place = rng.integers(_SLIPS_BEGIN, _SLIPS_END, n)
    place[rng.random(n) >= SLIP_SHARE] = -1
    kind = rng.integers(0, 3, n)
    pieces, source, n_pieces = [text], np.arange(n), n
    for position in range(_SLIPS_BEGIN, _SLIPS_END):
        for slip in range(3):
            rows = np.flatnonzero((place == position) & (kind == slip))
            pieces.append(_slipped(text.take(pa.array(rows)), position, slip))
            source[rows] = n_pieces + np.arange(len(rows))
            n_pieces += len(rows)
    return pa.concat_arrays(pieces).take(pa.array(source))


def _slipped(text: pa.Array, position: int, slip: int) -> pa.Array:
    """Two letters swapped, one left out, or one doubled."""
    head = pc.utf8_slice_codeunits(text, 0, position)
    one = pc.utf8_slice_codeunits(text, position, position + 1)
    two = pc.utf8_slice_codeunits(text, position + 1, position + 2)
    tail = pc.utf8_slice_codeunits(text, position + 2)
    middle = ((two, one), (two,), (one, one, two))[slip]
    return pc.binary_join_element_wise(head, *middle, tail, "")
