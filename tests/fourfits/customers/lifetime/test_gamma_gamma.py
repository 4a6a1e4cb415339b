"""Gamma-Gamma against its published fit, its formula, finite differences and planted truth."""

from __future__ import annotations

from math import lgamma, log
from pathlib import Path

import numpy as np
import pyarrow.csv
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourfits import customers, errors
from fourfits.customers.lifetime.gamma_gamma import Amounts, GammaGammaModel, derivatives

TRUTH = {"p": 6.0, "q": 4.0, "v": 15.0}
positive = st.floats(0.1, 20)


def simulated(n: int, seed: int) -> dict[str, np.ndarray]:
    """Customers whose purchases vary as the model says."""
    rng = np.random.default_rng(seed)
    rate, x = rng.gamma(TRUTH["q"], 1 / TRUTH["v"], n), 1 + rng.poisson(2, n)
    return {"x": x, "mean_amount": rng.gamma(TRUTH["p"] * x, 1 / rate) / x}


def amounts_of(x: list[int], mean: list[float]) -> Amounts:
    """One cell for each customer."""
    each = np.array(mean)
    return Amounts(np.array(x, float), np.ones(len(x)), each, each**2, np.log(each))


@pytest.mark.realdata
def test_gamma_gamma_of_cdnow_is_as_published(realdata: Path) -> None:
    # lifetimes' tests/test_estimation.py: 6.25, 3.74, 15.44; data/README.md.
    file = realdata / "cdnow" / "cdnow_customers_summary_with_transactions.csv"

    result = customers.gamma_gamma(pyarrow.csv.read_csv(file))

    found = result.summary()
    assert [round(found[name], 2) for name in ("p", "q")] == [6.25, 3.74]
    assert found["v"] == pytest.approx(15.445, abs=0.01)
    assert found["n_customers"] == 946
    assert round(found["correlation"], 2) == 0.11


def direct(x: int, mean: float, p: float, q: float, v: float) -> float:
    """Log-likelihood of one customer, equation 1a of Fader and Hardie (2013)."""
    return (
        lgamma(p * x + q) - lgamma(p * x) - lgamma(q) + q * log(v)
        + (p * x - 1) * log(mean) + p * x * log(x) - (p * x + q) * log(x * mean + v)
    )  # fmt: skip


@pytest.mark.slow
@given(
    st.lists(st.tuples(st.integers(1, 50), st.floats(0.01, 500)), min_size=1, max_size=5),
    positive, positive, positive,
)  # fmt: skip
def test_the_likelihood_equals_the_formula_and_its_slopes_finite_differences(
    customers_: list[tuple[int, float]], p: float, q: float, v: float
) -> None:
    x, mean = map(list, zip(*customers_, strict=True))
    at, here = derivatives(amounts_of(x, mean)), np.array([p, q, v])

    value, slope, curve = at(*here)

    expected = sum(direct(n, amount, p, q, v) for n, amount in customers_)
    assert value == pytest.approx(expected, rel=1e-9, abs=1e-8)
    for place, step in enumerate(1e-5 * here):
        side = step * np.eye(3)[place]
        up, down = at(*(here + side)), at(*(here - side))
        near = 1e-8 * (1 + abs(value)) / step
        assert slope[place] == pytest.approx((up[0] - down[0]) / (2 * step), rel=1e-4, abs=near)
        change = (up[1] - down[1]) / (2 * step)
        near = 1e-7 * (1 + np.abs(slope).max()) / step
        np.testing.assert_allclose(curve[place], change, rtol=1e-3, atol=near)


def test_planted_parameters_are_found_again() -> None:
    rows = customers.gamma_gamma(simulated(20_000, 1)).table.to_pylist()[:3]

    for row in rows:
        assert row["estimate_low"] < TRUTH[row["parameter"]] < row["estimate_high"]
        assert row["estimate"] == pytest.approx(TRUTH[row["parameter"]], rel=0.1)


def test_counting_in_fine_steps_leaves_the_fit_alone() -> None:
    data = simulated(2_000, 1)
    found = customers.gamma_gamma(data).summary()

    value, slope, _ = derivatives(amounts_of(data["x"].tolist(), data["mean_amount"].tolist()))(
        found["p"], found["q"], found["v"]
    )

    assert found["log_likelihood"] == pytest.approx(value, rel=1e-5)
    assert np.abs(slope * [found["p"], found["q"], found["v"]]).max() < 0.05


def test_expected_amount_draws_a_customer_towards_everybody() -> None:
    model = GammaGammaModel(**TRUTH)

    amounts = model.expected_amount([0, 1, 1_000], [0, 90, 90])

    assert model.mean_amount == 30
    assert amounts[0] == pytest.approx(30)
    assert 30 < amounts[1] < 90
    assert amounts[2] == pytest.approx(90, rel=0.01)


def test_money_that_grows_with_frequency_is_warned_of() -> None:
    data = simulated(2_000, 1)
    data["mean_amount"] = data["mean_amount"] * data["x"]

    warnings = customers.gamma_gamma(data).warnings

    assert any("Number and size of purchases correlate (0." in warning for warning in warnings)


def test_amounts_of_nothing_are_refused() -> None:
    with pytest.raises(errors.RangeError, match="mean amount of 0 or less"):
        customers.gamma_gamma({"x": [1, 2], "mean_amount": [5.0, 0.0]})


def test_amounts_that_are_all_alike_are_refused_in_words() -> None:
    alike = {"x": [1, 2, 3] * 10, "mean_amount": [9.9] * 30}

    with pytest.raises(errors.NotEnoughDataError, match=r"All 30 .* spend 9.90 on average"):
        customers.gamma_gamma(alike)


def test_too_few_buyers_are_refused() -> None:
    with pytest.raises(errors.NotEnoughDataError, match="Only 1 customer bought on more than one"):
        customers.gamma_gamma({"x": [0, 2], "mean_amount": [0.0, 7.0]})


def test_the_chart_counts_every_customer_but_the_few_largest() -> None:
    result = customers.gamma_gamma(simulated(2_000, 1))

    assert 0.97 * 2_000 <= sum(result.amounts["n_customers"].to_pylist()) <= 2_000
    assert len(result.chart().to_dict()["layer"]) == 2
