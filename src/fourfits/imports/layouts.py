"""How a file of text is divided into columns, told from its first lines."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from dataclasses import dataclass, field

from fourfits import config, errors

_DELIMITERS = (",", ";", "\t", "|")
_LOOKED_AT = 500
"""Records at the start that decide."""

_VALUE = re.compile(
    r"""^[\s"']*(
        [-+(]?\s*[$€£¥]?\s*[-+]?\d[\d\s.,'’]*\s*[%€$£)]?(e[+-]?\d+)?      # a number
        | \d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T\s].*)?                        # a date
        | \d{1,2}[-\s]\w{3,9}[-\s]\d{2,4}                                  # 02-Nov-04
        | [^@\s]+@[^@\s]+\.\w+                                             # an e-mail address
    )[\s"']*$""",
    re.VERBOSE | re.IGNORECASE,
)


_BACKSLASH = re.compile(r'\\"(?![,;\t|\r\n]|$)')
_DOUBLED = re.compile(r'[^,;\t|\r\n"\\]""[^,;\t|\r\n"]')
"""Quotation marks within a field, written `\\"` or `""`."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where columns begin and what they are called."""

    names: tuple[str, ...]
    delimiter: str = ""
    """Nothing where columns are set with blanks."""
    widths: tuple[tuple[int, int], ...] = ()
    """Start (from 1) and length of each column, where they stand at fixed places."""
    skip: int = 0
    """Lines before the header."""
    header_rows: int = 1
    lines_before: int = 1
    """Lines of the file before the first row of data."""
    backslash: bool = False
    """`True` where a quotation mark within a field is written `\\"`."""
    named: bool = True
    labels: dict[str, str] = field(default_factory=dict)

    @property
    def records_left_out(self) -> int:
        """Header rows after the first, which are split like data."""
        return max(self.header_rows - 1, 0)

    @property
    def records_from(self) -> int:
        """The number that the first record after the first header row bears."""
        return self.lines_before - self.records_left_out + 1


def recognise(head: str, *, whole: bool, called: str) -> Layout:
    r"""The layout of a text that begins like this.

    Args:
        head: The start of the file.
        whole: Whether that is the whole file; else its last line is cut off and not looked at.
        called: The file's name, for errors.

    Raises:
        ColumnError: If two columns bear one name, or there are too many.
        FileError: If the first line has no end.

    >>> recognise("id;name\n1;Ann\n", whole=True, called="people.csv").names
    ('id', 'name')
    >>> recognise("1 19970101 2 9.5\n2 19970102 1 3.5\n", whole=True, called="x.txt").names
    ('column_1', 'column_2', 'column_3', 'column_4')
    """
    _refuse_many(head, called)
    if not whole:
        cut = max(head.rfind("\n"), head.rfind("\r"))
        if cut < 0:
            raise errors.FileError(
                f"The first line of {called} has no end within {len(head):,} characters.",
                hint="export it as CSV, Excel, JSON or Parquet",
            )
        head = head[: cut + 1]
    backslash = _is_backslashed(head)
    records = {d: _records(head, d, backslash=backslash) for d in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda d: _consistency(records[d]))
    if _consistency(records[best]) > (0.5, 0) and _usual_width(records[best]) > 1:
        return _separated(records[best], best, called, backslash=backslash)
    return _set_with_blanks(head, called) or _separated(
        records[","], ",", called, backslash=backslash
    )


def _is_backslashed(head: str) -> bool:
    r"""Whether `\"` is a quotation mark within a field, rather than a backslash before its end."""
    if not _BACKSLASH.search(head) or _DOUBLED.search(head):
        return False
    return not any(_is_even(head, delimiter) for delimiter in _DELIMITERS)


def _is_even(head: str, delimiter: str) -> bool:
    """Whether all records have the same fields, two at least, if quotation marks are doubled."""
    try:
        records = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter, strict=True)
        widths = {len(cells) for cells in records if cells}
    except csv.Error:
        return False
    return len(widths) == 1 and widths != {1}


