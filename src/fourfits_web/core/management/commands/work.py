"""The worker: runs what waits, and queues again what lost its worker."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connection

from fourfits_web.core import registry

LOOK_EVERY_SECONDS = 10
WAIT_SECONDS = 5
"""How long background work waits for records that do not answer, before it asks again."""
AWAY = (OperationalError, InterfaceError)
log = logging.getLogger(__name__)


class Command(BaseCommand):
    """Run background work until stopped."""

    help = "Run background work until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        """Work; SIGTERM ends after the running job, a second one at once.

        While the records do not answer it waits: a database that starts again ends nothing.
        """
        over = threading.Event()
        threading.Thread(target=_tick, args=(over,), daemon=True).start()
        try:
            while not _worked():
                time.sleep(WAIT_SECONDS)
        finally:
            over.set()


def _worked() -> bool:
    """Whether work ended as it should; otherwise it goes on once the records answer again."""
    try:
        call_command("db_worker", interval=0.5, startup_delay=False, verbosity=0)
    except AWAY as problem:
        _say_away("background work waits", problem)
        return False
    return True


def _say_away(what: str, problem: Exception) -> None:
    said = str(problem).strip().splitlines() or [type(problem).__name__]
    log.error("the records do not answer, %s: %s", what, said[0])
    connection.close()


def _tick(over: threading.Event) -> None:
    """Look every few seconds for what lost its worker, waits for its time, or changed outside."""
    while True:
        for look in registry.TICKS:
            try:
                look()
            except AWAY as problem:
                _say_away("looks wait", problem)
                break
            except Exception:
                log.exception("a look of the worker failed; the next one comes")
        connection.close()
        if over.wait(LOOK_EVERY_SECONDS):
            return
