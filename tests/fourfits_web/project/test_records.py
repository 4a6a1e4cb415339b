"""Backup and restore where the records live in PostgreSQL, as people type the commands."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
import pytest

import serving
from fourfits_web.project import records

assert records

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not os.environ.get("FOURFITS_DATABASE_URL"),
        reason="the records of this run live in SQLite; test_cli.py backs those up",
    ),
]
FILL = """
import datetime, sys
from pathlib import Path
from fourfits_web.project import cli
cli.start(Path(sys.argv[1]))
from fourfits_web.core.actors import Actor
from fourfits_web.core.roles import Role
from fourfits_web.feedback import actions as feedback
from fourfits_web.members import actions
from fourfits_web.needs import actions as needs
us = Actor.workspace("command")
member = actions.add(us, email="p@example.org", name="Person", role=Role.OWNER)
item = feedback.receive(us, text="Tab\\there, line\\nthere, back\\\\slash, “quotes”, Größe, \\\\N")
needs.link(us, item, need=needs.add(us, name="Export"))
"""
ADD = """
import sys
from pathlib import Path
from fourfits_web.project import cli
cli.start(Path(sys.argv[1]))
from fourfits_web.core.actors import Actor
from fourfits_web.feedback import actions as feedback
from fourfits_web.feedback.models import Item
print(feedback.receive(Actor.workspace("command"), text="One more").pk, Item.objects.count())
"""
MAIN = "from fourfits.cli import main; main()"


def _content(settings: dict[str, str]) -> dict[str, list[tuple[object, ...]]]:
    with psycopg.connect(settings["FOURFITS_DATABASE_URL"]) as connection:
        names = connection.execute(
            "SELECT table_name FROM information_schema.tables "
            "WHERE table_schema = 'public' AND table_name <> 'django_migrations'"
        ).fetchall()
        return {
            name: sorted(connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)
            for (name,) in names
        }


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str], Path]:
    """A workspace, its settings, and its backup."""
    folder, settings = tmp_path_factory.mktemp("filled"), serving.environment()
    done = serving.run(settings, FILL, folder / "home")
    assert done.returncode == 0, done.stderr
    saved = serving.run(settings, MAIN, "backup", folder / "b.tar.gz", "--home", folder / "home")
    assert saved.returncode == 0, saved.stderr
    return folder / "home", settings, folder / "b.tar.gz"


def test_the_same_workspace_stands_in_another_database(
    filled: tuple[Path, dict[str, str], Path], tmp_path: Path
) -> None:
    _, settings, backup = filled
    other, home = serving.environment(), tmp_path / "restored"

    done = serving.run(other, MAIN, "restore", backup, "--home", home)

    assert done.returncode == 0, done.stderr
    assert _content(other) == _content(settings)
    assert (home / "secret.key").read_text() == (filled[0] / "secret.key").read_text()
    assert not (home / "records").exists()
    log = serving.run(other, MAIN, "audit", "--home", home, "--verify").stdout
    assert log == serving.run(settings, MAIN, "audit", "--home", filled[0], "--verify").stdout
    more = serving.run(other, ADD, home)
    assert more.stdout.split() == ["2", "2"], more.stderr


def test_a_database_that_holds_a_workspace_is_left_alone(
    filled: tuple[Path, dict[str, str], Path], tmp_path: Path
) -> None:
    _, settings, backup = filled
    before = _content(settings)

    done = serving.run(settings, MAIN, "restore", backup, "--home", tmp_path / "restored")

    assert done.returncode != 0
    assert "holds a workspace already" in done.stderr
    assert _content(settings) == before
    assert not (tmp_path / "restored").exists()


def test_records_are_not_left_out_in_silence(
    filled: tuple[Path, dict[str, str], Path], tmp_path: Path
) -> None:
    without = {k: v for k, v in filled[1].items() if k != "FOURFITS_DATABASE_URL"}
    here = tmp_path / "here"
    assert serving.run(without, FILL, here).returncode == 0
    assert serving.run(without, MAIN, "backup", tmp_path / "b.tar", "--home", here).returncode == 0

    to_sqlite = serving.run(without, MAIN, "restore", filled[2], "--home", tmp_path / "a")
    to_postgres = serving.run(
        serving.environment(), MAIN, "restore", tmp_path / "b.tar", "--home", tmp_path / "b"
    )

    assert to_sqlite.returncode != 0
    assert "holds records of a database server" in to_sqlite.stderr
    assert to_postgres.returncode != 0
    assert "records are SQLite's" in to_postgres.stderr
    assert not (tmp_path / "a").exists()
    assert not (tmp_path / "b").exists()
