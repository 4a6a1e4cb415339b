"""Server and worker as one command: started together, stopped together."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable

import typer
from django.conf import settings

import fourfits
from fourfits.errors import ParameterError
from fourfits_web.core.actors import Actor
from fourfits_web.core.roles import Role
from fourfits_web.members import actions, queries
from fourfits_web.members.models import Member, new_secret
from fourfits_web.project import ready

PATIENCE_SECONDS = 20
TOO_SOON_SECONDS = 5
"""Background work that ends so soon after its start would end again."""
WORKER = [sys.executable, "-m", "django", "work"]


def run(host: str, port: int, *, first: Callable[[], None] | None = None) -> None:
    """Serve until stopped. Background work that was killed begins again; without the server all ends.

    Args:
        host: Where to listen.
        port: The same.
        first: What must be done before background work begins; the server starts beside it.

    Raises:
        ParameterError: If the port is taken.
    """
    refuse_taken(host, port)
    ready.lay_static()
    parts, stop = [_started(_granian(host, port))], _Stop()
    try:
        if first is not None:
            first()
        parts.append(_started(WORKER))
        _watch(parts, stop)
    finally:
        _end(parts)
    failed = [part.returncode for part in parts if part.returncode not in {0, -signal.SIGTERM}]
    if failed and not stop.asked:
        sys.exit(1)


def _watch(parts: list[subprocess.Popen[bytes]], stop: _Stop) -> None:
    """Return when asked to stop, or when a part ended for good; say what ended."""
    begun = time.monotonic()
    while not stop.asked:
        server, worker = parts
        if server.poll() is not None:
            typer.echo("The server ended; background work ends with it.", err=True)
            return
        if worker.poll() is not None:
            if time.monotonic() - begun < TOO_SOON_SECONDS:
                typer.echo("Background work ended as it began; the workspace stops.", err=True)
                return
            typer.echo("Background work ended; it begins again.", err=True)
            parts[1], begun = _started(WORKER), time.monotonic()
        time.sleep(0.2)


def first_start(host: str, port: int) -> None:
    """Say where the workspace is; until an owner came in, make a link that lets them in.

    Raises:
        ParameterError: If the port is taken; a link that leads nowhere is not made.
    """
    refuse_taken(host, port)
    address = here(host, port)
    typer.echo(f"fourfits {fourfits.__version__}: {settings.WORKSPACE.name} at {address}")
    if not queries.active().exists():
        by = Actor.workspace("command")
        actions.add(by, email="owner@localhost", name="Owner", role=Role.OWNER)
    owner = queries.shut_out(Role.OWNER)
    if owner is not None:
        typer.echo(f"Sign in once as owner (from this machine): {link(owner, address)}")


def here(host: str, port: int) -> str:
    """The address for a browser on this machine."""
    own = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host)  # noqa: S104 - all of its addresses
    return f"http://{own or (f'[{host}]' if ':' in host else host)}:{port}"


def link(member: Member, address: str) -> str:
    """A link that signs the member in once, from this machine alone."""
    secret = new_secret()
    actions.make_link(Actor.workspace("command"), member, secret=secret, loopback_only=True)
    return f"{address}/members/link/{secret}/"


def _granian(host: str, port: int) -> list[str]:
    return [
        sys.executable, "-m", "fourfits_web.project.preloaded", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(settings.SERVER_PROCESSES), "--blocking-threads", "4",
        "--respawn-failed-workers", "--no-access-log", "--log-level", "warning",
        "fourfits_web.project.wsgi:application",
    ]  # fmt: skip


def _started(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, start_new_session=True)  # noqa: S603 - ours


def wait_until_open(host: str, port: int) -> None:
    """Return when somebody listens there, so that a link that is shown leads somewhere."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return


def refuse_taken(host: str, port: int) -> None:
    """Say so at once where nobody can listen.

    Raises:
        ParameterError: If the port is taken, or the host is not this machine's.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as problem:
        taken = problem.errno == errno.EADDRINUSE
        raise ParameterError(
            f"Cannot listen at {host}:{port}: {problem.strerror}.",
            hint="--port 8001" if taken else "--host 127.0.0.1",
        ) from problem


def _end(parts: list[subprocess.Popen[bytes]]) -> None:
    for part in parts:
        if part.poll() is None:
            os.killpg(part.pid, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE_SECONDS
    for part in parts:
        try:
            part.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(part.pid, signal.SIGKILL)
            part.wait()


class _Stop:
    """Remembers Ctrl-C and SIGTERM."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, *_: object) -> None:
        self.asked = True
