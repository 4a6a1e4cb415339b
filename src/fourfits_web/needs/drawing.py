"""Small drawings of a trend, as SVG that the stylesheet colours."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from html import escape

from django.utils.safestring import SafeString

WIDTH, HEIGHT = 96, 24


@functools.lru_cache(maxsize=2_000)
def sparkline(counts: tuple[int, ...]) -> SafeString:
    """A line of counts over time, for the width of a cell.

    >>> "polyline" in sparkline((1, 3, 2))
    True
    """
    if len(counts) < 2 or not any(counts):
        return SafeString('<span class="none">–</span>')
    step, top = WIDTH / (len(counts) - 1), max(counts)
    points = " ".join(
        f"{place * step:.1f},{2 + (HEIGHT - 4) * (1 - count / top):.1f}"
        for place, count in enumerate(counts)
    )
    label = f"From {counts[0]} to {counts[-1]} items a month within {len(counts)} months"
    return SafeString(
        f'<svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">'
        f'<polyline points="{points}"/></svg>'
    )


def bars(counts: Sequence[int], names: Sequence[str]) -> SafeString:
    """A bar for each month with its name and count.

    >>> bars([2, 1], ["Jan", "Feb"]).count("<rect")
    2
    """
    top = max(counts, default=0) or 1
    drawn = (
        f'<rect x="{place * 40 + 6}" y="{70 - 60 * count / top:.1f}" width="28" '
        f'height="{60 * count / top:.1f}" rx="2"><title>{escape(name)}: {count}</title></rect>'
        f'<text x="{place * 40 + 20}" y="{66 - 60 * count / top:.1f}" class="value">{count}</text>'
        f'<text x="{place * 40 + 20}" y="86">{escape(name)}</text>'
        for place, (count, name) in enumerate(zip(counts, names, strict=True))
    )
    return SafeString(
        f'<svg class="month-bars" viewBox="0 -8 {max(len(counts), 1) * 40} 98" role="img" '
        f'aria-label="Feedback by month">{"".join(drawn)}</svg>'
    )
