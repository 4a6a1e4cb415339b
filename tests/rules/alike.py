"""Whether two tables say the same, whatever the order of their rows and the last digits."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pyarrow as pa


def difference(one: pa.Table, other: pa.Table, *, rel: float = 1e-9) -> str:
    """The first difference in words; empty where there is none."""
    if one.column_names != other.column_names:
        return f"columns {one.column_names} and {other.column_names}"
    if len(one) != len(other):
        return f"{len(one)} and {len(other)} rows"
    for left, right in zip(_sorted(one), _sorted(other), strict=True):
        for name, ours in left.items():
            if not _same(ours, right[name], rel):
                return f"{name}: {ours!r} and {right[name]!r} in {left}"
    return ""


def _sorted(table: pa.Table) -> list[dict[str, Any]]:
    return sorted(table.to_pylist(), key=lambda row: [_key(cell) for cell in row.values()])


def _key(cell: Any) -> tuple[int, float, str]:
    """Numbers are ordered by four figures, so that a last digit does not change the order."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return 0, 0.0, ""
    if isinstance(cell, int | float | Decimal):
        return 1, float(f"{cell:.4g}"), ""
    return 2, 0.0, str(cell)


def _same(one: Any, other: Any, rel: float) -> bool:
    numbers = (int, float, Decimal)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other, [rel] * len(one)))
    if isinstance(one, numbers) and isinstance(other, numbers):
        both_empty = math.isnan(one) and math.isnan(other)
        return both_empty or math.isclose(one, other, rel_tol=rel, abs_tol=rel)
    empty = [
        cell is None or (isinstance(cell, float) and math.isnan(cell)) for cell in (one, other)
    ]
    return all(empty) or one == other
