"""What a supervisor hears."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

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
