"""Texts as directions: static word vectors, averaged, centred, reduced, of length one.

No model server and no download: the vectors come with the package `wordllama` (Miller, 2024) and
are averaged by `model2vec` (Tulkens and van Dongen, 2024). Weighting words by their rarity was
tried and rejected: these vectors carry their weight in their length, and BANKING77 fell from
NMI 0.77 to 0.63-0.73. Half of the 256 dimensions, chosen by principal axes, keep the result.
"""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from fourfits import errors

if TYPE_CHECKING:
    from model2vec import StaticModel

Vectors = np.ndarray[Any, np.dtype[np.float32]]
Exact = np.ndarray[Any, np.dtype[np.float64]]

DIMENSIONS = 128
SAMPLE = 50_000
"""Texts from which the mean and the principal axes are taken."""
BATCH = 4_000
GRID = 2_048
"""Steps of a coordinate from 0 to 1. Products of such numbers add up without any rounding, in
whatever order a processor adds them: the same texts have the same neighbours on every machine.
Otherwise texts that are as near as each other change places with the last digit, and with them
themes."""


@dataclass(frozen=True)
class Space:
    """Where texts are placed: relative to their mean, along the axes on which they differ most."""

    mean: Exact
    axes: Exact

    def place(self, texts: list[str]) -> Vectors:
        """One row per text, of length one as far as the grid has it."""
        return self.turned(_model().encode(texts))

    def turned(self, raw: Vectors) -> Vectors:
        """Averaged word vectors as directions in this space."""
        turned = (raw - self.mean) @ self.axes
        length = np.linalg.norm(turned, axis=1, keepdims=True)
        return np.asarray(np.rint(turned / np.maximum(length, 1e-9) * GRID) / GRID, np.float32)


def embed(texts: pa.Array, *, seed: int) -> tuple[Vectors, Space]:
    """One row of length one per text; texts of similar meaning point in similar directions.

    Args:
        texts: Distinct texts.
        seed: Draws the sample from which mean and axes are taken, where there are many texts.

    Returns:
        Array of `len(texts)` rows and at most 128 columns, and the space that it lies in.
    """
    if len(texts) <= SAMPLE:
        raw = np.concatenate([_model().encode(batch) for batch in _batches(texts)])
        space = _principal(raw)
        return space.turned(raw), space
    chosen = np.sort(np.random.default_rng(seed).choice(len(texts), SAMPLE, replace=False))
    space = _principal(_model().encode(texts.take(pa.array(chosen)).to_pylist()))
    result = np.empty((len(texts), space.axes.shape[1]), np.float32)
    for number, batch in enumerate(_batches(texts)):
        start = number * BATCH
        result[start : start + BATCH] = space.place(batch)
    return result, space


def _batches(texts: pa.Array) -> Iterator[list[str]]:
    for start in range(0, len(texts), BATCH):
        yield texts.slice(start, BATCH).to_pylist()


def _principal(raw: Vectors) -> Space:
    mean = raw.mean(axis=0, dtype=np.float64)
    centred = raw.astype(np.float64)
    centred -= mean
    _, axes = np.linalg.eigh(centred.T @ centred)  # smallest first
    return Space(mean, np.ascontiguousarray(axes[:, ::-1][:, :DIMENSIONS]))


@functools.cache
def _model() -> StaticModel:
    from model2vec import StaticModel
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer, pre_tokenizers

    folder = _folder()
    words = load_file(folder / "weights" / "l2_supercat_256.safetensors")["embedding.weight"]
    tokenizer = Tokenizer.from_file(
        str(folder / "tokenizers" / "l2_supercat_tokenizer_config.json")
    )
    # Cut at spaces first, so that known words come from the tokenizer's cache: the same tokens
    # for single-spaced text, in two thirds of the time.
    tokenizer.normalizer = None
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)
    return StaticModel(words.astype(np.float32), tokenizer, normalize=False)


def _folder() -> Path:
    """Where the package `wordllama` lies; importing it would change the settings of logging."""
    found = importlib.util.find_spec("wordllama")
    if found is None or not found.submodule_search_locations:
        raise errors.FileError(
            "The word vectors are missing: the package wordllama is not installed.",
            hint="`pip install wordllama`",
        )
    return Path(found.submodule_search_locations[0])
