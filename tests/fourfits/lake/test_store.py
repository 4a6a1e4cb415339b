"""Versions, readers beside writers, erasing, compacting, vacuuming."""

from __future__ import annotations

import datetime
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fourfits import config, errors, lake
from fourfits.lake import engine


@pytest.fixture
def store(tmp_path: Path) -> lake.Lake:
    return lake.Lake(tmp_path / "lake")


def people(*ids: str, **more: list[str]) -> pa.Table:
    return pa.table({"customer_id": list(ids), **more})


def ids(files: list[str]) -> list[str]:
    rows = duckdb.sql(f"SELECT customer_id FROM {engine.parquet(files)} ORDER BY 1").fetchall()
    return [value for (value,) in rows]


def test_a_table_that_was_never_written_has_no_version(store: lake.Lake) -> None:
    assert store.names() == ()
    assert store.version("customers") is None
    assert store.files("customers") == []
    assert store.versions("customers") == ()


def test_a_table_that_the_contract_does_not_know_is_refused(store: lake.Lake) -> None:
    with pytest.raises(errors.TableError, match="no table 'clients'"):
        store.append("clients", people("1"))


def test_every_write_is_a_version_that_stays_readable(store: lake.Lake) -> None:
    store.append("customers", people("1"))
    store.append("customers", people("2", city=["Bonn"]))
    store.replace("customers", people("3"))

    assert [ids(store.files("customers", version)) for version in (0, 1, 2)] == [
        ["1"],
        ["1", "2"],
        ["3"],
    ]
    assert [each.event for each in store.versions("customers")] == ["append", "append", "replace"]


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    store = lake.Lake(tmp_path / "Unser Büro 100% #1" / "lake")

    store.append("customers", people("1", "2"))
    store.erase("customers", "customer_id", "1")

    assert ids(store.files("customers")) == ["2"]


def test_a_version_is_found_by_its_moment(store: lake.Lake) -> None:
    before = datetime.datetime.now(datetime.UTC)
    store.append("customers", people("1"))
    (first,) = store.versions("customers")

    assert store.version("customers", before - datetime.timedelta(seconds=1)) is None
    assert store.version("customers", first.at) == 0
    assert store.version("customers", first.at + datetime.timedelta(days=1)) == 0


@pytest.mark.parametrize("number", [-1, 1, 99])
def test_a_version_that_does_not_exist_is_refused(store: lake.Lake, number: int) -> None:
    store.append("customers", people("1"))

    with pytest.raises(errors.VersionError, match=f"no version {number}; it has 0 to 0"):
        store.version("customers", number)


def test_a_change_of_two_tables_becomes_visible_at_once(store: lake.Lake) -> None:
    with store.change("pair") as change:
        for name in ("customers", "accounts"):
            file = change.folder / f"{name}.parquet"
            pq.write_table(people("1", account_id=["a"]), file)
            change.put(name, add=[file], event={"event": "append"})
        assert store.names() == ()
        with store.locked():
            change.commit()

    assert store.names() == ("accounts", "customers")
    assert not list((store.folder / "_incoming").iterdir())


def test_a_change_that_is_not_committed_leaves_nothing(store: lake.Lake) -> None:
    with store.change("lost") as change:
        file = change.folder / "rows.parquet"
        pq.write_table(people("1"), file)
        change.put("customers", add=[file], event={"event": "append"})

    assert store.names() == ()
    assert not list((store.folder / "_incoming").iterdir())


def test_new_columns_join_the_table_and_the_version_is_told_beforehand(store: lake.Lake) -> None:
    store.append("customers", people("1"))

    with store.change("wider") as change:
        file = change.folder / "rows.parquet"
        pq.write_table(people("2", city=["Bonn"]), file)
        change.put("customers", add=[file], event={"event": "append"})
        told = change.version_after("customers")
        with store.locked():
            change.commit()

    assert store.version("customers") == told
    schema = store.schema("customers")
    assert schema is not None
    assert schema.names == ["customer_id", "city"]


@pytest.mark.slow
def test_a_reader_keeps_its_version_while_others_write(store: lake.Lake) -> None:
    store.append("customers", people("1"))
    files = store.files("customers")

    for number in range(config.SMALL_FILES):
        store.append("customers", people(f"new {number}"))
    store.compact("customers")
    store.erase("customers", "customer_id", "new 1")

    assert ids(files) == ["1"]


@pytest.mark.slow
def test_many_small_files_are_joined_without_changing_a_row(store: lake.Lake) -> None:
    for number in range(config.SMALL_FILES):
        store.append("customers", people(f"{number:02}"))
    before = ids(store.files("customers"))

    assert store.compact("customers")

    assert len(store.files("customers")) == 1
    assert ids(store.files("customers")) == before
    assert not store.compact("customers")


