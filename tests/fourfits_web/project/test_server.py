"""The real server and worker, started by the command that people type."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from django.test import Client

from fourfits.errors import ParameterError
from fourfits_web.members.models import Member
from fourfits_web.project import server
from serving import COMMAND, Served, environment


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
def test_a_database_that_does_not_answer_is_told_in_one_sentence(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "serve", "--home", str(tmp_path)],
        check=False,
        capture_output=True,
        text=True,
        env=environment(FOURFITS_DATABASE_URL="postgresql://somebody:secret@127.0.0.1:1/x"),
    )

    assert done.returncode == 1
    assert "records cannot be opened" in done.stderr
    assert "secret" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.django_db
def test_the_link_is_shown_at_every_start_until_an_owner_came_in(
    capsys: pytest.CaptureFixture[str], client: Client, unused_port: int
) -> None:
    server.first_start("127.0.0.1", unused_port)
    server.first_start("127.0.0.1", unused_port)
    shown = re.findall(r"http://\S+(/members/link/\S+)", capsys.readouterr().out)
    client.post(shown[1])
    server.first_start("127.0.0.1", unused_port)

    assert len(set(shown)) == 2
    assert "link" not in capsys.readouterr().out
    assert Member.objects.count() == 1


@pytest.mark.django_db
def test_a_taken_port_makes_no_owner_and_no_link(capsys: pytest.CaptureFixture[str]) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(ParameterError, match="Cannot listen"),
    ):
        server.first_start("127.0.0.1", taken.getsockname()[1])

    assert not Member.objects.exists()
    assert capsys.readouterr().out == ""


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Serve for that long, with a worker that ends at once."""

    def serve(seconds: float) -> None:
        web = [sys.executable, "-c", f"import time; time.sleep({seconds})"]
        monkeypatch.setattr(server, "WORKER", [sys.executable, "-c", "raise SystemExit(9)"])
        monkeypatch.setattr(server, "_granian", lambda *_: web)
        server.run("127.0.0.1", 0)

    monkeypatch.setattr(server, "_Stop", lambda: types.SimpleNamespace(asked=False))
    monkeypatch.setattr(server.ready, "lay_static", lambda: None)
    return serve


@pytest.mark.slow
def test_background_work_that_was_killed_begins_again_beside_the_server(
    parts: Callable[[float], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(server, "TOO_SOON_SECONDS", 0)

    with pytest.raises(SystemExit):
        parts(3)

    said = capsys.readouterr().err
    assert "Background work ended; it begins again." in said
    assert said.endswith("The server ended; background work ends with it.\n")


@pytest.mark.slow
def test_background_work_that_cannot_begin_ends_the_server_in_words(
    parts: Callable[[float], None], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parts(60)

    assert capsys.readouterr().err == "Background work ended as it began; the workspace stops.\n"


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),  # noqa: S104 - only asked about
        ("::", "http://[::1]:80"),
        ("::1", "http://[::1]:80"),
    ],
)
def test_the_address_that_is_shown_leads_here_from_this_machine(host: str, address: str) -> None:
    assert server.here(host, 80) == address


@pytest.fixture
def unused_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("FOURFITS_DATABASE_URL", "mysql://x/y", "only PostgreSQL is supported"),
        ("FOURFITS_TLS", "perhaps", "must be yes or no"),
        ("FOURFITS_PROCESSES", "0", "must be a whole number from 1 to 64"),
        ("FOURFITS_SECRET_KEY", "short", "must have at least 32"),
        ("FOURFITS_DATABASE_URL", "postgresql://[", "cannot be read as an address"),
        ("FOURFITS_OIDC_URL", "https://id.example.org", "without FOURFITS_OIDC_ID and"),
        ("FOURFITS_OIDC_SECRET", "secret", "without FOURFITS_OIDC_URL and FOURFITS_OIDC_ID"),
        ("FOURFITS_OIDC_URL", "id.example.org", "must be a web address"),
        ("FOURFITS_OIDC_URL", "https://[", "cannot be read as an address"),
        ("FOURFITS_HOST", "product.example.org", "is no setting, but FOURFITS_HOSTS is"),
        ("FOURFITS_HOSTS", "https://product.example.org/", "must be names of hosts"),
        ("FOURFITS_IMPORT_FOLDERS", "/nowhere/at/all", "folders that exist"),
        ("FOURFITS_LOG", "LOUD", "must be one of DEBUG"),
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