def _refuse_many(head: str, called: str) -> None:
    """A line of a million columns is refused before anything is made of it."""
    first = head.splitlines()[0]
    n = max(first.count(delimiter) for delimiter in _DELIMITERS) + 1
    if n > config.MAX_COLUMNS:
        more = "at least " if len(first) == len(head) else ""
        raise errors.ColumnError(
            f"{called} has {more}{n:,} columns; at most {config.MAX_COLUMNS:,} are read.",
            hint="turn it so that rows are rows, or keep the columns that are needed",
        )


@dataclass(frozen=True)
class _Record:
    """A record and the number of lines that end with it."""

    cells: list[str]
    last_line: int


def _records(head: str, delimiter: str, *, backslash: bool) -> list[_Record]:
    """The first records, blank lines left out."""
    reader = csv.reader(
        io.StringIO(head.replace("\x00", ""), newline=""),
        delimiter=delimiter,
        doublequote=not backslash,
        escapechar="\\" if backslash else None,
    )
    found: list[_Record] = []
    try:
        for cells in itertools.islice(reader, _LOOKED_AT):
            if any(cell.strip() for cell in cells):
                found.append(_Record(cells, reader.line_num))  # noqa: PERF401 - some stand before an error
    except csv.Error:
        return found
    return found


def _usual_width(records: list[_Record]) -> int:
    counts = Counter(len(record.cells) for record in records)
    return max(counts, key=lambda n: (counts[n], n), default=1)


def _consistency(records: list[_Record]) -> tuple[float, int]:
    """Share of records that have the usual number of fields, and that number."""
    width = _usual_width(records)
    if width < 2:
        return 0.0, width
    share = sum(len(record.cells) == width for record in records) / len(records)
    agrees = len(records[0].cells) in (width, width - 1, 1)
    return round(share, 1) if agrees else share / 2, width


def _separated(records: list[_Record], delimiter: str, called: str, *, backslash: bool) -> Layout:
    """The layout of text whose columns a character separates."""
    width = _usual_width(records)
    start = next((i for i, record in enumerate(records[:10]) if len(record.cells) > 1), 0)
    if width == 1 or len(records[start].cells) < width - 1:
        start = 0
    header_rows, names, labels = _header([record.cells for record in records[start:]], width)
    first_cells = records[start].cells if records else []
    above = records[start].last_line - _n_lines(first_cells) if records else 0
    last = records[start + header_rows - 1].last_line if records and header_rows else above
    return Layout(
        names=_checked(names, called),
        delimiter=delimiter,
        skip=above,
        header_rows=header_rows,
        lines_before=last,
        backslash=backslash,
        named=header_rows > 0,
        labels=labels,
    )


def _n_lines(record: list[str]) -> int:
    return 1 + sum(cell.count("\n") for cell in record)


def _header(records: list[list[str]], width: int) -> tuple[int, list[str], dict[str, str]]:
    """Number of header rows, the columns' names, and their questions where they are apart."""
    if not records:
        return 1, [""] * width, {}
    first = [cell.strip().lstrip("\ufeff") for cell in records[0]]
    if len(records) > 2 and any('{"ImportId"' in cell for cell in records[2]):
        asked = zip(first, records[1], records[2], strict=False)
        return 3, first, {name: text.strip() for name, text, tag in asked if '"QID' in tag}
    if first[0] == "Respondent ID" and len(records) > 1 and not records[1][0].strip():
        return 2, _two_rows(first, records[1]), {}
    if _is_data(records):
        return 0, [""] * width, {}
    short = width - len(first) == 1 and all(
        len(record) < width or not record[-1].strip() for record in records[1:]
    )
    return 1, [*first, ""] if short else first, {}


