"""Draws behind unit economics: intervals that hold their level over many markets at once."""

from __future__ import annotations

import numpy as np
import pytest

from fourfits.channels import unit_economics
from fourfits.channels.unit_economics import SUMS, Settings

SETTINGS = Settings(margin_share=None, horizon_months=60, confidence=0.95, seed=1, draws=1_000)
MARKETS = 400


def _cells(**columns: np.ndarray) -> dict[str, np.ndarray]:
    names = np.array([f"channel {i:03}" for i in range(MARKETS)], object)
    empty = {name: np.zeros(MARKETS) for name in (*SUMS, "n_people", "n_small", "n_middle")}
    return {"channel": names, **empty, "n_large": np.ones(MARKETS), **columns}


def test_the_cost_interval_holds_its_level() -> None:
    rng = np.random.default_rng(5)
    cells = _cells(n_new=rng.poisson(25, MARKETS), n=np.full(MARKETS, 100.0))
    spent = {"channel": cells["channel"], "spend": np.full(MARKETS, 2500.0)}
    group = unit_economics.grouped(cells, ("channel",))

    cac, draws = unit_economics.costs(cells, spent, group, SETTINGS, spread=False)

    low, high = unit_economics.ends(draws, 0.95)
    assert 0.92 <= np.mean((low <= 100) & (high >= 100)) <= 0.98
    assert np.median(cac) == pytest.approx(100, rel=0.05)


def test_intervals_of_revenue_and_churn_hold_their_level() -> None:
    # Sixty customers each, seen for 1 to 12 months, bring 40 a month on average; 3 % leave.
    rng = np.random.default_rng(9)
    months = rng.uniform(1, 12, (MARKETS, 60))
    revenue = months * rng.gamma(2, 20, months.shape)
    cells = _cells(
        n=np.full(MARKETS, 60.0),
        months=months.sum(axis=1),
        revenue=revenue.sum(axis=1),
        months2=(months**2).sum(axis=1),
        revenue2=(revenue**2).sum(axis=1),
        revenue_months=(months * revenue).sum(axis=1),
        left=rng.poisson(0.03 * months.sum(axis=1)),
    )

    worth = unit_economics.worth(cells, unit_economics.grouped(cells, ("channel",)), SETTINGS)

    for name, truth in (("revenue", 40), ("leaving", 0.03)):
        low, high = unit_economics.ends(worth[f"{name}_draws"], 0.95)
        assert 0.90 <= np.mean((low <= truth) & (high >= truth)) <= 0.98, name
    assert not worth["borrowed"].any()


def test_groups_are_ordered_by_size_and_share_all_but_their_channel() -> None:
    cells = {
        "channel": np.array(["ads", "fair", "ads"], object),
        "plan": np.array(["Pro", "Pro", "Free"], object),
        "n": np.array([1, 5, 3]),
    }

    group = unit_economics.grouped(cells, ("channel", "plan"))

    assert group.keys == [("fair", "Pro"), ("ads", "Free"), ("ads", "Pro")]
    assert group.pool.tolist() == [[1, 0, 1], [0, 1, 0], [1, 0, 1]]
    assert group.cells.tolist() == [[0, 1, 0], [0, 0, 1], [1, 0, 0]]


def test_an_end_that_is_infinite_is_empty() -> None:
    low, high = unit_economics.ends(np.array([[1.0], [2.0], [np.inf]]), 0.95)

    assert (low[0], np.isnan(high[0])) == (1.0, True)
