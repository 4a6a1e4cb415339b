"""How finely the texts themselves bear to be divided."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from fourfits import config
from fourfits.needs.themes import fineness, graph


def clouds(n_clouds: int, each: int, noise: float, seed: int = 1) -> np.ndarray:
    """Directions around random centres."""
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((n_clouds, 32))
    x = np.repeat(centres, each, axis=0) + noise * rng.standard_normal((n_clouds * each, 32))
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    return x.astype(np.float32)


def n_found(x: np.ndarray, resolution: float) -> int:
    ids, similarity = graph.neighbours(x, 15, seed=1)
    community, _ = graph.communities(ids, similarity, resolution=resolution, seed=1)
    return len(set(community.tolist()))


@pytest.mark.slow
@pytest.mark.parametrize("n_clouds", [6, 12, 40])
def test_as_many_groups_as_there_are_come_out(n_clouds: int) -> None:
    x = clouds(n_clouds, 1_800 // n_clouds, 0.7)

    found = fineness.found(x, seed=1)

    assert found.resolution in config.THEME_RESOLUTIONS
    assert found.stability is not None
    assert found.stability > 0.9
    assert abs(n_found(x, found.resolution) - n_clouds) <= 0.1 * n_clouds


@pytest.mark.slow
def test_texts_without_groups_are_not_stable() -> None:
    found = fineness.found(clouds(900, 1, 0), seed=1)

    assert found.stability is not None
    assert found.stability < 0.6


@pytest.mark.slow
def test_the_same_seed_gives_the_same_answer() -> None:
    x = clouds(8, 100, 1.2)

    assert fineness.found(x, seed=3) == fineness.found(x, seed=3)


@pytest.mark.slow
def test_many_texts_cost_no_more_than_the_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(
        graph, "neighbours", lambda x, k, seed: seen.append(len(x)) or _neighbours(x, k, seed=seed)
    )

    fineness.found(clouds(10, 400, 0.7), seed=1)

    assert seen == [config.THEME_STABILITY_TEXTS]


_neighbours = graph.neighbours


def test_agreement_is_the_adjusted_rand_index_where_there_are_groups() -> None:
    rng = np.random.default_rng(2)
    a, b = rng.integers(0, 5, 300), rng.integers(0, 4, 300)

    assert fineness.agreement(a, b) == pytest.approx(adjusted_rand_score(a, b))
    assert fineness.agreement(a, a) == 1
    assert fineness.agreement(np.zeros(9, int), np.zeros(9, int)) == 0
    assert fineness.agreement(np.arange(9), np.arange(9)) == 0


def test_agreement_looks_only_at_texts_that_both_have() -> None:
    a, b = np.array([0, 0, 0, 1, -1]), np.array([-1, 2, 2, 3, 3])

    assert fineness.agreement(a, b) == 1
    assert fineness.agreement(np.array([-1, 0]), np.array([0, -1])) == 0
