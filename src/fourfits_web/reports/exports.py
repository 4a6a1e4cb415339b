"""A report as a file: table as CSV, JSON or Parquet, chart as PNG or SVG."""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from pathlib import Path
from typing import Any, Literal

from django.conf import settings

from fourfits import charts, errors
from fourfits_web.core.lists.export import disarmed
from fourfits_web.reports.models import Report

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "png": "image/png",
    "svg": "image/svg+xml",
}
PICTURES = frozenset({"png", "svg"})
_GROUND = {"light": "#ffffff", "dark": "#111827"}


def content(report: Report, form: str, theme: Literal["light", "dark"] = "light") -> bytes:
    """The report in one of the forms of `TYPES`.

    Raises:
        NotEnoughDataError: If the run has no answer to export.
        ParameterError: If a picture is asked of a result that has no chart.
    """
    if report.refused:
        raise errors.NotEnoughDataError(report.refused, hint=report.hint)
    if form in PICTURES:
        return picture(report, form, theme)
    return {"csv": _csv, "json": _json, "parquet": _parquet}[form](report)


def file_name(report: Report, form: str) -> str:
    """Its name on the reader's disk.

    >>> import datetime
    >>> report = Report(analysis="nps", asked={"by": "plan"}, computed_at=datetime.datetime(2026, 3, 1))
    >>> file_name(report, "csv")
    'net-promoter-score-by-plan-2026-03-01.csv'
    """
    name = re.sub(r"[^a-z0-9]+", "-", str(report).lower().replace("–", "-")).strip("-")[:80]
    return f"{name}-{report.computed_at:%Y-%m-%d}.{form}"


def picture(report: Report, form: str, theme: Literal["light", "dark"]) -> bytes:
    """The chart as a picture; drawn once, for a run never changes."""
    if not report.chart:
        raise errors.ParameterError(f"{report} has no chart.", hint="export its table")
    kept = Path(settings.HOME) / "cache" / "charts" / f"{report.pk}-{theme}.{form}"
    if kept.is_file():
        return kept.read_bytes()
    drawn = _drawn(report.chart, form, theme)
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=kept.parent, delete=False) as file:
        file.write(drawn)
    Path(file.name).replace(kept)  # whole, or not there
    return drawn


def _drawn(chart: dict[str, Any], form: str, theme: Literal["light", "dark"]) -> bytes:
    import vl_convert

    look = {**charts.config(theme), "background": _GROUND[theme]}
    spec = {**chart, "config": {**look, **chart.get("config", {})}}
    if form == "svg":
        return str(vl_convert.vegalite_to_svg(spec, show_warnings=False)).encode()
    return bytes(vl_convert.vegalite_to_png(spec, scale=2.0, show_warnings=False))


def _csv(report: Report) -> bytes:
    text = io.StringIO()
    rows = report.rows
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([disarmed(name) for name in names])
    for row in rows:
        writer.writerow([disarmed(_flat(row.get(name))) for name in names])
    return text.getvalue().encode()


def _json(report: Report) -> bytes:
    whole = {
        **(report.result or {}),
        "rows": report.rows,
        "asked": report.asked,
        "as_of": report.as_of and report.as_of.isoformat(),
        "versions": report.versions,
        "fourfits": report.code_version,
        "computed_at": report.computed_at.isoformat(),
        "queries": report.queries,
    }
    return json.dumps(whole, indent=2, ensure_ascii=False).encode()


def _parquet(report: Report) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = report.rows
    names = list(dict.fromkeys(name for row in rows for name in row))
    table = pa.table({name: _column([row.get(name) for row in rows]) for name in names})
    file = io.BytesIO()
    pq.write_table(table, file)
    return file.getvalue()


def _column(values: list[Any]) -> Any:
    """Values as Arrow; those of several kinds as text."""
    import pyarrow as pa

    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        texts = [None if value is None else str(_flat(value)) for value in values]
        return pa.array(texts, pa.string())


def _flat(value: Any) -> Any:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else value
