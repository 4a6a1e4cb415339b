"""The server's processes: forked from one that has loaded the workspace."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from fourfits_web.project import preloaded
from serving import Served

assert preloaded


def _forked(running: Served) -> set[int]:
    """The processes that answer requests."""
    parents = ",".join(map(str, running.children()))
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", parents], check=False, capture_output=True, text=True
    )
    return {int(pid) for pid in listed.stdout.split()}


@pytest.mark.slow
def test_a_process_that_dies_is_replaced_and_the_server_stops_cleanly(tmp_path: Path) -> None:
    running = Served(tmp_path / "home")
    before = _forked(running)

    os.kill(min(before), signal.SIGKILL)
    deadline = time.monotonic() + 60
    while len(_forked(running) & before) == len(before) or len(_forked(running)) < len(before):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    answers = {httpx.get(f"{running.address}/healthz", timeout=30).status_code for _ in range(8)}

    assert len(before) == 2
    assert answers == {200}
    assert running.stop() == 0
