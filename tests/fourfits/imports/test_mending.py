"""Rows that were set aside land once they are corrected, as if they had been right at once."""

# ruff: noqa: DTZ001 - the lake stores moments in UTC, without a mark

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import fourfits as ff
from fourfits import errors, imports, lake

NOW = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)
HEADER = "Invoice,Date,Qty,Unit Price,Customer,Shelf"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def written(folder: Path, *lines: str, name: str = "sales.csv", header: str = HEADER) -> Path:
    file = folder / name
    file.write_text("\n".join([header, *lines]) + "\n")
    return file


def bring(file: Path, home: Path, table: str = "orders", **more: Any) -> imports.ImportReport:
    return imports.import_file(file, table, home=home, now=NOW, **more)


def stored(home: Path, *columns: str, table: str = "orders") -> list[tuple[Any, ...]]:
    data = ff.open(home)
    rows = data.table(table).select(*columns).order_by(columns).to_pyarrow().to_pylist()
    return [tuple(row.values()) for row in rows]


def waiting(home: Path) -> list[int]:
    data = ff.open(home)
    return sorted(data.quarantine.line.to_pyarrow().to_pylist()) if "quarantine" in data else []


def batch(home: Path, name: str) -> dict[str, Any]:
    rows = lake.Lake(home / "lake").read("batches")
    assert rows is not None
    return next(row for row in rows.to_pylist() if row["batch_id"] == name)


LINES = (
    "A,03/04/2024,1,1.50,c1,s1",
    "A,13/04/2024,1,free,c1,s2",
    "A,03/04/2024,2,2.50,c1,s3",
    "B,03/04/2024,few,4,c2,s4",
)
MAPPING = {"revenue_amount": "Unit Price"}


@pytest.mark.slow
def test_a_corrected_row_lands_where_it_would_have_stood(tmp_path: Path, home: Path) -> None:
    bring(written(tmp_path, *LINES), home, mapping=MAPPING)
    assert waiting(home) == [3, 5]

    report = imports.mend("orders-1", {3: {"Unit Price": "9"}}, home=home, now=NOW)

    assert (report.landed, report.reasons, report.batch_id) == ((3,), {}, "orders-2")
    assert waiting(home) == [5]
    assert [row[:3] for row in stored(home, "order_id", "line", "shelf", "revenue_amount")] == [
        ("A", 1, "s1"),
        ("A", 2, "s2"),
        ("A", 3, "s3"),
    ]
    mended = stored(home, "line", "ordered_at", "_batch", "_line")[1]
    assert mended == (2, datetime.datetime(2024, 4, 13), "orders-2", 3)


@pytest.mark.slow
def test_the_corrected_file_then_adds_nothing(tmp_path: Path, home: Path) -> None:
    bring(written(tmp_path, *LINES), home, mapping=MAPPING)
    corrections = {3: {"Unit Price": "9"}, 5: {"Qty": "1"}}
    imports.mend("orders-1", corrections, home=home, now=NOW)

    right = [LINES[0], LINES[1].replace("free", "9"), LINES[2], LINES[3].replace("few", "1")]
    report = bring(written(tmp_path, *right, name="right.csv"), home, mapping=MAPPING)

    assert (report.n_known, report.n_added, report.n_changed) == (4, 0, 0)


@pytest.mark.slow
def test_a_row_that_still_breaks_the_contract_stays_and_says_why(
    tmp_path: Path, home: Path
) -> None:
    bring(written(tmp_path, *LINES), home, mapping=MAPPING)

    report = imports.mend(
        "orders-1", {3: {"Unit Price": "dear"}, 5: {"Qty": "3"}}, home=home, now=NOW
    )

    assert report.landed == (5,)
    assert report.reasons == {3: "revenue_amount holds 'dear', must be an amount of money."}
    assert waiting(home) == [3]
    assert str(report) == "1 of 2 rows that orders-1 had set aside landed in orders as orders-2."


@pytest.mark.slow
def test_mending_counts_down_what_the_import_set_aside(tmp_path: Path, home: Path) -> None:
    bring(written(tmp_path, *LINES), home, mapping=MAPPING)

    imports.mend("orders-1", {3: {"Unit Price": "9"}}, home=home, now=NOW)

    assert batch(home, "orders-1")["n_quarantined"] == 1
    assert batch(home, "orders-2")["n_added"] == 1


@pytest.mark.slow
def test_mending_twice_does_no_harm(tmp_path: Path, home: Path) -> None:
    bring(written(tmp_path, *LINES), home, mapping=MAPPING)
    imports.mend("orders-1", {3: {"Unit Price": "9"}}, home=home, now=NOW)

    again = imports.mend("orders-1", {3: {"Unit Price": "9"}}, home=home, now=NOW)

    assert (again.landed, again.batch_id) == ((), None)
    assert len(stored(home, "line")) == 3


@pytest.mark.slow
def test_undoing_a_mend_sets_its_rows_aside_again(tmp_path: Path, home: Path) -> None:
    bring(written(tmp_path, *LINES), home, mapping=MAPPING)
    imports.mend("orders-1", {3: {"Unit Price": "9"}}, home=home, now=NOW)

    imports.undo("orders-2", home=home, now=NOW)

    assert waiting(home) == [3, 5]
    assert batch(home, "orders-1")["n_quarantined"] == 2
    assert len(stored(home, "line")) == 2


