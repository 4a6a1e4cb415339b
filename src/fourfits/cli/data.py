"""Commands that bring data in, look at them, and take them out again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fourfits import config, errors, tables
from fourfits.cli import terminal

if TYPE_CHECKING:
    from fourfits.lake import Records


KEEPERS: list[Callable[[Path], Records | None]] = []
"""Distributions that keep records outside of the home say here what they are."""


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("import")(import_)
    app.command()(undo)
    app.command()(check)
    app.command("tables")(tables_)
    app.command()(export)
    app.command()(erase)
    app.command()(backup)
    app.command()(restore)


def import_(
    table: Annotated[str, typer.Argument(metavar="TABLE", help="Such as orders.")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="CSV, Excel, JSON, ...")],
    home: terminal.Home = None,
    vendor: Annotated[
        str | None, typer.Option("--from", metavar="TOOL", help="Layout of a tool: zendesk, ...")
    ] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="THEIRS=OURS", help="Their column is our column."),
    ] = None,
    date_order: Annotated[
        str | None,
        typer.Option("--date-order", help="day or month, where 03/04/2024 has two readings."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would happen.")] = False,
) -> None:
    """Bring files into a table; repeating it is safe.

    The same file twice adds nothing twice; of a file that grew only the new rows land. Rows that break the contract are set aside with their reason, the others land: exit code 2
    says that some were set aside, `fourfits check` shows them.
    """
    from fourfits import imports

    tables.named(table)
    theirs = terminal.pairs(mapping or [], "--map")
    set_aside = 0
    for file in files:
        with terminal.progress() as progress:
            report = imports.import_file(
                file,
                table,
                home=config.home(home),
                mapping={ours: theirs_ for theirs_, ours in theirs.items()},
                vendor=vendor,
                date_order=date_order,
                dry_run=dry_run,
                now=terminal.now(),
                progress=progress,
            )
        typer.echo(str(report))
        set_aside += report.n_quarantined
    if set_aside:
        raise errors.RangeError(
            f"{set_aside:,} {'row breaks' if set_aside == 1 else 'rows break'} the contract of "
            f"{table} and {_was(set_aside, dry_run=dry_run)} set aside.",
            hint=f"`fourfits check {table}` lists them with line, column, value and reason"
            if not dry_run
            else "nothing was written",
        )


def _was(n: int, *, dry_run: bool) -> str:
    return "would be" if dry_run else "was" if n == 1 else "were"


def undo(
    batch: Annotated[str, typer.Argument(metavar="BATCH", help="As `fourfits import` printed it.")],
    home: terminal.Home = None,
) -> None:
    """Take an import back; what it replaced stands again."""
    from fourfits import imports

    typer.echo(str(imports.undo(batch, home=config.home(home), now=terminal.now())))


def check(
    table: Annotated[str | None, typer.Argument(metavar="[TABLE]")] = None,
    home: terminal.Home = None,
    as_of: terminal.AsOf = None,
    form: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    limit: Annotated[int, typer.Option(help="Most rows of the quarantine to list.")] = 20,
) -> None:
    """Score the quality of the data; list what was set aside."""
    import json

    from fourfits import quality, sources

    data = sources.open(home, as_of=terminal.moment(as_of))
    found = {name: data.table(name) for name in data}
    chosen = None if table is None else tables.named(table).name
    result = quality.check(found, as_of=terminal.now(), only=chosen)
    rows = quality.quarantined(found, only=chosen, limit=limit)
    if form == "json":
        terminal.write(json.dumps(result.to_dict() | {"quarantine": rows}, indent=2), None)
        return
    typer.echo(str(result))
    for row in rows:
        typer.echo(f"{row['table']}, {row['file']}, line {row['line']}: {row['reason']}")


def tables_(
    table: Annotated[str | None, typer.Argument(metavar="[TABLE]")] = None,
    template: Annotated[
        str | None, typer.Option("--template", metavar="TABLE", help="Print an empty CSV for it.")
    ] = None,
) -> None:
    """List the tables, describe one, or print its template."""
    if template is not None:
        from fourfits.imports import recognition

        typer.echo(recognition.template(tables.named(template)), nl=False)
        return
    if table is None:
        for each in tables.CANONICAL.values():
            typer.echo(f"{each.name:<14} {each.meaning}")
        return
    chosen = tables.named(table)
    typer.echo(f"{chosen.name}: {chosen.meaning} Key: {', '.join(chosen.key)}.\n")
    width = max(map(len, chosen.names))
    for column in chosen:
        mark = "*" if column.required else " "
        typer.echo(f"{mark} {column.name:<{width}}  {column.meaning}; {_rule(column)}")
    typer.echo("\n* required. Other columns are kept under their own names.")


def _rule(column: tables.Column) -> str:
    return f"{column.rule}{f' ({column.unit})' if column.unit else ''}"


def export(
    table: Annotated[str, typer.Argument(metavar="TABLE")],
    home: terminal.Home = None,
    as_of: terminal.AsOf = None,
    out: terminal.Out = None,
) -> None:
    """Write a table as CSV, JSON lines, Parquet or Excel.

    The ending of --out decides: .csv, .jsonl, .parquet or .xlsx.
    """
    from fourfits import sources
    from fourfits.cli import exports

    data = sources.open(home, as_of=terminal.moment(as_of))
    exports.write(data.table(table), out)


def erase(
    what: Annotated[str, typer.Argument(metavar="customer|account")],
    identifier: Annotated[str, typer.Argument(metavar="ID")],
    home: terminal.Home = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove a customer or account everywhere, for good.

    Older versions of every table lose them too, and so does the quarantine.
    """
    from fourfits import lake

    if what not in {"customer", "account"}:
        raise errors.ParameterError(
            f"{what!r} cannot be erased, a customer or an account can.",
            hint=f"fourfits erase customer {identifier}",
        )
    if not yes:
        typer.confirm(f"Erase {what} {identifier} for good? It cannot be undone.", abort=True)
    removed = lake.Lake(config.home(home) / "lake").forget(f"{what}_id", identifier)
    if not removed:
        raise errors.ParameterError(
            f"No table holds {what} {identifier}.", hint="check the spelling of the id"
        )
    parts = ", ".join(f"{count:,} in {name}" for name, count in removed.items())
    typer.echo(f"Erased {errors.counted(sum(removed.values()), 'row')}: {parts}.")


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE")], home: terminal.Home = None
) -> None:
    """Write everything in the home to one file."""
    from fourfits import lake

    folder = config.home(home)
    typer.echo(f"{lake.backup(folder, file, records=_records(folder)):,} bytes in {file}.")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE")], home: terminal.Home = None
) -> None:
    """Make a home from a backup.

    The home must not exist yet, or must be empty.
    """
    from fourfits import lake

    folder = config.home(home)
    lake.restore(file, folder, records=_records(folder))
    typer.echo(f"Restored to {folder}.")


def _records(home: Path) -> Records | None:
    found = (keeper(home) for keeper in KEEPERS)
    return next((records for records in found if records is not None), None)
