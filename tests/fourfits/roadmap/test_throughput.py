"""Simulated futures against their formulas and one another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fourfits.roadmap import throughput

LEVELS = (0.50, 0.70, 0.85, 0.95)

weeks = arrays(np.int64, st.tuples(st.integers(1, 12), st.just(7)), elements=st.integers(0, 4))


@pytest.mark.slow
@given(weeks, st.integers(1, 60), st.integers(1, 400))
def test_n_items_are_done_within_d_days_in_exactly_the_futures_that_reach_n_in_d_days(
    finished: np.ndarray, items: int, days: int
) -> None:
    until = throughput.days_until(finished, items, draws=50, seed=3)
    count = throughput.finished_within(finished, days, draws=50, seed=3)

    assert ((until <= days) == (count >= items)).all()


@given(weeks, st.integers(0, 500))
def test_more_days_never_finish_fewer_items(finished: np.ndarray, days: int) -> None:
    sooner = throughput.finished_within(finished, days, draws=20, seed=1)
    later = throughput.finished_within(finished, days + 1, draws=20, seed=1)

    assert (later >= sooner).all()


def test_the_days_of_the_week_stay_in_their_places() -> None:
    only_fridays = np.array([[0, 0, 0, 0, 1, 0, 0]] * 8)

    days = throughput.days_until(only_fridays, 3, draws=100, seed=1)

    assert (days == 7 * 2 + 5).all()


def test_work_that_grows_faster_than_it_is_done_never_ends() -> None:
    net = np.array([[-1, 0, 0, 0, 0, 0, 0]] * 8)

    assert np.isinf(throughput.days_until(net, 1, draws=10, seed=1)).all()


def test_average_and_spread_of_the_counts_are_those_of_the_double_resampling() -> None:
    finished = np.random.default_rng(5).poisson(1.5, (26, 7))
    week = finished.sum(axis=1)

    count = throughput.finished_within(finished, 28, draws=100_000, seed=2)

    # Four weeks from a resampled history of 26: the variance of the four draws, and that of the
    # resampled average, 4^2 / 26 of a week's; the first loses its own share of the average's.
    variance = week.var() * (4 * (1 - 1 / 26) + 16 / 26)
    assert count.mean() == pytest.approx(4 * week.mean(), rel=0.005)
    assert count.var() == pytest.approx(variance, rel=0.02)


def test_past_forecasts_hold_as_often_as_they_say_when_weeks_are_alike() -> None:
    finished = np.random.default_rng(11).poisson(3.0, (4 * 150 + 26, 7))

    held = throughput.kept(finished, 28, LEVELS, window=26, least=6, draws=1_000, seed=4)

    # 26 weeks before the first window at most; a count is whole, so levels hold a little oftener.
    assert 150 <= len(held) <= 155
    assert held.mean(axis=0) == pytest.approx(LEVELS, abs=0.08)


def test_a_past_forecast_does_not_see_its_own_window() -> None:
    quiet_then_busy = np.repeat([[0, 0, 1, 0, 0, 0, 0], [5, 5, 5, 5, 5, 0, 0]], [8, 4], axis=0)

    held = throughput.kept(quiet_then_busy, 28, LEVELS, window=26, least=6, draws=100, seed=4)

    assert len(held) == 1
    assert held.all()


def test_at_least_so_many_means_that_the_count_is_reached_with_that_probability() -> None:
    drawn = np.arange(1, 101)

    promised = throughput.promised(drawn, LEVELS)

    for level, count in zip(LEVELS, promised, strict=True):
        assert (drawn >= count).mean() >= level
