"""Formulas of scores against their definitions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourfits import errors
from fourfits.features import formulas


def test_rice_is_the_score_of_its_paper() -> None:
    # McBride (2016), Intercom: reach 500, impact 3 (massive), confidence 100 %, effort 1.
    assert formulas.rice(500, 3, 1, 1) == 1500


def test_the_other_formulas_follow_their_definitions() -> None:
    assert formulas.ice(10, 10, 10) == 1000
    assert formulas.wsjf(13, 8, 5, 2) == 13
    assert formulas.cost_of_delay(30_000, 6) == 5000
    assert formulas.weighted({"a": 3, "b": 2, "e": 4}, {"a": 2, "b": 1}, {"e": 0.5}) == 4


@given(
    st.floats(1, 1e6), st.floats(0.25, 3), st.floats(0.1, 1), st.floats(0.1, 100), st.floats(1.1, 9)
)
def test_rice_grows_with_reach_and_shrinks_with_effort(
    reach: float, impact: float, sure: float, effort: float, factor: float
) -> None:
    score = float(formulas.rice(reach, impact, sure, effort))

    assert np.isclose(formulas.rice(reach * factor, impact, sure, effort), score * factor)
    assert np.isclose(formulas.rice(reach, impact, sure, effort * factor), score / factor)


def test_wsjf_refuses_a_size_between_the_steps() -> None:
    with pytest.raises(
        errors.RangeError, match="job_size is 4, must be one of 1, 2, 3, 5, 8, 13, 20"
    ):
        formulas.wsjf(1, 1, 1, 4)


def test_ice_refuses_a_rating_above_ten() -> None:
    with pytest.raises(errors.RangeError, match="ease is 11, must be from 1 to 10"):
        formulas.ice(1, 1, 11)
