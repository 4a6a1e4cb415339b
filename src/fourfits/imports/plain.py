"""Text without quotation marks: every line is a row, so Arrow may split it, in a third of the time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from fourfits.imports import layouts

_BLOCK_BYTES = 4 * 2**20
"""Text that is split at a time; a longer line is left to DuckDB."""

_GROUP_ROWS = 40_960
_DICTIONARY_BYTES = 128 * 2**10
"""Small groups of rows have few different values in each, such as the moments of an order's lines:
DuckDB then reads a date once for all rows of the group that bear it."""


def split(
    path: Path,
    stage: Path,
    layout: layouts.Layout,
    *,
    n_lines: int,
    reached: Callable[[float], None],
) -> int | None:
    """Lay the rows of a text file without quotation marks down as Parquet.

    Args:
        path: A file in UTF-8 whose lines all end alike.
        stage: The Parquet file to write: a column of text for each of the layout's.
        layout: How lines are divided.
        n_lines: Lines of the file; each after the header must give one row.
        reached: Called with the share done (0-1).

    Returns:
        The number of rows; `None` where a line is blank or has another number of fields, or is
        no UTF-8: then nothing is promised of `stage`, and the file needs a reader that can tell
        which lines these are.
    """
    import pyarrow as pa
    import pyarrow.csv as pc
    import pyarrow.parquet as pq

    before = layout.skip + layout.named
    expected = n_lines - before
    schema = pa.schema([(name, pa.string()) for name in layout.names])
    n_rows = 0
    try:
        reader = pc.open_csv(
            pa.OSFile(str(path)),  # a path's ending would have it unpacked
            pc.ReadOptions(column_names=layout.names, skip_rows=before, block_size=_BLOCK_BYTES),
            pc.ParseOptions(delimiter=layout.delimiter, quote_char=False, double_quote=False),
            pc.ConvertOptions(column_types=schema, null_values=[""], strings_can_be_null=True),
        )
        with (
            pq.ParquetWriter(
                stage,
                schema,
                compression="lz4",
                write_statistics=False,
                dictionary_pagesize_limit=_DICTIONARY_BYTES,
            ) as writer,
            ThreadPoolExecutor(1) as beside,
        ):
            written: Future[None] | None = None
            for batch in reader:  # the next is split while this one is written
                if written is not None:
                    written.result()
                written = beside.submit(writer.write_batch, batch, _GROUP_ROWS)
                n_rows += batch.num_rows
                reached(min(n_rows / max(expected, 1), 1.0))
            if written is not None:
                written.result()
    except pa.ArrowInvalid:
        return None
    return n_rows if n_rows == expected else None
