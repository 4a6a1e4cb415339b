"""The words that every conflict shares."""

from __future__ import annotations

import math

import pytest

from fourfits import checks
from fourfits.fits.conflicts import found


def test_the_work_ahead_is_what_is_planned_or_being_built() -> None:
    features = {
        "feature_id": ["f3", "f1", "f2", "f4"],
        "name": ["c", "a", "b", "d"],
        "status": ["planned", "building", "idea", "shipped"],
        "effort_likely": [2.0, None, 1.0, 1.0],
    }

    ahead = found.planned(checks.table(features))

    assert [one.feature_id for one in ahead] == ["f1", "f3"]
    assert math.isnan(ahead[0].effort)
    assert (ahead[1].effort, ahead[1].need, ahead[1].segment) == (2.0, "", "")


def test_work_without_an_estimate_is_told_without_effort() -> None:
    one = found.Feature(
        feature_id="f", name="Loan", status="planned", need="", segment="", effort=float("nan")
    )

    assert found.work([one]) == "One planned feature (Loan)"


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0, "0"), (0.456, "0.456"), (999, "999"), (1000, "1,000"), (123456, "123,000")],
)
def test_money_has_three_figures(amount: float, text: str) -> None:
    assert found.money(amount) == text