@pytest.mark.slow
def test_undoing_the_import_leaves_what_was_mended(tmp_path: Path, home: Path) -> None:
    bring(written(tmp_path, *LINES), home, mapping=MAPPING)
    imports.mend("orders-1", {3: {"Unit Price": "9"}}, home=home, now=NOW)

    imports.undo("orders-1", home=home, now=NOW)
    imports.undo("orders-2", home=home, now=NOW)

    assert waiting(home) == []
    assert "orders" not in ff.open(home)


@pytest.mark.slow
def test_dates_are_read_as_their_file_wrote_them_and_as_we_write_them(
    tmp_path: Path, home: Path
) -> None:
    lines = ("A,04/13/2024,1,1,c1,x", "B,soon,1,1,c1,x", "C,later,1,1,c1,x")
    bring(written(tmp_path, *lines), home, mapping=MAPPING)

    imports.mend(
        "orders-1", {3: {"Date": "03/04/2024"}, 4: {"Date": "2024-05-06"}}, home=home, now=NOW
    )

    assert [row[1].date().isoformat() for row in stored(home, "order_id", "ordered_at")] == [
        "2024-04-13",
        "2024-03-04",
        "2024-05-06",
    ]


@pytest.mark.slow
def test_a_row_that_contradicts_an_earlier_one_replaces_it_or_gets_its_own_key(
    tmp_path: Path, home: Path
) -> None:
    header = "customer_id,name,Mood"
    lines = ("1,Ann,good", "1,Bea,bad", "2,Cleo,good", "2,Dora,bad")
    bring(written(tmp_path, *lines, name="people.csv", header=header), home, "customers")
    assert waiting(home) == [3, 5]

    imports.mend("customers-1", {3: {"customer_id": "3"}, 5: {}}, home=home, now=NOW)

    assert stored(home, "customer_id", "name", "mood", table="customers") == [
        ("1", "Ann", "good"),
        ("2", "Dora", "bad"),
        ("3", "Bea", "bad"),
    ]


@pytest.mark.slow
def test_a_line_that_could_not_be_split_is_given_in_columns(tmp_path: Path, home: Path) -> None:
    lines = ("A,13/04/2024,1,1,c1,x", "B,13/04/2024,1,1,c1,x", "C,13/04/2024,1,1,c1,x,y,z")
    bring(written(tmp_path, *lines), home, mapping=MAPPING)
    assert waiting(home) == [4]

    report = imports.mend(
        "orders-1",
        {4: {"Invoice": "C", "Date": "13/04/2024", "Qty": "1", "Unit Price": "2"}},
        home=home,
        now=NOW,
    )

    assert report.landed == (4,)


@pytest.mark.slow
def test_a_file_with_types_keeps_them(tmp_path: Path, home: Path) -> None:
    file = tmp_path / "sales.parquet"
    moments = [datetime.datetime(2024, 1, 1, 8), datetime.datetime(2024, 1, 2, 9)]
    table = {"order_id": ["A", None], "ordered_at": moments, "amount": [1.5, 2.25]}
    pq.write_table(pa.table(table), file)
    bring(file, home)
    assert waiting(home) == [2]

    imports.mend("orders-1", {2: {"order_id": "B"}}, home=home, now=NOW)

    assert stored(home, "order_id", "ordered_at")[1] == ("B", moments[1])


@pytest.mark.slow
def test_a_blank_removes_what_stood_there(tmp_path: Path, home: Path) -> None:
    bring(written(tmp_path, *LINES), home, mapping=MAPPING)

    imports.mend("orders-1", {5: {"Qty": "", "Customer": None}}, home=home, now=NOW)

    assert stored(home, "order_id", "quantity", "customer_id")[-1] == ("B", None, None)


def test_an_undone_import_cannot_be_mended(tmp_path: Path, home: Path) -> None:
    bring(written(tmp_path, *LINES), home, mapping=MAPPING)
    imports.undo("orders-1", home=home, now=NOW)

    with pytest.raises(errors.VersionError, match="was undone"):
        imports.mend("orders-1", {3: {}}, home=home, now=NOW)


@pytest.mark.slow
def test_a_mend_cannot_be_mended(tmp_path: Path, home: Path) -> None:
    bring(written(tmp_path, *LINES), home, mapping=MAPPING)
    imports.mend("orders-1", {3: {"Unit Price": "9"}}, home=home, now=NOW)

    with pytest.raises(errors.ParameterError, match="did not record"):
        imports.mend("orders-2", {3: {}}, home=home, now=NOW)


@pytest.mark.slow
def test_the_record_says_what_was_mended(tmp_path: Path, home: Path) -> None:
    bring(written(tmp_path, *LINES), home, mapping=MAPPING)

    imports.mend("orders-1", {3: {"Unit Price": "9"}}, home=home, now=NOW)

    mended = json.loads(batch(home, "orders-2")["mapping"])["mended"]
    assert (mended["batch"], mended["lines"]) == ("orders-1", [3])
