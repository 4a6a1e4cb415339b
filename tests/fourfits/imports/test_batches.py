"""An import adds once, changes what changed, sets aside what is wrong, and can be taken back."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

import fourfits as ff
from fourfits import config, errors, imports, lake

NOW = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)
HEADER = "order_id,line,customer_id,ordered_at,quantity,revenue_amount"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def written(folder: Path, *lines: str, name: str = "orders.csv", header: str = HEADER) -> Path:
    file = folder / name
    file.write_text("\n".join([header, *lines]) + "\n")
    return file


def line(order: str, number: int = 1, revenue: str = "10", day: str = "2024-01-31") -> str:
    return f"{order},{number},c1,{day},1,{revenue}"


def bring(file: Path, home: Path, table: str = "orders", **more: Any) -> imports.ImportReport:
    return imports.import_file(file, table, home=home, now=NOW, **more)


def stored(home: Path, *columns: str, table: str = "orders") -> list[tuple[Any, ...]]:
    data = ff.open(home)
    if table not in data:
        return []
    rows = data.table(table).select(*columns).order_by(columns).to_pyarrow().to_pylist()
    return [tuple(row.values()) for row in rows]


def revenues(home: Path) -> list[tuple[str, float]]:
    return [(order, float(amount)) for order, amount in stored(home, "order_id", "revenue_amount")]


def test_a_file_is_added_and_the_report_says_so(tmp_path: Path, home: Path) -> None:
    file = written(tmp_path, line("A"), line("B"))

    report = bring(file, home)

    assert (report.n_read, report.n_added, report.n_quarantined) == (2, 2, 0)
    assert (report.version_before, report.version_after) == (None, 0)
    assert str(report).splitlines()[0] == (
        "orders: 2 rows read from orders.csv (CSV, UTF-8); 2 added, 0 changed, 0 known already, "
        "0 set aside."
    )
    assert str(report).endswith("Batch orders-1; `fourfits undo orders-1` takes it back.")
    assert revenues(home) == [("A", 10), ("B", 10)]


def test_every_row_names_its_batch_its_line_and_the_currency_of_the_home(
    tmp_path: Path, home: Path
) -> None:
    config.write_workspace(home, config.Workspace(currency="CHF"))

    bring(written(tmp_path, line("A"), line("B")), home)

    assert stored(home, "order_id", "_batch", "_line", "currency") == [
        ("A", "orders-1", 2, "CHF"),
        ("B", "orders-1", 3, "CHF"),
    ]


def test_the_same_file_twice_adds_nothing_twice(tmp_path: Path, home: Path) -> None:
    file = written(tmp_path, line("A"), line("B"))
    bring(file, home)

    again = bring(file, home)

    assert (again.n_added, again.n_known, again.batch_id) == (0, 2, "orders-1")
    assert "this very file came as batch orders-1" in str(again)
    assert lake.Lake(home / "lake").version("orders") == 0


@pytest.mark.slow
def test_the_same_rows_in_another_file_are_known(tmp_path: Path, home: Path) -> None:
    bring(written(tmp_path, line("A"), line("B")), home)

    report = bring(written(tmp_path, line("B"), line("A"), name="turned.csv"), home)

    assert (report.n_added, report.n_changed, report.n_known) == (0, 0, 2)
    assert lake.Lake(home / "lake").version("orders") == 0


@pytest.mark.slow
def test_a_file_that_grew_adds_only_its_new_rows(tmp_path: Path, home: Path) -> None:
    bring(written(tmp_path, line("A")), home)

    report = bring(written(tmp_path, line("A"), line("B")), home)

    assert (report.n_added, report.n_known) == (1, 1)
    assert revenues(home) == [("A", 10), ("B", 10)]


@pytest.mark.slow
def test_a_changed_row_replaces_the_older_one(tmp_path: Path, home: Path) -> None:
    bring(written(tmp_path, line("A"), line("B")), home)

    report = bring(written(tmp_path, line("A", revenue="12.5"), line("B")), home)

    assert (report.n_added, report.n_changed, report.n_known) == (0, 1, 1)
    assert revenues(home) == [("A", 12.5), ("B", 10)]


@pytest.mark.slow
def test_columns_that_a_file_lacks_keep_what_is_there(tmp_path: Path, home: Path) -> None:
    first = written(tmp_path, "1,Ann,Bonn", "2,Ben,Ulm", header="customer_id,name,city")
    bring(first, home, "customers")

    second = written(tmp_path, "1,Pro", header="customer_id,plan", name="plans.csv")
    report = bring(second, home, "customers")

    assert report.n_changed == 1
    assert stored(home, "customer_id", "name", "city", "plan", table="customers") == [
        ("1", "Ann", "Bonn", "Pro"),
        ("2", "Ben", "Ulm", None),
    ]


@pytest.mark.slow
def test_an_emptied_cell_empties_the_value(tmp_path: Path, home: Path) -> None:
    header = "customer_id,name,city"
    bring(written(tmp_path, "1,Ann,Bonn", header=header), home, "customers")

    bring(written(tmp_path, "1,Ann,", "2,Ben,Ulm", header=header), home, "customers")

    assert stored(home, "customer_id", "city", table="customers") == [("1", None), ("2", "Ulm")]


@pytest.mark.slow
def test_unknown_columns_are_kept_and_keep_their_type(tmp_path: Path, home: Path) -> None:
    header = "customer_id,visits"
    bring(written(tmp_path, "1,5", header=header), home, "customers")

    report = bring(written(tmp_path, "2,often", header=header), home, "customers")

    assert report.reasons == (
        "line 2: visits holds 'often', must be of type double as in the rows stored before.",
    )
    assert stored(home, "customer_id", "visits", table="customers") == [("1", 5.0)]


def test_an_exact_repeat_within_a_file_is_left_out(tmp_path: Path, home: Path) -> None:
    report = bring(written(tmp_path, line("A"), line("A"), line("B")), home)

    assert (report.n_added, report.n_known, report.n_quarantined) == (2, 1, 0)
    assert "left out, as they repeat an earlier row exactly: 1" in report.notes


def test_a_key_that_stands_twice_with_other_content_is_set_aside(
    tmp_path: Path, home: Path
) -> None:
    report = bring(written(tmp_path, line("A"), line("B"), line("A", revenue="11")), home)

    assert (report.n_added, report.n_quarantined) == (2, 1)
    assert report.reasons == (
        "line 4: order_id, line 'A, 1' stands on line 2 already, with other content.",
    )
    assert revenues(home) == [("A", 10), ("B", 10)]


@pytest.mark.slow
def test_broken_rows_go_to_quarantine_and_the_others_land(tmp_path: Path, home: Path) -> None:
    rows = [line("A"), "B,1,c1,31/02/2024,x,", line("C")]

    report = bring(written(tmp_path, *rows), home)

    assert (report.n_read, report.n_added, report.n_quarantined) == (3, 2, 1)
    columns = ("batch_id", "table", "file", "line", "column", "value", "reason")
    assert stored(home, *columns, table="quarantine") == [
        ("orders-1", "orders", "orders.csv", 3, column, value, reason)
        for column, value, reason in [
            ("ordered_at", "31/02/2024", "ordered_at holds '31/02/2024', must be a moment (UTC)."),
            ("quantity", "x", "quantity holds 'x', must be a number."),
            ("revenue_amount", None, "revenue_amount is empty, must be an amount of money."),
        ]
    ]
    ((row,),) = set(stored(home, "row", table="quarantine"))
    assert json.loads(row)["ordered_at"] == "31/02/2024"


def test_lines_that_are_no_rows_are_set_aside_too(tmp_path: Path, home: Path) -> None:
    report = bring(written(tmp_path, line("A"), "B,1,c1,2024-01-31,1,2,3,4", line("C")), home)

    assert (report.n_read, report.n_added, report.n_quarantined) == (3, 2, 1)
    assert report.reasons == ("line 3: The line has more fields than the header.",)


def test_a_file_none_of_whose_lines_is_a_row_is_set_aside_whole(tmp_path: Path, home: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_text("customer_id,signed_up_on\n1\n2\n")

    report = bring(path, home, "customers")

    assert (report.n_read, report.n_added, report.n_quarantined) == (2, 0, 2)


def test_a_header_without_rows_adds_nothing_and_says_so(tmp_path: Path, home: Path) -> None:
    report = bring(written(tmp_path), home)

    assert (report.n_read, report.n_added, revenues(home)) == (0, 0, [])
    assert "`ordered_at` → ordered_at, no date in it yet" in report.notes
    assert str(report).endswith("The file holds a header and no row: nothing was added.")


@pytest.mark.slow
def test_a_dry_run_says_the_same_and_writes_nothing(tmp_path: Path, home: Path) -> None:
    bring(written(tmp_path, line("A"), line("B")), home)
    file = written(tmp_path, line("A", revenue="11"), line("C"), line("D", day="soon"))

    dry = bring(file, home, dry_run=True)
    after_dry = (revenues(home), lake.Lake(home / "lake").version("orders"))
    real = bring(file, home)

    assert after_dry == ([("A", 10), ("B", 10)], 0)
    counts = ("n_read", "n_added", "n_changed", "n_known", "n_quarantined", "reasons")
    assert [getattr(dry, name) for name in counts] == [getattr(real, name) for name in counts]
    assert dry.batch_id is None
    assert str(dry).endswith("Nothing was written: this was a dry run.")


def test_progress_rises_to_the_end(tmp_path: Path, home: Path) -> None:
    said: list[tuple[float, str]] = []

    bring(written(tmp_path, line("A")), home, progress=lambda *each: said.append(each))

    shares = [share for share, _ in said]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert said[0][1] == "reading orders.csv"


@pytest.mark.slow
def test_a_long_file_is_checked_in_parts_that_keep_orders_whole(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config, "IMPORT_PART_ROWS", 50)
    header = "order_id,customer_id,ordered_at,revenue_amount"
    rows = [f"{n // 7},c,2024-01-31,{n}" for n in range(200)]

    report = bring(written(tmp_path, *rows, header=header), home)

    assert report.n_added == 200
    numbers = stored(home, "order_id", "line", "revenue_amount")
    assert sorted((int(o), n, int(r)) for o, n, r in numbers) == [
        (n // 7, n % 7 + 1, n) for n in range(200)
    ]


@pytest.mark.slow
def test_orders_whose_lines_are_scattered_are_numbered_over_the_whole_file(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config, "IMPORT_PART_ROWS", 50)
    header = "order_id,customer_id,ordered_at,revenue_amount"
    rows = [f"{n % 13},c,2024-01-31,{n}" for n in range(200)]

    report = bring(written(tmp_path, *rows, header=header), home)

    assert (report.n_added, report.n_quarantined) == (200, 0)
    numbers = stored(home, "order_id", "line", "revenue_amount")
    assert sorted((int(o), n, int(r)) for o, n, r in numbers) == sorted(
        (n % 13, n // 13 + 1, n) for n in range(200)
    )


def test_a_table_that_fourfits_makes_itself_is_not_imported(tmp_path: Path, home: Path) -> None:
    with pytest.raises(errors.TableError, match="batches is made by fourfits itself"):
        bring(written(tmp_path, line("A")), home, "batches")


def test_an_unknown_table_is_named(tmp_path: Path, home: Path) -> None:
    with pytest.raises(errors.TableError, match="There is no table 'sales'"):
        bring(written(tmp_path, line("A")), home, "sales")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (b"", errors.FileError, "is empty"),
        (b"\x7fELF\x02\x01\x01\x00" + bytes(range(256)), errors.FileError, "is a program"),
        (bytes(range(256)) * 8, errors.FileError, "orders.csv"),
        (b"order_id,line,revenue_amount\nA,1,2\n", errors.ColumnError, "ordered_at"),
        (b"order_id,order_id,ordered_at\nA,1,2\n", errors.ColumnError, "order_id"),
        (
            b",".join(b"c%d" % n for n in range(10**6)) + b"\n",
            errors.ColumnError,
            "columns; at most",
        ),
    ],
    ids=["empty", "program", "binary", "missing column", "doubled header", "a million columns"],
)
def test_a_file_that_is_no_such_table_changes_nothing(
    tmp_path: Path, home: Path, content: bytes, kind: type[errors.FourfitsError], words: str
) -> None:
    bring(written(tmp_path, line("A"), name="good.csv"), home)
    file = tmp_path / "orders.csv"
    file.write_bytes(content)

    with pytest.raises(kind, match=words) as caught:
        bring(file, home)

    assert caught.value.hint
    assert caught.value.exit_code == 2
    assert revenues(home) == [("A", 10)]
    assert not list((home / "lake" / "_incoming").iterdir())


def test_a_path_that_does_not_exist_is_named(tmp_path: Path, home: Path) -> None:
    with pytest.raises(errors.FileError, match="There is no file"):
        bring(tmp_path / "none.csv", home)


@pytest.mark.parametrize("value", ["NaN", "inf", "-Infinity", "1e400"])
def test_numbers_that_are_none_are_set_aside(tmp_path: Path, home: Path, value: str) -> None:
    report = bring(written(tmp_path, line("A"), f"B,1,c1,2024-01-31,{value},10"), home)

    assert report.n_quarantined == 1
    assert report.reasons == (f"line 3: quantity holds '{value}', must be a number.",)


def test_a_return_is_kept_and_a_contradiction_set_aside(tmp_path: Path, home: Path) -> None:
    rows = ["A,1,c1,2024-01-31,-2,-20", "B,1,c1,2024-01-31,-2,0", "C,1,c1,2024-01-31,-2,20"]

    report = bring(written(tmp_path, *rows), home)

    assert (report.n_added, report.n_quarantined) == (2, 1)
    assert report.reasons == (
        "line 4: quantity holds '-2' and revenue_amount '20.0000': a return needs negative revenue.",
    )
