"""What every analysis returns: a frozen table with its n, definition, source and warnings."""

from __future__ import annotations

import datetime
import html
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from fourfits import charts

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
    """

    analysis: ClassVar[str] = ""
    definition: ClassVar[str] = ""
    assumptions: ClassVar[str] = ""
    source: ClassVar[str] = ""

    table: pa.Table
    parameters: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def summary(self) -> dict[str, Any]:
        """The headline numbers; the only row of the table where there is one."""
        rows = self.table.slice(0, 1).to_pylist()
        return {key: plain(value) for key, value in rows[0].items()} if len(self.table) == 1 else {}

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
        notes = "".join(f"<p><em>{html.escape(warning)}</em></p>" for warning in self.warnings)
        with charts.unchecked():
            drawing = charts.svg(self.chart())
        return (
            f"<p>{html.escape(self.definition)}</p>{drawing}"
            f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{notes}"
        )

    def _head(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.table.slice(0, ROWS_SHOWN).to_pylist()
        return rows


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


def shown(value: Any) -> str:
    """A value as a person reads it: four figures for small numbers, separators for large ones.

    >>> shown(1234567.8), shown(0.12345), shown(None)
    ('1,234,568', '0.1235', '–')
    """
    value = plain(value)
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return str(value)
