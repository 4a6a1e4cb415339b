"""An import is taken back as if it had never been; what came after it stays."""

from __future__ import annotations

import datetime
import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fourfits as ff
from fourfits import errors, imports, lake

NOW = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def bring(home: Path, **plans: str) -> imports.ImportReport:
    """Import customers with their plans."""
    file = home.parent / "customers.csv"
    rows = [f"{name},{plan}" for name, plan in plans.items()]
    file.write_text("\n".join(["customer_id,plan", *rows]) + "\n")
    return imports.import_file(file, "customers", home=home, now=NOW)


def undo(home: Path, batch: str) -> imports.UndoReport:
    return imports.undo(batch, home=home, now=NOW)


def plans(home: Path) -> dict[str, str]:
    data = ff.open(home)
    if "customers" not in data:
        return {}
    rows = data.customers.select("customer_id", "plan").to_pyarrow().to_pylist()
    found = {row["customer_id"]: row["plan"] for row in rows}
    assert len(found) == len(rows)
    return found


@pytest.mark.slow
def test_undoing_removes_the_rows_and_importing_again_brings_them_back(home: Path) -> None:
    bring(home, ann="Pro", ben="Free")

    report = undo(home, "customers-1")
    empty = plans(home)
    again = bring(home, ann="Pro", ben="Free")

    assert (report.n_removed, report.n_restored) == (2, 0)
    assert empty == {}
    assert (again.batch_id, again.n_added) == ("customers-2", 2)
    assert plans(home) == {"ann": "Pro", "ben": "Free"}


@pytest.mark.slow
def test_undoing_restores_what_was_replaced(home: Path) -> None:
    bring(home, ann="Free", ben="Free")
    bring(home, ann="Pro", cid="Pro")

    report = undo(home, "customers-2")

    assert (report.n_removed, report.n_restored) == (2, 1)
    assert plans(home) == {"ann": "Free", "ben": "Free"}
    assert str(report) == (
        "customers-2 is undone: 2 rows removed from customers, 1 older ones restored, "
        "0 removed from quarantine."
    )


@pytest.mark.slow
def test_later_batches_stay(home: Path) -> None:
    bring(home, ann="Free", ben="Free")
    bring(home, ann="Pro", cid="Pro")
    bring(home, ann="Team", dan="Team")

    undo(home, "customers-2")

    assert plans(home) == {"ann": "Team", "ben": "Free", "dan": "Team"}


@pytest.mark.slow
def test_a_row_is_restored_from_before_batches_that_were_undone_themselves(home: Path) -> None:
    bring(home, ann="Free")
    bring(home, ann="Pro")
    bring(home, ann="Team")

    undo(home, "customers-2")
    undo(home, "customers-3")

    assert plans(home) == {"ann": "Free"}


def test_undoing_empties_the_batch_from_quarantine(home: Path) -> None:
    file = home.parent / "orders.csv"
    file.write_text("order_id,line,ordered_at,revenue_amount\nA,1,31/02/2024,5\nB,1,2024-01-31,5\n")
    imports.import_file(file, "orders", home=home, now=NOW)

    report = imports.undo("orders-1", home=home, now=NOW)

    assert (report.n_removed, report.n_quarantined) == (1, 1)
    assert lake.Lake(home / "lake").files("quarantine") == []


@pytest.mark.slow
def test_undoing_marks_the_batch_and_old_versions_stay_readable(home: Path) -> None:
    bring(home, ann="Free")

    report = undo(home, "customers-1")

    (batch,) = ff.open(home).batches.to_pyarrow().to_pylist()
    assert batch["undone_at"] == NOW.replace(tzinfo=None)
    assert report.version_after == 1
    assert len(lake.Lake(home / "lake").files("customers", 0)) == 1


def test_an_unknown_batch_is_refused_and_the_known_ones_named(home: Path) -> None:
    bring(home, ann="Free")

    with pytest.raises(
        errors.VersionError, match="no batch 'orders-7'; the newest are customers-1"
    ):
        undo(home, "orders-7")


def test_undoing_twice_is_said_plainly(home: Path) -> None:
    bring(home, ann="Free")
    undo(home, "customers-1")

    with pytest.raises(errors.VersionError, match="customers-1 was undone already, on 2026-03-01"):
        undo(home, "customers-1")


def test_undoing_without_a_home_says_so(home: Path) -> None:
    with pytest.raises(errors.FileError, match="no home at"):
        undo(home, "customers-1")


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(
    steps=st.lists(
        st.one_of(
            st.dictionaries(st.sampled_from("abc"), st.sampled_from("xyz"), min_size=1),
            st.integers(1, 4),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_the_table_is_what_the_batches_that_stand_have_brought(
    tmp_path_factory: pytest.TempPathFactory, steps: list[dict[str, str] | int]
) -> None:
    """Every row is what the last batch that stands and changed it has said."""
    home = tmp_path_factory.mktemp("case") / "home"
    home.mkdir()
    numbers = itertools.count(1)
    brought: dict[int, dict[str, str]] = {}

    for step in steps:
        if isinstance(step, int):
            if step in brought:
                undo(home, f"customers-{step}")
                del brought[step]
        else:
            before = plans(home)
            report = bring(home, **step)
            if not report.repeated:
                changed = {name: plan for name, plan in step.items() if before.get(name) != plan}
                brought[next(numbers)] = changed

    expected: dict[str, str] = {}
    for changed in brought.values():
        expected |= changed
    assert plans(home) == expected
