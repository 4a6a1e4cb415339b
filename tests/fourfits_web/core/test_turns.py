"""Who writes on SQLite has the turn alone, among threads and among processes."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import connection, transaction

from fourfits_web.core.turns import turn

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="other databases have a line"),
]
_OTHER = """
import fcntl, pathlib, sys
with open(sys.argv[1], "ab") as file:
    fcntl.flock(file, fcntl.LOCK_EX)
    pathlib.Path(sys.argv[2]).write_text("had it")
"""


@pytest.mark.slow
def test_another_process_waits_until_the_turn_ends(settings: object, tmp_path: Path) -> None:
    settings.HOME, had = tmp_path, tmp_path / "had"  # type: ignore[attr-defined]
    with turn():
        command = [sys.executable, "-c", _OTHER, str(tmp_path / "cache" / "writing"), str(had)]
        other = subprocess.Popen(command)
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(1)
        assert not had.exists()

    assert other.wait(20) == 0
    assert had.read_text() == "had it"


def test_another_thread_waits_too_and_a_failure_ends_the_turn() -> None:
    entered = threading.Event()

    def enter() -> None:
        with turn():
            entered.set()
        connection.close()

    thread = threading.Thread(target=enter)

    def fail() -> None:
        with turn():
            thread.start()
            assert not entered.wait(0.3)
            raise ValueError("failed")

    with pytest.raises(ValueError, match="failed"):
        fail()
    assert entered.wait(20)
    thread.join()


def test_within_a_transaction_nobody_waits_for_themselves() -> None:
    with turn(), transaction.atomic(), turn():
        assert connection.in_atomic_block
