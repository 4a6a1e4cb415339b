"""SQL that reads values as people write them: numbers, amounts, yes and no, blanks, identifiers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


def name(column: str) -> str:
    """A column's name, quoted for SQL.

    >>> name('our "best" price')
    '"our ""best"" price"'
    """
    return '"' + column.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text, quoted for SQL.

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def number_of(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    """The single number that a query yields; 0 where it yields none."""
    row = connection.execute(query).fetchone()
    return int(row[0]) if row and row[0] is not None else 0
