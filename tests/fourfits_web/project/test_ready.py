"""What is made at installation serves as what a workspace makes by itself."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from fourfits_web.project import ready
from serving import environment

assert ready

START = """
import sys
from pathlib import Path
from fourfits_web.project import cli, ready
ready.FOLDER = Path(sys.argv[1])
"""


def _run(script: str, *arguments: Path) -> None:
    shell = environment()
    shell.pop("FOURFITS_DATABASE_URL", None)
    command = [sys.executable, "-c", START + script, *map(str, arguments)]
    subprocess.run(command, check=True, env=shell, timeout=300)


def _begin(folder: Path, home: Path) -> None:
    """Start a workspace as the command does."""
    _run("cli.start(Path(sys.argv[2]))\nready.lay_static()", folder, home)


def _records(home: Path) -> tuple[list[object], dict[str, list[object]]]:
    """The form of all tables, and every row but for the moments of migrating."""
    with closing(sqlite3.connect(home / "workspace.sqlite3")) as records:
        form = records.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
        rows = {
            name: records.execute(f'SELECT * FROM "{name}"').fetchall()
            for kind, name, *_ in form
            if kind == "table" and name != "django_migrations"
        }
        rows["django_migrations"] = records.execute(
            "SELECT id, app, name FROM django_migrations"
        ).fetchall()
    return sorted(form), {name: sorted(found) for name, found in rows.items()}


def _static(home: Path) -> dict[str, bytes]:
    root = home / "cache" / "static"
    files = (path for path in root.rglob("*") if path.is_file() and path.suffix != ".gz")
    return {str(path.relative_to(root)): path.read_bytes() for path in files}


@pytest.mark.slow
def test_a_home_begun_with_the_copies_equals_one_that_made_its_own(tmp_path: Path) -> None:
    _run("ready.make()", tmp_path / "made")
    _begin(tmp_path / "none", tmp_path / "own")

    _run(
        "from django.core import management  # whoever migrates or gathers fails\n"
        "ready.call_command = management.call_command = None\n"
        "cli.start(Path(sys.argv[2]))\nready.lay_static()",
        tmp_path / "made",
        tmp_path / "copy",
    )

    assert _records(tmp_path / "copy") == _records(tmp_path / "own")
    assert _static(tmp_path / "copy") == _static(tmp_path / "own")


@pytest.mark.slow
def test_copies_of_other_code_are_left_alone(tmp_path: Path) -> None:
    for part in ("records", "static"):
        (tmp_path / "old" / part).mkdir(parents=True)
        (tmp_path / "old" / part / ready.MARK).write_text("of another version")
    (tmp_path / "old" / "records" / "empty.sqlite3").write_bytes(b"not of this code")

    _begin(tmp_path / "old", tmp_path / "home")

    form, rows = _records(tmp_path / "home")
    assert form
    assert rows["django_migrations"]
    assert "staticfiles.json" in _static(tmp_path / "home")
