"""Themes as communities of a graph in which every text is tied to its nearest neighbours."""

from __future__ import annotations

import ctypes
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import scipy.sparse

    from fourfits.needs.themes.embedding import Vectors

Ids = np.ndarray[Any, np.dtype[np.int32]]
Shares = np.ndarray[Any, np.dtype[np.float32]]

EXACT = 20_000
"""Up to so many texts each is compared with all; beyond, with those in the nearest cells."""
CELL = 250
"""Texts per cell of the approximate index."""
PER_CELL = 25
"""Texts per cell from which the cells are learned."""
PROBES = 8
"""Cells searched per text: 95 % of the true neighbours were found among 100,000 texts."""
BATCH = 50_000


def neighbours(x: Vectors, k: int, *, seed: int) -> tuple[Ids, Shares]:
    """The `k` nearest texts of each text and their cosine similarity.

    Args:
        x: One row of length one per text.
        k: Neighbours per text, fewer than there are texts.
        seed: Draws the sample that the cells are learned from.

    Returns:
        Ids and similarities, one row per text; an id of -1 (similarity 0) where none was found.
    """
    if len(x) <= EXACT:
        ids, similarity = _exact(x, k + 1)
    else:
        ids, similarity = _approximate(x, k + 1, seed)
    return _without_self(ids, similarity)


def communities(
    ids: Ids, similarity: Shares, *, resolution: float, seed: int
) -> tuple[Ids, Shares]:
    """The community of each text, and how sure it is.

    Leiden maximises modularity: a group stays together while its ties are at least `resolution`
    times as dense as chance would have them. That rule compares a group with the whole, so the
    same value serves hundreds of texts and a million.

    Returns:
        Community number per text, and the share of its ties that stay inside it.

    Source: Traag, Waltman and van Eck (2019); Reichardt and Bornholdt (2006) for the resolution.
    """
    from sknetwork.clustering import Leiden

    graph = tied(ids, similarity)
    _seed_c_library(seed)
    labels = Leiden(resolution=resolution, random_state=seed).fit_predict(graph).astype(np.int32)
    inside = np.where(labels[ids] == labels[:, None], similarity, 0).sum(axis=1)
    return labels, np.asarray(inside / np.maximum(similarity.sum(axis=1), 1e-9), np.float32)


def rough(graph: scipy.sparse.csr_matrix, *, resolution: float, seed: int) -> Ids:
    """The communities that Louvain finds: nearly those of Leiden, in half the time.

    Source: Blondel et al. (2008).
    """
    from sknetwork.clustering import Louvain

    _seed_c_library(seed)
    labels = Louvain(resolution=resolution, random_state=seed).fit_predict(graph)
    return np.asarray(labels, np.int32)


def _seed_c_library(seed: int) -> None:
    """Leiden draws from `rand` of the C library, which its `random_state` does not reach."""
    library = ctypes.CDLL("ucrtbase" if sys.platform == "win32" else None)
    library.srand(ctypes.c_uint(seed % 2**32))


def _exact(x: Vectors, k: int) -> tuple[Ids, Shares]:
    import faiss

    similarity, ids = faiss.knn(x, x, k, metric=faiss.METRIC_INNER_PRODUCT)
    return ids.astype(np.int32), similarity


def _approximate(x: Vectors, k: int, seed: int) -> tuple[Ids, Shares]:
    """Search the nearest cells only: the cost per text hardly grows with their number."""
    n, index = len(x), _trained(x, seed)
    near = np.empty((n, PROBES), np.int32)
    for start in range(0, n, BATCH):
        near[start : start + BATCH] = index.quantizer.search(x[start : start + BATCH], PROBES)[1]
    # Neighbours in memory are searched one after the other, so that their cells stay in cache.
    order = np.argsort(near[:, 0], kind="stable")
    for start in range(0, n, BATCH):
        _add(index, x, order[start : start + BATCH], near)
    ids, similarity = np.empty((n, k), np.int32), np.empty((n, k), np.float32)
    for start in range(0, n, BATCH):
        rows = order[start : start + BATCH]
        similarity[rows], ids[rows] = index.search_preassigned(x[rows], k, near[rows], None)
    return ids, similarity


def _trained(x: Vectors, seed: int) -> Any:
    """An empty index whose cells were learned from a sample."""
    import faiss

    n, d = x.shape
    exact, half = faiss.METRIC_INNER_PRODUCT, faiss.ScalarQuantizer.QT_fp16
    cells = faiss.IndexFlatIP(d)
    index = faiss.IndexIVFScalarQuantizer(cells, d, n // CELL, half, exact, False)  # noqa: FBT003
    index.cp.niter, index.cp.seed, index.cp.spherical = 5, seed % 2**31, True
    index.cp.min_points_per_centroid, index.cp.max_points_per_centroid = 1, PER_CELL
    index.nprobe = PROBES
    sample = np.random.default_rng(seed).choice(n, min(n, PER_CELL * (n // CELL)), replace=False)
    index.train(x[np.sort(sample)])
    return index


def _add(index: Any, x: Vectors, rows: np.ndarray[Any, Any], near: Ids) -> None:
    """Add texts to the cells that are known to be theirs."""
    import faiss

    block, cell = x[rows], near[rows, 0].astype(np.int64)
    pointers = (faiss.swig_ptr(one) for one in (block, rows, cell))
    index.add_core(len(rows), *pointers)


def _without_self(ids: Ids, similarity: Shares) -> tuple[Ids, Shares]:
    """Drop each text's tie to itself; where it was not among the nearest, drop the weakest."""
    n, k = ids.shape
    keep = ids != np.arange(n, dtype=np.int32)[:, None]
    keep[keep.all(axis=1), -1] = False
    ids, similarity = ids[keep].reshape(n, k - 1), similarity[keep].reshape(n, k - 1)
    return ids, np.where(ids >= 0, np.maximum(similarity, 0), 0)


def tied(ids: Ids, similarity: Shares) -> scipy.sparse.csr_matrix:
    """Two texts are tied if one is among the other's neighbours."""
    from scipy import sparse

    n, k = ids.shape
    tied = similarity.ravel() > 0
    rows = np.repeat(np.arange(n, dtype=np.int32), k)[tied]
    graph = sparse.csr_matrix((similarity.ravel()[tied], (rows, ids.ravel()[tied])), shape=(n, n))
    return graph.maximum(graph.T).tocsr()