def _two_rows(questions: list[str], options: list[str]) -> list[str]:
    """SurveyMonkey: a question stands over the first of its options."""
    names, question = [], ""
    for above, below in itertools.zip_longest(questions, options, fillvalue=""):
        question = above or question
        plain = below.strip() in ("", "Response", "Open-Ended Response")
        names.append(question if plain else f"{question} - {below.strip()}")
    return names


def _is_data(records: list[list[str]]) -> bool:
    """Whether the first record is like the others: values stand where they have values."""
    first, others = records[0], records[1:] or [records[0]]
    body = [
        sum(bool(_VALUE.match(row[i])) for row in others if i < len(row)) * 2 > len(others)
        for i in range(len(first))
    ]
    alike = [bool(_VALUE.match(cell)) for cell, valued in zip(first, body, strict=True) if valued]
    return sum(alike) * 2 > len(alike) > 0


def _checked(names: list[str], called: str) -> tuple[str, ...]:
    """The names, those that are blank numbered.

    Raises:
        ColumnError: If there are too many, or two are the same.
    """
    if len(names) > config.MAX_COLUMNS:
        raise errors.ColumnError(
            f"{called} has {len(names):,} columns; at most {config.MAX_COLUMNS:,} are read.",
            hint="keep the columns that are needed",
        )
    full = [name or f"column_{i}" for i, name in enumerate(names, 1)]
    refuse_doubled(full, called)
    return tuple(full)


def refuse_doubled(names: list[str], called: str) -> None:
    """Refuse a header that names two columns alike.

    Raises:
        ColumnError: If it does, or uses the name that is kept for the line.
    """
    counts = Counter(name.lower() for name in names)
    doubled = [name for name in names if counts[name.lower()] > 1]
    if doubled:
        raise errors.ColumnError(
            f"{called} has the column {doubled[0]!r} {counts[doubled[0].lower()]} times"
            + ("" if doubled[0] == doubled[-1] else " (capitals make no difference)")
            + ".",
            hint="rename one of them in the header",
        )
    if "_line" in counts:
        raise errors.ColumnError(
            f"{called} has a column '_line', a name that is kept for the line's number.",
            hint="rename it in the header",
        )


def _set_with_blanks(head: str, called: str) -> Layout | None:
    """The layout of text whose columns are set with blanks, if it is such a text."""
    lines = [line for line in head.splitlines()[:_LOOKED_AT] if line.strip()]
    tokens = [line.split() for line in lines]
    width = Counter(map(len, tokens)).most_common(1)[0][0]
    even = sum(len(row) == width for row in tokens) >= 0.95 * len(tokens)
    numbers = sum(bool(_VALUE.match(cell)) for row in tokens[1:] for cell in row)
    if even and width > 1 and numbers * 2 >= sum(map(len, tokens[1:])) > 0:
        header_rows, names, _ = _header(tokens, width)
        return Layout(
            names=_checked(names, called),
            header_rows=header_rows,
            lines_before=header_rows,
            named=header_rows > 0,
        )
    widths = _fixed(lines)
    if len(lines) < 3 or len(widths) < 2:
        return None
    rows = [[line[a - 1 : a - 1 + n].strip() for a, n in widths] for line in lines]
    header_rows, names, _ = _header(rows, len(widths))
    return Layout(
        names=_checked(names, called),
        widths=widths,
        header_rows=header_rows,
        lines_before=header_rows,
        named=header_rows > 0,
    )


def _fixed(lines: list[str]) -> tuple[tuple[int, int], ...]:
    """Columns at fixed places: between them at least two places are blank in every line."""
    longest = max(map(len, lines))
    used = [any(i < len(line) and line[i] != " " for line in lines) for i in range(longest)]
    gaps = re.finditer(r" {2,}", "".join("x" if place else " " for place in used))
    edges = [0, *(gap.end() for gap in gaps)]
    ends = [*edges[1:], longest + config.MAX_COLUMNS]
    return tuple((a + 1, b - a) for a, b in zip(edges, ends, strict=True))
