"""What has shipped is neither scored nor ranked again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fourfits import errors, features, results

PLAN = {
    "feature_id": ["f1", "f2", "f3", "f4"],
    "name": ["Shipped", "Planned", "Unmarked", "Building"],
    "status": ["shipped", "planned", None, "Building"],
    "reach": [900, 100, 100, 100],
    "impact": [3, 1, 1, 1],
    "confidence_share": [1.0, 0.8, 0.8, 0.8],
    "effort_low": [1, 1, 1, 1],
    "effort_likely": [1, 2, 3, 4],
    "effort_high": [2, 4, 5, 6],
}


@pytest.mark.parametrize("analysis", [features.ranking, features.scores])
def test_what_has_shipped_is_left_out(analysis: Callable[..., results.Result]) -> None:
    names = analysis(PLAN).table["name"].to_pylist()

    assert set(names) == {"Planned", "Unmarked", "Building"}


@pytest.mark.parametrize("analysis", [features.ranking, features.scores])
def test_another_status_can_be_asked_for(analysis: Callable[..., results.Result]) -> None:
    assert analysis(PLAN, status="shipped").table["name"].to_pylist() == ["Shipped"]


def test_a_status_that_nothing_has_is_refused_in_words() -> None:
    with pytest.raises(errors.NotEnoughDataError, match="No feature"):
        features.ranking(PLAN, status=["retired"])
