"""One look for every chart: the same in notebook, report, workspace and PNG."""

from __future__ import annotations

import contextlib
import functools
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from fourfits import config as thresholds

if TYPE_CHECKING:
    import altair as alt
    import pyarrow as pa

Theme = Literal["light", "dark"]

PALETTE = ("#2f6fde", "#e07b39", "#2a9d76", "#b5478f", "#8a6d3b", "#5b5fc7", "#c0392b", "#6b7280")
"""Categories, told apart with every common colour vision; readable on light and dark."""

GOOD, WARN, BAD = "#2a9d76", "#d9932f", "#c0392b"

_INK = {"light": ("#1f2937", "#e5e7eb"), "dark": ("#e5e7eb", "#374151")}


def config(theme: Theme = "light") -> dict[str, Any]:
    """Vega-Lite configuration of a theme; the background is left to the page."""
    ink, line = _INK[theme]
    return {
        "background": "transparent",
        "font": "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif",
        "view": {"stroke": None, "continuousWidth": 520, "discreteHeight": {"step": 26}},
        "axis": {
            "labelColor": ink,
            "titleColor": ink,
            "gridColor": line,
            "domainColor": line,
            "tickColor": line,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "labelLimit": 260,
        },
        "legend": {
            "labelColor": ink,
            "titleColor": ink,
            "labelFontSize": 12,
            "orient": "top",
            "symbolOpacity": 1,  # a band is faint, its name in the legend must not be
        },
        "header": {"labelColor": ink, "titleColor": ink},
        "title": {
            "color": ink,
            "subtitleColor": ink,
            "anchor": "start",
            "frame": "group",
            "fontSize": 14,
        },
        "text": {"color": ink},
        "rule": {"color": ink},
        "range": {"category": list(PALETTE)},
        "mark": {"color": PALETTE[0]},
    }


def data(table: pa.Table) -> Any:
    """A small result table as inline chart data; decimals as numbers, dates as ISO text."""
    text = json.dumps(table.to_pylist(), default=_plain)
    return _rows()(values=json.loads(text, parse_constant=lambda _: None))  # no NaN in JSON


@functools.cache
def _rows() -> Any:
    """Inline data that stay the same object in each copy that Altair makes of a chart, a dozen."""
    import altair as alt

    class Rows(alt.Data):
        def __deepcopy__(self, memo: Any) -> Rows:
            return self

    return Rows


def labelled(table: pa.Table, groups: tuple[str, ...]) -> tuple[pa.Table, str]:
    """The table with one column that names each row's group, and that column's name.

    >>> import pyarrow as pa
    >>> table, label = labelled(pa.table({"channel": ["ads"], "plan": ["Pro"]}), ("channel", "plan"))
    >>> table[label].to_pylist()
    ['ads · Pro']
    """
    if len(groups) == 1:
        return table, groups[0]
    rows = zip(*(table[name].to_pylist() for name in groups), strict=True)
    names = [" · ".join(map(str, row)) for row in rows] if groups else ["all"] * len(table)
    return table.append_column("group", [names]), "group"


def interval_dots(
    table: pa.Table,
    *,
    label: str,
    value: str,
    low: str,
    high: str,
    title: str,
    form: str = ".1f",
    reference: float | None = None,
    sort: Literal["value", "given"] = "value",
    scale: Literal["linear", "log"] = "linear",
    ends: tuple[float, float] | None = None,
    n: str | None = None,
) -> alt.TopLevelMixin:
    """One row per group: a dot for the estimate, a line for its interval.

    Groups of fewer than `config.MIN_GROUP` people are no part of the order: they stand last, with
    their number, a dotted line and an empty dot.

    Args:
        table: One row per group.
        label: Column with the group's name.
        value: Column with the estimate.
        low: Column with the lower end.
        high: Column with the upper end.
        title: What the horizontal axis shows, with its unit.
        form: d3 number format of the values.
        reference: A value to draw a line at, such as a threshold.
        sort: By `value`, largest first, or as `given`.
        scale: `log` for ratios, of which ten times as much and a tenth are alike far from 1.
        ends: Where the horizontal axis begins and ends; round numbers around the values without.
        n: Column with the people in a group.
    """
    import altair as alt

    if sort == "value":
        table = table.sort_by([(value, "descending")])
    table, n_few = _few_last(table, label, n)
    order: Any = table[label].to_pylist() if sort == "value" or n_few else None
    y = alt.Y(f"{label}:N", sort=order, title=None)
    tooltip = [
        alt.Tooltip(f"{label}:N"),
        *(alt.Tooltip(f"{column}:Q", format=form) for column in (value, low, high)),
        *([alt.Tooltip(f"{n}:Q", format=",")] if n else []),
    ]
    base, few = alt.Chart(data(table.slice(0, len(table) - n_few))), None
    if n_few:
        few = alt.Chart(data(table.slice(len(table) - n_few)))
    shape = alt.Scale(type=scale, nice=True) if scale == "log" else alt.Scale(zero=False, nice=True)
    if ends is not None:
        shape = alt.Scale(domain=ends, nice=False, zero=False, padding=8)
    ticks = alt.Axis(format="%") if form.endswith("%") else alt.Undefined
    x = alt.X(f"{low}:Q", title=title, scale=shape, axis=ticks)
    ranges = {"x": x, "x2": alt.X2(f"{high}:Q"), "y": y}
    dots = {"x": alt.X(f"{value}:Q", title=title), "y": y, "tooltip": tooltip}
    layers = [
        base.mark_rule(strokeWidth=2, opacity=0.6).encode(**ranges),
        base.mark_point(filled=True, size=80, opacity=1).encode(**dots),
    ]
    if few is not None:
        layers += [
            few.mark_rule(strokeWidth=1.5, strokeDash=[2, 3], opacity=0.6).encode(**ranges),
            few.mark_point(filled=False, size=80, opacity=0.7).encode(**dots),
        ]
    if reference is not None:
        line = alt.Chart(alt.Data(values=[{"reference": reference}]))
        layers.append(line.mark_rule(strokeDash=[4, 4], color=WARN).encode(x=alt.X("reference:Q")))
    return alt.layer(*layers)


