"""Experiments against published effects, tea-tasting itself, regression and planted truth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from fourfits import charts, errors, experiments, sums


def _studies(
    n_studies: int, n: int, *, lift: float = 0.0, strength: float = 0.7, seed: int = 5
) -> pa.Table:
    """Many experiments of two arms of n units: revenue with a planted lift, and revenue before."""
    rng = np.random.default_rng(seed)
    rows = n_studies * 2 * n
    before = rng.gamma(2, 10, rows)
    treated = np.tile(np.repeat([0, 1], n), n_studies)
    noise = rng.gamma(2, 10, rows)
    return pa.table(
        {
            "experiment_id": np.repeat(np.arange(n_studies), 2 * n),
            "variant": np.where(treated, "treatment", "control"),
            "revenue": strength * before + (1 - strength) * noise + lift * treated,
            "before": before,
        }
    )


@pytest.mark.realdata
def test_hillstroms_emails_have_their_published_effects(realdata: Path) -> None:
    # data/README.md, after tables/table3_overall_treatment_effects.csv of russluber/hillstrom.
    emails = pd.read_csv(realdata / "hillstrom_email" / "hillstrom_data.csv.gz")

    result = experiments.experiment(
        emails, variant="segment", control="No E-Mail", means="spend", proportions="visit"
    )

    rows = {
        (row["metric"], row["arm"][0], row["against"][0]): row for row in result.table.to_pylist()
    }
    ends = ("difference", "difference_low", "difference_high")
    spend = {
        pair: [round(rows["spend", *pair][end], 4) for end in ends] for pair in ("MN", "WN", "MW")
    }
    assert spend == {
        "MN": [0.7698, 0.4851, 1.0545],
        "WN": [0.4244, 0.1690, 0.6799],
        "MW": [0.3454, 0.0326, 0.6583],
    }
    visits = rows["visit", "M", "W"]
    assert round(100 * visits["value_arm"], 3) == 18.276
    assert round(100 * visits["value_against"], 3) == 15.140
    assert round(visits["srm_p_value"], 2) == 0.90
    assert {row["verdict"] for row in rows.values()} == {"higher"}


def test_cuped_is_the_regression_on_the_covariate() -> None:
    units = _studies(1, 400, lift=1.0)

    row = experiments.experiment(units, means="revenue ~ before").table.to_pylist()[0]

    # Ordinary least squares on arm and covariate has nearly the same effect and error.
    frame = units.to_pandas()
    design = np.column_stack([np.ones(800), frame.variant == "treatment", frame.before])
    effect, residuals = np.linalg.lstsq(design, frame.revenue, rcond=None)[:2]
    error = np.sqrt(residuals[0] / 797 * np.linalg.inv(design.T @ design)[1, 1])
    assert row["difference"] == pytest.approx(effect[1], abs=0.02)
    assert (row["difference_high"] - row["difference"]) / 1.96 == pytest.approx(error, rel=0.02)
    assert row["variance_removed_share"] > 0.8


def test_answers_equal_those_of_tea_tasting_on_the_same_rows() -> None:
    import tea_tasting as tt

    units = tt.make_users_data(rng=42, covariates=True)
    peer = tt.Experiment(
        mean=tt.Mean("revenue", "revenue_covariate"),
        ratio=tt.RatioOfMeans("orders", "sessions", "orders_covariate", "sessions_covariate"),
    ).analyze(units)

    ours = experiments.experiment(
        units,
        control="0",
        means="revenue ~ revenue_covariate",
        ratios="orders / sessions ~ orders_covariate / sessions_covariate",
    ).table.to_pylist()

    for row, theirs in zip(ours, (peer["mean"], peer["ratio"]), strict=True):
        assert row["difference"] == pytest.approx(theirs.effect_size)
        assert row["difference_low"] == pytest.approx(theirs.effect_size_ci_lower)
        assert row["relative_high"] == pytest.approx(theirs.rel_effect_size_ci_upper)
        assert row["p_value"] == pytest.approx(theirs.pvalue)


@pytest.mark.slow
@pytest.mark.parametrize("metric", ["revenue", "revenue ~ before"])
def test_p_values_without_an_effect_are_uniform(metric: str) -> None:
    units = _studies(400, 60)

    table = experiments.experiment(units, means=metric, correction="none").table

    p = table["p_value"].to_numpy()
    assert stats.kstest(p, "uniform").pvalue > 0.001
    assert 0.02 <= np.mean(p < 0.05) <= 0.09


@pytest.mark.slow
@pytest.mark.parametrize("metric", ["revenue", "revenue ~ before"])
def test_intervals_hold_a_planted_lift_at_their_level(metric: str) -> None:
    units = _studies(400, 60, lift=2.5)

    table = experiments.experiment(units, means=metric).table

    low, high = (table[f"difference_{end}"].to_numpy() for end in ("low", "high"))
    assert 0.92 <= np.mean((low <= 2.5) & (high >= 2.5)) <= 0.98
    assert np.mean(table["difference"].to_numpy()) == pytest.approx(2.5, abs=0.3)


@pytest.mark.slow
def test_cuped_narrows_the_interval_and_leaves_the_truth_where_it_is() -> None:
    units = _studies(200, 80, lift=2.5, strength=0.8)

    table = experiments.experiment(units, means=["revenue", "revenue ~ before"]).table.to_pandas()

    plain, cuped = table[table.covariate.isna()], table[table.covariate.notna()]
    widths = [(one.difference_high - one.difference_low).mean() for one in (plain, cuped)]
    assert widths[1] < 0.5 * widths[0]
    assert cuped.difference.mean() == pytest.approx(2.5, abs=0.1)


@pytest.mark.slow
@settings(max_examples=8)
@given(st.integers(0, 10_000))
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    units = _studies(2, 30, lift=1.0)
    order = np.random.default_rng(seed).permutation(len(units))

    shuffled = experiments.experiment(units.take(order), means="revenue ~ before").table.to_pandas()

    given_order = experiments.experiment(units, means="revenue ~ before").table.to_pandas()
    pd.testing.assert_frame_equal(shuffled, given_order)


def test_shares_of_few_units_have_an_exact_test_and_newcombes_interval() -> None:
    # Newcombe (1998), table II: 56 of 70 against 48 of 80, method 10: 0.0524 to 0.3339.
    units = {
        "variant": ["treatment"] * 70 + ["control"] * 80,
        "cured": [1] * 56 + [0] * 14 + [1] * 48 + [0] * 32,
    }

    result = experiments.experiment(units, proportions="cured")

    row = result.table.to_pylist()[0]
    ends = ("difference", "difference_low", "difference_high")
    assert [round(row[end], 4) for end in ends] == [0.2, 0.0524, 0.3339]
    exact = stats.barnard_exact([[56, 48], [14, 32]], pooled=False).pvalue
    assert row["p_value"] == pytest.approx(exact)
    assert result.warnings == (
        "The smallest arm has 70 units, fewer than 100: read the intervals, not the differences.",
    )


def test_every_arm_is_compared_with_the_control_and_with_every_other() -> None:
    units = {"variant": ["b", "a", "Control"] * 40, "x": list(range(120))}

    table = experiments.experiment(units, means="x").table

    pairs = list(zip(table["arm"].to_pylist(), table["against"].to_pylist(), strict=True))
    assert pairs == [("a", "Control"), ("b", "Control"), ("a", "b")]


def test_uneven_arms_raise_the_alarm_and_refuse_every_verdict() -> None:
    units = {"variant": ["control"] * 1000 + ["new"] * 800, "x": list(range(1800))}

    result = experiments.experiment(units, means="x")

    assert result.table["verdict"].to_pylist() == ["none: the arms are not the size they should be"]
    assert "Sample-ratio mismatch" in result.warnings[0]
    planned = experiments.experiment(units, means="x", allocation="control=5,new=4")
    assert planned.table["srm_p_value"].to_pylist() == [1.0]
    assert planned.warnings == ()


def test_experiments_in_one_table_and_groups_are_told_apart() -> None:
    units = _studies(2, 30).append_column("plan", pa.array(["Pro", "Free"] * 60))

    result = experiments.experiment(units, means="revenue", by="plan")

    keys = result.table.select(["experiment_id", "plan"]).to_pylist()
    assert keys == [{"experiment_id": e, "plan": p} for e in (0, 1) for p in ("Free", "Pro")]
    assert set(result.table["n_arm"].to_pylist()) == {15}


def test_a_metric_that_never_varies_has_values_and_no_verdict() -> None:
    units = {"variant": ["control", "new"] * 50, "x": [0] * 100, "y": [True, False] * 50}

    rows = experiments.experiment(units, proportions=["x", "y"], means="x").table.to_pylist()

    assert [row["p_value"] for row in rows] == [None] * 3
    assert [row["difference"] for row in rows] == [0, -1, 0]
    assert {row["verdict"] for row in rows} == {"none: nothing varies"}


def test_a_change_from_nothing_is_not_put_in_percent() -> None:
    units = {"variant": ["control", "new"] * 700, "x": [0, 1, 0, 0] * 350}

    row = experiments.experiment(units, proportions="x").table.to_pylist()[0]

    assert row["difference"] == 0.5
    assert row["relative_share"] is None


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({}, errors.ParameterError, "No metric was named; the table has variant, x, twice, bad"),
        ({"means": "revenue"}, errors.ColumnError, "has no column 'revenue'"),
        ({"means": "bad"}, errors.RangeError, "bad is empty in 1 row,"),
        ({"means": "variant"}, errors.ParameterError, "variant holds string, must hold numbers"),
        ({"proportions": "x"}, errors.RangeError, "x holds values other than 0 and 1"),
        ({"ratios": "x"}, errors.ParameterError, "'x' cannot be read as a ratio"),
        ({"proportions": "x ~ y"}, errors.ParameterError, "cannot be read as a proportion"),
        ({"means": "x", "control": "d"}, errors.ParameterError, "There is no arm 'd'"),
        ({"means": "x", "control": None}, errors.ParameterError, "No arm is called control"),
        ({"means": "x", "correction": "tukey"}, errors.ParameterError, "correction is 'tukey'"),
        ({"means": "x", "allocation": "a"}, errors.ParameterError, "must give each arm a positive"),
        ({"means": "x ~ x"}, errors.ParameterError, "'x ~ x' names a column twice"),
        ({"means": "x ~ twice"}, errors.NotEnoughDataError, "Nothing of x is left when twice"),
    ],
)
def test_nonsense_is_refused_in_words(settings: dict[str, Any], error: type, words: str) -> None:
    units = pa.table(
        {
            "variant": ["a", "b"] * 3,
            "x": [1.0, 2.0, 3.0, 4.0, 5.0, 7.0],
            "twice": [2.0, 4.0, 6.0, 8.0, 10.0, 14.0],
            "bad": [1.0, None, 1.0, 1.0, 1.0, 1.0],
        }
    )

    with pytest.raises(error, match=words):
        experiments.experiment(units, **({"control": "a"} | settings))


def test_one_arm_alone_is_not_an_experiment() -> None:
    with pytest.raises(errors.NotEnoughDataError, match="no second arm with two units"):
        experiments.experiment({"variant": ["control"] * 4, "x": [1, 2, 3, 4]}, means="x")


@pytest.mark.slow
def test_its_query_runs_on_every_engine_and_its_result_is_drawn() -> None:
    units = _studies(1, 30, lift=1.0)

    with sums.observed() as queries:
        result = experiments.experiment(
            units, means="revenue ~ before", ratios="revenue / before", proportions=None
        )

    assert len(queries) == 1
    assert all(sums.sql(query, dialect) for query in queries for dialect in sums.DIALECTS)
    assert "<svg" in charts.svg(result.chart())
