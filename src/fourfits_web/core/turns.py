"""Writers of a workspace on SQLite stand in line, those of other processes too.

SQLite has one writer at a time and no line: who finds it busy sleeps and looks again, longer each
time, so that with many writers it is idle for a third of the time and some wait for very long.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection

try:
    import fcntl
except ImportError:  # Windows, where the processes of a server sleep and look again
    fcntl = None  # type: ignore[assignment]

_threads = threading.Lock()


@contextlib.contextmanager
def turn() -> Iterator[None]:
    """Wait for the turn to write, and keep it meanwhile; within a transaction it is ours already."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with _threads, _opened() as file:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX)  # closing the file ends it, and so does dying
        yield


def _opened() -> IO[bytes]:
    file = Path(settings.HOME) / "cache" / "writing"
    try:
        return file.open("ab")
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
        return file.open("ab")
