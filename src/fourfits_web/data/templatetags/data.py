"""How scores and shares of quality are drawn."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from fourfits_web.core import display
from fourfits_web.data import wording

register = template.Library()
register.filter("reason", wording.reason)
register.filter("column", wording.column)

GOOD_FROM, FAIR_FROM = 80, 60
_NONE = SafeString('<span class="none" title="Cannot be told">–</span>')


@register.simple_tag
def score(value: float | str | None) -> SafeString:
    """A score from 0 to 100, with what to think of it in colour and words.

    A template hands over an empty text where the table came after the last look at its quality.
    """
    if value is None or isinstance(value, str):
        return _NONE
    tone, word = _verdict(value)
    return format_html(
        '<span class="status {}" title="{}">{}</span>', tone, word, display.number(value, 0)
    )


@register.simple_tag
def meter(value: float | str | None) -> SafeString:
    """A share with a small bar of its length."""
    if value is None or isinstance(value, str):
        return _NONE
    return format_html(
        '<span class="of-hundred">{}</span> <svg class="range" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" y="3" width="100" height="2" rx="1"/>'
        '<rect class="dot" y="2" width="{}" height="4" rx="2"/></svg>',
        _share(value),
        max(round(value * 100, 1), 1),
    )


def _share(value: float) -> str:
    """Never 100% for what is not all of it."""
    shown = display.share(value)
    return "99.9%" if value < 1 and shown == "100%" else shown


def _verdict(value: float) -> tuple[str, str]:
    if value >= GOOD_FROM:
        return "good", "Good"
    return ("warn", "Fair") if value >= FAIR_FROM else ("bad", "Weak")


@register.filter
def item(values: Any, key: Any) -> Any:
    """A value of a mapping by its key."""
    return values.get(key)
