"""The room that a chart will take, so that a page does not jump when it is drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Spec = Mapping[str, Any]
STEP, CONTINUOUS, WIDTH = 26, 300, 520
"""Pixels of a row of names and of a continuous axis, as `fourfits.charts` draws them."""
GROUP = 1.25
"""A group of bars takes so many times the room of its bars."""
AXIS, NAMES, TITLE, GAP, PANEL_SIDE = 48, 130, 24, 10, 80
BESIDE, BELOW, PANELS = ("hconcat",), ("vconcat", "concat"), ("facet", "repeat", "spec")


def sized(spec: Spec) -> Spec:
    """The chart with the height of its rows said, which Vega-Lite cannot fit to a place.

    >>> rows = [{"plan": name} for name in ("Basic", "Plus", "Team")]
    >>> sized({"data": {"values": rows}, "encoding": {"y": {"field": "plan", "type": "nominal"}}})["height"]
    78
    """
    if any(name in spec for name in (*BESIDE, *BELOW, *PANELS, "height")):
        return spec
    divided = {"row", "column", "facet", "yOffset"}
    if any(divided & set(layer.get("encoding", ())) for layer in _layers(spec)):
        return spec
    height = _rows_height(spec, spec.get("datasets", {}))
    return {**spec, "height": height} if height else spec


def room(spec: Spec, datasets: Mapping[str, Any] | None = None) -> tuple[int | None, int]:
    """Width, where the chart keeps one of its own, and height in pixels.

    >>> rows = [{"plan": name} for name in ("Basic", "Plus", "Team")]
    >>> room({"data": {"values": rows}, "encoding": {"y": {"field": "plan", "type": "nominal"}}})
    (None, 126)
    """
    known = {**(datasets or {}), **spec.get("datasets", {})}
    for parts in (spec[name] for name in (*BESIDE, *BELOW) if name in spec):
        rooms = [room({"data": spec.get("data"), **part}, known) for part in parts]
        widths, heights = [width or WIDTH + NAMES for width, _ in rooms], [h for _, h in rooms]
        if any(name in spec for name in BESIDE):
            return sum(widths), max(heights)
        return max(widths), sum(heights) + GAP * (len(heights) - 1)
    if "facet" in spec and "spec" in spec:
        return _panels(spec, known)
    title = TITLE if spec.get("title") else 0
    width = spec.get("width")
    own = int(width) + NAMES if isinstance(width, int | float) else None
    return own, _height(spec, known) + AXIS + title


def _panels(spec: Spec, datasets: Mapping[str, Any]) -> tuple[int, int]:
    """Room of the same chart for each group, so many beside each other."""
    inner, facet = spec["spec"], spec["facet"]
    field = facet.get("field") or facet.get("row", {}).get("field")
    names = {str(row.get(field)) for row in _rows(spec.get("data"), datasets)}
    columns = int(spec.get("columns") or 1)
    width = int(inner.get("width") or WIDTH) + PANEL_SIDE
    height = _height({"data": spec.get("data"), **inner}, datasets) + AXIS + TITLE
    return width * columns, height * -(-max(len(names), 1) // columns)


def _height(spec: Spec, datasets: Mapping[str, Any]) -> int:
    height = spec.get("height")
    if isinstance(height, int | float):
        return int(height)
    return round(_rows_height(spec, datasets) or CONTINUOUS)


def _rows_height(spec: Spec, datasets: Mapping[str, Any]) -> float | None:
    """Height of a chart with a row per name; nothing where its vertical axis is continuous."""
    for layer in _layers(spec):
        y = layer.get("encoding", {}).get("y", {})
        if y.get("type") in {"nominal", "ordinal"} and "field" in y:
            rows = _rows(layer.get("data") or spec.get("data"), datasets)
            return STEP * _names(rows, y["field"]) * _beside(rows, layer["encoding"].get("yOffset"))
    return None


def _beside(rows: list[dict[str, Any]], offset: Spec | None) -> float:
    """How many rows stand for a name, with the room that Vega-Lite leaves around a group."""
    return _names(rows, offset["field"]) * GROUP if offset else 1


def _names(rows: list[dict[str, Any]], field: str) -> int:
    return max(len({str(row.get(field)) for row in rows}), 1)


def _layers(spec: Spec) -> Iterator[Spec]:
    yield spec
    for layer in spec.get("layer", ()):
        yield from _layers({"data": spec.get("data"), **layer})


def _rows(data: Spec | None, datasets: Mapping[str, Any]) -> list[dict[str, Any]]:
    given = (data or {}).get("values") or datasets.get((data or {}).get("name", ""), [])
    return [row for row in given if isinstance(row, dict)]
