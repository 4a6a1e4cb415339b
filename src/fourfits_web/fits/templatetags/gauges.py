"""Scores on their scale of 0 to 100, with the threshold at 60."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from fourfits import config

if TYPE_CHECKING:
    from fourfits_web.fits.analyses.scorecard import Gauge

register = template.Library()

_DRAWN = (
    '<span class="gauge {}"><svg viewBox="0 0 100 12" preserveAspectRatio="none" role="img" '
    'aria-label="{} of 100 points, between {} and {}{}"><rect class="track" y="5" width="100" '
    'height="2"/><rect class="zone" x="{}" y="5" width="{}" height="2"/><rect class="span" '
    'x="{}" y="3" width="{}" height="6"/><line class="mark" x1="{}" y1="1" x2="{}" y2="11"/>'
    '<line class="dot" x1="{}" x2="{}" y2="12"/></svg>{}</span>'
)
_MARKS = (
    '<span class="gauge-marks" aria-hidden="true"><span>{}</span><span class="at-fit">{}</span>'
    "<span>{}</span></span>"
)


@register.simple_tag
def gauge(score: Gauge, marks: Sequence[str] | None = None, mood: str = "") -> SafeString:
    """A score with its interval; `marks` are the values at 0, 60 and 100 points, where shown."""
    fit = config.FIT_THRESHOLD_POINTS
    low, high, at = round(score.low, 1), round(score.high, 1), round(score.points, 1)
    return format_html(
        _DRAWN,
        mood or score.mood,
        round(score.points),
        round(score.low),
        round(score.high),
        ", too few to judge" if score.few else "",
        *(fit, 100 - fit),
        *(low, round(max(high - low, 0.8), 1)),
        *(fit, fit),
        *(at, at),
        format_html(_MARKS, *marks) if marks else "",
    )


@register.filter
def points(value: float | None) -> str:
    """A score as people say it: whole points."""
    return "–" if value is None else f"{value:.0f}"
