"""The tree of errors."""

from __future__ import annotations

import inspect

import pytest

from fourfits import errors

EVERY = [
    found
    for _, found in inspect.getmembers(errors, inspect.isclass)
    if issubclass(found, errors.FourfitsError)
]


@pytest.mark.parametrize("error", EVERY, ids=lambda error: error.__name__)
def test_each_error_stands_in_the_tree_of_the_docstring(error: type[Exception]) -> None:
    assert error.__name__ in (errors.__doc__ or "")


def test_codes_are_distinct() -> None:
    codes = [error.code for error in EVERY]

    assert len(set(codes)) == len(codes)


def test_bad_input_exits_with_2_and_a_failed_analysis_with_1() -> None:
    assert errors.ColumnError("x").exit_code == 2
    assert errors.NotEnoughDataError("x").exit_code == 1
    assert errors.SpaceError("x").exit_code == 2
    assert errors.BusyError("x").exit_code == 1


def test_the_sentence_carries_its_hint() -> None:
    problem = errors.RangeError("score holds 11.", hint="clean it", column="score")

    assert str(problem) == "score holds 11. Hint: clean it"
    assert problem.fields == {"column": "score"}
    assert isinstance(problem, ValueError)
