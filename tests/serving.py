"""The real server and worker, started by the command that people type."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path

import httpx
import psycopg

COMMAND = [sys.executable, "-c", "from fourfits.cli import main; main()"]
PATIENCE_SECONDS = 90


def environment(**more: str) -> dict[str, str]:
    """As a user's shell has it: nothing of the tests' own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FOURFITS_")}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return {**kept, **_own_database(), **more}


def run(settings: dict[str, str], code: str, *given: object) -> subprocess.CompletedProcess[str]:
    """A program in a process of its own, and what it printed."""
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, given)],
        check=False,
        capture_output=True,
        text=True,
        env=settings,
    )


def _own_database() -> dict[str, str]:
    """A new database in the cluster that the tests run on, if they run on one."""
    url = os.environ.get("FOURFITS_DATABASE_URL")
    if not url:
        return {}
    name = f"served_{uuid.uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return {"FOURFITS_DATABASE_URL": f"{url.rpartition('/')[0]}/{name}"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    """A running `fourfits serve`."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [*COMMAND, "serve", "--home", str(home), "--port", str(self.port)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment(**settings),
        )
        assert self.process.stdout is not None
        self.greeting = self.process.stdout.readline() + self.process.stdout.readline()
        self._wait_until_ready()

    @property
    def link(self) -> str:
        """The link that signs the owner in once, as the terminal shows it."""
        found = re.search(r"http://\S+/members/link/\S+", self.greeting)
        assert found is not None, self.greeting
        return found[0]

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop, and wait for its end."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(30)

    def children(self) -> list[int]:
        """Its parts: server and worker."""
        found = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.process.pid)],
            check=False,
            capture_output=True,
            text=True,
        )
        return [int(pid) for pid in found.stdout.split()]

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.address}/readyz").status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.2)
        self.process.kill()
        raise TimeoutError(self.greeting)
