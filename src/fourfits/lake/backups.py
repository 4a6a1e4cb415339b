"""A whole home in one file, and back."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from fourfits import errors
from fourfits.lake import locks, store

RECORDS = "records"
"""Folder of a backup with what the home keeps in a database elsewhere."""
_LEFT_OUT = {"_incoming", "_lock", "_lock-journal"}


class Records(Protocol):
    """What a home keeps elsewhere, such as in a database server."""

    def save(self, folder: Path) -> None:
        """Write all of it to an empty folder."""

    def load(self, folder: Path, home: Path) -> None:
        """Read it from such a folder, for a home that was restored; all or nothing."""


def backup(home: Path, file: Path, *, records: Records | None = None) -> int:
    """Write everything in a home to one tar file, whole and of one moment.

    Args:
        home: The home; readers are not disturbed, writers wait.
        file: The file to write, outside of the home; compressed where its name ends in `.gz` or
            `.tgz`. Only its owner may read it: it holds the workspace's keys.
        records: What the home keeps elsewhere; it goes into the same file.

    Returns:
        Its size in bytes.

    Raises:
        FileError: If there is no home, or the file would lie in it or cannot be written.
        SpaceError: If the disk is full; no half-written file stays.
    """
    if not home.is_dir():
        raise errors.FileError(f"There is no home at {home}.", hint="name the folder with --home")
    if file.resolve().is_relative_to(home.resolve()):
        raise errors.FileError(
            f"{file} lies in the home, and would be part of the next backup.",
            hint="name a file elsewhere, best on another disk",
        )
    draft = file.with_name(file.name + ".draft")
    packed = file.suffix in {".gz", ".tgz"}
    try:
        with locks.storage_failures(), store.Lake(home / "lake").locked():
            file.parent.mkdir(parents=True, exist_ok=True)
            draft.unlink(missing_ok=True)
            draft.touch(mode=0o600)
            with (
                tarfile.open(draft, "w:gz" if packed else "w") as archive,
                _saved(records, file.parent) as kept,
            ):
                _add(archive, home)
                for path in kept:
                    archive.add(path, f"{RECORDS}/{path.name}", recursive=False)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    return file.stat().st_size


def restore(file: Path, home: Path, *, records: Records | None = None) -> None:
    """Make a home from a backup.

    Args:
        file: The backup.
        home: The home that it becomes.
        records: Where the home keeps what it keeps elsewhere.

    Raises:
        ParameterError: If the backup's records belong elsewhere than those of the home would.
        FileError: If the backup is missing or is none, or the home holds something already.
        SpaceError: If the disk is full; no half-made home stays.
    """
    if not file.is_file():
        raise errors.FileError(f"There is no file {file}.", hint="check the path")
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise errors.FileError(
            f"{home} is not empty.", hint="restore to a new folder, or move the old one away"
        )
    home.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{home.name}-", dir=home.parent))
    try:
        with locks.storage_failures():
            _unpack(file, draft)
        _load(records, draft)
        if home.exists():
            home.rmdir()
        draft.replace(home)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


@contextlib.contextmanager
def _saved(records: Records | None, beside: Path) -> Iterator[list[Path]]:
    """Files that hold what is kept elsewhere, while they are needed."""
    if records is None:
        yield []
        return
    with tempfile.TemporaryDirectory(dir=beside) as folder:
        records.save(Path(folder))
        yield sorted(Path(folder).iterdir())


def _load(records: Records | None, home: Path) -> None:
    """Bring what is kept elsewhere to its place, and refuse what would be left out in silence."""
    saved = home / RECORDS
    if records is None and saved.is_dir():
        raise errors.ParameterError(
            "The backup holds records of a database server.",
            hint="name an empty database with FOURFITS_DATABASE_URL",
        )
    if records is not None and (home / "workspace.sqlite3").is_file():
        raise errors.ParameterError(
            "The backup's records are SQLite's, and FOURFITS_DATABASE_URL names another database.",
            hint="restore without FOURFITS_DATABASE_URL",
        )
    if records is not None and saved.is_dir():
        records.load(saved, home)
        shutil.rmtree(saved)


def _add(archive: tarfile.TarFile, home: Path) -> None:
    for path, inside in _parts(home):
        if _LEFT_OUT.intersection(inside.parts) or path.name.endswith(("-wal", "-shm")):
            continue
        if inside.suffix == ".sqlite3":
            _add_database(archive, path, inside)
        else:
            with contextlib.suppress(FileNotFoundError):  # an upload that was let go of meanwhile
                archive.add(path, str(inside), recursive=False)


def _parts(home: Path) -> Iterator[tuple[Path, Path]]:
    """Each folder and file of a home, with its place in it.

    What stands in the home itself may be a link to where it is kept, such as a lake on a disk of its
    own. Links further down are left out: what they lead to is not the home's, and a link cannot be
    restored on another machine.
    """
    for top in sorted(home.iterdir()):
        if top.name == "cache" or not top.exists():  # made anew from the program
            continue
        kept = top.resolve()
        yield kept, Path(top.name)
        for path in sorted(kept.rglob("*")) if kept.is_dir() else ():
            if not path.is_symlink():
                yield path, top.name / path.relative_to(kept)


def _add_database(archive: tarfile.TarFile, path: Path, inside: Path) -> None:
    """A database that others write to, copied by SQLite so that it is whole."""
    with tempfile.TemporaryDirectory(dir=path.parent.parent) as folder:
        copy = Path(folder) / path.name
        with (
            contextlib.closing(sqlite3.connect(path)) as source,
            contextlib.closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
        archive.add(copy, str(inside), recursive=False)


def _unpack(file: Path, folder: Path) -> None:
    try:
        with tarfile.open(file) as archive:
            archive.extractall(folder, filter="data")
    except tarfile.TarError as problem:
        raise errors.FileError(
            f"{file} is not a backup: {problem}.", hint="`fourfits backup FILE` makes one"
        ) from problem
    if not (folder / "lake").is_dir() and not (folder / "config.toml").is_file():
        raise errors.FileError(
            f"{file} holds no home.", hint="`fourfits backup FILE` makes a backup"
        )