def _few_last(table: pa.Table, label: str, n: str | None) -> tuple[pa.Table, int]:
    """The table with the groups of too few people last, their number in their names; how many."""
    import pyarrow as pa

    sizes = table[n].to_pylist() if n else []
    few = [size is not None and size < thresholds.MIN_GROUP for size in sizes]
    if not any(few):
        return table, 0
    names = [
        f"{name} (n = {size})" if is_few else None if name is None else str(name)
        for name, size, is_few in zip(table[label].to_pylist(), sizes, few, strict=True)
    ]
    named = table.set_column(table.column_names.index(label), label, pa.array(names, pa.string()))
    places = sorted(range(len(few)), key=few.__getitem__)
    return named.take(places), sum(few)


@contextlib.contextmanager
def unchecked() -> Iterator[None]:
    """Let Altair build charts without comparing each part with the schema of Vega-Lite.

    That takes longer than most analyses; tests compare every chart as a whole.
    """
    from altair.utils import schemapi

    with schemapi.debug_mode(False):  # noqa: FBT003 - its only argument
        yield


def spec(chart: alt.TopLevelMixin, theme: Theme | None = "light") -> dict[str, Any]:
    """The Vega-Lite specification with our look; without a theme, the page brings the look."""
    result: dict[str, Any] = _worded(chart.to_dict(validate=False))
    return result if theme is None else result | {"config": config(theme)}


def words(name: str) -> str:
    """What a column is called where a chart names it.

    >>> words("n_customers"), words("retained_share"), words("revenue_amount"), words("by hand")
    ('customers', 'retained', 'revenue', 'by hand')
    """
    plain = name.removeprefix("n_")
    for unit in ("_share", "_amount", "_on"):
        plain = plain.removesuffix(unit)
    return plain.replace("_", " ")


def _worded(part: Any) -> Any:
    """Titles begin with a capital and have the quotation marks of print; hints name no bare column."""
    if isinstance(part, list):
        return [_worded(each) for each in part]
    if not isinstance(part, dict):
        return part
    found = {
        key: value if key in {"data", "datasets"} else _worded(value) for key, value in part.items()
    }
    if "tooltip" in found:
        hints = found["tooltip"] if isinstance(found["tooltip"], list) else [found["tooltip"]]
        found["tooltip"] = [
            {**hint, "title": _begun(hint.get("title") or words(hint["field"]))}
            if "field" in hint
            else hint
            for hint in hints
        ]
    if isinstance(title := found.get("title"), str):
        found["title"] = _begun(title)
    return found


def _begun(title: str) -> str:
    quoted = re.sub(r'"([^"]*)"', "“\\1”", title)
    return quoted[:1].upper() + quoted[1:]


def svg(chart: alt.TopLevelMixin, theme: Theme = "light") -> str:
    """The chart as SVG text; drawn here, without a browser or network."""
    import vl_convert

    return str(vl_convert.vegalite_to_svg(spec(chart, theme), show_warnings=False))


def png(chart: alt.TopLevelMixin, theme: Theme = "light", scale: float = 2.0) -> bytes:
    """The chart as a PNG picture on a plain background."""
    import vl_convert

    whole = spec(chart, theme)
    whole["config"]["background"] = "#ffffff" if theme == "light" else "#111827"
    return bytes(vl_convert.vegalite_to_png(whole, scale=scale, show_warnings=False))


def _plain(value: Any) -> Any:
    import datetime
    from decimal import Decimal

    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be drawn")
