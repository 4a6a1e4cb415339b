"""What is refused before anything runs, and in which words."""

from __future__ import annotations

import gc
import weakref

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset
import pytest

from fourfits import checks, errors, sources


@pytest.mark.parametrize(
    "given",
    [
        {"a": [1, 2]},
        pa.table({"a": [1, 2]}),
        pa.table({"a": [1, 2]}).to_reader(),
        pa.dataset.dataset(pa.table({"a": [1, 2]})),
        pd.DataFrame({"a": [1, 2]}),
        pl.DataFrame({"a": [1, 2]}),
        pl.LazyFrame({"a": [1, 2]}),
        checks.table({"a": [1, 2]}),
    ],
    ids=lambda given: type(given).__name__,
)
def test_table_wraps_every_kind_of_table(given: object) -> None:
    assert checks.table(given).a.sum().to_pyarrow().as_py() == 3


def test_table_reads_pandas_nan_as_missing() -> None:
    wrapped = checks.table(pd.DataFrame({"a": [1.0, float("nan")]}))

    assert wrapped.a.count().to_pyarrow().as_py() == 1


def test_table_reads_nan_of_other_tables_as_missing_too() -> None:
    wrapped = checks.table(pa.table({"a": [1.0, float("nan")], "b": ["x", "y"]}))

    assert wrapped.to_pyarrow().to_pydict() == {"a": [1.0, None], "b": ["x", "y"]}


@pytest.mark.parametrize("given", [5, "orders.csv", None, [1, 2]])
def test_table_refuses_what_is_no_table(given: object) -> None:
    with pytest.raises(errors.ParameterError, match="A table was expected"):
        checks.table(given)


def test_table_refuses_a_column_that_stands_twice() -> None:
    doubled = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])

    with pytest.raises(errors.ColumnError, match="'a' more than once"):
        checks.table(doubled)


def test_columns_lists_what_there_is() -> None:
    with pytest.raises(errors.ColumnError, match="has no column 'b'; it has a") as caught:
        checks.columns(checks.table({"a": [1]}), "a", None, "b")

    assert caught.value.fields["missing"] == ["b"]


@pytest.mark.parametrize("value", [0, 1, -0.5, 95])
def test_share_must_lie_between_0_and_1(value: float) -> None:
    with pytest.raises(errors.ParameterError, match="must lie between 0 and 1"):
        checks.share(value, "confidence")


@pytest.mark.parametrize("value", [0, -1, float("inf"), float("nan")])
def test_positive_refuses_zero_and_infinity(value: float) -> None:
    with pytest.raises(errors.ParameterError, match="must be more than 0"):
        checks.positive(value, "draws")


def test_one_of_names_the_choices() -> None:
    with pytest.raises(errors.ParameterError, match="unit is 'year', must be one of day, week"):
        checks.one_of("year", "unit", ("day", "week"))


@pytest.fixture
def data() -> sources.Data:
    """Answers of two customers, whose plan and segment stand elsewhere."""
    return sources.from_tables(
        {
            "feedback": {"feedback_id": ["1", "2"], "customer_id": ["a", "b"], "text": ["x", "y"]},
            "customers": {
                "customer_id": ["a", "b"],
                "account_id": ["A", None],
                "plan": ["Pro", "Free"],
            },
            "memberships": {
                "segmentation": ["market", "market", "other"],
                "customer_id": ["a", "b", "a"],
                "segment": ["large", "small", "wrong"],
            },
        }
    )


def test_grouped_joins_attributes_of_neighbours(data: sources.Data) -> None:
    joined = checks.grouped(data.feedback, ["plan", "segment"])

    rows = joined.order_by("feedback_id").select("text", "plan", "segment").to_pyarrow()
    assert rows.to_pylist() == [
        {"text": "x", "plan": "Pro", "segment": "large"},
        {"text": "y", "plan": "Free", "segment": "small"},
    ]


def test_grouped_still_finds_them_after_a_filter(data: sources.Data) -> None:
    some = data.feedback.filter(data.feedback.text == "y")

    assert checks.grouped(some, "plan").plan.to_pyarrow().to_pylist() == ["Free"]


def test_grouped_refuses_what_nobody_knows(data: sources.Data) -> None:
    with pytest.raises(errors.ColumnError, match=r"no column 'colour'.*accounts have"):
        checks.grouped(data.feedback, "colour")


@pytest.mark.slow
def test_neighbours_do_not_keep_a_connection_alive() -> None:
    opened = sources.from_tables({"customers": {"customer_id": ["a"], "plan": ["Pro"]}})
    gone = weakref.ref(opened.customers.get_backend())

    del opened
    gc.collect()

    assert gone() is None


@pytest.mark.slow
def test_two_sources_in_memory_keep_their_own_neighbours() -> None:
    def opened(plan: str) -> sources.Data:
        people = {"customer_id": ["a"], plan: ["Pro"]}
        said = {"feedback_id": ["1"], "customer_id": ["a"], "text": ["x"]}
        return sources.from_tables({"customers": people, "feedback": said})

    first, second = opened("plan"), opened("tier")
    found = checks.grouped(first.feedback, "plan").plan.to_pyarrow().to_pylist()
    del first
    gc.collect()

    assert found == ["Pro"]
    assert checks.grouped(second.feedback, "tier").tier.to_pyarrow().to_pylist() == ["Pro"]
