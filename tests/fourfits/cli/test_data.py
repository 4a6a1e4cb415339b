"""`fourfits import`, `undo`, `check`, `tables`, `export`, `erase`, `backup`, `restore`."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fourfits import tables

Run = Callable[..., Any]


ORDERS = """Order ID,Line,Customer ID,Order date,Product,Quantity,Revenue
1001,1,c1,31/01/2024,mug,2,19.80
1001,2,c1,31/01/2024,filter,1,4.50
1002,1,c2,15/02/2024,mug,1,9.90
"""


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """A file of three order lines."""
    file = tmp_path / "orders.csv"
    file.write_text(ORDERS)
    return file


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A home that does not exist yet."""
    return tmp_path / "mine"


def _exported(run: Run, home: Path, table: str = "orders") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(run("export", table, "--home", home).out)))


def test_import_brings_rows_in_once(run: Run, orders: Path, mine: Path) -> None:
    first = run("import", "orders", orders, "--home", mine)
    again = run("import", "orders", orders, "--home", mine)

    rows = _exported(run, mine)
    assert (first.code, again.code) == (0, 0), first.err + again.err
    assert len(rows) == 3
    assert rows[0]["ordered_at"].startswith("2024-01-31")
    assert sum(float(row["revenue_amount"]) for row in rows) == pytest.approx(34.20)


def test_a_dry_run_writes_nothing(run: Run, orders: Path, mine: Path) -> None:
    done = run("import", "orders", orders, "--home", mine, "--dry-run")

    assert done.code == 0
    assert run("export", "orders", "--home", mine).code == 2


def test_undo_takes_a_batch_back(run: Run, orders: Path, mine: Path) -> None:
    done = run("import", "orders", orders, "--home", mine)
    batch = re.search(r"fourfits undo (\S+?)[`.\s]", done.out + "\n")
    assert batch is not None, done.out

    undone = run("undo", batch.group(1), "--home", mine)

    assert undone.code == 0, undone.err
    assert _exported(run, mine) == []


@pytest.mark.slow
def test_broken_rows_are_set_aside_and_shown(run: Run, orders: Path, mine: Path) -> None:
    orders.write_text(
        ORDERS + "1003,1,c2,31/02/2024,mug,1,9.90\n1004,1,c2,14/03/2024,mug,-1,9.90\n"
    )

    done = run("import", "orders", orders, "--home", mine)
    checked = run("check", "orders", "--home", mine)
    machine = json.loads(run("check", "--home", mine, "--format", "json").out)

    assert done.code == 2
    assert "2 rows break the contract of orders and were set aside" in done.err
    assert len(_exported(run, mine)) == 3
    assert "line 5" in checked.out
    assert "31/02/2024" in checked.out
    assert len(machine["quarantine"]) == 2


def test_a_missing_column_is_refused_with_a_proposal(run: Run, tmp_path: Path, mine: Path) -> None:
    file = tmp_path / "odd.csv"
    file.write_text("a,b\nx,y\n")

    done = run("import", "orders", file, "--home", mine)

    assert done.code == 2
    assert "--map" in done.err
    assert run("export", "orders", "--home", mine).code == 2


@pytest.mark.parametrize("name", tables.CANONICAL)
def test_each_template_can_be_imported_back(
    run: Run, tmp_path: Path, mine: Path, name: str
) -> None:
    file = tmp_path / f"{name}.csv"
    file.write_text(run("tables", "--template", name).out)

    header = file.read_text().splitlines()[0].split(",")

    assert header == list(tables.named(name).names)


def test_tables_lists_and_describes(run: Run) -> None:
    assert "deliveries" in run("tables").out
    assert "* revenue_amount" in run("tables", "orders").out
    assert run("tables", "order").code == 2


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet", "xlsx"])
def test_export_writes_every_form(run: Run, home: Path, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"products.{ending}"

    done = run("export", "products", "--home", home, "--out", file)

    assert done.code == 0, done.err
    assert file.stat().st_size > 0


def test_export_refuses_an_unknown_ending(run: Run, home: Path, tmp_path: Path) -> None:
    done = run("export", "products", "--home", home, "--out", tmp_path / "products.pdf")

    assert done.code == 2
    assert ".csv, .jsonl, .parquet, .xlsx can be written" in done.err


@pytest.mark.slow
def test_erase_removes_a_customer_everywhere(run: Run, orders: Path, mine: Path) -> None:
    run("import", "orders", orders, "--home", mine)

    done = run("erase", "customer", "c1", "--home", mine, "--yes")

    assert done.code == 0, done.err
    assert "2 in orders" in done.out
    assert {row["customer_id"] for row in _exported(run, mine)} == {"c2"}
    assert run("erase", "customer", "c1", "--home", mine, "--yes").code == 2


@pytest.mark.slow
def test_backup_and_restore_give_the_same_home(
    run: Run, orders: Path, mine: Path, tmp_path: Path
) -> None:
    run("import", "orders", orders, "--home", mine)

    kept = run("backup", tmp_path / "all.tar", "--home", mine)
    back = run("restore", tmp_path / "all.tar", "--home", tmp_path / "other")

    assert (kept.code, back.code) == (0, 0), kept.err + back.err
    assert _exported(run, tmp_path / "other") == _exported(run, mine)
    assert run("restore", tmp_path / "all.tar", "--home", mine).code == 2
