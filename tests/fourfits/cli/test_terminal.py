"""Reading what was typed."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from fourfits import errors
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
