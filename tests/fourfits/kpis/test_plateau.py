"""The plateau's interval and its refusals on simulated curves."""

from __future__ import annotations

import numpy as np

from fourfits.kpis.plateau import plateau


def curves(
    level: float, cohorts: int, size: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Cohorts whose members either stay for good or go fast; each seen one period less."""
    n, periods = np.full(cohorts, size), 10 + cohorts
    stay = rng.binomial(size, level, cohorts)
    gone = (size - stay)[:, None] * 0.4 ** np.arange(periods)
    back = stay[:, None] + np.round(gone)
    seen = np.arange(periods) < (periods - np.arange(cohorts))[:, None]
    return n, np.where(seen, back, np.nan)


def test_the_interval_holds_its_level_though_periods_repeat_the_same_people() -> None:
    rng, covered = np.random.default_rng(5), 0

    for _ in range(300):
        found = plateau(*curves(0.3, 12, 80, rng), 0.95)
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= 0.3 <= found.high

    assert 0.92 <= covered / 300 <= 0.995


def test_a_tail_of_nobody_is_no_plateau() -> None:
    back = np.zeros((1, 12))
    back[0, 0] = 100

    assert plateau(np.array([100]), back, 0.95).reason.startswith("no plateau: nobody came back")


def test_few_customers_are_not_enough() -> None:
    found = plateau(np.array([12]), np.full((1, 12), 6.0), 0.95)

    assert found.share is None
    assert "customers observed" in found.reason


def test_a_change_of_cohorts_is_no_fall() -> None:
    # The older cohort stays less; only its periods are seen at the end.
    back = np.full((2, 13), np.nan)
    back[0], back[1, :11] = 100, 300

    found = plateau(np.array([400, 400]), back, 0.95)

    assert found.reason == "level from period 9"
