"""The loop as one HTML page that needs nothing but itself: no network, no server."""

from __future__ import annotations

import functools
import json
from importlib import resources
from typing import TYPE_CHECKING, Any

import fourfits
from fourfits import analyses, charts
from fourfits.report import findings
from fourfits.report.loop import Entry, Question
from fourfits.results import plain, shown

if TYPE_CHECKING:
    from jinja2 import Template

    from fourfits import results
    from fourfits.report.loop import Chapter, Loop

ROWS = 40
"""Rows of a table on the page; the JSON report has them all."""


def page(loop: Loop) -> str:
    """The whole report as one page.

    Charts are interactive and follow the reader's light or dark theme; the page prints in the
    light one and works from a file.
    """
    chapters = [_chapter(chapter, loop) for chapter in loop.chapters]
    quality = Entry(question=Question("check", "Quality of each table"), result=loop.data_quality)
    chapters.append(
        _plain_chapter(
            "quality",
            "The data under it",
            "How complete, valid, unique, fresh and joined they are: every number above is only as good.",
            [quality],
        )
    )
    day = f"{loop.today:%d %B %Y}".lstrip("0")
    rows = f"{len(loop.versions)} tables" if loop.versions else "tables in memory"
    return _render(
        title=f"{loop.name}: from customers to plan",
        subtitle=f"As of {day}, from {rows}. Every estimate stands with its interval; open a card to see how it was computed.",
        chapters=chapters,
    )


def single_page(result: results.Result) -> str:
    """One result as a page."""
    title = analyses.named(result.analysis).meaning
    entry = Entry(question=Question(result.analysis, "What was found"), result=result)
    return _render(
        title=title.rstrip("."),
        subtitle=result.definition,
        chapters=[_plain_chapter("result", "Result", "", [entry])],
    )


def _render(**content: Any) -> str:
    looks = {theme: charts.config(theme) for theme in ("light", "dark")}
    return _template().render(
        version=fourfits.__version__,
        style=_safe(_file("style.css")),
        script=_safe(_file("script.js")),
        vega=_safe(_vega()),
        looks=_json(looks),
        **content,
    )


def _chapter(chapter: Chapter, loop: Loop) -> dict[str, Any]:
    part = chapter.part
    content = _plain_chapter(part.key, part.title, part.lead, list(chapter.entries))
    if part.key == "fits":
        content["fits"] = findings.fits(loop)
    if part.key == "conflicts":
        content["conflicts"] = findings.conflicts(loop)
    return content


def _plain_chapter(key: str, title: str, lead: str, entries: list[Entry]) -> dict[str, Any]:
    return {
        "key": key,
        "title": title,
        "lead": lead,
        "fits": [],
        "conflicts": [],
        "entries": [_entry(entry) for entry in entries],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    title = entry.question.title
    result = entry.result
    if result is None:
        problem = entry.refusal
        return {
            "title": title,
            "refusal": problem.message if problem else "",
            "hint": problem.hint if problem else "",
        }
    table = result.table
    columns = [
        {"name": name.replace("_", " "), "number": _is_number(table.schema.field(name).type)}
        for name in table.column_names
    ]
    rows = [
        [
            {"text": _cell(value), "number": column["number"]}
            for value, column in zip(row.values(), columns, strict=True)
        ]
        for row in table.slice(0, ROWS).to_pylist()
    ]
    return {
        "title": title,
        "refusal": "",
        "finding": findings.finding(result),
        "spec": _json(_wide(entry.spec)) if len(table) and entry.spec else None,
        "notes": result.warnings,
        "columns": columns,
        "rows": rows,
        "more": max(len(table) - ROWS, 0),
        "analysis": result.analysis,
        "definition": result.definition,
        "assumptions": result.assumptions,
        "source": result.source,
        "data": ", ".join(f"{count:,} of {name}" for name, count in result.data.items()) or "–",
        "parameters": _parameters(result),
        "queries": entry.queries,
    }


def _parameters(result: results.Result) -> str:
    given = {name: value for name, value in result.parameters.items() if value is not None}
    return ", ".join(f"{name} = {plain(value)}" for name, value in given.items()) or "none"


def _cell(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "; ".join(map(shown, value))
    return shown(value)


def _is_number(kind: Any) -> bool:
    import pyarrow as pa

    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    )


def _wide(spec: dict[str, Any]) -> dict[str, Any]:
    """Let a single view take the width of its card; several views keep their own."""
    several = {"hconcat", "vconcat", "concat", "facet", "repeat", "spec"} & set(spec)
    faceted = {"row", "column", "facet"} & set(spec.get("encoding", {}))
    return spec if several or faceted else {**spec, "width": "container"}


def _json(content: Any) -> Any:
    return _safe(json.dumps(content, separators=(",", ":")).replace("<", "\\u003c"))


def _safe(text: str) -> Any:
    from markupsafe import Markup

    return Markup(text)  # noqa: S704 - our own files and JSON whose `<` is escaped


@functools.cache
def _vega() -> str:
    """The script that draws: laid beside this module by the build, made here where it is not."""
    try:
        bundle = _file("vega.js")
    except FileNotFoundError:  # a checkout that was never built; takes seconds
        import vl_convert

        bundle = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    return bundle.replace("</script", "<\\/script")


def _file(name: str) -> str:
    return resources.files("fourfits.report").joinpath(name).read_text("utf-8")


@functools.cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_file("page.html.j2"))
