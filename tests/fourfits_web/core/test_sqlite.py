"""Statements that come often go straight to SQLite, and otherwise as all others."""

import datetime
import threading
from pathlib import Path

import pytest
from django.db import (
    DEFAULT_DB_ALIAS,
    DatabaseError,
    IntegrityError,
    OperationalError,
    connection,
    connections,
    transaction,
)
from django.db.models import Max
from django.db.models.functions import TruncMonth
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from fourfits_web.core.models import KeptReply
from fourfits_web.core.sqlite.base import DatabaseWrapper

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="the workspace is on PostgreSQL"),
]


def test_a_statement_is_asked_as_django_words_it() -> None:
    with connection.standing_cursor() as cursor:
        cursor.execute("SELECT %s || ' of 100 %%', %s", ["all", 3])
        assert cursor.fetchall() == [("all of 100 %", 3)]


def test_what_fails_fails_as_everywhere() -> None:
    with connection.standing_cursor() as cursor, pytest.raises(DatabaseError, match="nowhere"):
        cursor.execute("SELECT * FROM nowhere")
    insert = f"INSERT INTO {KeptReply._meta.db_table} (id) VALUES (%s)"
    with (
        transaction.atomic(),
        pytest.raises(IntegrityError),
        connection.standing_cursor() as cursor,
    ):
        cursor.execute(insert, [1])


def test_nothing_is_asked_in_a_transaction_that_is_to_be_taken_back() -> None:
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            connection.standing_cursor()


@pytest.mark.parametrize("microsecond", [0, 7, 123_456])
def test_a_moment_comes_back_as_it_was_kept(microsecond: int) -> None:
    at = datetime.datetime(2026, 3, 29, 2, 30, 1, microsecond, tzinfo=datetime.UTC)
    kept = KeptReply.objects.create(
        actor_id="1", key="a", request_hash="b", status=200, body="{}", created_at=at
    )

    assert KeptReply.objects.get(pk=kept.pk).created_at == at
    months = KeptReply.objects.values_list(TruncMonth("created_at"), flat=True)
    assert [month.isoformat() for month in months] == ["2026-03-01T00:00:00+00:00"]
    assert KeptReply.objects.aggregate(newest=Max("created_at")) == {"newest": at}


def test_who_listens_to_statements_hears_it() -> None:
    with CaptureQueriesContext(connection) as asked, connection.standing_cursor() as cursor:
        cursor.execute("SELECT %s", ["so"])
    assert [one["sql"] for one in asked] == ["SELECT 'so'"]

    heard = []
    with (
        connection.execute_wrapper(lambda ask, *given: heard.append(given[0]) or ask(*given)),
        connection.standing_cursor() as cursor,
    ):
        cursor.execute("SELECT %s", [1])
    assert heard == ["SELECT %s"]


def test_a_connection_that_is_not_open_is_opened() -> None:
    connection.close()
    with connection.standing_cursor() as cursor:
        assert cursor.execute("SELECT 1").fetchone() == (1,)


def test_a_connection_belongs_to_its_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.ensure_connection()
    own, refused = connections[DEFAULT_DB_ALIAS], []
    monkeypatch.setattr(own, "_thread_sharing_count", 0)  # a served test before may have shared it

    def ask() -> None:
        with pytest.raises(DatabaseError, match="thread"):
            own.standing_cursor()
        refused.append(True)

    other = threading.Thread(target=ask)
    other.start()
    other.join()
    assert refused


def test_a_file_that_was_removed_is_left_and_not_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "workspace.sqlite3"
    opened = DatabaseWrapper({**connection.settings_dict, "NAME": file}, alias="other")
    with opened.cursor() as cursor:
        cursor.execute("CREATE TABLE one (n)")
    file.rename(tmp_path / "elsewhere")

    opened.close_if_unusable_or_obsolete()

    with pytest.raises(OperationalError, match=r"workspace\.sqlite3 was removed"):
        opened.cursor()
    assert not file.exists()
    (tmp_path / "elsewhere").rename(file)
    with opened.cursor() as cursor:
        cursor.execute("INSERT INTO one VALUES (1)")
    opened.close()
