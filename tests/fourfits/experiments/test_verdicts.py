"""Adjustment for many tests and the sample-ratio test against known values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from fourfits.experiments import verdicts

# Benjamini and Hochberg (1995), section 4.1: fifteen p values; at .05 Bonferroni-type
# procedures reject three, theirs four.
P_1995 = np.array(
    [
        "0.0001",
        "0.0004",
        "0.0019",
        "0.0095",
        "0.0201",
        "0.0278",
        "0.0298",
        "0.0344",
        "0.0459",
        "0.3240",
        "0.4262",
        "0.5719",
        "0.6528",
        "0.7590",
        "1.0000",
    ],
    float,
)


def test_the_published_example_is_rejected_three_and_four_times() -> None:
    assert (verdicts.adjusted(P_1995, "holm") < 0.05).sum() == 3
    assert (verdicts.adjusted(P_1995, "benjamini-hochberg") < 0.05).sum() == 4


@pytest.mark.slow
@given(st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=12))
def test_adjusted_values_follow_their_definitions(values: list[float]) -> None:
    p = np.array(values)

    holm, bh = (verdicts.adjusted(p, rule) for rule in ("holm", "benjamini-hochberg"))

    np.testing.assert_allclose(bh, stats.false_discovery_control(p))
    order = np.argsort(p, kind="stable")
    steps = np.maximum.accumulate((len(p) - np.arange(len(p))) * p[order])
    np.testing.assert_allclose(holm[order], np.minimum(steps, 1))
    assert (verdicts.adjusted(p, "none") == p).all()


def test_what_was_not_tested_is_not_counted() -> None:
    found = verdicts.adjusted(np.array([0.01, np.nan, 0.04]), "holm")

    np.testing.assert_allclose(found, [0.02, np.nan, 0.04])


def test_the_sample_ratio_follows_the_plan() -> None:
    n = {"control": 900, "new": 100}

    assert verdicts.sample_ratio(n, {"control": 9, "new": 1}) == 1
    assert verdicts.sample_ratio(n, {}) < 1e-100
    assert verdicts.sample_ratio(n, {"control": 8.8, "new": 1.2}) == pytest.approx(
        stats.chisquare([900, 100], [880, 120]).pvalue
    )
