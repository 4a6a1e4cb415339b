"""What Django loads when `ENGINE` names this package."""

from __future__ import annotations

import selectors
from typing import Any

from django.db.backends.postgresql import base, operations
from django.db.backends.postgresql.base import ServerBindingCursor

STANDING = 400
"""Statements whose plans a connection keeps; those asked longest ago go."""


class DatabaseOperations(operations.DatabaseOperations):
    """What is particular about PostgreSQL's words."""

    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str:
        """A statement as one reads it, its values in their places; those that stand have them apart."""
        if isinstance(cursor, ServerBindingCursor):
            return str(self.compose_sql(sql, params))
        return str(super().last_executed_query(cursor, sql, params))


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection of which a statement that comes often is read and planned once."""

    ops_class = DatabaseOperations

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect; statements with values apart from their words stand from the third time on."""
        connection = super().get_new_connection({**conn_params, "prepare_threshold": 2})
        connection.prepared_max = STANDING
        return connection

    def standing_cursor(self) -> Any:
        """A cursor that sends values apart from the words."""
        self.close_if_health_check_failed()
        self.ensure_connection()
        with self.wrap_database_errors:
            cursor = ServerBindingCursor(self.connection)  # type: ignore[call-arg]  # stubs of psycopg2
            return self._prepare_cursor(cursor)  # type: ignore[attr-defined]

    def is_usable(self) -> bool:
        """Whether the other end still listens: one that left has said so, and that lies unread.

        Django asks `SELECT 1` before each request, a way there and back; after an error so do we.
        """
        if self.connection is None or self.connection.closed:
            return False
        if self.errors_occurred:
            return super().is_usable()
        with selectors.DefaultSelector() as unread:
            unread.register(self.connection, selectors.EVENT_READ)
            return not unread.select(0) or super().is_usable()
