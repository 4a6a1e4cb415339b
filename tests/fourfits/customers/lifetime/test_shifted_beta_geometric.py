"""The shifted beta-geometric against its paper, its formula and planted truth."""

from __future__ import annotations

from math import log
from pathlib import Path

import numpy as np
import pyarrow.csv
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourfits import customers, errors
from fourfits.customers import contracts
from fourfits.customers.lifetime.shifted_beta_geometric import (
    ShiftedBetaGeometricModel,
    derivatives,
)

positive = st.floats(0.1, 20)


def simulated(n: int, seed: int, alpha: float, beta: float, periods: int) -> dict[str, np.ndarray]:
    """Customers who leave as the model says, observed for some periods."""
    rng = np.random.default_rng(seed)
    left = rng.geometric(rng.beta(alpha, beta, n))
    return {"recency": np.minimum(left, periods), "T": np.full(n, periods)}


@pytest.mark.realdata
def test_the_cohorts_of_fader_and_hardie_are_as_published(realdata: Path) -> None:
    # Fader and Hardie (2007), p. 82; data/README.md.
    cohorts = pyarrow.csv.read_csv(realdata / "cdnow" / "sbg_cohorts.csv")

    result = customers.shifted_beta_geometric(cohorts, by="cohort", unit="year")

    found = {
        key: (round(model.alpha, 3), round(model.beta, 3)) for key, model in result.models.items()
    }
    assert found == {("highend",): (0.668, 3.806), ("regular",): (0.704, 1.182)}
    seen = result.curve.to_pandas().query("cohort == 'regular'").set_index("period")
    assert seen.loc[[1, 7], "retained_share"].tolist() == pytest.approx([0.631, 0.241])


def chance(period: int, alpha: float, beta: float) -> float:
    """P(lost in this period), by the recursion of the paper's equation 7."""
    share = alpha / (alpha + beta)
    for t in range(2, period + 1):
        share *= (beta + t - 2) / (alpha + beta + t - 1)
    return share


@pytest.mark.slow
@given(
    st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=1, max_size=6),
    positive,
    positive,
)
def test_the_likelihood_equals_the_recursion_and_its_slopes_finite_differences(
    seen: list[tuple[int, bool]], alpha: float, beta: float
) -> None:
    periods, ended = map(np.array, zip(*seen, strict=True))
    at = derivatives(contracts.Durations(periods.astype(float), ended, np.ones(len(seen))))

    value, slope, curve = at(alpha, beta)

    stayed = [1 - sum(chance(t, alpha, beta) for t in range(1, n + 1)) for n, _ in seen]
    each = [
        log(chance(n, alpha, beta) if over else stay)
        for (n, over), stay in zip(seen, stayed, strict=True)
    ]
    assert value == pytest.approx(sum(each), rel=1e-6, abs=1e-7)
    for place, step in enumerate((1e-5 * alpha, 1e-5 * beta)):
        side, here = step * np.eye(2)[place], np.array([alpha, beta])
        up, down = at(*(here + side)), at(*(here - side))
        assert slope[place] == pytest.approx((up[0] - down[0]) / (2 * step), rel=1e-3, abs=1e-4)
        np.testing.assert_allclose(
            curve[place], (up[1] - down[1]) / (2 * step), rtol=1e-3, atol=1e-4
        )


def test_planted_parameters_are_found_again() -> None:
    rows = customers.shifted_beta_geometric(simulated(20_000, 2, 0.7, 2.0, 10)).table.to_pylist()

    assert rows[0]["estimate_low"] < 0.7 < rows[0]["estimate_high"]
    assert rows[1]["estimate_low"] < 2.0 < rows[1]["estimate_high"]


@pytest.mark.slow
def test_intervals_hold_their_level() -> None:
    covered = np.zeros(2)

    for seed in range(100):
        rows = customers.shifted_beta_geometric(
            simulated(1_000, seed, 0.7, 2.0, 10)
        ).table.to_pylist()
        covered += [
            row["estimate_low"] < truth < row["estimate_high"]
            for row, truth in zip(rows[:2], (0.7, 2.0), strict=True)
        ]

    assert (covered >= 88).all()


def test_lifetimes_equal_slow_sums() -> None:
    model, periods = ShiftedBetaGeometricModel(1.4, 3.0), np.arange(200_000.0)
    discount = 1.1**-periods

    stays = model.retained_share(periods)

    assert model.lifetime(0.1) == pytest.approx(stays @ discount, rel=1e-9)
    assert model.lifetime() == pytest.approx(3.4 / 0.4)
    later = model.retained_share(periods + 3) / model.retained_share(2)
    assert model.residual_lifetime(2, 0.1) == pytest.approx(later @ discount, rel=1e-9)
    assert ShiftedBetaGeometricModel(0.9, 3.0).lifetime() == np.inf


def test_groups_that_cannot_tell_are_left_out_and_named() -> None:
    seen = {
        "recency": [1, 2, 2, 3, 4, 4, 4, 4],
        "T": [4, 4, 4, 4, 4, 4, 4, 4],
        "plan": ["Pro"] * 6 + ["Basic"] * 2,
    }

    result = customers.shifted_beta_geometric(seen, by="plan")

    assert list(result.models) == [("Pro",)]
    assert "1 of 2 groups are left out" in result.warnings[-1]


def test_contracts_that_never_end_are_refused() -> None:
    with pytest.raises(errors.NotEnoughDataError, match="two contracts that ended"):
        customers.shifted_beta_geometric({"recency": [5] * 20, "T": [5] * 20})


def test_the_chart_draws_points_and_line() -> None:
    result = customers.shifted_beta_geometric(simulated(500, 2, 0.7, 2.0, 10))

    assert [layer["mark"]["type"] for layer in result.chart().to_dict()["layer"]] == [
        "line",
        "point",
    ]
