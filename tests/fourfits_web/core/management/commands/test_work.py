"""Background work outlives a database that starts again."""

from __future__ import annotations

import logging
import threading
from typing import Any

import pytest
from django.core.management import call_command
from django.db import InterfaceError, OperationalError

from fourfits_web.core import registry
from fourfits_web.core.management.commands import work


@pytest.fixture(autouse=True)
def _nothing_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "TICKS", [])
    monkeypatch.setattr(work.connection, "close", lambda: None)


def test_work_goes_on_once_the_records_answer_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ends: list[Exception | None] = [OperationalError("gone\nmore"), InterfaceError("gone"), None]

    def worker(*_: Any, **__: Any) -> None:
        problem = ends.pop(0)
        if problem is not None:
            raise problem

    monkeypatch.setattr(work, "call_command", worker)
    monkeypatch.setattr(work, "WAIT_SECONDS", 0)

    call_command("work")

    assert ends == []
    assert caplog.messages == ["the records do not answer, background work waits: gone"] * 2
    assert not any(one.exc_info for one in caplog.records)


def test_looks_say_once_that_the_records_are_away(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(registry, "TICKS", [away, away, away])
    over = threading.Event()
    over.set()

    with caplog.at_level(logging.ERROR):
        work._tick(over)

    assert caplog.messages == ["the records do not answer, looks wait: connection refused"]
