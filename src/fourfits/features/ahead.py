"""The work that is still ahead: what has shipped is neither scored nor ranked again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fourfits import checks

if TYPE_CHECKING:
    import ibis.expr.types as ir

STATUSES = ("idea", "planned", "building")


def of(features: ir.Table, status: str | Iterable[str] = STATUSES) -> ir.Table:
    """Features in one of the statuses; no status counts as `idea`, no such column as all ahead.

    >>> plan = {"feature_id": ["f1", "f2", "f3"], "status": ["shipped", "planned", None]}
    >>> sorted(of(checks.table(plan)).feature_id.to_pyarrow().to_pylist())
    ['f2', 'f3']
    """
    if "status" not in features.columns:
        return features
    stands = features.status.cast("string").fill_null("idea").lower()
    return features.filter(stands.isin(checks.names(status)))
