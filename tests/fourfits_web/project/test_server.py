"""The real server and worker, started by the command that people type."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from fourfits_web.project import server
from serving import COMMAND, Served, environment

assert server


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    running = Served(tmp_path_factory.mktemp("served") / "home")
    yield running
    running.stop()


@pytest.mark.slow
def test_first_start_lets_the_owner_in_once_and_everything_stops_at_the_end(
    served: Served,
) -> None:
    link = served.link
    with httpx.Client(follow_redirects=True) as browser:
        form = browser.get(link)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form.text)
        assert token is not None

        inside = browser.post(link, data={"csrfmiddlewaretoken": token[1]})
        again = httpx.get(link)

    assert inside.status_code == 200
    assert "Owner" in inside.text
    assert again.status_code == 410
    policy = inside.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    children = served.children()
    assert len(children) == 2

    assert served.stop() == 0
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
        running.stop(signal.SIGINT)

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
        env=environment(**{name: value}),
    )

    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
