"""What Django loads when `ENGINE` names this package."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from sqlite3 import Cursor
from types import TracebackType
from typing import Any, Self

from django.db import OperationalError
from django.db.backends.sqlite3 import base, operations

_SEEN: set[Path] = set()
"""Files that this process has opened."""


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


class DatabaseOperations(operations.DatabaseOperations):
    """What is particular about SQLite's values."""

    def convert_datetimefield_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """A moment, stored as text in UTC; a page of a list reads some hundred of them."""
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=self.connection.timezone)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection on which a statement that comes often goes straight to SQLite.

    It is to the file that stands there now: one that was removed would be read and written on, unseen
    by everybody else, and one that is opened where it was removed would be made anew, empty.
    """

    ops_class = DatabaseOperations
    _opened: tuple[int, int] | None = None

    def get_connection_params(self) -> dict[str, Any]:
        """How to connect: values come as they are stored, and are read once, by what asked for them."""
        return {**super().get_connection_params(), "detect_types": 0}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect; a file that was there before is not made anew.

        Raises:
            OperationalError: If it was removed since.
        """
        file = conn_params["database"]
        if isinstance(file, Path) and file in _SEEN and not file.exists():
            raise OperationalError(f"{file.name} was removed")
        connection = super().get_new_connection(conn_params)
        if isinstance(file, Path):
            _SEEN.add(file)
            self._opened = _which(file)
        return connection

    def close_if_unusable_or_obsolete(self) -> None:
        """Before each request: leave a file that another stands for now, or none."""
        file = self.settings_dict["NAME"]
        is_open = self.connection is not None and not self.in_atomic_block
        if is_open and isinstance(file, Path) and _which(file) != self._opened:
            self.close()
        super().close_if_unusable_or_obsolete()

    def standing_cursor(self) -> Any:
        """A cursor that words nothing anew; where somebody listens to statements, the usual one."""
        if self.queries_logged or self.execute_wrappers:
            return self.cursor()
        self.ensure_connection()
        self.validate_thread_sharing()
        self.validate_no_broken_transaction()
        return StandingCursor(self)


def _which(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


@functools.lru_cache(maxsize=2_000)
def _as_sqlite_reads(sql: str) -> str:
    return base.SQLiteCursorWrapper.convert_query(None, sql)  # type: ignore[arg-type]
