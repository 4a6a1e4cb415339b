"""What a supervisor hears."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from fourfits_web.core import sessions
from fourfits_web.project import health

pytestmark = pytest.mark.django_db


def test_it_is_alive_and_ready(stranger: Client) -> None:
    alive, ready = stranger.get("/healthz"), stranger.get("/readyz")

    assert (alive.status_code, alive.json()) == (200, {"status": "alive"})
    assert (ready.status_code, ready.json()) == (200, {"status": "ready"})


def test_records_of_an_earlier_form_are_not_ready(stranger: Client) -> None:
    newest = MigrationLoader(connection).graph.leaf_nodes("core")[0]
    MigrationRecorder(connection).record_unapplied(*newest)

    answer = stranger.get("/readyz")

    assert answer.status_code == 503
    assert "migrations" in answer.json()["status"]
    assert stranger.get("/healthz").status_code == 200


def test_a_database_that_does_not_answer_is_not_ready(
    stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(health, "MigrationExecutor", refuse)

    answer = stranger.get("/readyz")

    assert answer.status_code == 503
    assert "does not answer" in answer.json()["status"]


def test_it_is_alive_for_a_browser_that_cannot_be_looked_up(
    owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(sessions, "_session", away)

    assert owner.get("/healthz").status_code == 200


def test_a_database_whose_file_is_gone_is_not_ready(
    stranger: Client, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = {**settings.DATABASES["default"], "NAME": tmp_path / "gone.sqlite3"}
    monkeypatch.setitem(settings.DATABASES, "default", gone)

    answer = stranger.get("/readyz")

    assert (answer.status_code, answer.json()["status"]) == (503, "the database's file is gone")
