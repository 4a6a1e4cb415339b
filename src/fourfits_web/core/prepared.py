"""Statements that come hundreds of times a second: the ORM words them once, values follow.

Wording a statement anew takes the ORM several times as long as the database takes to run it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models.query import ModelIterable, get_related_populators

ROWS = 200
"""Records that one statement inserts at most; a database bounds the values of a statement."""


Given = str | int | Collection[str] | Collection[int]
_NUMBER, _TEXT = 2_147_400_000, "\0%_\\"
"""Begin the marks that stand in a statement for values that come later: nothing else is like them,
and a test that takes some letters for others, such as `icontains`, would not leave them as they are."""
_LARGEST = 2**63 - 1
_PLAIN = frozenset({models.CharField, models.TextField})
"""Fields whose values a database takes as they are."""
SEVERAL = 256
"""Values up to which a statement is kept for so many."""


@dataclass(frozen=True)
class Statement:
    """A statement, the places of its values, what turns its rows into Python."""

    sql: str
    values: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]
    converters: tuple[tuple[int, list[Callable[..., Any]], Any], ...]
    make: Callable[[Sequence[Any]], Any]

    def rows(self, given: Sequence[Any] = (), asked: Any = None) -> list[Any]:
        """What the database answers, with the given in their places; `asked` is its connection."""
        asked = asked or connections[DEFAULT_DB_ALIAS]
        values = list(self.values)
        for place, which in self.places:
            values[place] = given[which]
        with _cursor(asked) as standing:
            standing.execute(self.sql, values)
            found = standing.fetchall()
        if found and self.converters:
            found = self._in_python(found, asked)
        return list(map(self.make, found))

    def _in_python(self, found: Sequence[Sequence[Any]], asked: Any) -> list[list[Any]]:
        rows = list(map(list, found))
        for place, steps, column in self.converters:
            for step in steps:
                for row in rows:
                    row[place] = step(row[place], column, asked)
        return rows


def cursor() -> Any:
    """A cursor for statements that come often; PostgreSQL keeps how it runs them."""
    return _cursor(connections[DEFAULT_DB_ALIAS])


def _cursor(asked: Any) -> Any:
    return getattr(asked, "standing_cursor", asked.cursor)()


class Question:
    """Records, or rows of plain values, asked with texts and numbers, or with several of them.

    `Question(lambda key: Person.objects.filter(customer_id=key))(key)`. Several stand for an `in`:
    where there are none, nothing is found. Nothing is prefetched.
    """

    def __init__(self, words: Callable[..., models.QuerySet[Any, Any]]) -> None:
        self._words = words
        self._statements: dict[Any, Statement] = {}

    def __call__(self, *given: Given) -> list[Any]:
        """What the database answers."""
        shape: list[tuple[bool, type, int]] = []
        values: list[Any] = []
        for one in given:
            several = [one] if isinstance(one, str | int) else _filled(list(one))
            if not several:
                return []
            shape.append((isinstance(one, str | int), type(several[0]), len(several)))
            values += several
        if any(isinstance(one, int) and not -_LARGEST <= one <= _LARGEST for one in values):
            return []  # no record has such a number, and no database takes it
        asked = connections[DEFAULT_DB_ALIAS]
        key = (asked.vendor, *shape)
        statement = self._statements.get(key) or self._worded_for(shape)
        if len(values) <= SEVERAL:
            self._statements[key] = statement
        return statement.rows(values, asked)

    def first(self, *given: Given) -> Any | None:
        """The first that the database answers, if any."""
        found = self(*given)
        return found[0] if found else None

    def _worded_for(self, shape: Sequence[tuple[bool, type, int]]) -> Statement:
        marks: list[Any] = []
        asked: list[Any] = []
        for is_one, kind, n in shape:
            new = [_mark(kind, place) for place in range(len(marks), len(marks) + n)]
            marks += new
            asked.append(new[0] if is_one else new)
        whole = worded(self._words(*asked))
        which = {mark: place for place, mark in enumerate(marks)}
        places = [(place, which[one]) for place, one in enumerate(whole.values) if one in which]
        if {one for _, one in places} != set(which.values()):
            raise ValueError("Each value must stand in the statement as it is given.")
        return replace(whole, places=tuple(places))


def worded(rows: models.QuerySet[Any, Any]) -> Statement:
    """A query as the statement that asks it, again and again; nothing is prefetched.

    Raises:
        EmptyResultSet: If the query says by itself that nothing passes.
    """
    compiler = rows.query.get_compiler(connection=connection)
    sql, values = compiler.as_sql()
    found = compiler.get_converters(one for one, _, _ in compiler.select)
    converters = tuple((place, steps, column) for place, (steps, column) in found.items())
    return Statement(sql, tuple(values), (), converters, _maker(rows, compiler))


def _filled(several: list[Any]) -> list[Any]:
    """The values, the last repeated until there are a power of two: few statements serve all."""
    n = 1 << (len(several) - 1).bit_length() if 0 < len(several) <= SEVERAL else 0
    return several + several[-1:] * (n - len(several))


def _mark(kind: type, place: int) -> str | int:
    return _NUMBER + place if issubclass(kind, int) else f"{_TEXT}{place}"


def _maker(rows: Any, compiler: Any) -> Callable[[Sequence[Any]], Any]:
    """What makes a record of a row, as `ModelIterable` does; rows of plain values stay as they are."""
    if rows._iterable_class is not ModelIterable:
        return tuple
    kind, places = compiler.klass_info["model"], compiler.klass_info["select_fields"]
    start, end = places[0], places[-1] + 1
    names = [column.target.attname for column, _, _ in compiler.select[start:end]]
    related = get_related_populators(
        compiler.klass_info,
        compiler.select,
        DEFAULT_DB_ALIAS,  # type: ignore[call-arg]
    )
    computed = tuple(compiler.annotation_col_map.items())

    def made(row: Sequence[Any]) -> Any:
        record = kind.from_db(DEFAULT_DB_ALIAS, names, row[start:end])
        for each in related:
            each.populate(row, record)
        for name, place in computed:
            setattr(record, name, row[place])
        return record

    return made


def insert(records: Sequence[models.Model]) -> None:
    """Store new records of one kind, and tell each its key; no signal is sent, nothing read back."""
    for start in range(0, len(records), ROWS):
        _insert(records[start : start + ROWS])


def _insert(records: Sequence[models.Model]) -> None:
    kind = type(records[0])
    fields = _fields(kind)
    values = [_value(record, field) for record in records for field in fields]
    with cursor() as standing:
        standing.execute(_worded(kind, len(records)), values)
        keys = standing.fetchall()
    for record, (key,) in zip(records, keys, strict=True):
        record.pk = key
        record._state.adding, record._state.db = False, connection.alias


def values(record: models.Model, names: Iterable[str]) -> list[Any]:
    """What a database is given for these fields of a new record."""
    return [_value(record, record._meta.get_field(name)) for name in names]


def _value(record: models.Model, field: Any) -> Any:
    if type(field) in _PLAIN:
        return getattr(record, field.attname)
    return field.get_db_prep_save(field.pre_save(record, add=True), connection)


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
