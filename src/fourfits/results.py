"""What every analysis returns: a frozen table with its n, definition, source and warnings."""

from __future__ import annotations

import datetime
import html
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from fourfits import charts, checks

if TYPE_CHECKING:
    import altair as alt
    import ibis.expr.types as ir
    import pyarrow as pa

ROWS_SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class Derived:
    """Rows of a derived table that a result fills; `sources.Data.keep` writes them.

    Attributes:
        table: Its name, such as `memberships`.
        rows: Its rows: Arrow, or an Ibis query where they are many.
        part: Which rows they replace, such as `{"segmentation": "rfm"}`; none are all.
    """

    table: str
    rows: pa.Table | ir.Table
    part: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Result:
    """The base of every result.

    Attributes:
        table: The numbers, one row per group.
        parameters: What the analysis was asked, defaults included.
        data: Rows used, by canonical table.
        warnings: Sentences that limit what may be concluded.
        analysis: Name under which `fourfits analyse` runs it.
        definition: What the main number means, in a sentence.
        assumptions: What must hold for the interval to mean what it says.
        source: Where the method was published.
        headline: The column that tells groups apart at a glance, where there can be several.
    """

    analysis: ClassVar[str] = ""
    definition: ClassVar[str] = ""
    assumptions: ClassVar[str] = ""
    source: ClassVar[str] = ""
    headline: ClassVar[str] = ""

    table: pa.Table
    parameters: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def summary(self) -> dict[str, Any]:
        """The headline numbers: the only row, or how many groups there are and the outermost two."""
        return self._glance(self.table)

    def _glance(self, table: pa.Table) -> dict[str, Any]:
        """The only row of a table, or its number of groups, their count, and the outermost two."""
        rows: list[dict[str, Any]] = table.to_pylist()
        if len(rows) == 1:
            return {key: plain(value) for key, value in rows[0].items()}
        counts = [name for name in table.column_names if name.startswith("n_")][:1]
        told: dict[str, Any] = {"n_groups": len(rows)}
        told |= {name: sum(row[name] or 0 for row in rows) for name in counts}
        known = [row for row in rows if self.headline and row[self.headline] is not None]
        ends = ("latest", "earliest") if self.headline.endswith("_on") else ("highest", "lowest")
        for end, choose in zip(ends, (max, min), strict=True) if known else ():
            row = choose(known, key=lambda one: one[self.headline])
            told |= {end: self._group(row), f"{end}_{self.headline}": plain(row[self.headline])}
        return told

    def derived(self) -> Derived | None:
        """The derived table that the result fills beside the canonical ones; most fill none."""
        return None

    def chart(self) -> alt.TopLevelMixin:
        """The result as a Vega-Altair chart."""
        raise TypeError(f"{type(self).__name__} has no chart")

    def spec(self) -> dict[str, Any]:
        """The chart as a Vega-Lite specification for a page that brings its own look."""
        with charts.unchecked():
            return charts.spec(self.chart(), None)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data, ready for JSON."""
        return {
            "analysis": self.analysis,
            "parameters": plain(dict(self.parameters)),
            "as_of": plain(self.parameters.get("as_of")),
            "data": dict(self.data),
            "rows": [plain(row) for row in self.table.to_pylist()],
            "summary": plain(self.summary()),
            "warnings": list(self.warnings),
            "definition": self.definition,
            "assumptions": self.assumptions,
            "source": self.source,
        }

    def __str__(self) -> str:
        """The table as text, with warnings; what `print` and the terminal show."""
        rows = [[shown(value) for value in row.values()] for row in self._head()]
        header = list(self.table.column_names)
        widths = [max(map(len, cells)) for cells in zip(header, *rows, strict=True)]
        lines = [
            "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
            for row in [header, *rows]
        ]
        more = len(self.table) - len(rows)
        lines += [f"... and {more:,} more rows"] if more > 0 else []
        lines += [f"In short: {told}"] if (told := self._in_short()) else []
        lines += [f"Note: {warning}" for warning in self.warnings]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{html.escape(name)}</th>" for name in self.table.column_names)
        body = "".join(
            "<tr>"
            + "".join(f"<td>{html.escape(shown(cell))}</td>" for cell in row.values())
            + "</tr>"
            for row in self._head()
        )
        told = self._in_short()
        short = f"<p><strong>{html.escape(told)}</strong></p>" if told else ""
        notes = "".join(f"<p><em>{html.escape(warning)}</em></p>" for warning in self.warnings)
        with charts.unchecked():
            drawing = charts.svg(self.chart())
        return (
            f"<p>{html.escape(self.definition)}</p>{short}{drawing}"
            f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{notes}"
        )

    def _group(self, row: Mapping[str, Any]) -> str:
        """The group of a row in words."""
        return " · ".join(str(row[name]) for name in checks.names(self.parameters.get("by")))

    def _in_short(self) -> str:
        """The summary in a line, where the table has more rows than the one that it says."""
        return _told(plain(self.summary())) if len(self.table) != 1 else ""

    def _head(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.table.slice(0, ROWS_SHOWN).to_pylist()
        return rows


def _told(summary: Mapping[str, Any]) -> str:
    """A summary in a line; each number with its interval.

    >>> _told({"n_groups": 1200, "nps": 5, "nps_low": 3, "nps_high": 7, "by_kind": {"price": 1}})
    '1,200 groups · nps 5 (3 to 7) · by kind (price 1)'
    """
    said = []
    for name, value in summary.items():
        words, stem = name.replace("_", " "), re.sub("_(share|amount)$", "", name)
        ends = [f"{stem}_{end}" for end in ("low", "high")]
        is_end = name.endswith(("_low", "_high"))
        if value is None or value in ([], {}) or is_end:
            continue
        if isinstance(value, Mapping):
            said.append(f"{words} ({_told(value)})")
        elif isinstance(value, list | tuple):
            texts = [shown(each) for each in value if not isinstance(each, Mapping)]
            said += [f"{words} {', '.join(texts)}"] if texts else []
        elif name.startswith("n_") and isinstance(value, int):
            counted = words.removeprefix("n ")
            said.append(f"{value:,} {counted.removesuffix('s') if value == 1 else counted}")
        else:
            known = all(summary.get(end) is not None for end in ends)
            spread = f" ({shown(summary[ends[0]])} to {shown(summary[ends[1]])})" if known else ""
            said.append(f"{words} {shown(value)}{spread}")
    return " · ".join(said)


def stacked(parts: Iterable[pa.Table]) -> pa.Table:
    """The tables of several groups under each other.

    >>> import pyarrow as pa
    >>> parts = [pa.table({"plan": [None], "n": [1]}), pa.table({"plan": ["Pro"], "n": [2]})]
    >>> stacked(parts)["plan"].to_pylist()  # a group without a name has a column without a type
    [None, 'Pro']
    """
    import pyarrow as pa

    return pa.concat_tables(parts, promote_options="permissive")


def plain(value: Any) -> Any:
    """A value as JSON can hold it: dates as ISO text, decimals as numbers, NaN as null.

    >>> plain({"n": Decimal("1.50"), "x": float("nan")})
    {'n': 1.5, 'x': None}
    """
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if hasattr(value, "tolist"):  # NumPy arrays and scalars
        return plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def likely(probability: float) -> str:
    """A probability as a person reads it; what no draw contradicts is not called certain.

    >>> likely(0.953), likely(1.0), likely(0.0004)
    ('95%', 'over 99%', 'under 1%')
    """
    if probability > 0.994:
        return "over 99%"
    return "under 1%" if probability < 0.006 else f"{100 * probability:.0f}%"


def shown(value: Any) -> str:
    """A value as a person reads it: four figures for small numbers, separators for large ones.

    >>> shown(1234567.8), shown(0.12345), shown(None), shown(2.5e33)
    ('1,234,568', '0.1235', '–', '2.5e+33')
    """
    value = plain(value)
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.0f}" if 1000 <= abs(value) < 1e15 else f"{value:.4g}"
    return str(value)
