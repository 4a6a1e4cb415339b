"""Columns and reasons in words, the name by which a file is mended beside them."""

from __future__ import annotations

import re

from fourfits import tables
from fourfits_web.data import wording


def test_every_column_of_the_contract_has_words_without_marks_of_code() -> None:
    names = {column.name for table in tables.CANONICAL.values() for column in table}

    told = {name: wording.column(name) for name in names}

    assert not {name for name, words in told.items() if not re.fullmatch(r"[A-Z][a-z -]+", words)}


def test_a_reason_names_its_column_in_words_and_as_the_file_is_mended() -> None:
    assert wording.reason("order_id is empty, must be text.") == (
        "Order <code>order_id</code> is empty, must be text."
    )
    assert wording.reason("quantity holds 'x', must be a number.").startswith("Quantity holds")


def test_each_of_several_reasons_is_put_in_words() -> None:
    told = wording.reason("order_id is empty, must be text. ordered_at holds 'x', must be a date.")

    assert "Order <code>order_id</code>" in told
    assert "Order date <code>ordered_at</code> holds" in told


def test_what_customers_wrote_is_neither_read_as_html_nor_as_a_name() -> None:
    told = wording.reason("order_id holds '<b>revenue_amount</b> `x`', must be text.")

    assert "&lt;b&gt;revenue_amount&lt;/b&gt; `x`" in told


def test_a_column_of_their_own_keeps_its_name() -> None:
    assert wording.column("Loyalty_Tier") == "Loyalty_Tier"
    assert wording.reason("Loyalty_Tier holds 'x', must be of type bigint.").startswith(
        "Loyalty_Tier holds"
    )
