"""Cells of a list."""

import pytest

from fourfits_web.core import lists


@pytest.mark.parametrize(
    ("kind", "value"), [("number", 3), ("share", 0.5), ("interval", (3.0, 1.0, 5.0))]
)
def test_a_measure_names_its_column_where_rows_are_stacked(kind, value):
    column = lists.Column("payback", "Paid back <in>", kind=kind)

    assert 'data-head="Paid back &lt;in&gt;"' in column.cell({"payback": value}, "/x/")


def test_words_do_not_name_theirs_unless_they_are_to():
    row = {"name": "Harbour"}

    assert "data-head" not in lists.Column("name", "Name").cell(row, "/x/")
    assert 'data-head="Name"' in lists.Column("name", "Name", headed=True).cell(row, "/x/")
