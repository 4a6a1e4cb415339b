"""The workspace on the sample company, for a look around."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import django  # noqa: F401 - whoever lacks it hears how to install the workspace
import typer

from fourfits.cli import terminal
from fourfits_web.project import cli

if TYPE_CHECKING:
    from fourfits.report import Loop
    from fourfits_web.members.models import Member

HOST = "127.0.0.1"
WHO = ("product_manager", "product_marketing_manager", "owner")


def opened(home: Path, port: int, loop: Loop) -> None:
    """Fill a new workspace with the company and with what the loop found, and serve it."""
    for left in home.glob("workspace.sqlite3*"):
        left.unlink()
    cli.start(home)
    from fourfits_web.project import server

    with terminal.progress() as progress:
        fill(loop, progress)
        progress(0.95, "gathering style sheets")
        server.gather_static()
    address = f"http://{HOST}:{port}"
    typer.echo(f"\nThe workspace: {address} (Ctrl-C stops it)")
    for member in _members():
        typer.echo(f"  sign in as {member.name.lower()}: {server.link(member, address)}")
    server.run(HOST, port)


def fill(loop: Loop, progress: terminal.Progress) -> None:
    """Copy what pages need from the lake, keep the loop's answers as reports."""
    from fourfits_web.core import jobs
    from fourfits_web.core.actors import Actor
    from fourfits_web.data import mirroring, queries
    from fourfits_web.reports import running

    def part(share: float, step: str) -> None:
        progress(0.8 * share, step)

    mirroring.copy((), part)
    running.keep_loop(Actor.workspace("command"), queries.source(), loop)
    progress(0.85, "needs, features, roadmap")
    jobs.run_waiting()


def _members() -> list[Member]:
    from fourfits_web.core.actors import Actor
    from fourfits_web.core.roles import Role
    from fourfits_web.members import actions

    actor = Actor.workspace("command")
    return [
        actions.add(
            actor,
            email=f"{role.replace('_', '.')}@localhost",
            name=Role(role).label,
            role=Role(role),
        )
        for role in WHO
    ]
