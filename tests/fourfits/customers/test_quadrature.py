"""Sums over a beta distribution against its moments."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betaln

from fourfits.customers import quadrature


@pytest.mark.slow
@given(st.floats(0.05, 50), st.floats(0.05, 2_000), st.integers(0, 40))
def test_moments_are_exact(a: float, b: float, power: int) -> None:
    nodes, weights = quadrature.beta(a, [b])

    assert weights.sum() == pytest.approx(1)
    moment = np.exp(betaln(a + power, b) - betaln(a, b))
    assert (weights * nodes**power).sum() == pytest.approx(moment, rel=1e-6, abs=1e-12)


def test_uniform_is_no_special_case() -> None:
    nodes, weights = quadrature.beta(1, [1, 2])

    assert np.isfinite(nodes).all()
    assert (nodes * weights).sum(axis=1) == pytest.approx([1 / 2, 1 / 3])
    nodes, weights = quadrature.beta(0.5, 0.5)
    assert (nodes * weights).sum() == pytest.approx(1 / 2)
