"""Commands that run the whole loop: on the sample company, or on one's own data."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any

import typer

import fourfits
from fourfits import config, errors
from fourfits.cli import terminal

MARK = "demo.json"
"""Says of which company the workspace in a home is, once it is whole."""


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(demo)
    app.command()(report)


def demo(
    home: Annotated[
        Path,
        typer.Option("--home", envvar="FOURFITS_HOME", help="Folder for the sample company."),
    ] = Path("fourfits-demo"),
    size: Annotated[
        int, typer.Option(help="Customers of the sample company.")
    ] = config.SAMPLE_CUSTOMERS,
    seed: Annotated[int, typer.Option(help="The same seed gives the same company.")] = config.SEED,
    out: terminal.Out = None,
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Where the workspace opens.")] = 8000,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Write the page and stop.")] = False,
    anew: Annotated[
        bool, typer.Option("--anew", help="Replace an earlier demo, and what was done in it.")
    ] = False,
) -> None:
    """Make a sample company, run the loop, write one page, open the workspace.

    The workspace of an earlier demo of the same company opens as it was left.
    """
    # Loop and workspace work beside each other: threads that wait for a processor do so busily.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from fourfits import report as reports
    from fourfits import samples, sources

    _refuse_own_data(home, samples.NAME)
    made = json.dumps({"seed": seed, "size": size, "version": fourfits.__version__})
    mark = home / MARK
    reopen = None if no_serve or anew else _workspace("reopen")
    if reopen is not None and mark.is_file() and mark.read_text("utf-8") == made:
        typer.echo("The demo opens as it was left; --anew makes it anew.")
        reopen(home, port)
        return
    mark.unlink(missing_ok=True)
    workspace = None if no_serve else _workspace("demo")
    with terminal.progress() as progress:
        progress(0.0, f"making a company with {size:,} customers")
        samples.company(seed=seed, size=size).write(home)
        go_on = workspace(home, port, made) if workspace is not None else None
        loop = reports.run(
            sources.open(home),
            today=samples.TODAY,
            progress=lambda share, what: progress(0.2 + 0.8 * share, what),
        )
    file = out or home / "report.html"
    terminal.write(reports.page(loop), file)
    typer.echo(reports.text(loop))
    typer.echo(f"\nThe whole report: {file}")
    if go_on is not None:
        go_on(loop)
    elif not no_serve:
        typer.echo(
            "The workspace for the browser is not installed. Hint: pip install 'fourfits[web]'",
            err=True,
        )


def _workspace(name: str) -> Callable[..., Any] | None:
    """What opens a workspace on a company, where another distribution brings it.

    `demo(home, port, made)` begins one beside the loop and returns what goes on with the loop's
    answers; when all is there, it writes down what was made. `reopen(home, port)` opens one that
    stands.
    """
    for found in metadata.entry_points(group="fourfits.workspace", name=name):
        with contextlib.suppress(ModuleNotFoundError):
            opens: Callable[..., Any] = found.load()
            return opens
    return None


def _refuse_own_data(home: Path, name: str) -> None:
    """The demo may replace an older demo, never somebody's data."""
    if (home / "lake").is_dir() and config.workspace(home).name != name:
        raise errors.ParameterError(
            f"{home} holds data of {config.workspace(home).name}; the demo would replace them.",
            hint="choose another folder with --home",
        )


def report(
    home: terminal.Home = None,
    out: terminal.Out = None,
    as_of: terminal.AsOf = None,
    form: Annotated[str, typer.Option("--format", help="html, json or text.")] = "html",
) -> None:
    """Run the loop on your own data, write one page."""
    from fourfits import report as reports
    from fourfits import sources

    if form not in {"html", "json", "text"}:
        raise errors.ParameterError(
            f"--format is {form!r}, must be html, json or text.", hint="--format html"
        )
    with terminal.progress() as progress:
        loop = reports.run(
            sources.open(home, as_of=terminal.moment(as_of)),
            today=terminal.now().date(),
            progress=progress,
        )
    if form == "json":
        terminal.write(json.dumps(loop.to_dict(), indent=2, ensure_ascii=False), out)
        return
    if form == "text":
        terminal.write(reports.text(loop), out)
        return
    terminal.write(reports.page(loop), out or Path("report.html"))
    typer.echo(reports.text(loop), err=out is None)
