"""Neighbours, exact and approximate, and the communities that they form."""

from __future__ import annotations

import numpy as np
import pytest

from fourfits.needs.themes import graph


def clouds(n_clouds: int, each: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Directions around random centres, and the centre of each."""
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((n_clouds, 32))
    cloud = np.repeat(np.arange(n_clouds), each)
    x = centres[cloud] + 0.5 * rng.standard_normal((len(cloud), 32))
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    return x.astype(np.float32), cloud


def test_exact_neighbours_are_the_most_similar_others() -> None:
    x, _ = clouds(5, 40)

    ids, similarity = graph.neighbours(x, 7, seed=1)

    whole = x @ x.T
    np.fill_diagonal(whole, -2)
    expected = np.argsort(-whole, axis=1)[:, :7]
    assert np.array_equal(np.sort(ids), np.sort(expected))
    assert np.allclose(similarity, np.take_along_axis(whole, ids, axis=1), atol=1e-5)


@pytest.mark.slow
def test_approximate_neighbours_find_nearly_all_exact_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    x, _ = clouds(40, 100)
    exact, _ = graph.neighbours(x, 10, seed=1)

    monkeypatch.setattr(graph, "EXACT", 1000)
    found, similarity = graph.neighbours(x, 10, seed=1)
    again, _ = graph.neighbours(x, 10, seed=1)

    shared = [len(set(a) & set(b)) / 10 for a, b in zip(exact, found, strict=True)]
    assert np.mean(shared) > 0.9
    assert np.array_equal(found, again)
    assert not (found == np.arange(len(x))[:, None]).any()
    assert (similarity >= 0).all()


def test_exact_copies_are_no_neighbours_of_themselves() -> None:
    x, _ = clouds(1, 30)
    x = np.repeat(x[:2], 15, axis=0)

    ids, _ = graph.neighbours(x, 5, seed=1)

    assert ids.shape == (30, 5)
    assert not (ids == np.arange(30)[:, None]).any()


def test_communities_are_the_planted_clouds() -> None:
    x, cloud = clouds(12, 60)
    ids, similarity = graph.neighbours(x, 15, seed=1)

    community, sure = graph.communities(ids, similarity, resolution=4, seed=1)

    pairs = {(a, b) for a, b in zip(cloud.tolist(), community.tolist(), strict=True)}
    assert len(pairs) == 12  # one community each
    assert sure.min() >= 0
    assert sure.max() <= 1.001
    assert sure.mean() > 0.9


def test_a_higher_resolution_finds_no_fewer_communities() -> None:
    x, _ = clouds(6, 200)
    ids, similarity = graph.neighbours(x, 15, seed=1)

    found = [
        len(set(graph.communities(ids, similarity, resolution=r, seed=1)[0].tolist()))
        for r in (0.5, 2, 8, 30)
    ]

    assert found == sorted(found)


def test_the_same_seed_finds_the_same_communities_whatever_ran_before() -> None:
    rng = np.random.default_rng(4)
    x = rng.standard_normal((600, 16)).astype(np.float32)
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    ids, similarity = graph.neighbours(x, 15, seed=1)

    found = [graph.communities(ids, similarity, resolution=4.0, seed=s)[0] for s in (3, 3, 5, 3)]

    assert np.array_equal(found[0], found[1])
    assert np.array_equal(found[0], found[3])
    assert not np.array_equal(found[0], found[2])
