"""Dates."""

import datetime

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourfits import errors
from fourfits.imports import dates

_UTC = datetime.datetime


@pytest.fixture
def read(connection):
    def run(*cells, **more):
        connection.execute("CREATE OR REPLACE TEMP TABLE t AS SELECT unnest(?) AS v", [list(cells)])
        reading = dates.infer(connection, "t", "v", **more)
        found = connection.execute(f"SELECT {reading.expression} FROM t").fetchall()
        return reading, [row[0] for row in found]

    return run


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2024-03-05", _UTC(2024, 3, 5)),
        ("2024/3/5 7:08", _UTC(2024, 3, 5, 7, 8)),
        ("2024-03-05T07:08:09Z", _UTC(2024, 3, 5, 7, 8, 9)),
        ("2024-03-05 07:08:09 UTC", _UTC(2024, 3, 5, 7, 8, 9)),
        ("2024-03-05T07:08:09+02:00", _UTC(2024, 3, 5, 5, 8, 9)),
        ("2024-03-05 07:08:09.5-0530", _UTC(2024, 3, 5, 12, 38, 9, 500_000)),
        ("2024-03-05T07:08:09.1234567", _UTC(2024, 3, 5, 7, 8, 9, 123_456)),
        ("13.3.2024", _UTC(2024, 3, 13)),
        ("13/03/24 14:30", _UTC(2024, 3, 13, 14, 30)),
        ("3/15/2024 2:30 PM", _UTC(2024, 3, 15, 14, 30)),
        ("3/15/2024 12:05:09 am", _UTC(2024, 3, 15, 0, 5, 9)),
        ("02-Nov-04", _UTC(2004, 11, 2)),
        ("2 November 2004", _UTC(2004, 11, 2)),
        ("Nov 2, 2004", _UTC(2004, 11, 2)),
        ("19970131", _UTC(1997, 1, 31)),
        ("20240305070809", _UTC(2024, 3, 5, 7, 8, 9)),
        ("1260759144", _UTC(2009, 12, 14, 2, 52, 24)),
        ("1260759144000", _UTC(2009, 12, 14, 2, 52, 24)),
    ],
)
def test_a_date_is_read_in_any_usual_form(read, cell, moment):
    assert read(cell)[1] == [moment]


def test_one_value_decides_the_order_for_all(read):
    reading, found = read("01/02/2024", "13/02/2024")

    assert found[0] == _UTC(2024, 2, 1)
    assert reading.note == "day/month/year (13/02/2024 decides)"


def test_dates_that_could_be_read_either_way_are_asked_about(read):
    with pytest.raises(errors.AmbiguityError) as caught:
        read("01/02/2024", "03/04/2024", "05/06/2024", "07/08/2024")

    assert "03/04/2024 is 3 April or 4 March 2024" in caught.value.message
    assert caught.value.message.count(" or ") == 4
    assert "--date-order day" in caught.value.hint


def test_the_answer_settles_it(read):
    assert read("01/02/2024", date_order="month")[1] == [_UTC(2024, 1, 2)]
    assert read("01/02/2024", date_order="day")[1] == [_UTC(2024, 2, 1)]


def test_values_that_decide_go_before_the_answer(read):
    assert read("01/02/2024", "13/02/2024", date_order="month")[1][0] == _UTC(2024, 2, 1)


def test_an_order_that_is_none_is_refused(read):
    with pytest.raises(errors.ParameterError, match="date_order"):
        read("01/02/2024", date_order="year")


def test_dates_that_read_the_same_in_both_orders_need_no_question(read):
    assert read("01/01/2024", "02/02/2024")[1] == [_UTC(2024, 1, 1), _UTC(2024, 2, 2)]


def test_a_day_that_does_not_exist_is_not_shifted(read):
    reading, found = read("31/02/2024", "01/03/2024", "2024-02-30")

    assert found == [None, _UTC(2024, 3, 1), None]
    assert "31/02/2024 decides" in reading.note


def test_the_order_that_reads_more_is_taken_and_the_rest_is_left(read):
    assert read("13/01/2024", "14/01/2024", "01/15/2024")[1][2] is None


def test_two_orders_that_read_the_same_number_are_asked_about(read):
    with pytest.raises(errors.AmbiguityError, match="no order reads more"):
        read("13/01/2024", "01/13/2024")


def test_several_forms_may_stand_in_one_column(read):
    _, found = read("2024-03-12 09:14", "3/15/2024 2:30 PM", "1.4.24", "13.4.2024", "N/A", None)

    assert found[:2] == [_UTC(2024, 3, 12, 9, 14), _UTC(2024, 3, 15, 14, 30)]
    assert found[2:] == [_UTC(2024, 4, 1), _UTC(2024, 4, 13), None, None]


def test_words_that_only_programs_take_for_dates_are_not_read(read):
    assert read("infinity", "epoch", "2024-01-01")[1] == [None, None, _UTC(2024, 1, 1)]


@pytest.mark.parametrize(
    ("type_", "cell", "moment"),
    [
        ("DOUBLE", 45356.5, _UTC(2024, 3, 5, 12)),
        ("BIGINT", 20240305, _UTC(2024, 3, 5)),
        ("BIGINT", 1709600000, _UTC(2024, 3, 5, 0, 53, 20)),
        ("DATE", datetime.date(2024, 3, 5), _UTC(2024, 3, 5)),
    ],
)
def test_columns_that_are_no_text_are_told_by_their_range(connection, type_, cell, moment):
    connection.execute(f"CREATE TEMP TABLE t AS SELECT ?::{type_} AS v", [cell])

    reading = dates.infer(connection, "t", "v", type_=type_)

    found = connection.execute(f"SELECT {reading.expression} FROM t").fetchone()
    assert found == (moment,)


_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%b-%y", "%Y%m%d", "%m-%d-%y")


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.dates(datetime.date(1990, 1, 1), datetime.date(2049, 12, 31)), max_size=6),
    st.sampled_from(_FORMS),
)
def test_a_column_with_a_day_beyond_twelve_comes_back_as_it_was(days, form):
    days = [*days, datetime.date(2024, 3, 25)]
    cells = [day.strftime(form) for day in days]

    with duckdb.connect() as connection:
        connection.execute("CREATE TEMP TABLE t AS SELECT unnest(?) AS v", [cells])
        reading = dates.infer(connection, "t", "v")
        found = connection.execute(f"SELECT {reading.expression} FROM t").fetchall()

    assert [row[0].date() for row in found] == days
