"""Plans and the cost of every other choice, against all plans tried one by one."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourfits import errors
from fourfits.roadmap import assignment

Problem = tuple[np.ndarray, np.ndarray, np.ndarray]


@st.composite
def problems(draw: st.DrawFn, most: int = 3, use: int = 2) -> Problem:
    n, m = draw(st.integers(1, most)), draw(st.integers(1, most))
    cells = st.one_of(st.integers(-9, 9).map(float), st.just(math.inf))
    cost = np.array(draw(st.lists(cells, min_size=n * m, max_size=n * m))).reshape(n, m)
    capacity = np.array(draw(st.lists(st.integers(0, use), min_size=n, max_size=n)))
    need = np.array(draw(st.lists(st.integers(0, use), min_size=m, max_size=m)))
    return cost, capacity, need


def every_plan(problem: Problem) -> list[np.ndarray]:
    """All plans that break no condition, found by trying everything."""
    cost, capacity, need = problem
    found = []
    for bits in itertools.product([False, True], repeat=cost.size):
        plan = np.array(bits).reshape(cost.shape)
        fits = (plan.sum(axis=1) <= capacity).all() and (plan.sum(axis=0) <= need).all()
        if fits and np.isfinite(cost[plan]).all():
            found.append(plan)
    return found


def best(plans: list[np.ndarray], cost: np.ndarray) -> float:
    return min((cost[plan].sum() for plan in plans), default=math.inf)


@pytest.mark.slow
@given(problems())
def test_as_many_places_are_filled_as_any_plan_fills(problem: Problem) -> None:
    cost, capacity, need = problem

    places, works = assignment.most(np.isfinite(cost), capacity, need)

    assert places == max(plan.sum() for plan in every_plan(problem))
    assert works.any() == (places < need.sum())
    # Alone, the works named lack as many places as all works together.
    alone, _ = assignment.most(np.isfinite(cost), capacity, np.where(works, need, 0))
    assert need[works].sum() - alone == need.sum() - places


@pytest.mark.slow
@given(problems())
def test_the_plan_is_the_cheapest_of_all_plans(problem: Problem) -> None:
    cost, capacity, need = problem
    places, _ = assignment.most(np.isfinite(cost), capacity, need)

    plan = assignment.solve(cost, capacity, need, places)

    full = [plan for plan in every_plan(problem) if plan.sum() == places]
    assert any((plan == other).all() for other in full)
    assert cost[plan].sum() == pytest.approx(best(full, cost))


@pytest.mark.slow
@given(problems())
def test_each_regret_is_what_the_best_plan_with_the_other_choice_costs_more(
    problem: Problem,
) -> None:
    cost, capacity, need = problem
    places, _ = assignment.most(np.isfinite(cost), capacity, need)
    plan = assignment.solve(cost, capacity, need, places)

    regret = assignment.regrets(cost, plan, capacity, need)

    full = [other for other in every_plan(problem) if other.sum() == places]
    for pair in np.ndindex(cost.shape):
        others = [other for other in full if other[pair] != plan[pair]]
        assert regret[pair] == pytest.approx(best(others, cost) - cost[plan].sum())


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_plain_assignment_equals_brute_force_up_to_six(n: int, m: int, seed: int) -> None:
    cost = np.random.default_rng(seed).normal(size=(n, m))
    ones, need = np.ones(n, int), np.ones(m, int)

    plan = assignment.solve(cost, ones, need, min(n, m))

    wide = cost if n <= m else cost.T
    cheapest = min(
        sum(wide[row, column] for row, column in enumerate(columns))
        for columns in itertools.permutations(range(max(n, m)), min(n, m))
    )
    assert cost[plan].sum() == pytest.approx(cheapest)


@pytest.mark.slow
@given(st.integers(2, 8), st.integers(2, 12), st.integers(0, 2**32 - 1))
def test_regrets_equal_solving_again(n: int, m: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    cost, capacity, need = rng.normal(size=(n, m)), rng.integers(1, 4, n), np.ones(m, int)
    places = min(capacity.sum(), m)
    plan = assignment.solve(cost, capacity, need, places)

    regret = assignment.regrets(cost, plan, capacity, need)

    pair = tuple(rng.integers((n, m)))
    turned = cost.copy()
    turned[pair] = math.inf if plan[pair] else -1e3
    if assignment.most(np.isfinite(turned), capacity, need)[0] < places:
        assert regret[pair] == math.inf
    else:
        again = assignment.solve(turned, capacity, need, places)
        assert regret[pair] == pytest.approx(cost[again].sum() - cost[plan].sum(), abs=1e-6)


def test_repeated_sides_and_the_integer_program_agree() -> None:
    rng = np.random.default_rng(3)
    cost, capacity, need = rng.normal(size=(5, 9)), np.array([3, 1, 2, 2, 1]), np.ones(9, int)

    repeated = assignment.solve(cost, capacity, need, 9)
    program = assignment._flow(cost, capacity, need, 9)

    assert (repeated == program).all()


def test_a_plan_that_is_not_the_best_gets_no_regrets() -> None:
    cost = np.array([[4.0, 1.0], [2.0, 3.0]])
    ones = np.ones(2, int)

    with pytest.raises(errors.ConvergenceError, match="not the best"):
        assignment.regrets(cost, np.eye(2, dtype=bool), ones, ones)
