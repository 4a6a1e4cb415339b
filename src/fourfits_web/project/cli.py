"""Commands that the workspace adds to `fourfits`: serve, worker, audit."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import fourfits
from fourfits import config
from fourfits.cli import data, terminal
from fourfits.errors import ParameterError, StorageError

if TYPE_CHECKING:
    from fourfits.lake import Records


def add_to(app: typer.Typer) -> None:
    """Add the commands; tell those of the library where records are kept."""
    data.KEEPERS.append(_records)
    app.command()(serve)
    app.command()(worker)
    app.command()(audit)
    app.command()(link)


def serve(
    home: terminal.Home = None,
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Port to listen at.")] = 8000,
) -> None:
    """Open the workspace: server and worker together, until Ctrl-C."""
    start(home)
    from fourfits_web.project import server  # models need the settings

    server.first_start(host, port)
    server.run(host, port)


def worker(home: terminal.Home = None) -> None:
    """Run background work alone, beside servers on other machines."""
    start(home)
    from django.core.management import call_command

    call_command("work")


def audit(
    home: terminal.Home = None,
    verify: Annotated[bool, typer.Option("--verify", help="Prove that the log is whole.")] = False,
    expect: Annotated[str, typer.Option(help="The last hash that you noted earlier.")] = "",
    last: Annotated[int, typer.Option(min=1, help="How many entries to print.")] = 20,
) -> None:
    """Print the newest writes, or prove that none was changed or removed."""
    start(home)
    if verify or expect:
        _verify(expect)
        return
    from fourfits_web.core.models import AuditEntry

    for entry in reversed(AuditEntry.objects.order_by("-id")[:last]):
        typer.echo(f"{entry.pk:>6} {entry.at:%Y-%m-%d %H:%M:%S} {entry.actor_name} · {entry}")


def link(
    email: Annotated[str, typer.Argument(help="Address with which the member signs in.")],
    home: terminal.Home = None,
    host: Annotated[str, typer.Option(help="Address at which `serve` listens.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65_535, help="The same for its port.")] = 8000,
) -> None:
    """Make a link that signs a member in once, from this machine."""
    start(home)
    from fourfits_web.members import queries
    from fourfits_web.project import server

    member = queries.by_address(email)
    if member is None:
        raise ParameterError(
            f"Nobody signs in with {email!r} here.", hint="the page Members lists the addresses"
        )
    typer.echo(server.link(member, server.here(host, port)))


def _verify(expect: str) -> None:
    from fourfits_web.core import audit as log
    from fourfits_web.core.models import AuditEntry

    verdict = log.verify()
    if not verdict.whole:
        raise StorageError(
            f"The audit log is broken at entry {verdict.broken_at}: it was changed, or one before "
            "it was removed.",
            hint="compare with a backup: `fourfits restore` into another home",
        )
    if expect and not AuditEntry.objects.filter(hash=expect).exists():
        raise StorageError(
            "The audit log does not hold the hash that you expect: its end was cut off.",
            hint="compare with a backup: `fourfits restore` into another home",
        )
    typer.echo(f"{verdict.n_entries} entries, none changed or removed. Last: {verdict.last_hash}")


def _records(home: Path) -> Records | None:
    """What keeps the records of a home, where that is a database server."""
    if not os.environ.get("FOURFITS_DATABASE_URL"):
        return None
    from fourfits_web.project import records

    return records.Postgres(home)


def start(home: Path | None) -> Path:
    """Set Django up for a home, and bring its records to today's form.

    Raises:
        ParameterError: If the folder holds something else.
        StorageError: If a newer version of the program has changed the records already, or their
            database does not answer.
    """
    folder = set_up(home)
    from django.core.management import call_command
    from django.db import OperationalError

    from fourfits_web.project import ready

    ready.lay_records()
    try:
        if _is_behind():
            call_command("migrate", verbosity=0, interactive=False)
    except OperationalError as problem:
        said = str(problem).strip().splitlines() or ["no answer"]
        raise StorageError(
            f"The workspace's records cannot be opened: {said[0]}.",
            hint="start the database, or correct FOURFITS_DATABASE_URL"
            if os.environ.get("FOURFITS_DATABASE_URL")
            else "see that this user may write the home, and that its disk has room",
        ) from problem
    return folder


def _is_behind() -> bool:
    """Whether the records lack a migration; those of a newer version are refused."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    from fourfits_web.project.slices import SLICES

    loader = MigrationLoader(connection)
    applied = {name for name in loader.applied_migrations if name[0] in {"core", *SLICES}}
    unknown = sorted(".".join(name) for name in applied - set(loader.disk_migrations))
    if unknown:
        raise StorageError(
            f"The workspace's records were made by a newer version of fourfits ({unknown[0]}); "
            f"this is {fourfits.__version__}.",
            hint="upgrade fourfits, or restore a backup from before",
        )
    return bool(set(loader.graph.nodes) - set(loader.applied_migrations))


def set_up(home: Path | None) -> Path:
    """Set Django up for a home.

    Raises:
        ParameterError: If the folder holds something else.
    """
    folder = config.home(home).absolute()
    if folder.exists() and not folder.is_dir():
        raise ParameterError(f"{folder} is a file.", hint="name a folder with --home")
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["FOURFITS_HOME"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fourfits_web.project.settings")
    if find_spec("django") is None:
        raise ParameterError(
            "The workspace for the browser is not installed.", hint="pip install 'fourfits[web]'"
        )
    import django

    django.setup()
    return folder
