"""Files and exports of other tools, read into canonical rows."""

from __future__ import annotations

from fourfits.imports.batches import import_file
from fourfits.imports.reports import ImportReport, UndoReport
from fourfits.imports.undoing import undo

__all__ = ["ImportReport", "UndoReport", "import_file", "undo"]
