"""Reading what was typed."""

from __future__ import annotations

import datetime
import errno
import sys
from pathlib import Path

import pytest

from fourfits import cli, errors
from fourfits.cli import terminal


def test_a_moment_without_a_zone_is_utc() -> None:
    found = terminal.moment("2026-03-31T12:00")

    assert found == datetime.datetime(2026, 3, 31, 12, tzinfo=datetime.UTC)


@pytest.mark.parametrize("text", ["31.3.2026", "2026-02-30", "soon"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(errors.ParameterError, match="is not a date"):
        terminal.moment(text)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("0.9", 0.9),
        ("2024-01-31", datetime.date(2024, 1, 31)),
        ("none", None),
        ('{"a": 1}', {"a": 1}),
        ("very disappointed", "very disappointed"),
    ],
)
def test_a_setting_is_read_as_what_it_is(typed: str, meant: object) -> None:
    assert terminal.value(typed) == meant


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(errors.FileError, match="cannot be written"):
        terminal.write("x", tmp_path / "file" / "below")


def test_progress_is_silent_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    with terminal.progress() as progress:
        progress(0.5, "reading")

    assert capsys.readouterr().err == ""


def test_a_file_that_cannot_be_written_whole_leaves_the_older_one(tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    out.write_text("older")

    def half() -> None:
        with terminal.writing(out) as file:
            file.write(b"half")
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(errors.SpaceError, match="was not written"):
        half()

    assert out.read_text() == "older"
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is always full")
def test_a_device_is_written_to_as_it_is() -> None:
    with pytest.raises(errors.SpaceError, match="The disk is full"):
        terminal.write("text", Path("/dev/full"))


def test_a_full_disk_behind_the_screen_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(sys, "stdout", sys.stdout)
    with pytest.raises(SystemExit) as stop:
        cli.run(full)

    assert stop.value.code == 2
    assert "Error: The disk is full: what was printed is cut short." in capsys.readouterr().err
