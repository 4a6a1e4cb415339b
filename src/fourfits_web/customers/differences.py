"""Writing a copy: only rows that differ from those that stand, in one transaction.

Readers see the copy of before until all of it is there, and a copying that changes little holds
the database for a moment only.
"""

# ruff: noqa: S608 - every name in a statement is ours

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from django.db import connection, models, transaction

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    from fourfits_web.customers.scratch import Scratch

_READ_AT_ONCE = 100_000
_MANY = 10_000
_NUMBERS = frozenset({"digest", "part"})


@dataclass(frozen=True, kw_only=True)
class Copy:
    """What should stand.

    Args:
        table: Scratch table with a column for each of the model's fields.
        model: What stands; with a field `digest`, rows of the same key and digest are left alone.
        key: Fields that name a row; the model is unique in them.
        belonging: Rows of another model that are written anew with the row they belong to.
    """

    table: str
    model: type[models.Model]
    key: tuple[str, ...]
    belonging: Belonging | None = None

    @property
    def written(self) -> list[type[models.Model]]:
        """Models that are written."""
        return [self.model, *([self.belonging.model] if self.belonging else [])]

    @property
    def fields(self) -> list[models.Field[Any, Any]]:
        """All that is copied."""
        return [field for field in self.model._meta.concrete_fields if not field.primary_key]

    @property
    def marks(self) -> tuple[str, ...]:
        """Fields by which a row is known to be the same."""
        has_digest = any(field.name == "digest" for field in self.fields)
        return (*self.key, "digest") if has_digest else self.key


@dataclass(frozen=True, kw_only=True)
class Belonging:
    """Rows that follow another: those of `of` whose field `key` holds the key of the other."""

    table: str
    model: type[models.Model]
    of: str


def write(scratch: Scratch, copy: Copy) -> int:
    """Make the model's rows those of the scratch table; returns how many were written or removed."""
    _compare(scratch, copy)
    n_changed = int(scratch.one("SELECT count(*) FROM changed"))
    n_gone = int(scratch.one("SELECT count(*) FROM gone"))
    with transaction.atomic(), connection.cursor() as cursor:
        if copy.belonging:
            _remove_belonging(scratch, cursor, copy, copy.belonging)
        if n_gone:
            _remove(cursor, copy.model, copy.key, _rows(scratch, "SELECT * FROM gone"))
        if n_changed:
            with _indexes_rebuilt(cursor, copy.written, n_changed):
                _put_changed(scratch, cursor, copy)
    scratch.run("DROP TABLE standing; DROP TABLE changed; DROP TABLE gone")
    if n_changed + n_gone > _MANY:
        _learn(copy.written)
    return n_changed + n_gone


def _put_changed(scratch: Scratch, cursor: CursorWrapper, copy: Copy) -> None:
    query = f"SELECT {_spelt(copy)} FROM changed ORDER BY {', '.join(copy.key)}"
    _put(cursor, copy, _rows(scratch, query))
    if copy.belonging:
        _put_belonging(scratch, cursor, copy, copy.belonging)


def _compare(scratch: Scratch, copy: Copy) -> None:
    """Tables `standing`, `changed` (rows to write) and `gone` (keys to remove)."""
    shape = ", ".join(f"{m} {'BIGINT' if m in _NUMBERS else 'VARCHAR'}" for m in copy.marks)
    scratch.run(f"CREATE TABLE standing ({shape})")
    found = copy.model._base_manager.order_by().values_list(*copy.marks).iterator(10_000)
    while part := list(itertools.islice(found, _READ_AT_ONCE)):
        columns = map(list, zip(*part, strict=True))
        scratch.add("standing", pa.table(dict(zip(copy.marks, columns, strict=True))))
    key = ", ".join(copy.key)
    scratch.run(
        f"CREATE TABLE changed AS SELECT * FROM {copy.table} "
        f"ANTI JOIN standing USING ({', '.join(copy.marks)});"
        f"CREATE TABLE gone AS SELECT {key} FROM standing ANTI JOIN {copy.table} USING ({key})"
    )


def _spelt(copy: Copy) -> str:
    """The columns as both databases take them."""
    forms = {models.DateTimeField: "%Y-%m-%d %H:%M:%S", models.DateField: "%Y-%m-%d"}
    return ", ".join(
        f"strftime({field.attname}, '{forms[type(field)]}')"  # type: ignore[index]
        if type(field) in forms
        else field.attname
        for field in copy.fields
    )


