"""A connection to PostgreSQL: it keeps plans, and notices without asking that the other end left."""

import os

import psycopg
import pytest
from django.db import connection
from django.db.backends.postgresql import base
from django.test.utils import CaptureQueriesContext

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="the workspace is on SQLite"),
]


def test_a_statement_that_comes_often_is_planned_once() -> None:
    for number in range(4):
        with connection.standing_cursor() as cursor:
            cursor.execute("SELECT %s::int + 1", [number])
            assert cursor.fetchone() == (number + 1,)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ["%+ 1"]
        )
        assert cursor.fetchone() == (1,)


def test_a_statement_that_stands_is_told_with_its_values() -> None:
    for _ in range(4):
        with CaptureQueriesContext(connection) as asked, connection.standing_cursor() as cursor:
            cursor.execute("SELECT %s::text", ["so"])
        assert [one["sql"] for one in asked] == ["SELECT 'so'::text"]


@pytest.mark.parametrize("failed", [False, True])
def test_a_connection_is_found_usable_without_a_question_unless_something_failed(
    failed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.ensure_connection()
    asked = []
    monkeypatch.setattr(connection, "errors_occurred", failed)
    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", lambda one: asked.append(one) or True)

    assert connection.is_usable()

    assert bool(asked) == failed


def test_a_connection_that_the_server_ended_is_noticed() -> None:
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    with psycopg.connect(os.environ["FOURFITS_DATABASE_URL"], autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 2000)", [pid])
    assert not connection.is_usable()
    connection.close()
