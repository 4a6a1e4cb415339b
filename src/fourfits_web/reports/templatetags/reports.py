"""What stands under a number: how many rows, how sure, how old."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from fourfits import analyses
from fourfits_web.core import display
from fourfits_web.data import queries as data
from fourfits_web.reports.models import Report

register = template.Library()

_FORMS = {
    "csv": "Table as CSV",
    "json": "Everything as JSON",
    "parquet": "Table as Parquet",
    "png": "Chart as PNG",
    "svg": "Chart as SVG",
}

register.filter("in_unit", display.in_unit)
register.filter("typeset", display.typeset)


@register.filter
def allowed(actor: Any, permission: str) -> bool:
    """Whether the reader may."""
    return bool(actor and actor.may(permission))


@register.filter
def export_words(form: str) -> str:
    """What a form of export holds."""
    return _FORMS[form]


@register.simple_tag
def state(report: Report) -> SafeString:
    """Whether a report is fresh, stale, or has no answer."""
    if report.refused:
        return format_html('<span class="status warn">{}</span>', "Refused")
    if report.as_of is not None:
        return format_html('<span class="status">{}</span>', "Of an earlier day")
    if report.stale:
        return format_html('<span class="status warn">{}</span>', "Out of date")
    return format_html('<span class="status good">{}</span>', "Up to date")


@register.filter
def headline(item: Mapping[str, Any], part: str, *, bare: bool = False) -> str:
    """A headline number or an end of its interval, with as many digits as its neighbours."""
    return display.in_unit(item[part], item["unit"], bare=bare, digits=item.get("digits"))


@register.simple_tag
def has_data() -> bool:
    """Whether anything was imported that a report could be computed from."""
    return bool(data.versions())


@register.simple_tag
def headline_cell(item: Mapping[str, Any]) -> str:
    """A headline number with its interval."""
    if item["text"]:
        return str(item["text"])
    value = headline(item, "value")
    if item["low"] is None or item["high"] is None:
        return value
    ends = (headline(item, end, bare=True) for end in ("low", "high"))
    return format_html('{} <span class="interval-range">{} to {}</span>', value, *ends)


@register.simple_tag
def source_of(report: Report) -> dict[str, str]:
    """The words of the line under a number."""
    confidence = report.settings.get("confidence")
    return {
        "n": _counted(report),
        "all_n": ", ".join(f"{display.number(n)} {name}" for name, n in report.n_rows_used.items()),
        "interval": f"{display.share(confidence)} intervals" if confidence else "",
    }


_COUNTED = {"feedback": "items of feedback"}
"""What a table counts, where its name alone is none to count by."""
_PAYING = frozenset({"acquisition", "pricing_channel"})
"""Analyses that count only customers who paid in their window."""


def _counted(report: Report) -> str:
    """The rows of the table that the analysis is about."""
    used = report.n_rows_used
    known = analyses.ALL.get(report.analysis)
    main = next((name for name in (known.inputs if known else ()) if name in used), None)
    main = main or next(iter(used), None)
    if not main:
        return ""
    paying = "paying " if main == "customers" and report.analysis in _PAYING else ""
    return f"n = {display.number(used[main])} {paying}{_COUNTED.get(main, main)}"
