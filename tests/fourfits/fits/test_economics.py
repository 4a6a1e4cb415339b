"""Acquisition as the fits read it."""

from __future__ import annotations

import numpy as np
import pytest

from fourfits import errors, samples
from fourfits.fits import economics, inputs


@pytest.mark.slow
def test_economics_carry_the_numbers_of_acquisition(company: samples.Company) -> None:
    data = company.data()
    given = inputs.together(**{name: data.table(name) for name in inputs.TABLES if name in data})

    result = economics.acquisition(given, ("segment",), as_of=None, seed=1)
    found = economics.by_group(result, ("segment",))

    row = next(row for row in result.table.to_pylist() if row["segment"] == "students")
    students = found["students",]
    assert students.payback == row["payback_months"]
    assert students.spend == pytest.approx(row["spend_amount"])
    assert np.median(students.cac_draws) == pytest.approx(students.cac, rel=0.05)
    assert set(found) == {(name,) for name in company.truth.segments}


def test_what_is_not_paid_back_within_the_limit_is_unrecovered() -> None:
    one = economics.Economics(
        n_customers=10,
        n_new=5,
        cac=100.0,
        margin=5.0,
        payback=20.0,
        payback_low=18.0,
        payback_high=22.0,
        limit=12.0,
        p_beyond=1.0,
        ltv=200.0,
        cac_draws=np.array([100.0, 50.0]),
        margin_draws=np.array([5.0, 5.0]),
        ltv_draws=np.array([200.0, 200.0]),
    )

    # five new customers cost 100 each and pay back 12 x 5; at 50 each they pay back whole
    assert one.unrecovered.tolist() == [5 * 40, 0]
    assert one.spend == 500


def test_economics_need_revenue() -> None:
    given = inputs.together(customers={"customer_id": ["c1"]}, spend={"channel": ["ads"]})

    with pytest.raises(errors.NotEnoughDataError, match="orders or subscriptions"):
        economics.acquisition(given, ("channel",), as_of=None, seed=1)
