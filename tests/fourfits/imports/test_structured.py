"""Workbooks and JSON."""
# ruff: noqa: DTZ001 - sheets have no zone

import zipfile
from datetime import datetime as _moment

import openpyxl
import pytest

from fourfits import config, errors
from fourfits.imports import files


@pytest.fixture
def workbook(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "empty"
    sheet = book.create_sheet("rows")
    for row in (
        ["Order", "When", "Amount", "Note"],
        ["A1", _moment(2024, 1, 2), 12.5, "x"],
        ["A2", _moment(2024, 1, 3), 3, 7],
        [None] * 4,
        ["A3", None, 4.0, None],
    ):
        sheet.append(row)
    book.save(tmp_path / "orders.xlsx")
    return tmp_path / "orders.xlsx"


def test_the_first_sheet_with_rows_is_read_with_its_types(workbook, connection, rows):
    source = files.open_file(workbook, connection)

    assert source.description == "Excel, sheet 'rows'"
    assert source.types == {
        "Order": "VARCHAR",
        "When": "TIMESTAMP",
        "Amount": "DOUBLE",
        "Note": "VARCHAR",
    }
    assert rows(source.relation)[1] == ("A2", _moment(2024, 1, 3), 3.0, "7", 3)
    assert rows(source.relation)[2][-1] == 5


def test_a_sheet_of_words_before_the_table_is_passed_over(tmp_path, connection):
    book = openpyxl.Workbook()
    book.active.append(["Sales of the year"])
    book.create_sheet("lines").append(["id", "amount"])
    book["lines"].append([1, 9.5])
    book.save(tmp_path / "report.xlsx")

    source = files.open_file(tmp_path / "report.xlsx", connection)

    assert source.columns == ("id", "amount")
    assert source.description == "Excel, sheet 'lines'; not read: 'Sheet'"


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are(workbook, connection):
    with pytest.raises(errors.FileError, match=r"no sheet 'x'; it has empty, rows"):
        files.open_file(workbook, connection, sheet="x")


def test_a_workbook_without_rows_is_refused(tmp_path, connection):
    openpyxl.Workbook().save(tmp_path / "none.xlsx")

    with pytest.raises(errors.FileError, match="no sheet with rows"):
        files.open_file(tmp_path / "none.xlsx", connection)


def test_json_lines_keep_nested_values_and_set_aside_what_is_no_object(opened, rows):
    source = opened("a.jsonl", '{"a":1,"b":{"c":[1,2]}}\n\n{"b":"x","d":1.50}\nnot json\n[1]\n')

    assert source.columns == ("a", "b", "d")
    assert rows(source.relation) == [("1", '{"c":[1,2]}', None, 1), (None, "x", "1.5", 3)]
    assert [row[0] for row in rows(source.rejects)] == [4, 5]


@pytest.mark.parametrize(
    "content",
    [
        '[{"id":1,"n":"x"},\n {"id":2,"n":null}]',
        '{"data": [{"id":1,"n":"x"},{"id":2}], "meta": {"more": false}}',
        '{"id":1,"n":"x"}\n{"id":2}\n',
    ],
)
def test_objects_are_rows_in_whatever_way_they_are_gathered(opened, rows, content):
    assert rows(opened("a.json", content).relation) == [("1", "x", 1), ("2", None, 2)]


@pytest.mark.parametrize("content", ['[{"a":1,', "[]", '["a", "b"]', "[[1, 2], [3, 4]]"])
def test_json_that_is_cut_short_or_empty_is_refused(opened, content):
    with pytest.raises(errors.FileError):
        opened("a.json", content)


def test_a_workbook_that_swells_is_refused_before_it_is_read(tmp_path, monkeypatch, connection):
    monkeypatch.setattr(config, "MAX_UNPACKED_FREE_BYTES", 2**20)
    file = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 2**22)

    with pytest.raises(errors.FileError, match="too much for a workbook"):
        files.open_file(file, connection)
