"""What Django loads when `ENGINE` names this package."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from sqlite3 import Cursor
from types import TracebackType
from typing import Any, Self

from django.db.backends.sqlite3 import base


class StandingCursor(Cursor):
    """SQLite's own cursor, given statements as Django words them."""

    def __init__(self, wrapper: DatabaseWrapper) -> None:
        super().__init__(wrapper.connection)
        self._errors = wrapper.wrap_database_errors

    def execute(  # type: ignore[override]  # values in their places alone
        self, sql: str, values: Sequence[Any] = (), /
    ) -> Self:
        """Ask; what fails, fails as everywhere in Django."""
        with self._errors:
            return super().execute(_as_sqlite_reads(sql), values)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection on which a statement that comes often goes straight to SQLite."""

    def standing_cursor(self) -> Any:
        """A cursor that words nothing anew; where somebody listens to statements, the usual one."""
        if self.queries_logged or self.execute_wrappers:
            return self.cursor()
        self.ensure_connection()
        self.validate_thread_sharing()
        self.validate_no_broken_transaction()
        return StandingCursor(self)


@functools.lru_cache(maxsize=2_000)
def _as_sqlite_reads(sql: str) -> str:
    return base.SQLiteCursorWrapper.convert_query(None, sql)  # type: ignore[arg-type]
