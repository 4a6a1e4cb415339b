"""Statements that come hundreds of times a second: the ORM words them once, values follow.

Wording a statement anew takes the ORM several times as long as the database takes to run it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

ROWS = 200
"""Records that one statement inserts at most; a database bounds the values of a statement."""


class _Given(str):
    """Stands in a statement for a value that comes later."""

    place: int

    @classmethod
    def at(cls, place: int) -> _Given:
        """The one for a place among the values."""
        mark = cls(f"?{place}")
        mark.place = place
        return mark


@dataclass(frozen=True)
class _Plan:
    """A statement, its values with the places of those to come, what turns columns into Python."""

    sql: str
    values: tuple[Any, ...]
    converters: tuple[tuple[int, list[Callable[..., Any]], Any], ...]

    def rows(self, given: Sequence[str]) -> list[tuple[Any, ...]]:
        values = [given[one.place] if isinstance(one, _Given) else one for one in self.values]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, values)
            found = cursor.fetchall()
        return [self._in_python(row) for row in found] if self.converters else found

    def _in_python(self, row: Sequence[Any]) -> tuple[Any, ...]:
        whole = list(row)
        for place, steps, column in self.converters:
            for step in steps:
                whole[place] = step(whole[place], column, connection)
        return tuple(whole)


class Question:
    """Rows of plain values, asked with texts: `Question(lambda key: ….values_list(…))(key)`."""

    def __init__(self, words: Callable[..., models.QuerySet[Any, Any]]) -> None:
        self._words = words
        self._plans: dict[str, _Plan] = {}

    def __call__(self, *given: str) -> list[tuple[Any, ...]]:
        """What the database answers."""
        plan = self._plans.get(connection.vendor)
        if plan is None:
            plan = self._plans[connection.vendor] = self._planned(len(given))
        return plan.rows(given)

    def _planned(self, n_given: int) -> _Plan:
        query = self._words(*map(_Given.at, range(n_given))).query
        compiler = query.get_compiler(connection=connection)
        sql, values = compiler.as_sql()
        found = compiler.get_converters(one for one, _, _ in compiler.select)
        converters = tuple((place, steps, column) for place, (steps, column) in found.items())
        return _Plan(sql, tuple(values), converters)


def insert(records: Sequence[models.Model]) -> None:
    """Store new records of one kind, and tell each its key; no signal is sent, nothing read back."""
    for start in range(0, len(records), ROWS):
        _insert(records[start : start + ROWS])


def _insert(records: Sequence[models.Model]) -> None:
    kind = type(records[0])
    fields = _fields(kind)
    values = [
        field.get_db_prep_save(field.pre_save(record, add=True), connection)
        for record in records
        for field in fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(_worded(kind, len(records)), values)
        keys = cursor.fetchall()
    for record, (key,) in zip(records, keys, strict=True):
        record.pk = key
        record._state.adding, record._state.db = False, connection.alias


@functools.cache
def _fields(kind: type[models.Model]) -> tuple[Any, ...]:
    return tuple(one for one in kind._meta.local_concrete_fields if not one.primary_key)


@functools.cache
def _worded(kind: type[models.Model], n_rows: int) -> str:
    quoted, fields = connection.ops.quote_name, _fields(kind)
    columns = ", ".join(quoted(field.column) for field in fields)
    row = f"({', '.join(['%s'] * len(fields))})"
    return (
        f"INSERT INTO {quoted(kind._meta.db_table)} ({columns}) "  # noqa: S608 - names of ours
        f"VALUES {', '.join([row] * n_rows)} RETURNING {quoted(str(kind._meta.pk.column))}"
    )
