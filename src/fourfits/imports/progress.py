"""Tell whoever waits how far a long import is."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

Progress = Callable[[float, str], None]
"""Called with the share that is done (0-1) and what is being done."""

_EVERY_SECONDS = 0.2


class Watch:
    """Reports the progress of one connection's queries, stage by stage.

    Args:
        connection: Its queries are asked how far they are, from a thread beside them.
        report: Who wants to know; `None` where nobody does.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, report: Progress | None) -> None:
        self._connection = connection
        self._report = report
        self._what = ""
        self._stage = self._part = (0.0, 1.0)
        self._reached = 0.0
        if report is not None:
            connection.execute("SET enable_progress_bar = true")
            connection.execute("SET enable_progress_bar_print = false")

    @contextlib.contextmanager
    def stage(self, what: str, start: float, end: float) -> Iterator[None]:
        """What is being done inside the block, from one share of the whole to another."""
        self._what, self._stage, self._part = what, (start, end), (0.0, 1.0)
        if self._report is None:
            yield
            return
        done = threading.Event()
        thread = threading.Thread(target=self._poll, args=(done,), daemon=True)
        self.reached(0.0)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()
        self._part = (0.0, 1.0)
        self.reached(1.0)

    def part(self, number: int, of: int) -> None:
        """What follows is one of several parts of the stage."""
        self._part = (number / of, (number + 1) / of)

    def _poll(self, done: threading.Event) -> None:
        while not done.wait(_EVERY_SECONDS):
            share = self._connection.query_progress() / 100
            if 0 < share <= 1:
                self.reached(share)

    def reached(self, share: float) -> None:
        """Pass on how far the stage is, as a share of the whole; it never goes back."""
        for start, end in (self._part, self._stage):
            share = start + share * (end - start)
        self._reached = max(self._reached, share)
        if self._report is not None:
            self._report(self._reached, self._what)
