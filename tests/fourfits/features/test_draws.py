"""Distributions of uncertain inputs against their formulas."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from fourfits.features import draws


@given(st.floats(0, 10), st.floats(0, 10), st.floats(0.01, 10))
def test_pert_has_the_mean_of_its_paper_and_keeps_its_ends(
    low: float, more: float, rest: float
) -> None:
    likely, high = low + more, low + more + rest

    table = draws.pert(np.array([low]), np.array([likely]), np.array([high]))

    # Malcolm et al. (1959): mean (low + 4 likely + high) / 6.
    assert np.isclose(draws.average(table)[0], (low + 4 * likely + high) / 6, rtol=0.01)
    assert np.isclose(table[0, 0], low)
    assert np.isclose(table[0, -1], high)
    assert (np.diff(table) >= 0).all()


def test_draws_follow_the_distribution_that_their_table_holds() -> None:
    one = draws.Input("effort", draws.pert(np.array([1.0]), np.array([2.0]), np.array([6.0])))
    u = np.random.default_rng(1).random((1, 20_000))

    values = one.draw(u)[0]

    exact = stats.beta(1 + 4 / 5, 1 + 16 / 5, loc=1, scale=5)
    assert stats.kstest(values, exact.cdf).statistic < 0.015


def test_confidence_says_how_far_nine_in_ten_lie_apart() -> None:
    one = draws.Input("reach", draws.spread(np.array([100.0]), np.array([0.5])))
    u = np.random.default_rng(2).random((1, 50_000))

    low, middle, high = np.quantile(one.draw(u), [0.05, 0.5, 0.95])

    assert np.allclose([low, middle, high], [50, 100, 200], rtol=0.03)


def test_a_sure_input_does_not_vary() -> None:
    one = draws.Input("reach", draws.spread(np.array([100.0]), np.array([1.0])))

    assert one.certain.all()
    assert np.allclose(one.draw(np.random.default_rng(3).random((1, 50))), 100)
