"""A table as a file of the kind that its name ends in, streamed batch by batch."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from fourfits import errors, results, sums, tables
from fourfits.cli import terminal

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

Batches = Iterator["pa.RecordBatch"]


def write(table: ir.Table, out: Path | None) -> None:
    """Write the table; CSV to the screen where there is no file.

    Raises:
        ParameterError: If the ending of the file is unknown.
        FileError: If the file cannot be written.
        SpaceError: If the disk is full.
    """
    table = table.drop(tables.BATCH_COLUMN) if tables.BATCH_COLUMN in table.columns else table
    ending = ".csv" if out is None else out.suffix.lower()
    if ending not in _WRITERS:
        raise errors.ParameterError(
            f"{out} ends in {ending or 'nothing'}; {', '.join(_WRITERS)} can be written.",
            hint="for example --out table.csv",
        )
    schema = table.schema().to_pyarrow()
    if out is None:
        _csv(schema, sums.fetch_batches(table), sys.stdout.buffer)
        return
    with terminal.writing(out) as file:
        _WRITERS[ending](schema, sums.fetch_batches(table), file)


def _csv(schema: pa.Schema, batches: Batches, file: BinaryIO) -> None:
    import pyarrow.csv

    with pyarrow.csv.CSVWriter(file, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)


def _json_lines(_: pa.Schema, batches: Batches, file: BinaryIO) -> None:
    for batch in batches:
        for row in batch.to_pylist():
            file.write(json.dumps(results.plain(row), ensure_ascii=False).encode() + b"\n")


def _parquet(schema: pa.Schema, batches: Batches, file: BinaryIO) -> None:
    import pyarrow.parquet

    with pyarrow.parquet.ParquetWriter(file, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)


def _excel(schema: pa.Schema, batches: Batches, file: BinaryIO) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, schema.names)
        row = 1
        for batch in batches:
            for record in batch.to_pylist():
                if row == 1_048_576:
                    raise errors.ParameterError(
                        "A sheet of Excel holds 1,048,576 rows, this table has more.",
                        hint="export it as .csv or .parquet",
                    )
                sheet.write_row(row, 0, [results.plain(value) for value in record.values()])
                row += 1


_WRITERS: dict[str, Callable[[Any, Batches, BinaryIO], None]] = {
    ".csv": _csv,
    ".jsonl": _json_lines,
    ".parquet": _parquet,
    ".xlsx": _excel,
}
