"""The worker: runs what waits, and queues again what lost its worker."""

from __future__ import annotations

import logging
import threading
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from fourfits_web.core import registry

LOOK_EVERY_SECONDS = 10
log = logging.getLogger(__name__)


class Command(BaseCommand):
    """Run background work until stopped."""

    help = "Run background work until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        """Work; SIGTERM ends after the running job, a second one at once."""
        over = threading.Event()
        threading.Thread(target=_tick, args=(over,), daemon=True).start()
        try:
            call_command("db_worker", interval=0.5, startup_delay=False, verbosity=0)
        finally:
            over.set()


def _tick(over: threading.Event) -> None:
    """Look every few seconds for what lost its worker, waits for its time, or changed outside."""
    while True:
        for look in registry.TICKS:
            try:
                look()
            except Exception:
                log.exception("a look of the worker failed; the next one comes")
        connection.close()
        if over.wait(LOOK_EVERY_SECONDS):
            return
