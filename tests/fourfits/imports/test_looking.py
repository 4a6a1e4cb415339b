"""What a file holds is told before anything is imported, and what is still open is asked."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

import fourfits as ff
from fourfits import errors, imports

NOW = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)


def written(folder: Path, text: str, name: str = "file.csv") -> Path:
    file = folder / name
    file.write_text(text)
    return file


SALES = "Invoice,Date,Qty,Unit Price,Customer ID,Note\nA1,13/02/2024,2,1.50,c1,hello\n"


def test_the_table_and_every_column_are_recognised(tmp_path: Path) -> None:
    found = imports.look(written(tmp_path, SALES))

    assert (found.table, found.problem, found.n_rows) == ("orders", None, 1)
    assert {column.name: column.becomes for column in found.columns} == {
        "Invoice": "order_id",
        "Date": "ordered_at",
        "Qty": "quantity",
        "Unit Price": "",
        "Customer ID": "customer_id",
        "Note": "",
    }
    assert found.columns[3].serves == ("revenue_amount",)
    assert found.columns[5].kept_as == "note"
    assert found.columns[0].samples == ("A1",)
    assert list(found.made) == ["line"]


@pytest.mark.parametrize(
    ("name", "text", "table"),
    [
        ("accounts.csv", "Company,Industry,Employees\nHarbour,Ports,12\n", "accounts"),
        ("export.csv", "customer_id,email,signed_up_on\n1,a@example.org,2024-01-01\n", "customers"),
        ("x.csv", "deal_id,stage,amount,opened_on\n1,Won,5,2024-01-01\n", "deals"),
        ("y.csv", "day,channel,spend_amount\n2024-01-01,search,5\n", "spend"),
        ("z.csv", "Feedback ID,Text,Source\n1,It is slow when I export,review\n", "feedback"),
        ("survey.csv", "How likely are you to recommend us to a friend?\n9\n4\n", "responses"),
        ("colours.csv", "red,green,blue\n1,2,3\n", ""),
    ],
)
def test_the_table_is_told_by_its_columns(tmp_path: Path, name: str, text: str, table: str) -> None:
    found = imports.look(written(tmp_path, text, name))

    assert found.table == table


def test_a_file_that_spells_the_contract_is_told_by_it_among_many_columns(tmp_path: Path) -> None:
    more = [f"extra {place}" for place in range(200)]
    head = ["order_id", "customer_id", "ordered_at", "revenue_amount", "quantity", *more]
    row = ["A1", "c1", "2024-02-13T10:00:00Z", "1.50", "2", *map(str, range(200))]

    found = imports.look(written(tmp_path, f"{','.join(head)}\n{','.join(row)}\n"))

    assert (found.table, found.problem) == ("orders", None)


def test_a_file_that_names_a_customer_on_every_line_is_no_list_of_customers(
    tmp_path: Path,
) -> None:
    lines = "".join(f"{n},c1,2024-01-0{n},5\n" for n in range(1, 6))

    found = imports.look(written(tmp_path, f"order,customer,date,amount\n{lines}"))

    assert found.table == "orders"


@pytest.mark.slow
def test_dates_that_can_be_read_either_way_are_asked_about(tmp_path: Path) -> None:
    file = written(tmp_path, SALES.replace("13/02", "03/04"))

    found = imports.look(file)

    assert isinstance(found.problem, errors.AmbiguityError)
    assert found.problem.fields["values"] == ["03/04/2024"]
    assert found.columns[1].becomes == "ordered_at"
    assert imports.look(file, date_order="month").problem is None


def test_a_required_column_that_is_missing_is_named(tmp_path: Path) -> None:
    found = imports.look(written(tmp_path, "a,b\n1,2\n"), "feedback")

    assert isinstance(found.problem, errors.ColumnError)
    assert found.problem.fields["missing"] == ["text"]
    assert found.table == "feedback"


def test_what_was_said_by_hand_is_marked(tmp_path: Path) -> None:
    found = imports.look(
        written(tmp_path, SALES), mapping={"channel": "Note", "seller": "Customer ID"}
    )

    by_name = {column.name: column for column in found.columns}
    assert (by_name["Note"].becomes, by_name["Note"].by_hand) == ("channel", True)
    assert (by_name["Customer ID"].becomes, by_name["Customer ID"].kept_as) == ("", "seller")
    assert by_name["Customer ID"].by_hand
    assert not by_name["Qty"].by_hand


def test_a_survey_with_a_column_for_each_question_becomes_longer(tmp_path: Path) -> None:
    text = "respondent,How likely are you to recommend us to a friend?,Why is that so?\n1,9,Good\n"

    found = imports.look(written(tmp_path, text), "responses")

    assert found.longer
    assert any("nps" in note for note in found.notes)


@pytest.mark.slow
def test_columns_left_out_are_not_stored(tmp_path: Path) -> None:
    file, home = written(tmp_path, SALES), tmp_path / "home"

    found = imports.look(file, leave_out=["Note"])
    imports.import_file(file, "orders", home=home, now=NOW, leave_out=["Note"])

    assert found.columns[5].kept_as == ""
    assert "note" not in ff.open(home).orders.columns


def test_left_out_columns_do_not_stand_in_quarantine_either(tmp_path: Path) -> None:
    file, home = written(tmp_path, SALES.replace("1.50", "free")), tmp_path / "home"

    imports.import_file(
        file,
        "orders",
        home=home,
        now=NOW,
        mapping={"revenue_amount": "Unit Price"},
        leave_out=["Note"],
    )

    (row,) = ff.open(home).quarantine.row.to_pyarrow().to_pylist()
    assert "hello" not in row


@pytest.mark.slow
def test_a_column_to_leave_out_must_be_there(tmp_path: Path) -> None:
    file = written(tmp_path, SALES)

    with pytest.raises(errors.ColumnError, match="has no column 'Colour' to leave out"):
        imports.look(file, leave_out=["Colour"])
    with pytest.raises(errors.ColumnError, match="All columns"):
        imports.look(file, "orders", leave_out=[c.name for c in imports.look(file).columns])
