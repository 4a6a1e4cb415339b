"""What was chosen by hand is kept, what was not touched stays as it was recognised."""

from __future__ import annotations

from typing import Any

import pytest

from fourfits_web.data import forms
from fourfits_web.data.models import Batch, Quarantined, Upload

pytestmark = pytest.mark.django_db


def column(name: str, becomes: str = "", kept_as: str = "") -> dict[str, Any]:
    return {
        "name": name, "samples": ["1"], "becomes": becomes, "kept_as": kept_as,
        "serves": [], "by_hand": False,
    }  # fmt: skip


def upload(**more: Any) -> Upload:
    columns = [column("Nr", "order_id"), column("Sum", "revenue_amount"), column("x", "", "x")]
    return Upload(name="a.csv", table="orders", look={"columns": columns, "longer": False}, **more)


def reading(of: Upload, *choices: str) -> dict[str, Any]:
    form = forms.ColumnsForm(of, {f"c{n}": choice for n, choice in enumerate(choices)})
    assert form.is_valid(), form.errors
    return form.reading()


def test_an_untouched_form_says_nothing_by_hand() -> None:
    found = reading(upload(), "order_id", "revenue_amount", "=keep")

    assert found == {"mapping": {}, "left_out": [], "date_order": ""}


def test_only_what_was_changed_is_said_by_hand() -> None:
    found = reading(upload(), "order_id", "=out", "revenue_amount")

    assert found["mapping"] == {"revenue_amount": "x"}
    assert found["left_out"] == ["Sum"]


def test_a_column_that_is_kept_for_itself_gets_a_name_of_its_own() -> None:
    found = reading(upload(), "order_id", "=keep", "=keep")

    assert found["mapping"] == {"sum": "Sum"}


def test_a_kept_column_whose_name_is_one_of_ours_is_theirs() -> None:
    row = upload()
    row.look["columns"][1] = column("Quantity", "quantity")

    found = reading(row, "order_id", "=keep", "=keep")

    assert found["mapping"] == {"their_quantity": "Quantity"}


def test_earlier_choices_stay_until_they_are_changed() -> None:
    row = upload(mapping={"channel": "x", "quantity": "'1'"}, left_out=["Sum"])
    row.look["columns"][2] = column("x", "channel")
    row.look["columns"][1] = column("Sum")

    kept = reading(row, "order_id", "=out", "channel")
    changed = reading(row, "order_id", "=keep", "product_id")

    assert kept["mapping"] == {"quantity": "'1'", "channel": "x"}
    assert kept["left_out"] == ["Sum"]
    assert changed["mapping"] == {"quantity": "'1'", "product_id": "x"}
    assert changed["left_out"] == []


def test_a_column_taken_over_by_another_lets_go() -> None:
    found = reading(upload(mapping={"order_id": "Nr"}), "order_id", "revenue_amount", "order_id")

    assert found["mapping"] == {"order_id": "x"}


def test_a_broken_row_shows_what_is_wrong_first() -> None:
    batch = Batch(batch_id="orders-1", columns=["a", "b"])
    problems = [{"column": "quantity", "value": "six", "reason": "No.", "columns": ["b"]}]
    row = Quarantined(batch=batch, line=2, row={"a": "1", "b": "six"}, problems=problems)

    form = forms.MendForm(row)

    assert [field.label for field in form.wrong] == ["b"]
    assert [field.label for field in form.others] == ["a"]


def test_a_line_that_could_not_be_split_offers_the_columns_of_its_file() -> None:
    batch = Batch(batch_id="orders-1", columns=["a", "b"])
    row = Quarantined(batch=batch, line=2, row="1,2,3", problems=[])

    form = forms.MendForm(row, {"v0": "1", "v1": ""})

    assert form.is_valid()
    assert form.corrections() == {"a": "1"}
