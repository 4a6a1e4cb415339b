"""The workspace on the sample company, for a look around."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import django  # noqa: F401 - whoever lacks it hears how to install the workspace
import typer

from fourfits import errors
from fourfits.cli import terminal
from fourfits_web.project import cli

if TYPE_CHECKING:
    from fourfits.report import Loop
    from fourfits_web.members.models import Member

HOST = "127.0.0.1"
WHO = ("product_manager", "product_marketing_manager", "owner")


def begin(home: Path) -> Callable[[int, Loop, Callable[[], object]], None]:
    """Start a new workspace on the company in a process of its own, beside the loop that runs here.

    Returns:
        What waits for it, fills it with what the loop found, says so, and serves it at a port.
    """
    for left in home.glob("workspace.sqlite3*"):
        left.unlink()
    collect_seldom()
    preparing = subprocess.Popen(  # noqa: S603 - ours
        [sys.executable, "-m", __name__, str(home)], stderr=subprocess.PIPE, text=True
    )

    def go_on(port: int, loop: Loop, done: Callable[[], object]) -> None:
        with terminal.progress() as progress:
            progress(0.5, "copying what pages show")
            _, problem = preparing.communicate()
        if preparing.returncode:
            raise errors.StorageError(
                f"The workspace could not be prepared: {problem.strip()}",
                hint="--no-serve makes the report alone",
            )
        cli.start(home)

        def fill_whole() -> None:
            fill(loop)
            done()

        _serve(port, first=fill_whole)

    return go_on


def collect_seldom() -> None:
    """Search for garbage less often: what is loaded and made here stays, and takes long to search."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def reopen(home: Path, port: int) -> None:
    """Serve the workspace of an earlier demo as it was left."""
    cli.start(home)
    _serve(port)


def prepare(home: Path) -> None:
    """What needs no answer of the loop: the records' tables, style sheets, copies of the data."""
    cli.start(home)
    collect_seldom()
    from fourfits_web.data import mirroring
    from fourfits_web.project import ready

    mirroring.copy((), lambda _share, _step: None)
    ready.lay_static()


def fill(loop: Loop) -> None:
    """Keep the loop's answers as reports, and copy what they changed to where pages read.

    What follows from them waits for the worker: counts of needs, forecasts of planned work.
    """
    from fourfits_web.core import jobs
    from fourfits_web.core.actors import Actor
    from fourfits_web.data import queries
    from fourfits_web.reports import running

    running.keep_loop(Actor.workspace("command"), queries.source(), loop)
    jobs.run_waiting("data.mirror")  # here, so that needs are counted once, by what it copies


def _serve(port: int, first: Callable[[], None] = lambda: None) -> None:
    """Serve until stopped; when all is there, say how the members come in."""
    from fourfits_web.core import jobs
    from fourfits_web.project import server

    address = f"http://{HOST}:{port}"

    def fill_and_tell() -> None:
        first()
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
    prepare(Path(sys.argv[1]))
