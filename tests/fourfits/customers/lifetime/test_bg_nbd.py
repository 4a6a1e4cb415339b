"""BG/NBD against its paper, its formula, finite differences and planted truth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.csv
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import hyp2f1

from fourfits import customers, errors, results
from fourfits.customers.lifetime.bg_nbd import BgNbdModel, Triples, derivatives
from fourfits.report import findings

positive = st.floats(0.05, 20)
history = st.tuples(st.integers(0, 30), st.floats(0.01, 1), st.floats(0.5, 100))


def triples_of(histories: list[tuple[int, float, float]]) -> Triples:
    """Customers with x purchases, the last at a share of their age."""
    x = np.array([x for x, _, _ in histories], float)
    age = np.array([age for _, _, age in histories])
    last = np.array([share for _, share, _ in histories]) * age * (x > 0)
    return Triples(x, last, age, np.arange(1.0, len(x) + 1))


TRUTH = {"r": 0.6, "alpha": 6.0, "a": 0.8, "b": 2.5}


def simulated(n: int, seed: int, age: float = 52) -> dict[str, np.ndarray]:
    """Histories of customers who buy and leave as the model says."""
    rng = np.random.default_rng(seed)
    r, alpha, a, b = TRUTH.values()
    rate, dropout = rng.gamma(r, 1 / alpha, n), rng.beta(a, b, n)
    now, last, x, alive = np.zeros(n), np.zeros(n), np.zeros(n), np.ones(n, bool)
    while alive.any():
        now = now + rng.exponential(1 / rate)
        alive &= now <= age
        x, last = x + alive, np.where(alive, now, last)
        alive &= rng.random(n) > dropout
    return {"x": x, "t_x": last, "T": np.full(n, age)}


@pytest.mark.realdata
def test_bg_nbd_of_cdnow_is_as_published(realdata: Path) -> None:
    # Fader, Hardie and Lee (2005), table 2 and page 281; data/README.md.
    summary = pyarrow.csv.read_csv(realdata / "cdnow" / "cdnow_customers_summary.csv")

    result = customers.bg_nbd(summary)

    found = result.summary()
    assert [round(found[name], 3) for name in ("r", "alpha", "a", "b")] == [
        0.243,
        4.414,
        0.793,
        2.426,
    ]
    assert round(found["log_likelihood"], 1) == -9582.4
    assert round(float(result.expected_purchases(2, 30.43, 38.86, 39)), 3) == 1.226
    assert found["n_customers"] == 2357
    assert result.warnings == ()


def direct(x: float, last: float, age: float, parameters: tuple[float, ...]) -> float:
    """The likelihood of one customer as the paper's equation 6 says it, in plain numbers."""
    from math import gamma

    r, alpha, a, b = parameters

    def beta(p: float, q: float) -> float:
        return gamma(p) * gamma(q) / gamma(p + q)

    both = gamma(r + x) / gamma(r) * alpha**r
    active = beta(a, b + x) / beta(a, b) * both / (alpha + age) ** (r + x)
    if x == 0:
        return active
    return active + beta(a + 1, b + x - 1) / beta(a, b) * both / (alpha + last) ** (r + x)


@pytest.mark.slow
@given(st.lists(history, min_size=1, max_size=5), positive, positive, positive, positive)
def test_the_likelihood_equals_the_formula(
    histories: list[tuple[int, float, float]], r: float, alpha: float, a: float, b: float
) -> None:
    triples = triples_of(histories)

    value, _, _ = derivatives(triples)(r, alpha, a, b)

    each = [
        direct(x, last, age, (r, alpha, a, b))
        for x, last, age in zip(triples.x, triples.t_x, triples.T, strict=True)
    ]
    assert value == pytest.approx(triples.n @ np.log(each), rel=1e-8, abs=1e-7)


