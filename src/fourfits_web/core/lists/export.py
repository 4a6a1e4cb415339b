"""A list as a CSV file: streamed, and without cells that a spreadsheet would run."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from django.http import StreamingHttpResponse
from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from fourfits_web.core.lists.columns import Column

_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")
_AT_ONCE = 500


def csv_file(name: str, columns: Sequence[Column], records: Iterable[Any]) -> StreamingHttpResponse:
    """The records as a file to download: UTF-8, one head row, ISO 8601 moments."""
    told = [column for column in columns if not column.is_control]
    return StreamingHttpResponse(
        _lines(told, records),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}-{timezone.localdate()}.csv"',
            "X-Accel-Buffering": "no",
        },
    )


def disarmed(value: Any) -> Any:
    """The value as a cell that no spreadsheet takes for a formula; numbers stay numbers.

    >>> disarmed("=1+1"), disarmed("plain"), disarmed(-5)
    ("'=1+1", 'plain', -5)
    """
    is_armed = isinstance(value, str) and value.startswith(_RUN_BY_SPREADSHEETS)
    return f"'{value}" if is_armed else value


def _lines(columns: Sequence[Column], records: Iterable[Any]) -> Iterator[str]:
    parts: list[str] = []
    writer = csv.writer(_Into(parts))
    writer.writerow([column.name for column in columns])
    for record in records:
        writer.writerow([disarmed(column.exported(record)) for column in columns])
        if len(parts) >= _AT_ONCE:
            yield "".join(parts)
            parts.clear()
    yield "".join(parts)


class _Into:
    """A file that `csv` writes to, which is only a list."""

    def __init__(self, parts: list[str]) -> None:
        self.write = parts.append
