"""Intervals against published values, other programs and their own level."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from fourfits import intervals


@pytest.mark.slow
@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_agrees_with_scipy(pair: tuple[int, int]) -> None:
    successes, n = pair

    low, high = intervals.wilson(successes, n)

    theirs = stats.binomtest(successes, n).proportion_ci(0.95, "wilson")
    assert math.isclose(low, theirs.low, abs_tol=1e-9)
    assert math.isclose(high, theirs.high, abs_tol=1e-9)


@pytest.mark.slow
@given(st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=50))
def test_mean_agrees_with_scipy(values: list[float]) -> None:
    array = np.array(values)

    low, high = intervals.mean(array.sum(), (array**2).sum(), len(array))

    error = stats.sem(array)
    if error > 1e-3:
        theirs = stats.t.interval(0.95, len(array) - 1, array.mean(), error)
        assert np.allclose([low, high], theirs, rtol=1e-5, atol=1e-6)
    assert low <= high


@given(st.integers(0, 500), st.floats(0.1, 1e4))
def test_rate_agrees_with_the_chi_square_form(events: int, exposure: float) -> None:
    low, high = intervals.rate(events, exposure)

    # Garwood (1936): chi-square quantiles halved.
    expected_low = stats.chi2.ppf(0.025, 2 * events) / 2 / exposure if events else 0.0
    assert math.isclose(low, expected_low, rel_tol=1e-6, abs_tol=1e-12)
    assert math.isclose(high, stats.chi2.ppf(0.975, 2 * events + 2) / 2 / exposure, rel_tol=1e-6)


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(*[st.integers(0, n)] * 2, st.just(n))))
def test_share_difference_is_symmetric_and_open(triple: tuple[int, int, int]) -> None:
    plus, minus, n = triple
    plus = min(plus, n - minus) if minus <= n else 0

    low, high = intervals.share_difference(plus, minus, n)
    mirrored = intervals.share_difference(minus, plus, n)

    assert -1 <= low < high <= 1
    assert np.allclose([-high, -low], mirrored, atol=1e-9)


def test_share_difference_holds_its_level() -> None:
    rng = np.random.default_rng(7)
    counts = rng.multinomial(200, [0.5, 0.2, 0.3], size=4000)

    low, high = intervals.share_difference(counts[:, 0], counts[:, 2], np.full(4000, 200))

    assert 0.94 <= np.mean((low <= 0.2) & (high >= 0.2)) <= 0.96


def test_percentile_leaves_out_draws_that_failed() -> None:
    low, high = intervals.percentile([np.nan, *range(1, 1002)], 0.9)

    assert np.allclose([low, high], [51, 951])


@pytest.mark.parametrize(("confidence", "expected"), [(0.90, 1.644854), (0.99, 2.575829)])
def test_z_is_the_two_sided_quantile(confidence: float, expected: float) -> None:
    assert math.isclose(intervals.z(confidence), expected, rel_tol=1e-6)
