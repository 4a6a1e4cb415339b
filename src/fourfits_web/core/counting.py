"""How often somebody asked in these minutes, counted by all processes of the server together."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

from django.conf import settings


def count(who: str, n: int = 1, *, minutes: int = 1) -> int:
    """Count requests of this minute, or of so many, and say how many they are now.

    A file grows by one byte for each: appending is one step for the system, so that processes
    need no lock, and the file is gone with its last minute.
    """
    folder = place()
    try:
        descriptor = _opened(folder, _name(who, minutes))
    except OSError:  # a full disk is told by what cannot be kept, not by who asks
        return n
    try:
        os.write(descriptor, b"." * n)
        asked = os.fstat(descriptor).st_size
    finally:
        os.close(descriptor)
    if asked == n:
        _forget_over(folder)
    return asked


def forget(who: str, *, minutes: int = 1) -> None:
    """Begin again at nothing: whoever was counted turned out to be who they say."""
    (place() / _name(who, minutes)).unlink(missing_ok=True)


def place() -> Path:
    """Where the counts of this minute are."""
    return Path(settings.HOME) / "cache" / "asked"


def _name(who: str, minutes: int) -> str:
    """The last minute for which the file counts, and whom."""
    last = int(time.time() // 60) // minutes * minutes + minutes - 1
    return f"{last}-{hashlib.sha256(who.encode()).hexdigest()[:32]}"


def _opened(folder: Path, name: str) -> int:
    how = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    try:
        return os.open(folder / name, how, 0o600)
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
        return os.open(folder / name, how, 0o600)


def _forget_over(folder: Path) -> None:
    before = int(time.time() // 60) - 1
    for file in folder.iterdir():
        if int(file.name.partition("-")[0]) < before:
            file.unlink(missing_ok=True)
