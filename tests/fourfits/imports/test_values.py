"""Numbers, amounts, yes and no, blanks."""

from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourfits.imports import values


@pytest.fixture
def read(connection):
    def run(cells, kind="number", **more):
        connection.execute("CREATE OR REPLACE TEMP TABLE t AS SELECT unnest(?) AS v", [cells])
        reading = values.number(connection, "t", "v", kind, **more)
        found = connection.execute(f"SELECT {reading.expression}, {reading.raw} FROM t").fetchall()
        return reading, [row[0] for row in found], [row[1] for row in found]

    return run


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["1.234,56", "2,5", "7"], [1234.56, 2.5, 7]),
        (["1,234.56", "-3"], [1234.56, -3]),
        (["1'234.56", "1’000.5"], [1234.56, 1000.5]),
        (["1 234,56", "1\u00a0000,5", "1\u202f000,5"], [1234.56, 1000.5, 1000.5]),
        (["(12.50)", "5-", "−3", "+4"], [-12.5, -5, -3, 4]),
        (["12%", "3.5 %"], [0.12, 0.035]),
        (["1.234.567", "2"], [1234567, 2]),
        (["0.125", "1.250"], [0.125, 1.25]),
        (["1e3", "2,5"], [1000, 2.5]),
        (["-$1,000.50", "$-2", "US$ 3", "4 USD"], [-1000.5, -2, 3, 4]),
    ],
)
def test_numbers_are_read_as_people_write_them(read, cells, numbers):
    assert read(cells)[1] == pytest.approx(numbers)


def test_the_whole_column_decides_what_the_comma_means(read):
    assert read(["1,234", "5"])[1] == [1234, 5]
    assert read(["1,234", "5,5"])[1] == [1.234, 5.5]


def test_a_mark_that_stays_open_is_mentioned_and_follows_the_file(read):
    reading, numbers, _ = read(["1.234", "2.345"], decimal_comma=True)

    assert numbers == [1234, 2345]
    assert reading.note == "`.` taken to part thousands"


@pytest.mark.parametrize("cell", ["12 pieces", "1.2.3", "abc", "NaN", "inf", "1,2,3"])
def test_what_is_no_number_is_shown_and_not_read(read, cell):
    _, numbers, raw = read([cell, "1.5", "2.5"])

    assert numbers == [None, 1.5, 2.5]
    assert raw[0] == cell


@pytest.mark.parametrize("cell", ["", " ", "N/A", "na", "null", "None", "-"])
def test_blanks_are_nothing_and_not_wrong(read, cell):
    _, numbers, raw = read([cell, "1.5"])

    assert (numbers[0], raw[0]) == (None, None)


def test_money_is_exact_and_tells_its_currency(read):
    reading, amounts, _ = read(["€ 0.10", "1,000.20 €"], "money")

    assert amounts == [Decimal("0.1000"), Decimal("1000.2000")]
    assert reading.currency == "EUR"


def test_two_currencies_are_not_one(read):
    assert read(["€ 5", "£ 5"], "money")[0].currency == ""


def test_whole_numbers_refuse_fractions(read):
    assert read(["12.7", "13", "13.0"], "integer")[1] == [None, 13, 13]


def test_shares_may_stand_in_percent(read):
    assert read(["50", "60"], "share")[1] == [0.5, 0.6]
    assert read(["0.5", ".6"], "share")[1] == [0.5, 0.6]


def test_identifiers_lose_the_point_zero_of_spreadsheets(connection):
    connection.execute("CREATE TEMP TABLE t AS SELECT unnest(['17850.0', 'B7', '12.0', ' ']) AS v")
    counts = values.profile(connection, "t", {"v": "text"})["v"]

    reading = values.text("v", "VARCHAR", counts)

    found = connection.execute(f"SELECT {reading.expression} FROM t").fetchall()
    assert found == [("17850",), ("B7",), ("12",), (None,)]


def test_yes_and_no_have_many_words(connection):
    connection.execute("CREATE TEMP TABLE t AS SELECT unnest(['Yes', 'n', '1', 'FALSE', '?']) AS v")

    found = connection.execute(f"SELECT {values.boolean('v').expression} FROM t").fetchall()

    assert [row[0] for row in found] == [True, False, True, False, None]


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=1, max_size=8),
    st.sampled_from([(",", "."), (".", ","), (" ", ","), ("'", "."), ("", "."), ("", ",")]),
)
def test_any_amount_comes_back_from_any_way_of_writing_it(amounts, marks):
    thousands, decimal = marks
    cells = [
        f"{amount:,.2f}".replace(",", "T").replace(".", decimal).replace("T", thousands)
        for amount in amounts
    ]

    with duckdb.connect() as connection:
        connection.execute("CREATE TEMP TABLE t AS SELECT unnest(?) AS v", [cells])
        sql = values.number(connection, "t", "v", "money").expression
        found = connection.execute(f"SELECT {sql} FROM t").fetchall()

    assert [row[0] for row in found] == amounts
