"""Wide files made long: a survey with a row per respondent becomes a row per answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fourfits import tables
from fourfits.imports import files

if TYPE_CHECKING:
    import duckdb


def prepared(
    source: files.Source,
    table: tables.Table,
    connection: duckdb.DuckDBPyConnection,
    *,
    given: Mapping[str, str],
    vendor: str | None,
) -> tuple[files.Source, list[str]]:
    """The source in the form of the table, and what was done to it."""
    return source, []
