"""Rows that are dear to make: made once in a run of the tests, then laid in as they were."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models
from django.db.backends.utils import CursorWrapper

Row = tuple[Any, ...]

_KEPT: dict[str, dict[type[models.Model], list[Row]]] = {}


def once(name: str, make: Callable[[], object]) -> None:
    """Have what `make` writes to the database; it must be the same whenever it is made."""
    if name not in _KEPT:
        before = _standing()
        make()
        _KEPT[name] = {model: rows for model, rows in _standing().items() if rows != before[model]}
        assert not any(before[model] for model in _KEPT[name]), "only what was empty can be laid in"
        return
    with connection.cursor() as cursor:
        for model, rows in _KEPT[name].items():
            _put(cursor, model, rows)
            cursor.execute(f"ANALYZE {_table(model)}")  # else PostgreSQL takes any index
        for statement in connection.ops.sequence_reset_sql(no_style(), list(_KEPT[name])):
            cursor.execute(statement)


def _standing() -> dict[type[models.Model], list[Row]]:
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.managed and not model._meta.proxy:
                cursor.execute(f"SELECT {', '.join(_columns(model))} FROM {_table(model)}")
                found[model] = cursor.fetchall()
    return found


def _put(cursor: CursorWrapper, model: type[models.Model], rows: list[Row]) -> None:
    target = f"{_table(model)} ({', '.join(_columns(model))})"
    if connection.vendor == "postgresql":
        with cursor.cursor.copy(f"COPY {target} FROM STDIN") as stream:
            for row in rows:
                stream.write_row(row)
        return
    places = ", ".join(["%s"] * len(_columns(model)))
    cursor.executemany(f"INSERT INTO {target} VALUES ({places})", rows)


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _columns(model: type[models.Model]) -> list[str]:
    fields = model._meta.concrete_fields
    return [connection.ops.quote_name(field.column) for field in fields if not field.generated]
