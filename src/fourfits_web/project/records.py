"""The workspace's records in PostgreSQL, as files of a backup and back: one file per table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fourfits.errors import ParameterError, StorageError
from fourfits_web.project import cli

INDEX = "index.json"
HISTORY = "django_migrations"
"""The form of the records; a database that is filled gets its own from the program."""
AT_ONCE = 1 << 20


class Postgres:
    """Saves all tables as of one moment, and loads them into an empty database."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def save(self, folder: Path) -> None:
        """Write every table, whole and of one moment; members at work are not disturbed."""
        cli.set_up(self.home)
        from django.db import connection, transaction

        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            columns = _columns(cursor)
            index = {"form": _form(), "tables": columns}
            (folder / INDEX).write_text(json.dumps(index), encoding="utf-8")
            for table, names in columns.items():
                with (
                    (folder / f"{table}.copy").open("wb") as file,
                    cursor.copy(f"COPY {_listed(table, names)} TO STDOUT") as rows,
                ):
                    for part in rows:
                        file.write(part)

    def load(self, folder: Path, home: Path) -> None:
        """Fill an empty database.

        Raises:
            ParameterError: If the database holds a workspace.
            StorageError: If another version of the program made the backup.
        """
        cli.start(home)
        from django.db import connection, transaction

        index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        _refuse_filled()
        if index["form"] != _form():
            raise StorageError(
                "The backup's records have the form of another version of fourfits.",
                hint="restore with the version that made it, then start the newer one on it",
            )
        with transaction.atomic(), connection.cursor() as cursor:
            known, tables = _columns(cursor), index["tables"]
            if known != tables:
                raise StorageError("The backup's tables are not those of this workspace.")
            cursor.execute(f"TRUNCATE {', '.join(map(_quoted, tables))}")
            for table, names in tables.items():
                with cursor.copy(f"COPY {_listed(table, names)} FROM STDIN") as rows:
                    for part in _parts(folder / f"{table}.copy"):
                        rows.write(part)
            _count_on(cursor)


def _columns(cursor: Any) -> dict[str, list[str]]:
    """Every table's columns, but for those that the database computes."""
    cursor.execute(
        """
        SELECT table_name, column_name FROM information_schema.columns
        JOIN information_schema.tables USING (table_schema, table_name)
        WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'
              AND is_generated = 'NEVER' AND table_name <> %s
        ORDER BY table_name, column_name
        """,
        [HISTORY],
    )
    found: dict[str, list[str]] = {}
    for table, column in cursor.fetchall():
        found.setdefault(table, []).append(column)
    return found


def _form() -> list[list[str]]:
    """The migrations that the records went through."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    return sorted(map(list, MigrationRecorder(connection).applied_migrations()))


def _refuse_filled() -> None:
    from fourfits_web.core.models import AuditEntry
    from fourfits_web.members.models import Member

    if Member.objects.exists() or AuditEntry.objects.exists():
        raise ParameterError(
            "The database that FOURFITS_DATABASE_URL names holds a workspace already.",
            hint="name an empty database",
        )


def _count_on(cursor: Any) -> None:
    """Let new rows be numbered after those that were loaded."""
    from django.apps import apps
    from django.core.management.color import no_style
    from django.db import connection

    models = apps.get_models(include_auto_created=True)
    for statement in connection.ops.sequence_reset_sql(no_style(), models):
        cursor.execute(statement)


def _parts(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while part := opened.read(AT_ONCE):
            yield part


def _listed(table: str, columns: list[str]) -> str:
    return f"{_quoted(table)} ({', '.join(map(_quoted, columns))})"


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'
