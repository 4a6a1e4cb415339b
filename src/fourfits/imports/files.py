"""Open any file that a customer tool exports, and hand DuckDB one relation that yields its rows.

A file of text is read once, split, and laid down as Parquet in a temporary folder: after that
every column can be looked at over all its values for next to nothing, and every row knows the
line where it stood. A Parquet file is read where it lies.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from fourfits import config, errors
from fourfits.imports import packed, structured, text
from fourfits.lake import engine

if TYPE_CHECKING:
    import duckdb

_FOREIGN = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive",
    b"SQLite format 3": "an SQLite database",
    b"ARROW1": "an Arrow file",
    b"Obj\x01": "an Avro file",
}


@dataclass(frozen=True, kw_only=True)
class Source:
    """A file as a relation.

    `relation` names a view that yields the file's rows in their order. Beside the file's own
    columns it has `_line`: the line of a text file or the row of a sheet on which the row stands
    (a header is line 1), else the row's number in the file. Blank lines that a text file holds
    between rows are not counted.

    `rejects`, where there is one, names a table (`_line`, `reason`, `row`) of the lines that
    could not be split into columns. Text files have only columns of type VARCHAR.
    """

    path: Path
    relation: str
    columns: tuple[str, ...]
    types: dict[str, str]
    description: str
    n_rows_hint: int
    rejects: str | None = None
    labels: dict[str, str] = field(default_factory=dict)
    """What a column asks, where the file says it apart from the column's name (Qualtrics)."""
    decimal_comma: bool | None = None
    """`True` where the file's own form speaks for decimal commas (separated by `;`)."""
    named: bool = True
    """`False` where the file has no header, and columns are called `column_1`, `column_2`, ..."""
    folder: Path | None = field(default=None, repr=False)
    part_of: Source | None = field(default=None, repr=False)
    """The source that owns the folder; it lasts as long as this one."""

    def __post_init__(self) -> None:
        if self.folder is not None:
            weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)

    def close(self) -> None:
        """Remove what was laid down for reading; happens by itself when the source is let go."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


def open_file(
    path: str | os.PathLike[str],
    connection: duckdb.DuckDBPyConnection,
    *,
    sheet: str | None = None,
    within: Path | None = None,
    reached: Callable[[float], None] = lambda _: None,
) -> Source:
    r"""The rows of a file as a relation of the given connection.

    Reads CSV, TSV and other separated text, columns set with blanks, Excel and OpenDocument
    sheets, JSON, JSON lines and Parquet, each also packed by gzip or zip; the character set is
    recognised.

    Args:
        path: The file.
        connection: The relation lives in it, for as long as the source is held.
        sheet: The sheet of a workbook; the first that is a table unless it is named.
        within: Folder to lay rows down in; the system's for temporary files unless it is named.
        reached: Called with the share done (0-1), where the connection does not know it.

    Raises:
        FileError: If there is no such file, or it is empty, damaged or of no known form.
        ColumnError: If two columns bear one name, or there are too many.
        SpaceError: If the disk is full.

    >>> import duckdb
    >>> file = Path(tempfile.mkdtemp()) / "answers.csv"
    >>> _ = file.write_text("score;comment\n9;good\n")
    >>> connection = duckdb.connect()
    >>> source = open_file(file, connection)
    >>> source.description
    'CSV, `;`-separated, UTF-8'
    >>> connection.sql(f"SELECT * FROM {source.relation}").fetchall()
    [('9', 'good', 2)]
    """
    given = Path(path)
    _present(given)
    folder = Path(tempfile.mkdtemp(prefix="fourfits-", dir=within))
    try:
        parts = _read(given, connection, folder, sheet, reached)
    except BaseException as problem:
        shutil.rmtree(folder, ignore_errors=True)
        _explain(problem, given)
        raise
    return Source(path=given, folder=folder, **parts)


def without(
    source: Source, columns: Sequence[str], connection: duckdb.DuckDBPyConnection
) -> Source:
    """The file as if it did not have some of its columns.

    Raises:
        ColumnError: If the file has no such column, or would have none left.
    """
    if not columns:
        return source
    unknown = [column for column in columns if column not in source.columns]
    left = tuple(column for column in source.columns if column not in columns)
    if unknown or not left:
        raise errors.ColumnError(
            f"{source.path.name} has no column {unknown[0]!r} to leave out."
            if unknown
            else f"All columns of {source.path.name} are left out.",
            hint=f"it has {', '.join(source.columns[:40])}",
        )
    rows = f"(SELECT {engine.listed(left)}, _line FROM {source.relation})"  # noqa: S608 - quoted
    relation = structured.view(connection, rows)
    types = {column: source.types[column] for column in left}
    return replace(
        source, folder=None, part_of=source, relation=relation, columns=left, types=types
    )


def _present(path: Path) -> None:
    """Refuse a path that holds no file, or an empty one."""
    try:
        size = path.stat().st_size
    except (OSError, ValueError) as problem:
        raise errors.FileError(
            f"There is no file {str(path)!r}.", hint="check the spelling of the path"
        ) from problem
    if path.is_dir():
        raise errors.FileError(f"{path} is a folder.", hint="name the file within it")
    if size == 0:
        raise errors.FileError(f"{path.name} is empty.", hint="export it again")
    try:
        path.open("rb").close()
    except OSError as problem:
        raise errors.FileError(
            f"{path.name} may not be read: {problem.strerror}.", hint="mend its permissions"
        ) from problem


def _read(
    path: Path,
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    sheet: str | None,
    reached: Callable[[float], None],
) -> structured.Parts:
    """Find out what the file is and lay it down; the fields of a `Source`."""
    inner, packing = packed.unpack(path, folder)
    first = packed.head(inner, 512)
    if not first.strip(b"\x00\xef\xbb\xbf \t\r\n"):
        raise errors.FileError(f"{path.name} is empty.", hint="export it again")
    if first.startswith(b"PAR1"):
        parts = structured.parquet(inner, connection)
    elif zipfile.is_zipfile(inner) or first.startswith(b"\xd0\xcf\x11\xe0"):
        parts = structured.workbook(inner, connection, folder, sheet)
    else:
        _refuse_foreign(path, first)
        parts = text.read(inner, path.name, connection, folder, reached)
    if packing:
        parts["description"] += f", {packing}"
    return parts


def _refuse_foreign(path: Path, first: bytes) -> None:
    for magic, what in _FOREIGN.items():
        if first.startswith(magic):
            raise errors.FileError(
                f"{path.name} is {what}, not a table.",
                hint="export it as CSV, Excel, JSON or Parquet",
            )


def _explain(problem: BaseException, path: Path) -> None:
    """Put what the system and DuckDB say about files into our own words."""
    import duckdb

    words = str(problem)
    if isinstance(problem, OSError | duckdb.Error) and (
        getattr(problem, "errno", None) == 28 or "No space left" in words
    ):
        raise errors.SpaceError(
            f"The disk is full: {path.name} needs room to be read; nothing was changed.",
            hint="free some space and try again",
        ) from problem
    if isinstance(problem, duckdb.Error):
        told = structured.told(problem)
        limits = (
            f"; at most {config.MAX_COLUMNS:,} columns "
            f"and {config.MAX_LINE_BYTES // 2**20} MiB a line are read"
        )
        raise errors.FileError(
            f"{path.name} could not be read: {told}.",
            hint="see whether it opens elsewhere; it may be cut short"
            + ("" if "arquet" in told else limits),
        ) from problem
