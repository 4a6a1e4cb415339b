"""Where files come from: uploads in the home, and folders on the server that the owner allowed."""

from __future__ import annotations

import datetime
import os
import re
import shutil
import uuid
from pathlib import Path
from typing import IO

from django.conf import settings

from fourfits import errors
from fourfits_web.core import display

UPLOADS_KEPT = datetime.timedelta(days=7)
"""A file that nobody went on with is removed after so long."""

MOST_LISTED = 100
_ODD = re.compile(r"[^\w .()\[\]&+,=@-]+")


def uploads() -> Path:
    """Where uploaded files wait until they are imported."""
    return Path(settings.HOME) / "media" / "uploads"


def workshop() -> Path:
    """Where files are laid down while they are looked at."""
    return Path(settings.HOME) / "cache" / "imports"


def folders() -> list[Path]:
    """Folders whose files may be imported without an upload, as the owner set them."""
    return [Path(given) for given in settings.IMPORT_FOLDERS] or [Path(settings.HOME) / "inbox"]


def cleaned(name: str) -> str:
    r"""A file's name without folders and odd characters; the ending stays.

    >>> cleaned("../../etc/pass\x00wd.csv"), cleaned("Größe 2024 (1).xlsx"), cleaned("..")
    ('pass_wd.csv', 'Größe 2024 (1).xlsx', 'file')
    """
    bare = re.split(r"[/\\]", name)[-1]
    plain = _ODD.sub("_", bare).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[:120]}{dot}{ending[:20]}" if dot else plain[:120] or "file"


def keep(file: IO[bytes], name: str) -> Path:
    """Give an uploaded file its place; what was streamed to the disk is moved, not copied."""
    folder = uploads() / uuid.uuid4().hex
    folder.mkdir(parents=True)
    target = folder / cleaned(name)
    streamed = getattr(file, "temporary_file_path", None)
    if streamed is not None:
        shutil.move(streamed(), target)
    else:
        with target.open("wb") as out:
            shutil.copyfileobj(file, out, 1 << 20)
    target.chmod(0o600)
    return target


def forget(path: str) -> None:
    """Remove an uploaded copy; a file of the server is never touched."""
    folder = Path(path).parent
    if folder.parent == uploads():
        shutil.rmtree(folder, ignore_errors=True)


def server_file(given: str) -> Path:
    """A file on the server that may be imported, links resolved.

    Raises:
        FileError: If it is not below a folder that the owner allowed, or no file.
    """
    allowed = [Path(os.path.realpath(folder)) for folder in folders()]
    text = given.strip()
    if not text or "\x00" in text:
        raise errors.FileError("No file is named.", hint="type a path on the server")
    candidates = [Path(os.path.realpath(folder / text)) for folder in allowed]
    below = [path for path in candidates if any(path.is_relative_to(one) for one in allowed)]
    if not below:
        raise errors.FileError(
            f"{text} does not lie in a folder that may be imported from.",
            hint=f"move it to {' or '.join(map(str, folders()))}, or let the owner allow its "
            "folder with FOURFITS_IMPORT_FOLDERS",
        )
    for path in below:
        if path.is_file():
            return path
    raise errors.FileError(f"There is no file {text} on the server.", hint="check its spelling")


def listing() -> list[tuple[str, str]]:
    """Files on the server that can be imported, newest first: path, and what is shown of it."""
    found = []
    for folder in folders():
        try:
            with os.scandir(folder) as entries:
                found += [
                    (entry.stat().st_mtime, entry.path, entry.name, entry.stat().st_size)
                    for entry in entries
                    if entry.is_file(follow_symlinks=False) and not entry.name.startswith(".")
                ]
        except OSError:  # a folder that is not there holds no file
            continue
    newest = sorted(found, reverse=True)[:MOST_LISTED]
    return [(path, f"{name} ({display.size(size)})") for _, path, name, size in newest]


def refuse_without_room(n_bytes: int) -> None:
    """Refuse a file for which the disk has no room, before any of it arrives.

    Raises:
        SpaceError: If it would not fit, with as much again to read it.
    """
    uploads().mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(uploads()).free
    if 2 * n_bytes > free:
        raise errors.SpaceError(
            f"The disk has {display.size(free)} left, too little for a file of "
            f"{display.size(n_bytes)}; nothing was stored.",
            hint="free some space, or import a smaller file",
        )
