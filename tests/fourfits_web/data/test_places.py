"""Names and paths that people send stay within the folders meant for them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from fourfits import errors
from fourfits_web.data import places


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("orders.csv", "orders.csv"),
        ("../../x/orders.csv", "orders.csv"),
        ("C:\\temp\\orders.csv", "orders.csv"),
        ("a;rm -rf.csv", "a_rm -rf.csv"),
        (".", "file"),
        ("", "file"),
        ("x" * 500 + ".csv", "x" * 120 + ".csv"),
    ],
)
def test_a_name_is_cleaned(given: str, kept: str) -> None:
    assert places.cleaned(given) == kept


def test_two_files_of_one_name_do_not_meet(empty_home: Path) -> None:
    first = places.keep(io.BytesIO(b"1"), "a.csv")
    second = places.keep(io.BytesIO(b"2"), "a.csv")

    assert first.read_bytes() + second.read_bytes() == b"12"
    assert first.stat().st_mode & 0o077 == 0, "nobody else on the machine reads it"


def test_only_copies_are_removed(empty_home: Path, tmp_path: Path) -> None:
    mine = places.keep(io.BytesIO(b"1"), "a.csv")
    theirs = tmp_path / "b.csv"
    theirs.write_text("1")

    places.forget(str(mine))
    places.forget(str(theirs))

    assert not mine.parent.exists()
    assert theirs.exists()


def test_the_inbox_lists_its_files_newest_first(empty_home: Path) -> None:
    inbox = empty_home / "inbox"
    inbox.mkdir(parents=True)
    (inbox / "a.csv").write_text("12345")
    (inbox / ".hidden").write_text("1")
    (inbox / "folder").mkdir()

    assert places.listing() == [(str(inbox / "a.csv"), "a.csv (5 bytes)")]


def test_a_file_below_a_folder_of_the_inbox_is_found(empty_home: Path) -> None:
    file = empty_home / "inbox" / "2024" / "a.csv"
    file.parent.mkdir(parents=True)
    file.write_text("1")

    assert places.server_file("2024/a.csv") == file.resolve()
    with pytest.raises(errors.FileError, match="There is no file 2024/b"):
        places.server_file("2024/b.csv")
