"""Curves, crossings and resamples of a price study against their definitions by brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourfits.pricing import price_curves


@st.composite
def _studies(draw: st.DrawFn) -> price_curves.Study:
    k = draw(st.integers(1, 12))
    price = st.integers(0, 60)
    rows = draw(
        st.lists(st.lists(price, min_size=4, max_size=4, unique=True), min_size=k, max_size=k)
    )
    chance = st.sampled_from([0.0, 0.1, 0.3, 0.5, 0.7])
    likely = draw(st.lists(st.tuples(chance, chance), min_size=k, max_size=k))
    n = draw(st.lists(st.integers(1, 5), min_size=k, max_size=k))
    prices = np.sort(np.array(rows, float), axis=1)
    return price_curves.Study(prices, np.array(likely), np.array(n, float))


@pytest.mark.slow
@given(_studies())
def test_curves_equal_their_definition(study: price_curves.Study) -> None:
    found = price_curves.numbers(study, study.n[None, :])[:, 0]

    people = np.repeat(study.prices, study.n.astype(int), axis=0)
    for p, price in enumerate(study.grid):
        cheap = [(people[:, q] > price).sum() for q in (0, 1)]
        expensive = [(people[:, q] <= price).sum() for q in (2, 3)]
        assert found[:, p].tolist() == [*cheap, *expensive]


@pytest.mark.slow
@given(_studies(), st.floats(0, 70))
def test_trial_equals_the_mean_of_every_respondents_line(
    study: price_curves.Study, price: float
) -> None:
    on_grid = price_curves.trial(study, study.n[None, :])[0]
    at_price = price_curves.trial_at(study, study.n[None, :], price)[0]

    def expected(p: float) -> float:
        lines = [
            np.interp(p, prices, [0, *likely, 0])
            for prices, likely in zip(study.prices, study.likelihoods, strict=True)
        ]
        return float(np.average(lines, weights=study.n))

    np.testing.assert_allclose(on_grid, [expected(p) for p in study.grid], atol=1e-9)
    assert at_price == pytest.approx(expected(price), abs=1e-9)


@pytest.mark.slow
@given(_studies())
def test_points_keep_their_order(study: price_curves.Study) -> None:
    points = price_curves.crossings(study, study.n[None, :])

    assert points["pmc"] <= points["opp"] <= points["pme"]
    assert points["pmc"] <= points["idp"] <= points["pme"]


@pytest.mark.slow
def test_intervals_hold_their_level() -> None:
    # The indifference price of this market is 50: cheap and expensive lie alike on both sides.
    rng, covered = np.random.default_rng(3), 0

    for seed in range(80):
        prices = np.sort(rng.normal(50, 12, (200, 4)), axis=1)
        prices[:, [0, 3]] += [-8, 8]
        study = price_curves.Study(prices, np.full((200, 2), np.nan), np.ones(200))
        draws = [price_curves.crossings(study, n)["idp"] for n in study.resamples(200, seed, 0)]
        low, high = np.quantile(np.concatenate(draws), [0.025, 0.975])
        covered += low <= 50 <= high

    assert 0.90 <= covered / 80 <= 0.99
