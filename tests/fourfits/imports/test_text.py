"""Splitting lines, and keeping their numbers."""

import csv
import io

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from fourfits.imports import files


def test_lines_that_do_not_split_are_kept_with_their_number_and_reason(opened, rows):
    source = opened("a.csv", 'a,b\n1,x\n2\n3,y,z\n"4","several\nlines"\n5,v\n')

    assert rows(source.relation) == [("1", "x", 2), ("4", "several\nlines", 5), ("5", "v", 7)]
    assert rows(source.rejects) == [
        (3, "the line has fewer fields than the header", "2"),
        (4, "the line has more fields than the header", "3,y,z"),
    ]


def test_line_numbers_count_lines_within_quotation_marks(opened, rows):
    source = opened("a.csv", 'a,b\n"x\ny",1\n2\n"p\nq",2\n3,4,5\n6,7\n')

    assert [row[-1] for row in rows(source.relation)] == [2, 5, 8]
    assert [row[0] for row in rows(source.rejects)] == [4, 7]


def test_a_quotation_mark_that_is_never_closed_loses_nothing(opened, rows):
    source = opened("a.csv", 'a,b\n1,2\n3,"open\n4,5\n')

    assert rows(source.relation) == [("1", "2", 2)]
    assert rows(source.rejects) == [(3, "a quotation mark is not closed", '3,"open\n4,5')]


def test_a_zero_byte_within_a_text_survives(opened, rows):
    assert rows(opened("a.csv", b"a,b\n1,nul\x00here\n").relation) == [("1", "nul\x00here", 2)]


@pytest.mark.parametrize("content", [b"a,b\r1,2\r3,4\r", b"a,b\r\n1,2\n3,4\r\n", b"a,b\n1,2\n3,4"])
def test_lines_may_end_as_they_like(opened, rows, content):
    assert rows(opened("a.csv", content).relation) == [("1", "2", 2), ("3", "4", 3)]


def test_columns_set_with_blanks_are_cut_and_odd_lines_set_aside(opened, rows):
    good = "".join(f" {i} 199701{i:02}  {i}.50\n" for i in range(1, 31))

    source = opened("a.txt", f" id   date  n\n{good} 31 19970131\n")

    assert rows(source.relation)[0] == ("1", "19970101", "1.50", 2)
    assert rows(source.rejects) == [(32, "the line has 2 fields, 3 are expected", " 31 19970131")]


def test_columns_at_fixed_places_may_hold_blanks(opened, rows):
    lines = (
        "id    name          amount\n"
        "1     Ann Lee         10.50\n"
        "22    Bob van Dyk      7.00\n"
        "333   Cem             12.25\n"
    )

    source = opened("a.txt", lines)

    assert source.description == "fixed width, UTF-8"
    assert rows(source.relation)[1] == ("22", "Bob van Dyk", "7.00", 3)


_CELLS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc",), include_characters="\n\t"), max_size=12
)


@pytest.mark.slow
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@example(table=[("", '\\",0', "")])
@given(table=st.lists(st.tuples(_CELLS, _CELLS, _CELLS), min_size=1, max_size=20))
def test_any_csv_comes_back_as_it_was_written(table, tmp_path):
    written = [row for row in table if any(cell.strip() for cell in row)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([("first column", "second column", "third column"), *written])
    path = tmp_path / "any.csv"
    path.write_text(out.getvalue(), "utf-8", newline="")

    with duckdb.connect() as connection:
        source = files.open_file(path, connection)
        found = connection.execute(f"SELECT * FROM {source.relation} ORDER BY _line").fetchall()

    assert source.rejects is None
    assert [tuple(cell or "" for cell in row[:3]) for row in found] == written
    above = [sum(cell.count("\n") for cell in row) + 1 for row in written]
    assert [row[3] for row in found] == [2 + sum(above[:i]) for i in range(len(written))]