def _rows(scratch: Scratch, query: str) -> Iterator[tuple[Any, ...]]:
    for batch in scratch.batches(query):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _put(cursor: CursorWrapper, copy: Copy, rows: Iterator[tuple[Any, ...]]) -> None:
    """Insert rows, or change those of the same key."""
    columns = [field.attname for field in copy.fields]
    new = ", ".join(f'"{n}" = excluded."{n}"' for n in columns if n not in copy.key)
    target = ", ".join(f'"{name}"' for name in copy.key)
    clash = f" ON CONFLICT ({target}) DO {f'UPDATE SET {new}' if new else 'NOTHING'}"
    _insert(cursor, copy.model, columns, rows, clash)


def _insert(
    cursor: CursorWrapper,
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterator[tuple[Any, ...]],
    clash: str = "",
) -> None:
    table, spelt = f'"{model._meta.db_table}"', ", ".join(f'"{name}"' for name in columns)
    if connection.vendor == "postgresql":
        cursor.execute(f"CREATE TEMP TABLE arriving AS SELECT {spelt} FROM {table} WITH NO DATA")
        with cursor.cursor.copy(f"COPY arriving ({spelt}) FROM STDIN") as stream:
            for row in rows:
                stream.write_row(row)
        cursor.execute(f"INSERT INTO {table} ({spelt}) SELECT {spelt} FROM arriving{clash}")
        cursor.execute("DROP TABLE arriving")
        return
    places = ", ".join(["%s"] * len(columns))
    while part := list(itertools.islice(rows, _MANY)):
        cursor.executemany(f"INSERT INTO {table} ({spelt}) VALUES ({places}){clash}", part)


def _remove(
    cursor: CursorWrapper,
    model: type[models.Model],
    key: Sequence[str],
    rows: Iterator[tuple[Any, ...]],
) -> None:
    condition = " AND ".join(f'"{name}" = %s' for name in key)
    table = model._meta.db_table
    while part := list(itertools.islice(rows, _MANY)):
        cursor.executemany(f'DELETE FROM "{table}" WHERE {condition}', part)


def _remove_belonging(
    scratch: Scratch, cursor: CursorWrapper, copy: Copy, belonging: Belonging
) -> None:
    """What belongs to rows that go or change; rows that are new have nothing yet."""
    (key,) = copy.key
    owners = (
        f"SELECT '{belonging.of}', {key} FROM gone UNION ALL "
        f"SELECT '{belonging.of}', {key} FROM changed SEMI JOIN standing USING ({key})"
    )
    _remove(cursor, belonging.model, ("of", "key"), _rows(scratch, owners))


def _put_belonging(
    scratch: Scratch, cursor: CursorWrapper, copy: Copy, belonging: Belonging
) -> None:
    (key,) = copy.key
    columns = [f.attname for f in belonging.model._meta.concrete_fields if not f.primary_key]
    query = (
        f"SELECT {', '.join(columns)} FROM {belonging.table} "
        f"WHERE of = '{belonging.of}' AND key IN (SELECT {key} FROM changed) "
        f"ORDER BY {', '.join(columns)}"
    )
    _insert(cursor, belonging.model, columns, _rows(scratch, query))


@contextmanager
def _indexes_rebuilt(
    cursor: CursorWrapper, written: Sequence[type[models.Model]], n_changed: int
) -> Iterator[None]:
    """Sorting an index once is quicker than growing it row by row, where most rows are new.

    PostgreSQL would keep readers out of the table meanwhile, so it grows them.
    """
    if connection.vendor != "sqlite" or n_changed < _MANY:
        yield
        return
    names = [model._meta.db_table for model in written]
    cursor.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql NOT LIKE '%%UNIQUE%%' "
        f"AND tbl_name IN ({', '.join(['%s'] * len(names))})",
        names,
    )
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    for _, statement in indexes:
        cursor.execute(statement)


def _learn(written: Sequence[type[models.Model]]) -> None:
    """Let the database count its values anew, so that it takes the right index."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA analysis_limit = 1000")
        for model in written:
            cursor.execute(f'ANALYZE "{model._meta.db_table}"')
