"""Gzip and zip: unpack by streaming, with a limit to what a small archive may become."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from isal import igzip, isal_zlib

from fourfits import config, errors

_CHUNK = 1 << 20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_LOCKED, _PATCHED = 0x1, 0x20
"""Flags of a member of a zip archive: encrypted, and only the difference to another file."""
_DAMAGES: tuple[type[Exception], ...] = (
    EOFError,
    zlib.error,
    cast("type[Exception]", isal_zlib.IsalError),  # its types call the class an instance
    igzip.BadGzipFile,
    zipfile.BadZipFile,
)


def head(path: Path, size: int) -> bytes:
    """The first bytes of a file."""
    with path.open("rb") as stream:
        return stream.read(size)


def unpack(path: Path, folder: Path) -> tuple[Path, str]:
    """The file itself, or what it contains; and `gzip`, `zip` or nothing.

    Raises:
        FileError: If the archive is damaged, holds several files, or swells without measure.
    """
    first = head(path, 4)
    if first.startswith(b"\x1f\x8b"):
        with igzip.IGzipFile(str(path), "rb") as stream:  # type: ignore[no-untyped-call]
            return _copy(stream, path, folder), "gzip"
    if first == b"PK\x05\x06":
        raise errors.FileError(
            f"{path.name} is a zip without a file in it.", hint="export it again"
        )
    if first.startswith(b"PK\x03\x04") and not _is_workbook(path):
        with _archive(path) as archive, _opened(archive, path) as stream:
            inner, nested = unpack(_copy(stream, path, folder), folder)
        return inner, f"zip, {nested}" if nested else "zip"
    return path, ""


def _archive(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as problem:
        raise _damaged(path, "zip", problem) from problem


def _is_workbook(path: Path) -> bool:
    """Excel and OpenDocument files are zip archives too."""
    with _archive(path) as archive:
        names = set(archive.namelist())
    return "[Content_Types].xml" in names or {"mimetype", "content.xml"} <= names


def _only_member(archive: zipfile.ZipFile, path: Path) -> zipfile.ZipInfo:
    members = [
        member
        for member in archive.infolist()
        if not member.is_dir()
        and not member.filename.startswith("__MACOSX/")
        and not Path(member.filename).name.startswith(".")
    ]
    if len(members) != 1:
        names = ", ".join(member.filename for member in members[:10]) or "none"
        raise errors.FileError(
            f"{path.name} holds {len(members)} files ({names}); one is read at a time.",
            hint="unpack it and import each file into its table",
        )
    return members[0]


def _opened(archive: zipfile.ZipFile, path: Path) -> IO[bytes]:
    """The only member, to be read from its beginning."""
    member = _only_member(archive, path)
    if member.flag_bits & _LOCKED:
        raise errors.FileError(f"{path.name} is locked by a password.", hint="unpack it first")
    if member.compress_type not in _METHODS or member.flag_bits & _PATCHED:
        raise errors.FileError(
            f"{path.name} is packed by a method that is not read here.", hint="unpack it first"
        )
    try:
        return archive.open(member)
    except zipfile.BadZipFile as problem:
        raise _damaged(path, "zip", problem) from problem


def _copy(stream: IO[bytes] | igzip.IGzipFile, path: Path, folder: Path) -> Path:
    """Unpack into the folder, chunk by chunk."""
    target = folder / f"unpacked-{len(list(folder.iterdir()))}"
    try:
        with target.open("wb") as out:
            for chunk in _bounded(stream, path):
                out.write(chunk)
    except _DAMAGES as problem:
        raise _damaged(path, "gzip" if path.suffix == ".gz" else "archive", problem) from problem
    return target


def _bounded(stream: IO[bytes] | igzip.IGzipFile, path: Path) -> Iterator[bytes]:
    """The unpacked chunks, until they exceed what an honest file of that size holds."""
    limit = max(config.MAX_UNPACKED_FREE_BYTES, path.stat().st_size * config.MAX_UNPACK_RATIO)
    size = 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > limit:
            raise errors.FileError(
                f"{path.name} unpacks to more than {config.MAX_UNPACK_RATIO} times its size.",
                hint="unpack it yourself if you trust it, and import the file within",
            )
        yield chunk


def _damaged(path: Path, kind: str, problem: BaseException) -> errors.FileError:
    return errors.FileError(
        f"{path.name} is a damaged {kind} file: {str(problem).rstrip('.')}.",
        hint="it may be cut short; fetch or export it again",
    )
