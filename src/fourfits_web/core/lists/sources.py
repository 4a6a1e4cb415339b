"""Rows of a list, from the database or from memory, under the same few questions."""

from __future__ import annotations

import hashlib
import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Q, QuerySet

from fourfits_web.core.lists.columns import field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "exact": operator.eq,
    "in": lambda value, wanted: value in wanted,
    "gte": lambda value, wanted: value is not None and value >= wanted,
    "lte": lambda value, wanted: value is not None and value <= wanted,
    "icontains": lambda value, wanted: wanted.casefold() in str(value or "").casefold(),
    "isnull": lambda value, wanted: (value is None) is wanted,
}
_DEEP = 1_000
_REACHED_SECONDS = 60
"""For how long a list that has reached the most that is counted is believed to reach it still."""


class Rows(Protocol):
    """What a list asks of its rows."""

    def where(self, name: str, test: str, value: Any) -> Rows:
        """Rows whose field passes the test: `exact`, `in`, `gte`, `lte`, `icontains`, `isnull`."""

    def when(self, condition: Any) -> Rows:
        """Rows that meet a `Q`, or a function of one row."""

    def matching(self, search: Any, text: str) -> Rows:
        """Rows that hold the text."""

    def sorted(self, fields: Sequence[str], *, down: bool) -> Rows:
        """Rows in order."""

    def part(self, start: int, n: int) -> list[Any]:
        """Up to `n` rows from `start` on."""

    def count(self, limit: int) -> int:
        """How many there are, at most `limit`."""

    def every(self) -> Iterator[Any]:
        """All rows, a few at a time."""


def rows(given: Any) -> Rows:
    """Rows of a query or of a sequence."""
    return Query(given) if isinstance(given, QuerySet) else Memory(list(given))


@dataclass(frozen=True)
class Query:
    """Rows in the database."""

    found: QuerySet[Any]

    def where(self, name: str, test: str, value: Any) -> Query:
        lookup = _lookup(name)
        if test == "in" and None in value:
            known = [each for each in value if each is not None]
            wanted = Q(**{f"{lookup}__in": known}) | Q(**{f"{lookup}__isnull": True})
            return Query(self.found.filter(wanted))
        return Query(self.found.filter(**{f"{lookup}__{test}": value}))

    def when(self, condition: Q) -> Query:
        return Query(self.found.filter(condition))

    def matching(self, search: Any, text: str) -> Query:
        if callable(search):
            return Query(search(self.found, text))
        condition = Q()
        for name in search:
            condition |= Q(**{f"{_lookup(name)}__icontains": text})
        return Query(self.found.filter(condition))

    def sorted(self, fields: Sequence[str], *, down: bool) -> Query:
        order: list[Any] = [self._order(_lookup(name), down=down) for name in fields]
        return Query(self.found.order_by(*order, "-pk" if down else "pk"))

    def part(self, start: int, n: int) -> list[Any]:
        if start < _DEEP:
            return list(self.found[start : start + n])
        # Deep in a list it is cheaper to walk an index of keys than to read every row passed over.
        keys = list(self.found.values_list("pk", flat=True)[start : start + n])
        by_key = {row.pk: row for row in self.found.filter(pk__in=keys)}
        return [by_key[key] for key in keys if key in by_key]

    def count(self, limit: int) -> int:
        counted = self.found.order_by().values_list("pk")[:limit]
        try:
            sql, values = counted.query.sql_with_params()
        except EmptyResultSet:
            return 0
        words = hashlib.sha256(repr((sql, values)).encode()).hexdigest()
        reached: int | None = cache.get(f"lists.reached:{words}")
        if reached is None:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT count(*) FROM ({sql}) AS counted", values)  # noqa: S608
                reached = int(cursor.fetchone()[0])
            if reached == limit:  # counting so far takes longest, and it will not soon be fewer
                cache.set(f"lists.reached:{words}", reached, _REACHED_SECONDS)
        return reached

    def every(self) -> Iterator[Any]:
        return self.found.iterator(chunk_size=2_000)

    def _order(self, name: str, *, down: bool) -> Any:
        """What is unknown comes last; asked for only where a value can be unknown."""
        parts = name.split("__")
        options = self.found.model._meta
        known = {each.name for each in options.get_fields()}
        if len(parts) == 1 and name in known and not options.get_field(name).null:
            return f"-{name}" if down else name
        return F(name).desc(nulls_last=True) if down else F(name).asc(nulls_last=True)


@dataclass(frozen=True)
class Memory:
    """Rows at hand, such as those of a stored report."""

    found: list[Any]

    def where(self, name: str, test: str, value: Any) -> Memory:
        passes = _TESTS[test]
        return self._kept(lambda row: passes(field(row, name), value))

    def when(self, condition: Callable[[Any], bool]) -> Memory:
        return self._kept(condition)

    def matching(self, search: Any, text: str) -> Memory:
        if callable(search):
            return Memory(list(search(self.found, text)))
        holds = _TESTS["icontains"]
        return self._kept(lambda row: any(holds(field(row, name), text) for name in search))

    def sorted(self, fields: Sequence[str], *, down: bool) -> Memory:
        found = self.found
        for name in reversed(fields):
            known = [row for row in found if field(row, name) is not None]
            unknown = [row for row in found if field(row, name) is None]
            known.sort(key=lambda row, name=name: _key(field(row, name)), reverse=down)  # type: ignore[misc]
            found = known + unknown
        return Memory(found)

    def part(self, start: int, n: int) -> list[Any]:
        return self.found[start : start + n]

    def count(self, limit: int) -> int:
        return min(len(self.found), limit)

    def every(self) -> Iterator[Any]:
        return iter(self.found)

    def _kept(self, keep: Callable[[Any], bool]) -> Memory:
        return Memory([row for row in self.found if keep(row)])


def _key(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _lookup(name: str) -> str:
    return name.replace(".", "__")
