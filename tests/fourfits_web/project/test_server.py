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
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from fourfits_web.project import server

assert server

COMMAND = [sys.executable, "-c", "from fourfits.cli import main; main()"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(**more: str) -> dict[str, str]:
    """As a user's shell has it: nothing of the tests' own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FOURFITS_")}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return {**kept, **_own_database(), **more}


def _own_database() -> dict[str, str]:
    """A new database in the cluster that the tests run on, if they run on one."""
    url = os.environ.get("FOURFITS_DATABASE_URL")
    if not url:
        return {}
    name = f"served_{uuid.uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return {"FOURFITS_DATABASE_URL": f"{url.rpartition('/')[0]}/{name}"}


class Served:
    """A running `fourfits serve`."""

    def __init__(self, home: Path) -> None:
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [*COMMAND, "serve", "--home", str(home), "--port", str(self.port)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=_environment(),
        )
        assert self.process.stdout is not None
        self.greeting = self.process.stdout.readline() + self.process.stdout.readline()
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.address}/readyz").status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.2)
        raise TimeoutError(self.greeting)

    def children(self) -> list[int]:
        found = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.process.pid)],
            check=False,
            capture_output=True,
            text=True,
        )
        return [int(pid) for pid in found.stdout.split()]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    running = Served(tmp_path_factory.mktemp("served") / "home")
    yield running
    if running.process.poll() is None:
        running.process.kill()


@pytest.mark.slow
def test_first_start_lets_the_owner_in_once_and_everything_stops_at_the_end(
    served: Served,
) -> None:
    link = re.search(r"http://\S+/members/link/\S+", served.greeting)
    assert link is not None
    with httpx.Client(follow_redirects=True) as browser:
        form = browser.get(link[0])
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form.text)
        assert token is not None

        inside = browser.post(link[0], data={"csrfmiddlewaretoken": token[1]})
        again = httpx.get(link[0])

    assert inside.status_code == 200
    assert "Owner" in inside.text
    assert again.status_code == 410
    policy = inside.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    children = served.children()
    assert len(children) == 2

    served.process.send_signal(signal.SIGTERM)

    assert served.process.wait(30) == 0
    for pid in children:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@pytest.mark.slow
def test_strangers_are_sent_to_the_sign_in_page_and_health_answers(tmp_path: Path) -> None:
    running = Served(tmp_path / "home")
    try:
        home = httpx.get(f"{running.address}/")
        health = httpx.get(f"{running.address}/healthz")
    finally:
        running.process.send_signal(signal.SIGINT)
        running.process.wait(30)

    assert (home.status_code, home.headers["location"]) == (302, "/sign-in/login/?next=/")
    assert health.json() == {"status": "alive"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("FOURFITS_DATABASE_URL", "mysql://x/y", "only PostgreSQL is supported"),
        ("FOURFITS_TLS", "perhaps", "must be yes or no"),
        ("FOURFITS_PROCESSES", "0", "must be a whole number from 1 to 64"),
        ("FOURFITS_SECRET_KEY", "short", "must have at least 32"),
        ("FOURFITS_OIDC_URL", "https://id.example.org", "FOURFITS_OIDC_SECRET is not"),
    ],
)
def test_nonsense_settings_are_refused_in_one_sentence(
    tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    done = subprocess.run(
        [*COMMAND, "serve", "--home", str(tmp_path)],
        check=False,
        capture_output=True,
        text=True,
        env=_environment(**{name: value}),
    )

    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
