"""How often a key asked, counted by all processes together."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fourfits_web.core import counting

COUNT = """
import os, sys
os.environ["FOURFITS_HOME"] = sys.argv[1]
os.environ["DJANGO_SETTINGS_MODULE"] = "fourfits_web.project.settings"
from unittest import mock
from fourfits_web.core import counting
with mock.patch("time.time", return_value=6_000.0):
    for _ in range(500):
        counting.count("key:1")
"""


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.HOME = tmp_path
    monkeypatch.setattr("time.time", lambda: 6_000.0)


@pytest.mark.slow
def test_processes_count_together(tmp_path: Path) -> None:
    others = [subprocess.Popen([sys.executable, "-c", COUNT, str(tmp_path)]) for _ in range(2)]
    for one in others:
        assert one.wait(60) == 0

    assert counting.count("key:1", 3) == 1_003
    assert counting.count("key:2") == 1


def test_a_new_minute_begins_at_nothing_and_the_old_one_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counting.count("key:1", 20)

    monkeypatch.setattr("time.time", lambda: 6_000.0 + 120)

    assert counting.count("key:1") == 1
    assert len(list(counting.place().iterdir())) == 1


def test_a_home_that_takes_no_more_lets_requests_pass(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    settings.HOME = tmp_path / "file"

    assert counting.count("key:1", 2) == 2


def test_several_minutes_count_together_until_their_end(monkeypatch: pytest.MonkeyPatch) -> None:
    counting.count("member:1", minutes=5)
    monkeypatch.setattr("time.time", lambda: 6_000.0 + 299)
    assert counting.count("member:1", minutes=5) == 2

    monkeypatch.setattr("time.time", lambda: 6_000.0 + 300)

    assert counting.count("member:1", minutes=5) == 1


def test_a_count_begins_again_where_it_is_forgotten() -> None:
    counting.count("member:1", 4, minutes=5)

    counting.forget("member:1", minutes=5)
    counting.forget("nobody", minutes=5)

    assert counting.count("member:1", minutes=5) == 1
