"""How a feature's status is drawn; lists of features ask for it in each row."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from django import template
from django.utils.safestring import SafeString

from fourfits_web.features import lists

if TYPE_CHECKING:
    from fourfits_web.features.models import Feature

register = template.Library()


@register.filter
def status(feature: Feature) -> SafeString:
    """The status of a feature as a word with its tone."""
    _, tone = lists.TONES.get(feature.status, ("", ""))
    css = f"status {tone}" if tone else "status"
    return SafeString(f'<span class="{css}">{escape(feature.status_word)}</span>')
