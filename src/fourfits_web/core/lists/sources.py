"""Rows of a list, from the database or from memory, under the same few questions."""

from __future__ import annotations

import functools
import hashlib
import operator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Q, QuerySet

from fourfits_web.core import prepared
from fourfits_web.core.lists.columns import field

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

T = TypeVar("T")
_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "exact": operator.eq,
    "in": lambda value, wanted: value in wanted,
    "gte": lambda value, wanted: value is not None and value >= wanted,
    "lte": lambda value, wanted: value is not None and value <= wanted,
    "icontains": lambda value, wanted: wanted.casefold() in str(value or "").casefold(),
    "isnull": lambda value, wanted: (value is None) is wanted,
}
_DEEP = 1_000
_KEYS_SECONDS = 600
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


@dataclass(frozen=True)
class Standing:
    """A query that says the same each time: what asks for it, and what that is given.

    While nothing narrows it, it is worded once for each order and page: wording takes longer than
    asking. So nothing in it may hang on who asks or when, unless it is given.
    """

    query: Callable[..., QuerySet[Any]]
    given: tuple[Hashable, ...] = ()
    mark: str = ""
    """Changes whenever other rows may be found. For a query that takes longer than its page: which
    rows stand on a page is kept until then, for minutes at most; what they say is asked each time.
    Its rows are plain records, without anything joined or counted."""


def rows(given: Any) -> Rows:
    """Rows of a query or of a sequence."""
    if isinstance(given, Standing):
        kept = _kept(replace(given, mark=""))
        return Query(lambda: given.query(*given.given), kept=kept, mark=_named(given))
    return Query(lambda: given) if isinstance(given, QuerySet) else Memory(list(given))


_MOST_KEPT = 500
"""Statements of one query that are kept; there are few orders and pages of a list."""


@functools.lru_cache(maxsize=200)
def _kept(_: Standing) -> dict[Any, Any]:
    """Statements of the query, by order and page."""
    return {}


def _named(given: Standing) -> str:
    """The mark together with what it is of."""
    if not given.mark:
        return ""
    told = repr((given.query.__module__, given.query.__qualname__, given.given, given.mark))
    return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True)
class Query:
    """Rows in the database."""

    ask: Callable[[], QuerySet[Any]]
    order: tuple[str, ...] = ()
    kept: dict[Any, Any] | None = None
    mark: str = ""

    @cached_property
    def found(self) -> QuerySet[Any]:
        """The rows in no order yet."""
        return self.ask()

    def where(self, name: str, test: str, value: Any) -> Query:
        lookup = _lookup(name)
        if test == "in" and None in value:
            known = [each for each in value if each is not None]
            return self.when(Q(**{f"{lookup}__in": known}) | Q(**{f"{lookup}__isnull": True}))
        return self.when(Q(**{f"{lookup}__{test}": value}))

    def when(self, condition: Q) -> Query:
        return self._narrowed(self.found.filter(condition))

    def matching(self, search: Any, text: str) -> Query:
        if callable(search):
            return self._narrowed(search(self.found, text))
        condition = Q()
        for name in search:
            condition |= Q(**{f"{_lookup(name)}__icontains": text})
        return self.when(condition)

    def sorted(self, fields: Sequence[str], *, down: bool) -> Query:
        order = (*(_lookup(name) for name in fields), "pk")
        down_order = tuple(f"-{each}" for each in order)
        return replace(self, order=down_order if down else order)

    def part(self, start: int, n: int) -> list[Any]:
        if self.mark:
            name = f"lists.keys:{self.mark}:{self.order}:{start}:{n}".replace(" ", "")
            keys = cache.get_or_set(name, lambda: self._keys(start, n), _KEYS_SECONDS) or []
            by_key = {row.pk: row for row in self._of_keys(keys)}
            return [by_key[key] for key in keys if key in by_key]
        if self.kept is None and start < _DEEP:
            return list(self._in_order[start : start + n])
        if start < _DEEP:
            asked = self._worded((self.order, start, n), lambda: self._statement(start, n))
            return asked.rows() if asked else []
        # Deep in a list it is cheaper to walk an index of keys than to read every row passed over.
        keys = self._keys(start, n)
        by_key = {row.pk: row for row in self.found.filter(pk__in=keys)}
        return [by_key[key] for key in keys if key in by_key]

    def count(self, limit: int) -> int:
        sql, values, name = self._worded(("count", limit), lambda: self._counting(limit))
        if self.mark:
            name = f"lists.counted:{self.mark}:{limit}"
        reached: int | None = cache.get(name) if sql else 0
        if reached is None:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT count(*) FROM ({sql}) AS counted", values)  # noqa: S608
                reached = int(cursor.fetchone()[0])
            if self.mark:
                cache.set(name, reached, _KEYS_SECONDS)
            elif reached == limit:  # counting so far takes longest, and it will not soon be fewer
                cache.set(name, reached, _REACHED_SECONDS)
        return reached

    def every(self) -> Iterator[Any]:
        return self._in_order.iterator(chunk_size=2_000)

    def _narrowed(self, found: QuerySet[Any]) -> Query:
        return Query(lambda: found, self.order)

    @property
    def _in_order(self) -> QuerySet[Any]:
        return self.found.order_by(*map(self._placed, self.order)) if self.order else self.found

    def _placed(self, name: str) -> Any:
        """What is unknown comes last; asked for only where a value can be unknown."""
        down, bare = name.startswith("-"), name.removeprefix("-")
        options = self.found.model._meta
        known = {each.name for each in options.get_fields()}
        if bare == "pk" or (bare in known and not options.get_field(bare).null):
            return name
        return F(bare).desc(nulls_last=True) if down else F(bare).asc(nulls_last=True)

    def _keys(self, start: int, n: int) -> list[Any]:
        return list(self._in_order.values_list("pk", flat=True)[start : start + n])

    def _of_keys(self, keys: list[Any]) -> list[Any]:
        """Records by their keys alone: finding again that they pass would take as long as before."""
        return self._worded("by key", self._by_key)(keys)

    def _by_key(self) -> prepared.Question:
        plain = self.found.model._default_manager.all()
        plain.query.deferred_loading = self.found.query.deferred_loading
        return prepared.Question(lambda pks: plain.filter(pk__in=pks))

    def _worded(self, key: Any, word: Callable[[], T]) -> T:
        if self.kept is None:
            return word()
        statement: T | None = self.kept.get(key)
        if statement is None:
            if len(self.kept) >= _MOST_KEPT:
                self.kept.clear()
            self.kept[key] = statement = word()
        return statement

    def _statement(self, start: int, n: int) -> prepared.Statement | None:
        with suppress(EmptyResultSet):
            return prepared.worded(self._in_order[start : start + n])
        return None

    def _counting(self, limit: int) -> tuple[str, tuple[Any, ...], str]:
        counted = self.found.order_by().values_list("pk")[:limit]
        with suppress(EmptyResultSet):
            sql, values = counted.query.sql_with_params()
            told = hashlib.sha256(repr((sql, values)).encode()).hexdigest()
            return sql, tuple(values), f"lists.reached:{told}"
        return "", (), ""


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
