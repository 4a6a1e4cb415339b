"""Empty files for a table, to be filled in by people: CSV, and Excel with what each column means."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from fourfits import tables
from fourfits.imports import recognition


def as_csv(table: tables.Table) -> tuple[bytes, str]:
    """What `fourfits tables --template` prints."""
    return recognition.template(table).encode(), "text/csv; charset=utf-8"


def as_excel(table: tables.Table) -> tuple[bytes, str]:
    """The same as a sheet; a second one says what each column holds."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet(table.name)
        for place, cells in enumerate(csv.reader(io.StringIO(recognition.template(table)))):
            sheet.write_row(place, 0, cells, bold if place == 0 else None)
        sheet.freeze_panes(1, 0)
        sheet.autofit()
        about = book.add_worksheet("columns")
        about.write_row(0, 0, ["column", "required", "what it holds", "allowed"], bold)
        for place, column in enumerate(table, 1):
            required = "yes" if column.required else ""
            about.write_row(place, 0, [column.name, required, column.meaning, column.rule])
        about.autofit()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return out.getvalue(), kind


WRITERS: dict[str, Callable[[tables.Table], tuple[bytes, str]]] = {
    "csv": as_csv,
    "xlsx": as_excel,
}
