"""Shares of segments as bars, and their measures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from fourfits_web.core import display

if TYPE_CHECKING:
    from fourfits_web.segments.analyses import Measure

register = template.Library()

_BAR = (
    '<svg class="range" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
    '<rect class="track" y="3" width="100" height="2" rx="1"/>'
    '<rect class="span" y="2" width="{}" height="4" rx="2"/>{}</svg>'
)
_MARK = '<rect class="mark" x="{}" width="1" height="8"/>'


@register.simple_tag
def bar(percent: float, mark: float | None = None) -> SafeString:
    """A share of 0 to 100 as a bar, with a mark at the share that it is held against."""
    return format_html(_BAR, percent, "" if mark is None else format_html(_MARK, mark))


@register.simple_tag
def measured(measure: Measure | None) -> SafeString:
    """A measure with its interval, on its scale where it has one."""
    if not measure:
        return SafeString('<span class="none">–</span>')
    return display.interval(
        measure.estimate, measure.low, measure.high, measure.unit,
        ends=measure.ends, mark=measure.mark,
    )  # fmt: skip
