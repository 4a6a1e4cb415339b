"""Arrow columns made from arrays equal those made value by value."""

from __future__ import annotations

import datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from fourfits import tables
from fourfits.samples import columns


@given(st.lists(st.integers(-1, 99_999), max_size=30))
def test_ids_are_padded_and_empty_where_negative(numbers: list[int]) -> None:
    made = columns.ids("C", np.array(numbers, int), 5, "-x").to_pylist()

    assert made == [None if number < 0 else f"C{number:05d}-x" for number in numbers]


@given(st.lists(st.integers(-(10**14), 10**14), max_size=30))
def test_money_is_exact_to_the_cent(cents: list[int]) -> None:
    made = columns.money(np.array(cents, np.int64))

    assert made.type == pa.decimal128(18, 4)
    assert made.to_pylist() == [Decimal(amount) / 100 for amount in cents]


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 1, 1)))
def test_days_count_from_1970(day: datetime.date) -> None:
    assert columns.days(np.array([columns.day_number(day)])).to_pylist() == [day]


def test_picked_follows_the_weights_of_each_group() -> None:
    groups = np.repeat([0, 1], 20_000)

    option = columns.picked(np.random.default_rng(1), groups, np.array([[1, 3, 0], [0, 1, 1]]))

    first, second = (np.bincount(option[groups == group], minlength=3) for group in (0, 1))
    assert np.allclose(first / 20_000, [0.25, 0.75, 0], atol=0.015)
    assert np.allclose(second / 20_000, [0, 0.5, 0.5], atol=0.015)


def test_table_keeps_the_contract_and_puts_extra_columns_last() -> None:
    made = columns.table("deals", {"need": pa.array(["x"]), "deal_id": pa.array(["d"])})

    assert made.column_names == [*tables.DEALS.names, "need"]
    assert made.to_pylist()[0]["deal_id"] == "d"
    assert made["amount"].null_count == 1


def test_parts_of_one_seed_do_not_share_their_numbers() -> None:
    draws = {part: columns.generator(7, part).random() for part in ("orders", "events")}

    assert draws["orders"] == columns.generator(7, "orders").random()
    assert draws["orders"] != draws["events"]
