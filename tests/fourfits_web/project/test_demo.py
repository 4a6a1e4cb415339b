"""`fourfits demo` to the workspace: the command that newcomers type."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
from pathlib import Path

import httpx
import pytest

from fourfits_web.project import demo
from serving import COMMAND, environment

assert demo


def _begun(home: Path, port: int, shell: dict[str, str]) -> tuple[subprocess.Popen[str], str]:
    """The running command, and what it said until the last link was there."""
    running = subprocess.Popen(
        [*COMMAND, "demo", "--home", str(home), "--size", "1000", "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=shell,
    )
    assert running.stdout is not None
    said = ""
    for line in running.stdout:
        said += line
        if "sign in as owner" in line:
            return running, said
    raise AssertionError(said)


def _home_of(said: str, who: str) -> str:
    """The first page that whoever follows the link sees."""
    link = re.search(rf"sign in as {who}: (\S+)", said)
    assert link is not None
    with httpx.Client(follow_redirects=True, timeout=60) as browser:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get(link[1]).text)
        assert token is not None
        return browser.post(link[1], data={"csrfmiddlewaretoken": token[1]}).text


@pytest.mark.slow
def test_the_demo_opens_a_filled_workspace_and_opens_it_again_as_it_was_left(
    tmp_path: Path,
) -> None:
    home, shell = tmp_path / "demo", environment()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    running, said = _begun(home, port, shell)
    first = _home_of(said, "product manager")
    running.send_signal(signal.SIGINT)
    assert running.wait(60) == 0

    running, said_again = _begun(home, port, shell)
    second = _home_of(said_again, "product marketing manager")
    running.send_signal(signal.SIGINT)
    assert running.wait(60) == 0

    assert "In the background: " in said
    steps = ("keeping each answer as a report", "copying what", "opening the server")
    assert [said.count(step) for step in steps] == [1, 1, 1]  # in a pipe too
    assert "/fits/product-market/" in first
    assert "fit-points" in first
    assert "opens as it was left" in said_again
    assert "/fits/pricing-channel/" in second
    assert "fit-points" in second
