"""How the rows of one file become rows of one canonical table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fourfits.imports import matching


@dataclass(frozen=True, kw_only=True)
class Mapping:
    """What to select, from where, to get canonical rows.

    `SELECT {expression} AS {column}, ... , _line FROM {relation}` over *all* rows yields one row
    for each row of the table. Expressions may hold window functions (a line's place within its
    order, a key made from content), so select them first and filter afterwards.
    """

    table: str
    relation: str
    """A view with the column `_line`; the file's own relation, or one derived from it, as where a
    wide survey becomes a row per answer."""
    expressions: dict[str, str]
    """Canonical column to SQL that yields a value of its type, or NULL where there is none or it
    cannot be read. Columns that the file does not have are absent."""
    raw: dict[str, str]
    """Canonical column to SQL that yields the text as it stood, NULL where it was blank: a row
    where this holds something and the expression is NULL was not understood. Columns that are
    computed (a constant, a line's place) are absent."""
    extra: dict[str, str] = field(default_factory=dict)
    """Columns that the contract does not know, under their own names in snake_case."""
    extra_types: dict[str, str] = field(default_factory=dict)
    """Their DuckDB types: numbers DOUBLE, everything else as it stands. Another file may hold
    other values under the same name: cast to the type that is stored."""
    notes: tuple[str, ...] = ()
    """How each column was read, one sentence each."""
    missing: tuple[str, ...] = ()
    """Required columns for which nothing was found; empty, as their absence raises an error."""
    origins: dict[str, matching.Origin] = field(default_factory=dict)
    """Canonical column to where it comes from in the file; computed ones are absent."""
    own_names: dict[str, str] = field(default_factory=dict)
    """Column of the file that the contract does not know to the name under which it is kept."""
    made: dict[str, str] = field(default_factory=dict)
    """Canonical column that the file lacks to a sentence on how it is computed."""
    line_within: str | None = None
    """The column within which `expressions["line"]` numbers the rows, where the file has no line."""