@pytest.mark.slow
@given(st.lists(history, min_size=1, max_size=5), positive, positive, positive, positive)
def test_slopes_and_curvatures_equal_finite_differences(
    histories: list[tuple[int, float, float]], r: float, alpha: float, a: float, b: float
) -> None:
    at, here = derivatives(triples_of(histories)), np.array([r, alpha, a, b])

    _, slope, curve = at(*here)

    step = 1e-5 * here
    moved = [(at(*(here + side)), at(*(here - side))) for side in np.diag(step)]
    for place, (up, down) in enumerate(moved):
        size = 1e-6 * (1 + abs(up[0])) / step[place]
        assert slope[place] == pytest.approx(
            (up[0] - down[0]) / (2 * step[place]), rel=1e-4, abs=size
        )
        np.testing.assert_allclose(
            curve[place], (up[1] - down[1]) / (2 * step[place]),
            rtol=1e-3, atol=1e-6 * (1 + np.abs(up[1]).max()) / step[place],
        )  # fmt: skip


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("x", [0, 1, 10_000])
def test_nothing_overflows(x: int, scale: float) -> None:
    triples = triples_of([(x, 0.9, 1e4)])

    value, slope, curve = derivatives(triples)(scale, scale, scale, scale)

    assert np.isfinite(value)
    assert np.isfinite(slope).all()
    assert np.isfinite(curve).all()
    model = BgNbdModel(scale, scale, scale, scale)
    assert 0 <= model.alive_share(x, 0.9e4 * (x > 0), 1e4) <= 1
    assert np.isfinite(model.expected_purchases(x, 0.9e4 * (x > 0), 1e4, 52))


@pytest.mark.slow
@given(
    st.tuples(st.integers(0, 60), st.floats(0.01, 1), st.floats(1, 100)),
    st.floats(0.1, 200),
    st.tuples(st.floats(0.1, 5), st.floats(0.5, 20), st.floats(0.05, 4), st.floats(0.1, 10)),
)
def test_expected_purchases_equal_the_hypergeometric_formula(
    history: tuple[int, float, float], horizon: float, parameters: tuple[float, ...]
) -> None:
    # Fader, Hardie and Lee (2005), equation 10; near a = 1 the formula itself loses its digits.
    (x, share, age), (r, alpha, a, b) = history, parameters
    a += 0.05 if abs(a - 1) < 0.01 else 0
    last, whole = share * age * (x > 0), alpha + age

    found = BgNbdModel(r, alpha, a, b).expected_purchases(x, last, age, horizon)

    more = hyp2f1(r + x, b + x, a + b + x - 1, horizon / (whole + horizon))
    active = (a + b + x - 1) / (a - 1) * (1 - (whole / (whole + horizon)) ** (r + x) * more)
    left = a / (b + x - 1) * (whole / (alpha + last)) ** (r + x) if x else 0
    assert found == pytest.approx(active / (1 + left), rel=1e-3, abs=1e-6)


def test_expected_purchases_have_no_gap_where_a_is_one() -> None:
    around = [
        float(BgNbdModel(0.5, 4, a, 2).expected_purchases(3, 20, 30, 52))
        for a in (0.999, 1.0, 1.001)
    ]

    assert around[1] == pytest.approx((around[0] + around[2]) / 2, rel=1e-5)


def test_the_shares_of_repeat_purchases_add_up() -> None:
    shares = BgNbdModel(0.24, 4.4, 0.79, 2.4).repeats_share([1.0, 38.0], most=400)

    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-6)
    assert (shares >= 0).all()


@pytest.mark.slow
def test_planted_parameters_are_found_again() -> None:
    result = customers.bg_nbd(simulated(20_000, 3))

    for row in result.table.to_pylist()[:4]:
        truth_here = TRUTH[row["parameter"]]
        assert row["estimate_low"] < truth_here < row["estimate_high"]
        assert row["estimate"] == pytest.approx(truth_here, rel=0.15)


