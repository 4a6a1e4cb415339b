"""Trends of themes."""

from __future__ import annotations

import numpy as np

from fourfits.needs.themes import sizes


def test_the_trend_is_the_ratio_of_shares() -> None:
    newer, n = np.array([200.0, 100, 700]), np.array([300.0, 200, 1500])

    ratio, low, high = sizes.trend(newer, n, confidence=0.95)

    assert np.allclose(ratio, [2.0, 1.0, 0.875], rtol=0.01)
    assert (low < ratio).all()
    assert (ratio < high).all()
    assert low[0] > 1
    assert high[2] < 1


def test_the_interval_of_a_steady_theme_covers_one() -> None:
    rng, covered = np.random.default_rng(2), []

    for _ in range(500):
        older, newer = rng.multinomial(400, [0.1, 0.3, 0.6]), rng.multinomial(600, [0.1, 0.3, 0.6])
        _, low, high = sizes.trend(
            newer.astype(float), (older + newer).astype(float), confidence=0.95
        )
        covered.append(low[0] <= 1 <= high[0])

    assert 0.92 <= np.mean(covered) <= 0.98


def test_a_theme_that_appears_has_a_finite_trend() -> None:
    ratio, low, high = sizes.trend(np.array([30.0, 500]), np.array([30.0, 1000]), confidence=0.95)

    assert np.isfinite([ratio, low, high]).all()
    assert low[0] > 1
