"""Assignment problems with names: what is said when not everything can be placed."""

from __future__ import annotations

import numpy as np
import pytest

from fourfits import errors
from fourfits.roadmap import plans

NAN = float("nan")


def problem(
    value: list[list[float]], capacity: list[int] | None = None, need: list[int] | None = None
) -> plans.Problem:
    cells = np.array(value)
    n, m = cells.shape
    return plans.Problem(
        cells,
        ["Ann", "Bo", "Cy"][:n],
        ["api", "app", "web"][:m],
        np.array(capacity or [1] * n),
        np.array(need or [1] * m),
    )


def test_work_that_too_few_may_do_is_refused_by_name() -> None:
    asked = problem([[5, 4, 1], [NAN, NAN, 2], [NAN, NAN, 3]])

    with pytest.raises(
        errors.InfeasibleError,
        match="api, app need 2 workers, but only Ann may do it, with room for 1",
    ) as refused:
        plans.solved(asked, partial=False)

    assert refused.value.fields["works"] == ["api", "app"]


def test_work_that_nobody_may_do_is_refused_by_name() -> None:
    with pytest.raises(errors.InfeasibleError, match="app needs one worker, and nobody"):
        plans.solved(problem([[5, NAN], [4, NAN]]), partial=False)


def test_partial_places_what_can_be_placed_and_names_the_rest() -> None:
    plan = plans.solved(problem([[5, NAN], [4, NAN]]), partial=True)

    assert plan.places == 1
    assert plan.chosen.tolist() == [[True, False], [False, False]]
    assert plan.unplaced == ("app",)
    assert any("Room is left with Bo, who may do none of it" in text for text in plan.warnings)


def test_where_workers_are_scarce_the_best_work_is_placed_and_the_rest_named() -> None:
    plan = plans.solved(problem([[5, 9, 1]]), partial=False)

    assert plan.chosen.tolist() == [[False, True, False]]
    assert plan.unplaced == ("api", "web")
    assert plan.warnings == ("Not placed: api, web.",)


def test_nothing_to_place_is_refused() -> None:
    with pytest.raises(errors.InfeasibleError, match="nobody with room"):
        plans.solved(problem([[NAN]]), partial=True)
    with pytest.raises(errors.InfeasibleError, match="nothing to place"):
        plans.solved(problem([[1.0]], need=[0]), partial=True)


def test_equally_good_plans_are_noted() -> None:
    plan = plans.solved(problem([[1, 1], [1, 1]]), partial=False)

    _, _, ties = plans.tables(plan, "worker", "work")

    assert ties
    assert "just as good" in ties[0]


def test_amounts_refuse_unknown_names_and_odd_numbers() -> None:
    with pytest.raises(errors.ParameterError, match="capacity names Di; there are Ann, Bo"):
        plans.amounts({"Di": 2}, ["Ann", "Bo"], "capacity")
    for odd in (-1, 1.5, ["api=two"], {"api": -1}):
        with pytest.raises(errors.ParameterError, match=r"needed is .*whole number"):
            plans.amounts(odd, ["api"], "needed")


def test_a_long_list_of_names_is_cut() -> None:
    assert plans.named(range(10)) == "0, 1, 2, 3, 4, 5, 6, 7 and 2 more"
