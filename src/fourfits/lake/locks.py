"""Locks between processes, and storage failures in words."""

from __future__ import annotations

import contextlib
import errno
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from fourfits import errors


class Lock:
    """A lock that the operating system lifts when its process ends, however it ends.

    It is the lock of an empty SQLite file: the same on every system, and with its waiting built in.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._held: sqlite3.Connection | None = None

    def acquire(self, wait_seconds: float) -> bool:
        """Take it, waiting at most so long; `False` where another holds it to the end."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            self.file, timeout=wait_seconds, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as problem:
            connection.close()
            if problem.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                return False
            raise
        self._held = connection
        return True

    def release(self) -> None:
        """Give it back; without effect where it is not held."""
        if self._held is not None:
            self._held.close()
            self._held = None


@contextlib.contextmanager
def storage_failures() -> Iterator[None]:
    """Say in a sentence when the disk is full or may not be written.

    Raises:
        SpaceError: If there is no space left, as any of the engines may put it.
        StorageError: If writing is not allowed.
    """
    try:
        yield
    except errors.FourfitsError:
        raise
    except Exception as problem:
        if _is_full(problem):
            raise errors.SpaceError(
                "The disk is full; nothing was changed.", hint="free some space and try again"
            ) from problem
        if _is_refused(problem):
            raise errors.StorageError(
                f"The home cannot be written: {problem}.", hint="check who owns the folder"
            ) from problem
        raise


def _is_refused(problem: BaseException) -> bool:
    """Whether this failure means that we may not write there."""
    if isinstance(problem, sqlite3.OperationalError):
        return problem.sqlite_errorcode in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}
    return getattr(problem, "errno", None) in {errno.EACCES, errno.EPERM, errno.EROFS}


def _is_full(problem: BaseException) -> bool:
    """Whether this failure, or one behind it, is a lack of space."""
    if getattr(problem, "errno", None) in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return True
    text = str(problem).lower()
    signs = ("no space left", "file too large", "disk is full", "disk quota", "max_temp_directory")
    if any(sign in text for sign in signs):
        return True
    behind = problem.__cause__ or problem.__context__
    return behind is not None and _is_full(behind)
