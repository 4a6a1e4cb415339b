"""The workspace on the sample company, for a look around."""

from __future__ import annotations

import gc
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import django  # noqa: F401 - whoever lacks it hears how to install the workspace
import typer

from fourfits.cli import run
from fourfits.cli.loop import MARK
from fourfits_web.project import cli

if TYPE_CHECKING:
    from fourfits.report import Loop
    from fourfits_web.members.models import Member

HOST = "127.0.0.1"
WHO = ("product_manager", "product_marketing_manager", "owner")


def begin(home: Path, port: int, made: str) -> Callable[[Loop], None]:
    """Open a new workspace on the company in a process of its own, beside the loop that runs here.

    Returns:
        What hands over the loop's answers to that process, which fills the workspace with them,
        says who comes in where, and marks the home as `made`; it returns when that process ends.
    """
    for left in home.glob("workspace.sqlite3*"):
        left.unlink()
    collect_seldom()
    beside = subprocess.Popen(  # noqa: S603 - ours
        [sys.executable, "-m", __name__, str(home), str(port), made], stdin=subprocess.PIPE
    )

    def go_on(loop: Loop) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: beside.terminate())
        beside.communicate(pickle.dumps(loop.detached()))
        if beside.returncode:  # it has said why
            raise typer.Exit(max(beside.returncode, 1))

    return go_on


def collect_seldom() -> None:
    """Search for garbage less often: what is loaded and made here stays, and takes long to search."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def reopen(home: Path, port: int) -> None:
    """Serve the workspace of an earlier demo as it was left."""
    cli.start(home)
    _serve(port)


def open_beside(home: Path, port: int, made: str) -> None:
    """Prepare, serve, and fill the workspace with the loop's answers as soon as they arrive."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # the command says that it was stopped
    prepare(home)

    def fill_whole() -> None:
        try:
            loop = pickle.load(sys.stdin.buffer)  # noqa: S301 - of the command that began this
        except EOFError:  # which was stopped
            sys.exit(1)
        fill(loop)
        (home / MARK).write_text(made, "utf-8")

    _serve(port, first=fill_whole)


def prepare(home: Path) -> None:
    """What needs no answer of the loop: the records' tables, copies of the data."""
    cli.start(home)
    collect_seldom()
    from fourfits_web.data import mirroring

    mirroring.copy((), lambda _share, _step: None)


def fill(loop: Loop) -> None:
    """Keep the loop's answers as reports, and copy what they changed to where pages read.

    What follows from them waits for the worker: counts of needs, forecasts of planned work, the
    quality of the data.
    """
    from fourfits_web.core import jobs
    from fourfits_web.core.actors import Actor
    from fourfits_web.data import actions, queries
    from fourfits_web.reports import running

    by = Actor.workspace("command")
    typer.echo("\nFilling the workspace: keeping each answer as a report")
    running.keep_loop(by, queries.source(), loop)
    typer.echo("  copying what the answers changed to where pages read")
    jobs.run_waiting("data.mirror")  # here, so that needs are counted once, by what it copies
    actions.look_at_quality(by)


def _serve(port: int, first: Callable[[], None] = lambda: None) -> None:
    """Serve until stopped; when all is there, say how the members come in."""
    from fourfits_web.core import jobs
    from fourfits_web.project import server

    address = f"http://{HOST}:{port}"

    def fill_and_tell() -> None:
        first()
        typer.echo("  opening the server")
        server.wait_until_open(HOST, port)
        typer.echo(f"\nThe workspace: {address} (Ctrl-C stops it)")
        if waiting := ", ".join(job.title for job in jobs.waiting()):
            typer.echo(f"  In the background: {waiting} ({address}/jobs/)")
        for member in _members():
            typer.echo(f"  sign in as {member.name.lower()}: {server.link(member, address)}")

    server.run(HOST, port, first=fill_and_tell)


def _members() -> list[Member]:
    from fourfits_web.core.actors import Actor
    from fourfits_web.core.roles import Role
    from fourfits_web.members import actions, queries

    actor = Actor.workspace("command")
    known = {member.email: member for member in queries.active()}
    found = []
    for role in WHO:
        email = f"{role.replace('_', '.')}@localhost"
        member = known.get(email) or actions.add(
            actor, email=email, name=Role(role).label, role=Role(role)
        )
        found.append(member)
    return found


if __name__ == "__main__":
    run(lambda: open_beside(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
