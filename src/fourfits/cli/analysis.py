"""Commands that run one analysis, on a home or straight on a file."""

from __future__ import annotations

import contextlib
import csv
import inspect
import io
import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fourfits import analyses, errors
from fourfits.cli import terminal

if TYPE_CHECKING:
    from fourfits import results, sources

FORMATS = ("text", "json", "csv", "html", "png", "svg")


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(analyse)
    app.command("analyses")(analyses_)


def analyse(
    name: Annotated[str, typer.Argument(metavar="NAME", help="See `fourfits analyses`.")],
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE]", help="Read this instead of a home; several as TABLE=FILE."
        ),
    ] = None,
    home: terminal.Home = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Set a parameter.")
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", help="Group by: segment, plan, channel, ...")
    ] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="THEIRS=OURS", help="Their column is our column."),
    ] = None,
    as_of: terminal.AsOf = None,
    form: Annotated[
        str | None, typer.Option("--format", help=f"One of {', '.join(FORMATS)}.")
    ] = None,
    out: terminal.Out = None,
    keep: Annotated[
        bool,
        typer.Option(
            "--keep",
            help="Store who is in which segment (rfm), which feedback speaks of what (themes), "
            "what customers are worth (lifetime_value).",
        ),
    ] = False,
) -> None:
    """Run one analysis on the home, or straight on a file."""
    analysis = analyses.named(name)
    form = _format(form, out)
    if keep:
        _keepable(analysis, files, as_of)
    given = {
        key: terminal.value(text) for key, text in terminal.pairs(settings or [], "--set").items()
    }
    if by is not None:
        given["by"] = terminal.value(by)
    with contextlib.ExitStack() as stack:
        if files:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fourfits-")))
            _import_beside(analysis, files, terminal.pairs(mapping or [], "--map"), folder)
            if as_of is not None:
                given["as_of"] = terminal.value(as_of)
            data = _opened(folder, None)
        else:
            data = _opened(home, as_of)
        with _hints_as_typed(analysis):
            result = analysis.run(data, **given)
        terminal.write(_render(result, form, data), out)
        if keep:
            typer.echo(str(data.keep(result)), err=True)


def analyses_(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]")] = None,
) -> None:
    """List the analyses, or describe one."""
    if name is None:
        for each in analyses.ALL.values():
            typer.echo(f"{each.name:<24} {each.meaning} Reads {', '.join(each.inputs)}.")
        return
    analysis = analyses.named(name)
    typer.echo(inspect.getdoc(analysis.function) or analysis.meaning)
    typer.echo(f"\nReads: {', '.join(analysis.inputs)}")
    if analysis.optional:
        typer.echo(f"Also, where there: {', '.join(analysis.optional)}")
    if analysis.keeps:
        typer.echo(f"--keep fills: {analysis.keeps}")
    typer.echo("Parameters (--set NAME=VALUE):")
    for parameter in analysis.parameters.values():
        typer.echo(f"  {parameter.name} = {parameter.default!r}")


@contextlib.contextmanager
def _hints_as_typed(analysis: analyses.Analysis) -> Iterator[None]:
    """Hints that name a parameter as Python has it name the option instead."""
    try:
        yield
    except errors.FourfitsError as problem:
        names = "|".join(map(re.escape, analysis.parameters))
        typed = re.sub(rf"(?<![\w-])({names})=", r"--set \1=", problem.hint)
        problem.hint = typed.replace("--set by=", "--by ")
        raise


def _keepable(analysis: analyses.Analysis, files: list[str] | None, as_of: str | None) -> None:
    """Refuse before hours of work what could not be kept after them."""
    if not analysis.keeps:
        able = [one.name for one in analyses.ALL.values() if one.keeps]
        raise errors.ParameterError(
            f"{analysis.name} fills no table that could be kept; {', '.join(able)} do.",
            hint="leave --keep out; --out FILE writes the result",
        )
    if files or as_of is not None:
        raise errors.ParameterError(
            "Results are kept in a home, as of today; neither FILE nor --as-of goes with --keep.",
            hint="import the file first, or leave --keep out",
        )


def _format(form: str | None, out: Path | None) -> str:
    """The format asked for, else the ending of the file, else text."""
    if form is None:
        ending = "" if out is None else out.suffix.lstrip(".").lower()
        return (
            {"htm": "html", "txt": "text", "": "text"}.get(ending, ending)
            if (ending in {*FORMATS, "htm", "txt", ""})
            else "text"
        )
    if form not in FORMATS:
        raise errors.ParameterError(
            f"--format is {form!r}, must be one of {', '.join(FORMATS)}.", hint="--format json"
        )
    return form


def _opened(home: Path | None, as_of: str | None) -> sources.Data:
    """The home as it stands, or stood then."""
    from fourfits import sources

    return sources.open(home, as_of=terminal.moment(as_of))


def _import_beside(
    analysis: analyses.Analysis, files: list[str], mapping: dict[str, str], folder: Path
) -> None:
    """Import the files (the first input, or those named `TABLE=FILE`) into a home for this run."""
    from fourfits import imports

    wanted = (*analysis.inputs, *analysis.optional)
    ours = {mine: theirs for theirs, mine in mapping.items()}
    named = dict(_named_files(analysis, files))
    lacking = [table for table in analysis.inputs if table not in named]
    if lacking:
        raise errors.ParameterError(
            f"{analysis.name} reads {', '.join(wanted)}; {', '.join(lacking)} is not given.",
            hint=f"add {' '.join(f'{table}=FILE' for table in lacking)}, or import them to a home",
        )
    for table, path in named.items():
        report = imports.import_file(path, table, home=folder, mapping=ours, now=terminal.now())
        if report.n_quarantined:
            typer.echo(
                f"Note: {report.n_quarantined:,} of {report.n_read:,} rows of {path} break the "
                f"contract of {table} and were left out; {report.reasons[0]}",
                err=True,
            )


def _named_files(analysis: analyses.Analysis, files: list[str]) -> Iterator[tuple[str, Path]]:
    wanted = (*analysis.inputs, *analysis.optional)
    for place, text in enumerate(files):
        table, _, path = text.partition("=")
        if path and table in wanted:
            yield table, Path(path)
        elif place < len(analysis.inputs):
            yield analysis.inputs[place], Path(text)
        else:
            raise errors.ParameterError(
                f"{analysis.name} reads {', '.join(wanted)}; which of them is {text}?",
                hint=f"write it as TABLE={text}",
            )


def _render(result: results.Result, form: str, data: sources.Data) -> str | bytes:
    from fourfits import charts

    if form == "json":
        content = result.to_dict()
        content["as_of"] = content["as_of"] or (data.as_of and data.as_of.isoformat())
        content["versions"] = data.versions
        return json.dumps(content, indent=2, ensure_ascii=False)
    if form == "csv":
        return _csv(result)
    if form == "html":
        from fourfits import report

        return report.single_page(result)
    if form == "svg":
        return charts.svg(result.chart())
    if form == "png":
        return charts.png(result.chart())
    return f"{result.definition}\n\n{result}\n\nSource: {result.source}"


def _csv(result: results.Result) -> str:
    from fourfits.results import plain

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(result.table.column_names)
    writer.writerows([plain(value) for value in row.values()] for row in result.table.to_pylist())
    return text.getvalue()
