"""What nobody needs any more is removed, a few rows at a time, so that no lock is held for long."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

ROWS = 500
"""Rows that one look of the worker removes of a kind at most; the next look goes on."""


def some(rows: QuerySet[Any]) -> list[Any]:
    """The keys of a few of the rows."""
    return list(rows.order_by().values_list("pk", flat=True)[:ROWS])


def remove_some(rows: QuerySet[Any]) -> int:
    """Remove a few of the rows, and say how many."""
    keys = some(rows)
    if keys:
        rows.model._base_manager.filter(pk__in=keys).delete()
    return len(keys)
