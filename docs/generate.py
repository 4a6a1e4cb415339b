"""Write the pages of `docs/` that repeat what the code says, or check that they are in step.

python docs/generate.py            write them
python docs/generate.py --check    exit with 1 and name the pages that are not in step
"""

from __future__ import annotations

import argparse
import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from fourfits import analyses, config, errors, results, tables

HERE = Path(__file__).parent
NOTE = "<!-- Written by `make docs`; change the code, not this page. -->"


def tables_page() -> str:
    """Every table of the contract: columns, rules, meaning."""
    lines = [
        "# Tables",
        "",
        "What each row must hold. Columns that are not listed are kept under their own names. "
        "`fourfits tables --template NAME` writes an empty file with the right header.",
    ]
    for heading, group in (("Imported", tables.CANONICAL), ("Derived", tables.DERIVED)):
        lines += ["", f"## {heading} tables"]
        for table in group.values():
            lines += ["", f"### {table.name}", "", f"{table.meaning} Key: {_codes(table.key)}.", ""]
            lines += _grid(
                ("column", "holds", "unit", "required", "meaning"),
                (
                    (
                        f"`{column.name}`",
                        column.rule,
                        column.unit,
                        "yes" if column.required else "",
                        column.meaning
                        + (f" (see `{column.references}`)" if column.references else ""),
                    )
                    for column in table.columns
                ),
            )
    return _page(lines)


def analyses_page() -> str:
    """Every analysis: what it answers, reads, takes and returns."""
    lines = [
        "# Analyses",
        "",
        "`fourfits analyse NAME --set name=value` runs one on the command line, "
        "`fourfits.analyses.named(NAME).run(data)` in Python.",
        "",
        *_grid(
            ("name", "answers"),
            ((f"[{one.name}](#{one.name})", one.meaning) for one in analyses.ALL.values()),
        ),
    ]
    for one in analyses.ALL.values():
        result = result_of(one)
        documented = arguments(inspect.getdoc(one.function) or "")
        lines += [
            "",
            f"## {one.name}",
            "",
            one.meaning,
            "",
            f"- In Python: `{one.path.replace(':', '.')}`",
            f"- Reads: {_codes(one.inputs)}"
            + (f"; where there: {_codes(one.optional)}" if one.optional else ""),
            *([f"- `--keep` fills: `{one.keeps}`"] if one.keeps else []),
            f"- Definition: {result.definition}",
            f"- Assumes: {result.assumptions}",
            f"- Source: {result.source}",
            "",
            *_grid(
                ("parameter", "default", "meaning"),
                (
                    (f"`{name}`", _default(parameter), documented.get(name, ""))
                    for name, parameter in one.parameters.items()
                ),
            ),
            "",
            *_description(result),
        ]
    return _page(lines)


def thresholds_page() -> str:
    """Every threshold and default, with its reason."""
    lines = [
        "# Thresholds",
        "",
        "Every threshold, limit and default; each stands beside the numbers that use it.",
        "",
        *_grid(
            ("name", "value", "meaning"),
            (
                (f"`{name}`", f"`{vars(config)[name]!r}`", text)
                for name, text in documented_constants()
                if name != "FIT_SCALES"
            ),
        ),
        "",
        "## Evidence of the four fits",
        "",
        "Each piece of evidence is mapped to 0-100 by a line through these three values.",
        "",
        *_grid(
            ("evidence", "floor: 0", "threshold: 60", "excellent: 100", "weight"),
            (
                (f"`{name}`", *(f"{value:g}" for value in vars(scale).values()))
                for name, scale in config.FIT_SCALES.items()
            ),
        ),
    ]
    return _page(lines)


def errors_page() -> str:
    """The tree of errors, with codes and exit codes."""
    every = [
        one
        for _, one in inspect.getmembers(errors, inspect.isclass)
        if issubclass(one, errors.FourfitsError)
    ]
    lines = [
        "# Errors",
        "",
        "```text",
        *_tree(),
        "```",
        "",
        *_grid(
            ("error", "code", "exit code", "when"),
            (
                (
                    f"`{one.__name__}`",
                    f"`{one.code}`",
                    str(one.exit_code),
                    inspect.getdoc(one) or "",
                )
                for one in sorted(every, key=lambda one: (-one.exit_code, one.code))
            ),
        ),
    ]
    return _page(lines)


