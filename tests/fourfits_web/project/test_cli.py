"""The workspace's commands, as people type them."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from pathlib import Path

import pytest

import serving
from fourfits_web.project import cli

assert cli

pytestmark = pytest.mark.slow
MAIN = "from fourfits.cli import main; main()"
FILL = """
from pathlib import Path
from fourfits_web.project import cli
cli.start(Path({home!r}))
from fourfits_web.core.actors import Actor
from fourfits_web.core.roles import Role
from fourfits_web.members import actions
actor = Actor.workspace("command")
for number in range(5):
    member = actions.add(actor, email=f"p{{number}}@example.org", name="Person", role=Role.VIEWER)
    actions.change_role(actor, member, role=Role.ANALYST)
"""


def _run(code: str, *given: object) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FOURFITS_")}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return serving.run(kept, code, *given)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("filled") / "home"
    done = _run(FILL.format(home=str(home)))
    assert done.returncode == 0, done.stderr
    return home


def _content(home: Path) -> list[str]:
    with sqlite3.connect(home / "workspace.sqlite3") as database:
        return list(database.iterdump())


def test_audit_proves_that_the_log_is_whole(filled: Path) -> None:
    done = _run(MAIN, "audit", "--home", filled, "--verify")
    last = done.stdout.split()[-1]

    again = _run(MAIN, "audit", "--home", filled, "--expect", last)
    printed = _run(MAIN, "audit", "--home", filled, "--last", 2)

    assert done.stdout.startswith("10 entries, none changed or removed. Last: ")
    assert again.returncode == 0
    assert "member.change_role Person" in printed.stdout


def test_audit_finds_a_meddled_entry_and_a_cut_end(filled: Path, tmp_path: Path) -> None:
    home = tmp_path / "meddled"
    assert _run(MAIN, "backup", tmp_path / "b.tar", "--home", filled).returncode == 0
    assert _run(MAIN, "restore", tmp_path / "b.tar", "--home", home).returncode == 0
    last = _run(MAIN, "audit", "--home", home, "--verify").stdout.split()[-1]
    with sqlite3.connect(home / "workspace.sqlite3") as database:
        database.execute("DROP TRIGGER core_audit_no_delete")
        database.execute("DELETE FROM core_auditentry WHERE id = 10")

    cut = _run(MAIN, "audit", "--home", home, "--expect", last)
    with sqlite3.connect(home / "workspace.sqlite3") as database:
        database.execute("DELETE FROM core_auditentry WHERE id = 3")
    removed = _run(MAIN, "audit", "--home", home, "--verify")

    assert cut.returncode == 1
    assert "its end was cut off" in cut.stderr
    assert removed.returncode == 1
    assert "broken at entry 4" in removed.stderr


def test_backup_and_restore_give_the_same_workspace(filled: Path, tmp_path: Path) -> None:
    restored = tmp_path / "restored"

    _run(MAIN, "backup", tmp_path / "b.tar.gz", "--home", filled)
    done = _run(MAIN, "restore", tmp_path / "b.tar.gz", "--home", restored)

    assert done.returncode == 0
    assert _content(restored) == _content(filled)
    assert (restored / "secret.key").read_text() == (filled / "secret.key").read_text()


def test_a_home_of_the_library_alone_becomes_a_workspace(home: Path, tmp_path: Path) -> None:
    old = tmp_path / "old"
    _run(MAIN, "backup", tmp_path / "b.tar", "--home", home)
    _run(MAIN, "restore", tmp_path / "b.tar", "--home", old)
    code = f"""
from pathlib import Path
from fourfits_web.project import cli
cli.start(Path({str(old)!r}))
from fourfits_web.data import mirroring, queries
mirroring.copy((), lambda share, step="": None)
print(queries.states()["orders"].n_rows)
"""

    done = _run(code)

    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 1_000


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("no folder")

    done = _run(MAIN, "audit", "--home", tmp_path / "home")

    assert done.returncode == 2
    assert "is a file" in done.stderr


def test_a_member_who_forgot_the_password_gets_a_link_by_command(filled: Path) -> None:
    done = _run(MAIN, "link", "P1@example.org", "--home", filled, "--port", 8123)
    unknown = _run(MAIN, "link", "nobody@example.org", "--home", filled)

    assert done.stdout.startswith("http://127.0.0.1:8123/members/link/")
    assert unknown.returncode == 2
    assert "Nobody signs in with" in unknown.stderr
