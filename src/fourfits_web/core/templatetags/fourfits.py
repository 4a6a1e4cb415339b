"""What templates draw with: icons, charts, intervals, numbers. Loaded in every template."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from fourfits import charts
from fourfits_web.core import addresses, chart_room, countries, display, hints, naming

if TYPE_CHECKING:
    from collections.abc import Mapping

register = template.Library()

register.filter("number", display.number)
register.filter("short", display.short)
register.filter("people", display.people)
register.filter("share", display.share)
register.filter("size", display.size)
register.filter("day", display.day)
register.filter("day_to", display.days)
register.filter("titled", display.titled)
register.filter("country", countries.name)
register.filter("likely", display.likely)
register.filter("moment", display.moment)
register.filter("coded", hints.coded)
register.filter("hint", hints.hint)
register.simple_tag(display.ago)

DRAWINGS = Path(__file__).parent.parent / "static/vendor/icons.json"


@register.filter
def money(amount: Any, currency: str = "") -> str:
    """An amount with its currency: `{{ account.arr_amount|money:"EUR" }}`."""
    return display.money(amount, currency)


@register.filter
def money_whole(amount: Any, currency: str = "") -> str:
    """An estimate or a sum: cents only below ten."""
    return display.money(amount, currency, cents_below=10)


@register.filter
def money_price(amount: Any, currency: str = "") -> str:
    """A price that somebody would pay: cents only below a hundred."""
    return display.money(amount, currency, cents_below=100)


@register.filter
def months(value: Any) -> str:
    """How many months: `{{ row.payback_months|months }}`."""
    return display.in_unit(value, "months")


@register.filter
def money_short(amount: Any, currency: str = "") -> str:
    """An amount in the room of a tile."""
    return display.money(amount, currency, compact=True)


@register.filter
def segment(name: Any) -> str:
    """What people call a segment of the data."""
    return naming.segments()(name) if name else ""


@register.filter
def segment_heading(name: Any) -> str:
    """What people call a segment, where it heads a line."""
    return naming.segments().heading(name) if name else ""


@register.filter
def address(key: Any, url_name: str) -> str:
    """The address of a record's page, `{{ need.pk|address:"needs:need" }}`: in rows, quicker than `url`."""
    return addresses.to(url_name, key)


@register.simple_tag
@functools.cache
def icon(name: str, label: str = "") -> SafeString:
    """A drawing of Tabler's set; `label` names it where no word stands beside it."""
    named = format_html('role="img" aria-label="{}"', label) if label else 'aria-hidden="true"'
    drawing = mark_safe(_drawings().get(name, ""))  # noqa: S308 - from the package, not from people
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75"'
        ' stroke-linecap="round" stroke-linejoin="round" {}>{}</svg>',
        mark_safe(named),  # noqa: S308 - escaped above
        drawing,
    )


@register.simple_tag
def interval(  # noqa: PLR0917 - templates name what they give
    estimate: Any,
    low: Any,
    high: Any,
    unit: str = "",
    start: float | None = None,
    end: float | None = None,
    mark: float | None = None,
) -> SafeString:
    """A number with its interval, and a small drawing of it on the scale from `start` to `end`."""
    ends = None if start is None or end is None else (float(start), float(end))
    return display.interval(estimate, low, high, unit, ends=ends, mark=mark)


@register.inclusion_tag("core/_chart.html", takes_context=True)
def chart(context: Mapping[str, Any], spec: Mapping[str, Any] | None, title: str) -> dict[str, Any]:
    """A Vega-Lite chart in the reader's theme; the page shows its numbers as a table too."""
    request = context.get("request")
    is_first = not getattr(request, "has_chart", False)
    if request is not None:
        request.has_chart = True
    looks = {theme: charts.config(theme) for theme in ("light", "dark")} if is_first else None
    return {
        "title": title,
        "spec": _json(chart_room.sized(spec)) if spec else "",
        "looks": _json(looks) if looks else "",
        "room": chart_room.room(spec) if spec else None,
    }


@functools.cache
def _drawings() -> dict[str, str]:
    """What stands inside each icon; none before `make assets`."""
    if not DRAWINGS.is_file():
        return {}
    drawings: dict[str, str] = json.loads(DRAWINGS.read_text("utf-8"))
    return drawings


def _json(content: Any) -> SafeString:
    """JSON that can stand in a data block of HTML."""
    text = json.dumps(content, separators=(",", ":"), default=str)
    escaped = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return mark_safe(escaped)  # noqa: S308 - nothing in it can end the block
