"""A home in one file, and back."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pyarrow as pa
import pytest

import fourfits as ff
from fourfits import config, errors, lake


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    config.write_workspace(folder, config.Workspace(name="A shop"))
    store = lake.Lake(folder / "lake")
    store.append("customers", pa.table({"customer_id": ["1"]}))
    store.append("customers", pa.table({"customer_id": ["2"]}))
    return folder


@pytest.mark.parametrize("name", ["backup.tar", "backup.tar.gz"])
def test_a_restored_home_has_every_version(home: Path, tmp_path: Path, name: str) -> None:
    size = lake.backup(home, tmp_path / name)

    lake.restore(tmp_path / name, tmp_path / "again")

    assert size == (tmp_path / name).stat().st_size
    again = lake.Lake(tmp_path / "again" / "lake")
    assert again.versions("customers") == lake.Lake(home / "lake").versions("customers")
    assert ff.open(tmp_path / "again").customers.count().to_pyarrow().as_py() == 2
    assert config.workspace(tmp_path / "again").name == "A shop"


def test_a_database_in_use_is_copied_whole(home: Path, tmp_path: Path) -> None:
    connection = sqlite3.connect(home / "workspace.sqlite3")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE plans (name TEXT)")
    connection.execute("INSERT INTO plans VALUES ('Pro')")
    connection.commit()

    lake.backup(home, tmp_path / "backup.tar")
    lake.restore(tmp_path / "backup.tar", tmp_path / "again")

    copy = sqlite3.connect(tmp_path / "again" / "workspace.sqlite3")
    assert copy.execute("SELECT name FROM plans").fetchall() == [("Pro",)]
    copy.close()
    connection.close()


def test_restoring_over_a_home_is_refused(home: Path, tmp_path: Path) -> None:
    lake.backup(home, tmp_path / "backup.tar")

    with pytest.raises(errors.FileError, match="is not empty"):
        lake.restore(tmp_path / "backup.tar", home)


def test_a_file_that_is_no_backup_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear all")

    with pytest.raises(errors.FileError, match="is not a backup"):
        lake.restore(tmp_path / "letter.txt", tmp_path / "again")

    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_home_that_does_not_exist_cannot_be_backed_up(tmp_path: Path) -> None:
    with pytest.raises(errors.FileError, match="no home at"):
        lake.backup(tmp_path / "none", tmp_path / "backup.tar")


def test_a_lake_behind_a_link_is_backed_up_and_a_link_within_is_left_out(
    home: Path, tmp_path: Path
) -> None:
    (home / "lake").rename(tmp_path / "disk")
    (home / "lake").symlink_to(tmp_path / "disk")
    (home / "inbox").mkdir()
    (home / "inbox" / "theirs.csv").symlink_to("/etc/hostname")
    (home / "inbox" / "ours.csv").write_text("a")

    lake.backup(home, tmp_path / "backup.tar")
    lake.restore(tmp_path / "backup.tar", tmp_path / "again")

    assert ff.open(tmp_path / "again").customers.count().to_pyarrow().as_py() == 2
    assert [path.name for path in (tmp_path / "again" / "inbox").iterdir()] == ["ours.csv"]
    assert not (tmp_path / "again" / "lake").is_symlink()


def test_only_its_owner_reads_a_backup(home: Path, tmp_path: Path) -> None:
    (tmp_path / "backup.tar.draft").write_text("of a run that was broken off")

    lake.backup(home, tmp_path / "backup.tar")

    assert (tmp_path / "backup.tar").stat().st_mode & 0o777 == 0o600


def test_a_backup_within_the_home_is_refused(home: Path) -> None:
    with pytest.raises(errors.FileError, match="lies in the home"):
        lake.backup(home, home / "backups" / "backup.tar")

    assert not (home / "backups").exists()