@pytest.mark.slow
def test_intervals_hold_their_level() -> None:
    covered = np.zeros(4)

    for seed in range(40):
        rows = customers.bg_nbd(simulated(1500, seed)).table.to_pylist()
        covered += [
            row["estimate_low"] < TRUTH[row["parameter"]] < row["estimate_high"] for row in rows[:4]
        ]

    assert (covered >= 33).all()


def test_counts_stand_for_repeated_rows() -> None:
    single = simulated(300, 5)
    twice = {name: np.concatenate([column, column]) for name, column in single.items()}

    counted = customers.bg_nbd(single | {"n_customers": np.full(300, 2)}).summary()

    assert counted == pytest.approx(customers.bg_nbd(twice).summary(), rel=1e-6)


def test_time_in_another_unit_changes_alpha_alone() -> None:
    weeks = simulated(2_000, 5)
    days = {"x": weeks["x"], "t_x": 7 * weeks["t_x"], "T": 7 * weeks["T"]}

    in_weeks, in_days = customers.bg_nbd(weeks).summary(), customers.bg_nbd(days).summary()

    assert in_days["alpha"] == pytest.approx(7 * in_weeks["alpha"], rel=1e-4)
    assert in_days["b"] == pytest.approx(in_weeks["b"], rel=1e-4)


def test_a_parameter_that_runs_away_is_named() -> None:
    # Nobody leaves: everybody bought on the last day of observation.
    rng = np.random.default_rng(2)
    x = rng.poisson(rng.gamma(2, 2, 500))
    history = {"x": x, "t_x": np.where(x > 0, 52.0, 0.0), "T": np.full(500, 52.0)}

    result = customers.bg_nbd(history)

    assert any("nobody seems to" in warning for warning in result.warnings)
    assert 0.9 < result.summary()["alive_share"] <= 1


def test_what_hardly_tells_who_left_is_said() -> None:
    # Almost nobody leaves, and everybody pauses: the last purchase stands anywhere.
    rng = np.random.default_rng(1)
    x = rng.poisson(rng.gamma(0.8, 1 / 10, 300) * 52)
    last = np.where(x > 0, 52 * rng.beta(np.maximum(x, 1), 1), 0.0)
    left_after = rng.geometric(np.maximum(rng.beta(0.02, 1, 300), 1e-12))
    kept = np.minimum(left_after, x)
    last *= kept / np.maximum(x, 1)

    result = customers.bg_nbd({"x": kept, "t_x": last, "T": np.full(300, 52.0)})

    assert any("hardly tell who has left" in warning for warning in result.warnings)
    assert not result.tells_who_left
    assert "still active" not in findings.finding(result)
    assert "can hardly be told" in findings.finding(result)


def test_bg_nbd_refuses_customers_who_never_came_back() -> None:
    history = {"x": [0] * 50, "t_x": [0.0] * 50, "T": [30.0] * 50}

    with pytest.raises(errors.NotEnoughDataError, match="Only 0 of 50 customers bought on more"):
        customers.bg_nbd(history)


@pytest.mark.parametrize(
    ("x", "t_x", "age"), [(1, 40.0, 39.0), (0, 1.0, 39.0), (-1, 0.0, 39.0), (1.5, 1.0, 9.0)]
)
def test_bg_nbd_refuses_histories_that_cannot_be(x: float, t_x: float, age: float) -> None:
    with pytest.raises(errors.RangeError, match="x must be a whole number, 0 <= t_x <= T"):
        customers.bg_nbd({"x": [float(x)], "t_x": [t_x], "T": [age]})


def test_the_result_can_be_shown_and_stored() -> None:
    result = customers.bg_nbd(simulated(500, 5))

    assert results.plain(result.to_dict())["summary"]["n_customers"] == 500
    assert result.chart().to_dict()["mark"]["type"] == "bar"
    assert result.repeats["n_expected"].to_numpy().sum() == pytest.approx(500)