def cli_page() -> str:
    """Every command with its help, as `--help` prints it."""
    import typer.main
    from typer.testing import CliRunner

    from fourfits import cli

    group = typer.main.get_command(cli.whole())
    names = list(getattr(group, "commands", {}))
    lines = ["# The command line", "", "What `fourfits COMMAND --help` prints."]
    for name in ("", *names):
        typed = ["fourfits", *([name] if name else []), "--help"]
        shown = CliRunner(env={"COLUMNS": "90", "TERMINAL_WIDTH": "90"}).invoke(
            cli.whole(), typed[1:]
        )
        text = shown.output.replace("Usage: root", "Usage: fourfits").rstrip()
        lines += ["", f"## `{' '.join(typed[:-1])}`", "", "```text", text, "```"]
    return _page(lines)


PAGES: dict[str, Callable[[], str]] = {
    "analyses.md": analyses_page,
    "cli.md": cli_page,
    "errors.md": errors_page,
    "tables.md": tables_page,
    "thresholds.md": thresholds_page,
}
"""Name of the page and what writes it."""


def main(given: list[str] | None = None) -> int:
    """Write the pages, or say which are not in step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only compare")
    check = parser.parse_args(given).check
    stale = []
    for name, write in PAGES.items():
        page, file = write(), HERE / name
        if file.exists() and file.read_text("utf-8") == page:
            continue
        stale.append(name)
        if not check:
            file.write_text(page, "utf-8")
    if stale and check:
        sys.stderr.write(f"Not in step with the code: {', '.join(stale)}. Run `make docs`.\n")
        return 1
    return 0


def result_of(one: analyses.Analysis) -> type[results.Result]:
    """The class of an analysis' result, from its annotation."""
    function = inspect.unwrap(one.function)
    name = str(inspect.signature(function).return_annotation).rpartition(".")[2]
    found: type[results.Result] = vars(sys.modules[function.__module__])[name]
    return found


def arguments(docstring: str, section: str = "Args") -> dict[str, str]:
    """What a section of a docstring says, by name."""
    text = re.search(rf"^{section}:\n((?:    .*\n|\n)+)", docstring + "\n", re.MULTILINE)
    found: dict[str, str] = {}
    name = ""
    for line in text[1].splitlines() if text else ():
        start = re.match(r"    \*{0,2}(\w+): (.*)", line)
        if start:
            name = start[1]
            found[name] = start[2].strip()
        elif name and line.strip():
            found[name] += " " + line.strip()
    return found


def documented_constants() -> Iterable[tuple[str, str]]:
    """Constants of `config` and the text that stands below each, in their order."""
    body = ast.parse(Path(inspect.getfile(config)).read_text("utf-8")).body
    for place, node in enumerate(body):
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if not isinstance(target, ast.Name) or not target.id.isupper():
            continue
        after = body[place + 1] if place + 1 < len(body) else None
        text = ""
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            text = " ".join(str(after.value.value).split())
        yield target.id, text


def _description(result: type[results.Result]) -> list[str]:
    """What a result holds: its columns, then what stands beside the table."""
    text = inspect.getdoc(result) or ""
    more = arguments(text, "Attributes")
    lines = text.partition("Attributes:")[0].strip().splitlines()
    return [
        *lines,
        *([""] if more else []),
        *(f"- `{name}`: {what}" for name, what in more.items()),
    ]


def _tree() -> list[str]:
    lines = (errors.__doc__ or "").splitlines()
    return [line[4:] for line in lines if line.startswith("    ")]


def _default(parameter: inspect.Parameter) -> str:
    if parameter.default is parameter.empty:
        return "required"
    return f"`{parameter.default!r}`"


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _grid(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    """A Markdown table."""
    lines = [header, tuple("---" for _ in header), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]


def _page(lines: list[str]) -> str:
    return "\n".join([NOTE, "", *lines]) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
