"""The command line: the door of the library.

Heavy libraries are imported when a command runs, so that `fourfits --help` answers at once. Other
distributions add commands through the entry-point group `fourfits.commands`, each a function that
takes the Typer application.
"""

from __future__ import annotations

import errno
import functools
import os
import sys
from collections.abc import Callable
from importlib import metadata
from typing import Annotated

import typer

import fourfits
from fourfits import errors
from fourfits.cli import analysis, data, loop

app = typer.Typer(
    name="fourfits",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:  # noqa: FBT001 - Typer passes the flag
    if asked:
        typer.echo(fourfits.__version__)
        raise typer.Exit


@app.callback()
def fourfits_(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """From customer data to a ranked plan and the four fits."""


loop.add_to(app)
data.add_to(app)
analysis.add_to(app)


@functools.cache
def whole() -> typer.Typer:
    """The application with the commands of other distributions."""
    for found in metadata.entry_points(group="fourfits.commands"):
        found.load()(app)
    return app


def main() -> None:
    """Run the command that was typed."""

    def typed() -> None:
        whole()()

    run(typed)


def run(command: Callable[[], object]) -> None:
    """Run a command; what fourfits refuses is one sentence on stderr and an exit code."""
    try:
        command()
    except errors.FourfitsError as problem:
        typer.echo(f"Error: {problem.message}", err=True)
        if problem.hint:
            typer.echo(f"Hint: {problem.hint}", err=True)
        sys.exit(problem.exit_code)
    except BrokenPipeError:  # `fourfits export orders | head`
        sys.stderr.close()
        sys.exit(0)
    except OSError as problem:
        if problem.errno != errno.ENOSPC:
            raise
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 - what is left would fail again
        typer.echo("Error: The disk is full: what was printed is cut short.", err=True)
        typer.echo("Hint: free some space and try again", err=True)
        sys.exit(errors.SpaceError.exit_code)
    except KeyboardInterrupt:
        typer.echo("Stopped; nothing half-done was kept.", err=True)
        sys.exit(130)