def test_erasing_leaves_no_trace_in_any_file_or_version(store: lake.Lake) -> None:
    address = "erika.mustermann@example.org"
    store.append("customers", people("1", "2", email=[address, "b@example.org"]))
    store.replace("customers", people("1", "3", email=[address, "c@example.org"]))

    removed = store.erase("customers", "customer_id", "1")

    assert removed == 1
    assert ids(store.files("customers")) == ["3"]
    assert ids(store.files("customers", 0)) == ["2"]
    for file in store.folder.rglob("*"):
        if file.suffix == ".parquet":
            rows = duckdb.sql(f"SELECT * FROM {engine.parquet([file])}").fetchall()
            assert address not in str(rows)
        elif file.is_file():
            assert address.encode() not in file.read_bytes()


def test_erasing_finds_a_customer_who_stands_only_in_older_versions(store: lake.Lake) -> None:
    store.append("customers", people("1", "2"))
    store.replace("customers", people("2"))

    assert store.erase("customers", "customer_id", "1") == 1
    assert store.erase("customers", "customer_id", "1") == 0


def test_what_an_undo_took_away_is_remembered_and_what_was_erased_is_not(store: lake.Lake) -> None:
    store.append("customers", people("1", "2", "3"))
    store.replace("customers", people("3"))
    store.append("responses", people("4", "4"))
    store.erase("customers", "customer_id", "1")

    assert store.remembered("customer_id", ["1", "2", "3", "4", "5"]) == {"2", "3", "4"}
    assert store.remembered("no_such_column", ["1"]) == set()


def test_what_was_vacuumed_is_remembered_by_its_ids_alone_until_it_is_erased(
    store: lake.Lake,
) -> None:
    store.append("customers", people("1", "2", email=["a@example.org", "b@example.org"]))
    store.replace("customers", people("3", email=["c@example.org"]))
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)

    gone = store.vacuum("customers", before=later)
    again = store.vacuum("customers", before=later)

    assert (gone, again) == (1, 0)
    assert store.remembered("customer_id", ["1", "2", "3", "4"]) == {"1", "2", "3"}
    assert store.remembered("email", ["a@example.org", "c@example.org"]) == {"c@example.org"}
    store.replace("customers", people("5", email=["e@example.org"]))
    store.vacuum("customers", before=later)
    assert store.forget("customer_id", "1") == {"customers": 1}
    assert store.remembered("customer_id", ["1", "2", "3", "5"]) == {"2", "3", "5"}
    assert ids(store.files("customers")) == ["5"]


def test_an_account_is_erased_where_older_or_newer_rows_knew_of_none(store: lake.Lake) -> None:
    store.append("customers", people("1"))
    store.replace("customers", people("1", "2", account_id=["A", "B"]))
    store.append("customers", people("3", account_id=["A"]))
    store.replace("responses", people("1", account_id=["A"]))
    store.replace("responses", people("1"))

    removed = store.forget("account_id", "A")

    assert removed == {"customers": 2, "responses": 1}
    assert ids(store.files("customers")) == ["2"]
    assert store.remembered("account_id", ["A", "B"]) == {"B"}
    assert store.forget("account_id", "A") == {}


@pytest.mark.slow
def test_forgetting_covers_every_table_and_the_quarantine(store: lake.Lake) -> None:
    store.append("customers", people("1", "2"))
    store.append("responses", people("1", "1"))
    broken = {"batch_id": ["b", "b"], "line": [2, 3], "value": ["x", "y"]}
    rows = ['{"client":"1","mail":"m"}', '{"client":"12","mail":"n"}']
    store.append("quarantine", pa.table({**broken, "row": rows}))

    removed = store.forget("customer_id", "1")

    assert removed == {"customers": 1, "responses": 2, "quarantine": 1}


def test_vacuum_keeps_what_stood_after_the_moment(store: lake.Lake) -> None:
    store.append("customers", people("1"))
    store.replace("customers", people("2"))
    store.replace("customers", people("3"))
    second = store.versions("customers")[1].at

    n_deleted = store.vacuum("customers", before=second + datetime.timedelta(microseconds=1))

    assert n_deleted == 1
    assert ids(store.files("customers", 1)) == ["2"]
    with pytest.raises(errors.VersionError, match="no longer kept"):
        store.files("customers", 0)


@pytest.mark.slow
def test_a_writer_says_so_when_another_does_not_finish(
    store: lake.Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = (
        "import sys, time; from pathlib import Path; from fourfits import lake\n"
        "with lake.Lake(Path(sys.argv[1])).locked():\n"
        "    print('held', flush=True); time.sleep(60)"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", script, str(store.folder)], stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    monkeypatch.setattr(config, "LOCK_SECONDS", 0.1)

    with pytest.raises(errors.BusyError, match="nothing was changed"):
        store.append("customers", people("1"))
    other.kill()
    other.wait()

    assert store.append("customers", people("1")) == 0
