"""What commands share: options, reading what was typed, progress on a terminal."""

from __future__ import annotations

import contextlib
import datetime
import errno
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer

from fourfits import errors

Home = Annotated[
    Path | None,
    typer.Option(
        "--home",
        envvar="FOURFITS_HOME",
        help="Folder that holds everything.",
        show_default="~/.fourfits",
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="T", help="Data as they stood then, such as 2026-03-31."),
]
Out = Annotated[
    Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write here, not to the screen.")
]

Progress = Callable[[float, str], None]
"""Called with the share that is done (0-1) and what is being done."""


def now() -> datetime.datetime:
    """The present moment in UTC: read here, at the door, and passed in from here on."""
    return datetime.datetime.now(datetime.UTC)


def moment(text: str | None) -> datetime.datetime | None:
    """A moment as typed: a date means its end; without a zone it is UTC.

    Raises:
        ParameterError: If it is neither.

    >>> moment("2026-03-31").isoformat()
    '2026-03-31T23:59:59.999999+00:00'
    """
    if text is None:
        return None
    try:
        if len(text) <= 10:
            day = datetime.date.fromisoformat(text)
            return datetime.datetime.combine(day, datetime.time.max, datetime.UTC)
        read = datetime.datetime.fromisoformat(text)
    except ValueError as problem:
        raise errors.ParameterError(
            f"{text!r} is not a date.", hint="write it like 2026-03-31 or 2026-03-31T12:00"
        ) from problem
    return read if read.tzinfo else read.replace(tzinfo=datetime.UTC)


def pairs(given: list[str], option: str) -> dict[str, str]:
    """`name=value` options as a mapping.

    Raises:
        ParameterError: If one has no `=`.

    >>> pairs(["k=5"], "--set")
    {'k': '5'}
    """
    found: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise errors.ParameterError(
                f"{option} holds {text!r}, must be name=value.", hint=f"{option} name=value"
            )
        found[name.strip()] = value.strip()
    return found


def value(text: str) -> Any:
    """A setting as typed: JSON where it is JSON, a date where it is one, else text.

    >>> value("5"), value("true"), value("[1, 2]"), value("plan,country"), value("Pro")
    (5, True, [1, 2], ['plan', 'country'], 'Pro')
    """
    with contextlib.suppress(ValueError):
        return json.loads(text)
    with contextlib.suppress(ValueError):
        return datetime.date.fromisoformat(text)
    if text in {"None", "none"}:
        return None
    return [part.strip() for part in text.split(",")] if "," in text else text


@contextlib.contextmanager
def progress() -> Iterator[Progress]:
    """A bar on a terminal; silence in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _share, _what: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda share, what: bar.update(task, completed=share, description=what)


def write(content: str | bytes, out: Path | None) -> None:
    """Write to the file, or to the screen where there is none.

    Raises:
        ParameterError: If bytes would go to a terminal.
        FileError: If the file cannot be written.
        SpaceError: If the disk is full.
    """
    if out is None:
        if isinstance(content, str):
            typer.echo(content, nl=not content.endswith("\n"))
        elif sys.stdout.isatty():
            raise errors.ParameterError("A picture cannot be shown here.", hint="add --out FILE")
        else:
            sys.stdout.buffer.write(content)
        return
    with writing(out) as file:
        file.write(content.encode() if isinstance(content, str) else content)


@contextlib.contextmanager
def writing(out: Path) -> Iterator[BinaryIO]:
    """The file to write; it takes the place of an older one when all of it is written.

    Raises:
        FileError: If it cannot be written; the older one stands.
        SpaceError: If the disk is full; the older one stands.
    """
    device = out.exists() and not out.is_file()  # `--out /dev/stdout`
    draft = out if device else out.with_name(f".{out.name}.{os.getpid()}")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            yield file
        if not device:
            draft.replace(out)
    except OSError as problem:
        if isinstance(problem, errors.FourfitsError):
            raise
        if problem.errno == errno.ENOSPC:
            raise errors.SpaceError(
                f"The disk is full: {out} was not written; nothing was changed.",
                hint="free some space, or choose another place",
            ) from problem
        raise errors.FileError(
            f"{out} cannot be written: {problem.strerror}.", hint="choose another place"
        ) from problem
    finally:
        if not device:
            with contextlib.suppress(OSError):
                draft.unlink()
