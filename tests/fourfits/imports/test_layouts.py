"""Separators and headers."""

import pytest

from fourfits import errors
from fourfits.imports import layouts


def _recognise(head: str) -> layouts.Layout:
    return layouts.recognise(head, whole=True, called="file.csv")


@pytest.mark.parametrize(("sign", "other"), [(",", ";"), (";", ","), ("\t", ","), ("|", ",")])
def test_the_separator_is_the_one_that_divides_all_lines_alike(sign, other):
    lines = [f"id{sign}text", f"1{sign}a{other}b", f"2{sign}c", f"3{sign}d{other}e{other}f"]

    assert _recognise("\n".join(lines)).delimiter == sign


def test_decimal_commas_do_not_make_the_comma_a_separator():
    assert _recognise("a;b\n1,5;2,5\n3,5;4,5\n").delimiter == ";"


def test_a_file_whose_first_line_is_like_the_others_has_no_header():
    layout = _recognise("1,2024-01-01,9.5\n2,2024-01-02,7\n")

    assert not layout.named
    assert layout.names == ("column_1", "column_2", "column_3")


def test_lines_above_the_header_are_passed_over(opened, rows):
    source = opened("a.csv", "Report 2024\n\na,b,c\n1,2,3\n4,5,6\n")

    assert source.columns == ("a", "b", "c")
    assert [row[-1] for row in rows(source.relation)] == [4, 5]


def test_a_blank_name_becomes_the_place_of_its_column():
    assert _recognise(",a\n0,5\n1,6\n").names == ("column_1", "a")


def test_a_separator_at_the_end_of_each_line_adds_a_column(opened, rows):
    assert rows(opened("a.csv", "a,b\n1,2,\n3,4,\n").relation)[0][:2] == ("1", "2")


def test_quotation_marks_may_be_written_with_a_backslash(opened, rows):
    source = opened("a.csv", 'a,b\n1,"say \\"hi\\" now"\n2,x\n')

    assert rows(source.relation)[0][1] == 'say "hi" now'


@pytest.mark.parametrize("header", ["a,b,a", "Name,b,name"])
def test_a_name_that_stands_twice_is_refused(header):
    with pytest.raises(errors.ColumnError, match="2 times"):
        _recognise(f"{header}\n1,2,3\n")


@pytest.mark.slow
def test_a_million_columns_are_refused_at_once(opened):
    header = ",".join(f"c{i}" for i in range(1_000_000))

    with pytest.raises(errors.ColumnError, match="at most 5,000 are read"):
        opened("wide.csv", f"{header}\n1\n")


def test_a_line_without_end_is_refused(opened):
    with pytest.raises(errors.FileError, match="has no end"):
        opened("long.csv", "x" * 3_000_000)


def test_the_name_of_the_line_column_is_kept_for_us():
    with pytest.raises(errors.ColumnError, match="_line"):
        _recognise("_line,a\n1,2\n")


def test_surveymonkey_has_two_header_rows():
    layout = _recognise(
        "Respondent ID,Which colours?,,Why?\n,Red,Blue,Open-Ended Response\n1,Red,,nice\n2,,Blue,\n"
    )

    assert layout.names == (
        "Respondent ID",
        "Which colours? - Red",
        "Which colours? - Blue",
        "Why?",
    )
    assert layout.lines_before == 2


def test_qualtrics_has_three_header_rows(opened, rows):
    source = opened(
        "a.csv",
        'ResponseId,Q1\nResponse ID,"How likely are you to recommend us\nto a friend?"\n'
        '"{""ImportId"":""_recordId""}","{""ImportId"":""QID1""}"\nR_1,9\nR_2,3\n',
    )

    assert source.labels == {"Q1": "How likely are you to recommend us\nto a friend?"}
    assert rows(source.relation) == [("R_1", "9", 5), ("R_2", "3", 6)]


def test_a_backslash_at_the_end_of_a_field_is_no_sign_that_marks_are_written_so():
    told = layouts.recognise('"a","b"\n"\\"",0",""\n', whole=True, called="a.csv")

    assert not told.backslash
