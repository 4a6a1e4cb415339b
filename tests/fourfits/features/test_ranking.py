"""Rank intervals: exact where nothing is uncertain, honest where it is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourfits import errors, features, sums


def plan(n: int, seed: int = 1, **more: Any) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    likely = rng.uniform(1, 6, n)
    return {
        "feature_id": [f"f{i:03}" for i in range(n)],
        "name": [f"feature {i}" for i in range(n)],
        "reach": rng.uniform(50, 2000, n),
        "impact": rng.choice([0.25, 0.5, 1, 2, 3], n),
        "confidence_share": rng.choice([0.5, 0.8, 1.0], n),
        "effort_low": likely * 0.6,
        "effort_likely": likely,
        "effort_high": likely * 2,
        **more,
    }


def rows(given_plan: Any, **more: Any) -> dict[str, dict[str, Any]]:
    found = features.ranking(given_plan, **{"draws": 1000, **more}).table.to_pylist()
    return {row["feature_id"]: row for row in found}


def test_without_uncertainty_the_ranks_are_exact() -> None:
    sure = plan(12, confidence_share=np.ones(12))
    sure |= {"effort_low": sure["effort_likely"], "effort_high": sure["effort_likely"]}

    found = features.ranking(sure, k=4, draws=200)

    scores = features.scores(sure).table
    assert found.table["feature_id"].to_pylist() == scores["feature_id"].to_pylist()
    assert found.table["rank_low"].to_pylist() == list(range(1, 13))
    assert found.table["rank_high"].to_pylist() == list(range(1, 13))
    assert found.table["p_top_k"].to_pylist() == [1.0] * 4 + [0.0] * 8
    assert found.table["top_input"].to_pylist() == [None] * 12
    assert found.summary()["learn_first"] is None
    assert "12 of 12 features state no uncertainty" in found.warnings[0]


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(st.integers(2, 40), st.integers(1, 10), st.integers(0, 100))
def test_the_probabilities_of_the_top_k_sum_to_k(n: int, k: int, seed: int) -> None:
    found = features.ranking(plan(n, seed), k=k, draws=300)

    assert np.isclose(sum(found.table["p_top_k"].to_pylist()), min(k, n))
    low, rank, high = (
        found.table[name].to_numpy() for name in ("rank_low", "expected_rank", "rank_high")
    )
    assert (low >= 1).all()
    assert (low <= high).all()
    assert (high <= n).all()
    assert np.isclose(rank.sum(), n * (n + 1) / 2)


def test_a_dominated_feature_is_never_first() -> None:
    better = plan(2, confidence_share=[0.8, 0.8], reach=[1000.0, 10.0], impact=[3.0, 0.25])
    better |= {"effort_low": [1.0, 3.0], "effort_likely": [1.5, 4.0], "effort_high": [2.0, 5.0]}

    found = rows(better, k=1)

    assert found["f001"]["p_top_k"] == 0
    assert found["f001"]["rank_low"] == 2


def test_the_order_of_the_rows_changes_nothing() -> None:
    given_plan = pa.table(plan(30))
    shuffled = given_plan.take(np.random.default_rng(4).permutation(30))

    assert rows(given_plan) == rows(shuffled)


def test_the_same_seed_gives_the_same_answer_and_another_a_close_one() -> None:
    one, again, other = (rows(plan(20), seed=seed, draws=4000) for seed in (1, 1, 2))

    assert one == again
    assert one != other
    for key, row in one.items():
        assert abs(row["p_top_k"] - other[key]["p_top_k"]) < 0.05


def test_equal_features_are_put_in_order_by_lot() -> None:
    twins = plan(2, reach=[100.0, 100.0], impact=[1.0, 1.0], confidence_share=[1.0, 1.0])
    twins |= {name: [2.0, 2.0] for name in ("effort_low", "effort_likely", "effort_high")}

    found = rows(twins, k=1, draws=4000)

    assert abs(found["f000"]["p_top_k"] - 0.5) < 0.05


def test_the_interval_of_a_score_covers_its_planted_truth() -> None:
    # Each input is stated as the truth, moved as its confidence allows.
    rng = np.random.default_rng(8)
    n, truth = 300, 1000.0
    moved = truth * np.exp(-np.log(0.5) / 1.6449 * rng.standard_normal(n))
    given_plan = plan(n, reach=moved, impact=np.ones(n), confidence_share=np.full(n, 0.5))
    given_plan |= {name: np.ones(n) for name in ("effort_low", "effort_likely", "effort_high")}
    given_plan |= {"impact_low": np.ones(n), "impact_high": np.ones(n)}

    found = rows(given_plan).values()

    covered = np.mean([row["score_low"] <= truth * 0.5 <= row["score_high"] for row in found])
    assert 0.91 <= covered <= 0.98


def test_the_input_that_moves_the_order_most_is_named_and_worth_learning() -> None:
    close = {
        "feature_id": ["a", "b"],
        "name": ["A", "B"],
        "reach": [100.0, 100.0],
        "reach_low": [20.0, 99.0],
        "reach_high": [190.0, 101.0],
        "impact": [1.0, 1.0],
        "confidence_share": [1.0, 1.0],
        "effort_low": [1.9, 1.9],
        "effort_likely": [2.0, 2.0],
        "effort_high": [2.1, 2.1],
    }

    found = rows(close, k=1, draws=20_000)

    assert found["a"]["top_input"] == "reach"
    assert found["a"]["top_input_share"] > 0.6
    assert found["a"]["value_of_learning"] > found["b"]["value_of_learning"] >= 0


def test_the_value_of_learning_agrees_with_brute_force() -> None:
    # One uncertain input against a sure rival: the gain is E[max(score, rival)] - max of the means.
    given_plan = plan(2, reach=[100.0, 110.0], impact=[1.0, 1.0], confidence_share=[1.0, 1.0])
    given_plan |= {"reach_low": [40.0, 110.0], "reach_high": [160.0, 110.0]}
    given_plan |= {name: [1.0, 1.0] for name in ("effort_low", "effort_likely", "effort_high")}

    found = rows(given_plan, k=1, draws=40_000)

    beta = np.random.default_rng(3).beta(3, 3, 400_000)
    expected = np.maximum(40 + 120 * beta, 110).mean() - 110
    assert np.isclose(found["f000"]["value_of_learning"], expected, rtol=0.03)


def test_ranking_runs_every_method() -> None:
    n = 6
    rng = np.random.default_rng(6)
    jobs = {
        name: rng.choice([1, 2, 3, 5, 8], n)
        for name in ("business_value", "time_criticality", "risk_opportunity")
    }
    more = plan(
        n,
        **jobs,
        job_size=[2] * n,
        confidence=[5.0] * n,
        ease=rng.uniform(1, 10, n),
        delay_cost_amount=rng.uniform(100, 900, n),
        duration_months=rng.uniform(1, 5, n),
        duration_months_low=np.ones(n) * 0.5,
        duration_months_high=np.ones(n) * 9,
    )
    more["impact"] = rng.uniform(1, 10, n)

    for method in ("rice", "ice", "wsjf", "cost_of_delay"):
        found = features.ranking(more, method=method, k=2, draws=300)
        assert np.isclose(sum(found.table["p_top_k"].to_pylist()), 2)
        assert found.table["score"].to_pylist() == [
            dict(zip(s["feature_id"].to_pylist(), s["score"].to_pylist(), strict=True))[key]
            for s in [features.scores(more, method=method).table]
            for key in found.table["feature_id"].to_pylist()
        ]
    weights = {"impact": 1.0, "ease": 2.0, "effort_likely": -1.0}
    assert len(features.ranking(more, method="weighted", weights=weights, draws=300).table) == n


def test_demand_replaces_reach_and_brings_its_interval() -> None:
    wanted = {
        "feature_id": ["f000", "f001"],
        "people": [10.0, 5000.0],
        "people_low": [5.0, 4000.0],
        "people_high": [20.0, 6000.0],
    }
    given_plan = plan(2, reach=[9999.0, 1.0], impact=[1.0, 1.0], confidence_share=[1.0, 1.0])

    found = features.ranking(given_plan, demand=pa.table(wanted), k=1, draws=500).table

    assert found["feature_id"].to_pylist()[0] == "f001"
    assert found["p_top_k"].to_pylist()[0] == 1


def test_ends_that_do_not_enclose_the_value_are_refused() -> None:
    wrong = plan(2, effort_low=[3.0, 9.0], effort_likely=[4.0, 5.0], effort_high=[5.0, 6.0])

    with pytest.raises(errors.RangeError, match="effort_likely is 5, its ends are 9 and 6"):
        features.ranking(wrong)


def test_features_that_lack_an_input_have_no_rank() -> None:
    partly = plan(3, reach=[100.0, np.nan, 50.0])

    found = features.ranking(partly, draws=100)

    assert len(found.table) == 2
    assert "1 of 3 features lack one of reach" in found.warnings[0]


def test_a_plan_without_numbers_has_no_order() -> None:
    with pytest.raises(errors.NotEnoughDataError, match="No feature has all of"):
        features.ranking(plan(2, reach=[np.nan, np.nan]))


def test_ranking_pushes_down_to_every_engine_and_draws_its_chart() -> None:
    with sums.observed() as queries:
        found = features.ranking(plan(5), draws=100)

    assert len(queries) == 1
    assert all("SELECT" in sums.sql(queries[0], dialect) for dialect in sums.DIALECTS)
    assert "Rank (1 is best)" in str(found.chart().to_dict())
    assert found.summary()["first"] == found.table["name"].to_pylist()[0]
