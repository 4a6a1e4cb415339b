"""Rows that analyses derive: laid down in the types of the contract, and held against it."""
# ruff: noqa: S608 - names and values in SQL pass through `engine.identifier` and `engine.literal`

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fourfits import errors, tables
from fourfits.lake import engine

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

Part = Mapping[str, str]
"""Equalities, by column, that tell which rows of a table are replaced; none are all."""

_OF_ONE = {"are": "is", "have": "has", "hold": "holds"}


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What keeping derived rows came to.

    Attributes:
        table: The derived table.
        n_rows: Rows that it holds of this part now.
        version: The version that holds them; `None` where there never was a row.
        changed: Whether they differ from those that stood there.
    """

    table: str
    n_rows: int
    version: int | None
    changed: bool

    def __str__(self) -> str:
        """What `fourfits analyse --keep` prints."""
        if not self.changed:
            return (
                f"{self.table} holds these {errors.counted(self.n_rows, 'row')} already "
                f"(version {self.version})."
            )
        return (
            f"Kept {errors.counted(self.n_rows, 'row')} in {self.table} (version {self.version})."
        )


def lay(
    connection: duckdb.DuckDBPyConnection,
    contract: tables.Table,
    rows: pa.Table | pa.RecordBatchReader,
    file: Path,
) -> int:
    """Write rows as the contract types them; columns that it does not know come last.

    Returns:
        How many rows there are.

    Raises:
        ColumnError: If a required column is missing.
    """
    lacking = [name for name in contract.required if name not in rows.schema.names]
    if lacking:
        raise errors.ColumnError(
            f"Rows for {contract.name} lack {', '.join(lacking)}; "
            f"they have {', '.join(rows.schema.names)}.",
            hint=f"`fourfits tables {contract.name}` says what each column holds",
        )
    cells = [
        f"CAST({engine.identifier(column.name) if column.name in rows.schema.names else 'NULL'} "
        f"AS {tables.DUCKDB_TYPES[column.kind]}) AS {engine.identifier(column.name)}"
        for column in contract
    ]
    cells += [engine.identifier(name) for name in rows.schema.names if name not in contract]
    connection.register("kept_rows", rows)
    try:
        return engine.write_parquet(connection, f"SELECT {', '.join(cells)} FROM kept_rows", file)
    finally:
        connection.unregister("kept_rows")


def check(
    connection: duckdb.DuckDBPyConnection, contract: tables.Table, file: Path, part: Part
) -> None:
    """Refuse rows that break the contract; derived rows are right or wrong as a whole.

    Raises:
        RangeError: If a required value is missing, a value lies outside its bounds or outside of
            the part, or a key occurs twice.
    """
    relation = engine.parquet([file])
    for condition, complaint in _broken(contract, part).items():
        row = connection.execute(
            f"SELECT count(*) FROM {relation} WHERE ({condition}) IS NOT FALSE"
        ).fetchone()
        if row and row[0]:
            verb, _, rest = complaint.partition(" ")
            said = f"{_OF_ONE[verb] if row[0] == 1 else verb} {rest}"
            raise errors.RangeError(
                f"{errors.counted(row[0], 'row')} for {contract.name} {said}; nothing was changed.",
                hint=f"`fourfits tables {contract.name}` says what each column holds",
            )
    keys = engine.listed(contract.key)
    twice = connection.execute(
        f"SELECT {keys} FROM {relation} GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL LIMIT 1"
    ).fetchone()
    if twice:
        named = ", ".join(
            f"{name} {value}" for name, value in zip(contract.key, twice, strict=True)
        )
        raise errors.RangeError(
            f"Rows for {contract.name} hold {named} more than once; nothing was changed.",
            hint="give one row for each",
        )


def alike(
    connection: duckdb.DuckDBPyConnection, there: list[str], condition: str, file: Path
) -> bool:
    """Whether the file holds the rows that stand there under a condition, and no others."""
    new = f"SELECT * FROM {engine.parquet([file])}"
    if not there:
        row = connection.execute(f"SELECT count(*) FROM ({new})").fetchone()
        return row is not None and row[0] == 0
    columns = engine.types(connection, new)
    stored = engine.types(connection, f"SELECT * FROM {engine.parquet(there)}")
    names = engine.listed(columns)
    if any(stored.get(name) != kind for name, kind in columns.items()):
        return False
    filled = [f"{engine.identifier(name)} IS NOT NULL" for name in stored if name not in columns]
    old = f"SELECT {names} FROM {engine.parquet(there)} WHERE {condition}"
    more = f" AND ({' OR '.join(filled)})" if filled else " AND FALSE"
    difference = (
        f"SELECT 1 FROM (({old} EXCEPT ALL {new}) UNION ALL ({new} EXCEPT ALL {old})) "
        f"UNION ALL (SELECT 1 FROM {engine.parquet(there)} WHERE ({condition}){more}) LIMIT 1"
    )
    return connection.execute(difference).fetchone() is None


def condition_of(part: Part) -> str:
    """The rows of a part as a condition; all rows where there is no part."""
    equal = [f"{engine.identifier(name)} = {engine.literal(text)}" for name, text in part.items()]
    return " AND ".join(equal) or "TRUE"


def _broken(contract: tables.Table, part: Part) -> dict[str, str]:
    """Conditions that no row may meet, and what to say of those that do."""
    found = {f"NOT ({condition_of(part)})": f"are not of {_words(part)}"} if part else {}
    for column in contract:
        name = engine.identifier(column.name)
        if column.required or column.name in contract.key:
            found[f"{name} IS NULL"] = f"have no {column.name}"
        bounds = [
            f"{name} {sign} {bound}"
            for sign, bound in (("<", column.low), (">", column.high))
            if bound is not None
        ]
        if bounds:
            outside = " OR ".join(bounds)
            found[f"{name} IS NOT NULL AND ({outside})"] = (
                f"hold a {column.name} that is not {column.rule}"
            )
    return found


def _words(part: Part) -> str:
    return ", ".join(f"{name} {text}" for name, text in part.items())
