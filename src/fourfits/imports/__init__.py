"""Files and exports of other tools, read into canonical rows."""

from __future__ import annotations

from fourfits.imports.batches import import_file
from fourfits.imports.looking import Look, look
from fourfits.imports.mending import mend
from fourfits.imports.reports import ImportReport, MendReport, UndoReport
from fourfits.imports.undoing import undo

__all__ = [
    "ImportReport",
    "Look",
    "MendReport",
    "UndoReport",
    "import_file",
    "look",
    "mend",
    "undo",
]
