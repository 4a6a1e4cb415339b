"""The mapping of evidence to points: its anchors, its bounds, its draws."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourfits import config, errors
from fourfits.fits import evidence

SCALES = st.sampled_from(sorted(config.FIT_SCALES)).map(config.FIT_SCALES.__getitem__)
VALUES = st.floats(-1e6, 1e6)
POINTS = st.lists(st.floats(0, 100), min_size=1, max_size=6)


@given(SCALES)
def test_score_goes_through_floor_threshold_and_excellent(scale: config.Scale) -> None:
    anchors = evidence.score([scale.floor, scale.threshold, scale.excellent], scale)

    assert anchors == pytest.approx([0, 60, 100])


@given(SCALES, VALUES, VALUES)
def test_score_is_monotone_and_bounded(scale: config.Scale, one: float, other: float) -> None:
    better = max if scale.excellent > scale.floor else min
    best, worst = better(one, other), one + other - better(one, other)

    high, low = evidence.score(best, scale), evidence.score(worst, scale)

    assert 0 <= low <= 100
    assert 0 <= high <= 100
    assert low <= high + 1e-9


def test_score_of_a_payback_beyond_three_limits_is_nothing_and_endless_is_too() -> None:
    scale = config.FIT_SCALES["payback_to_limit"]

    assert evidence.score([0.4, 0.5, 1, 2, 3, math.inf], scale).tolist() == [100, 100, 60, 30, 0, 0]


def test_combine_is_the_weighted_geometric_mean() -> None:
    # (50^1 * 80^3)^(1/4)
    assert float(evidence.combine([50, 80], [1, 3])) == pytest.approx((50 * 80**3) ** 0.25)


@given(POINTS)
def test_combine_lies_between_the_least_and_the_most(points: list[float]) -> None:
    score = float(evidence.combine(points, np.ones(len(points))))

    assert max(min(points), config.FIT_LEAST_POINTS) - 1e-9 <= score <= max(*points, 1.0) + 1e-9


@given(POINTS, st.integers(0, 5), st.floats(0, 100))
def test_combine_never_falls_when_one_piece_rises(
    points: list[float], at: int, raised: float
) -> None:
    at %= len(points)
    better = [*points]
    better[at] = max(points[at], raised)

    before, after = (float(evidence.combine(each, np.ones(len(each)))) for each in (points, better))

    assert after >= before - 1e-9


def test_combine_does_not_average_a_failing_piece_away() -> None:
    assert (
        float(evidence.combine([100, 100, 100, 0], np.ones(4))) < 60 < np.mean([100, 100, 100, 0])
    )


def test_share_draws_have_the_mean_and_spread_of_their_posterior() -> None:
    draws = evidence.share_draws(40, 100, evidence.stream(1, "a"))

    assert draws.mean() == pytest.approx(40.5 / 101, abs=0.003)
    assert draws.std() == pytest.approx(math.sqrt(0.4 * 0.6 / 101), rel=0.05)


@pytest.mark.slow
@settings(deadline=None)  # the first call loads SciPy
@given(st.floats(1, 100), st.floats(0.01, 0.9), st.floats(1.1, 9), st.booleans())
def test_interval_draws_give_back_their_interval(
    value: float, down: float, up: float, log: bool
) -> None:
    low, high = value * down, value * up

    draws = evidence.interval_draws(value, low, high, evidence.stream(1, "a"), log=log)

    found = np.quantile(draws, [0.025, 0.5, 0.975])
    assert found == pytest.approx([low, value, high], rel=0.12, abs=0.12 * (high - low))


def test_interval_draws_of_an_endless_time_keep_the_side_that_is_known() -> None:
    draws = evidence.interval_draws(20, 10, math.inf, evidence.stream(1, "a"), log=True)

    assert np.isfinite(draws).all()
    assert np.quantile(draws, 0.025) == pytest.approx(10, rel=0.05)


def test_streams_depend_on_seed_and_name_alone() -> None:
    first, again = (evidence.stream(7, "nps", ("home",)).random() for _ in range(2))

    assert first == again
    assert first != evidence.stream(7, "nps", ("office",)).random()
    assert first != evidence.stream(8, "nps", ("home",)).random()


def test_gathered_keeps_the_reason_where_evidence_is_absent_or_too_thin() -> None:
    def thin() -> list[evidence.Piece]:
        raise errors.NotEnoughDataError("There is no NPS answer in these responses.")

    gathered = evidence.Gathered()

    gathered.add("nps", thin, responses=object())
    gathered.add("retention_people", list, events=None)

    assert gathered.reasons == {
        "nps": "There is no NPS answer in these responses",
        "retention_people": "no data for events",
    }
