"""The lists of imports and of rows that were set aside."""

from __future__ import annotations

from typing import Any

from fourfits import tables
from fourfits_web.core import lists
from fourfits_web.data import queries, wording
from fourfits_web.data.models import Batch, Quarantined

_TABLES = {name: name.capitalize() for name in (*tables.CANONICAL, *tables.DERIVED)}


def _by(row: Batch) -> str:
    return row.member.name if row.member else "Workspace"


def _called(row: Batch) -> str:
    return f"{row.table.capitalize()} from {row.file}" if row.file else row.batch_id


def _state(row: Batch) -> str:
    return "undone" if row.undone_at else "mended" if row.mends else "stands"


IMPORTS = lists.List(
    key="imports",
    title="Imports",
    noun="import",
    lead="Everything that came in, newest first. Each import can be taken back as a whole.",
    columns=(
        lists.Column("import", "Import", value="batch_id", render=_called, link=True),
        lists.Column("file", "File", shown=False),
        lists.Column("table", "Table", labels=_TABLES, sort="table"),
        lists.Column("imported_at", "When", kind="ago", sort="imported_at"),
        lists.Column("member", "By", value=_by),
        lists.Column("n_read", "Read", kind="number", sort="n_read", note="Rows of the file"),
        lists.Column("n_added", "Added", kind="number", sort="n_added"),
        lists.Column("n_changed", "Changed", kind="number", sort="n_changed"),
        lists.Column("n_known", "Known", kind="number", shown=False, sort="n_known"),
        lists.Column(
            "n_quarantined", "Set aside", kind="number", sort="n_quarantined",
            note="Rows that broke the contract and have not been mended",
        ),
        lists.Column(
            "state", "State", value=_state,
            labels={"stands": ("Stands", "good"), "mended": ("Mended rows", "info"),
                    "undone": ("Undone", "")},
        ),
    ),
    filters=(
        lists.Choice("table", "Table", options=list(_TABLES.items())),
        lists.Days("imported_at", "When"),
        lists.Flag("undone", "Undone", when=~queries.STANDING),
        lists.Flag("aside", "With rows set aside", when=queries.WITH_ROWS_ASIDE),
    ),
    search=("batch_id", "file"),
    search_hint="Search file or import",
    default_sort="-imported_at",
    open=lambda row: row.get_absolute_url(),
    empty=lists.Empty(
        "Nothing was imported yet",
        "Each file that comes in stands here, with what it added and a way to take it back.",
        action=("Import data", "data:bring"),
        permission="data.import",
        icon="database-import",
    ),
)  # fmt: skip

_TONES = {
    Quarantined.Status.WAITING: ("Waits", "warn"),
    Quarantined.Status.MENDED: ("On its way", "info"),
    Quarantined.Status.SET_ASIDE: ("Set aside for good", ""),
}

QUARANTINE = lists.List(
    key="quarantine",
    title="Quarantine",
    noun="row",
    lead="Rows that broke the contract of their table. Correct them and they land, or set them "
    "aside for good; nothing else was lost.",
    columns=(
        lists.Column("reason", "What is wrong", link=True, template="data/_reason.html"),
        lists.Column("table", "Table", labels=_TABLES, sort="table"),
        lists.Column("file", "File", value="batch.file"),
        lists.Column("line", "Line", kind="number", sort="line"),
        lists.Column("batch", "Import", value="batch.batch_id", sort="batch", shown=False),
        lists.Column(
            "column", "Column", sort="column", shown=False,
            render=lambda row: wording.column(row.column),
        ),
        lists.Column("value", "Value", shown=False),
        lists.Column("status", "State", labels=_TONES, sort="status"),
    ),
    filters=(
        lists.Choice("table", "Table", options=queries.tables_in_quarantine),
        lists.Choice("column", "Column", options=queries.columns_in_trouble),
        lists.Choice("status", "State", options=Quarantined.Status.choices),
        lists.Text("import", "Import", field="batch.batch_id", test="exact"),
    ),
    search=("reason", "batch.file"),
    search_hint="Search reason or file",
    default_sort="line",
    open=lambda row: row.get_absolute_url(),
    bulk=(
        lists.Bulk("Read again", "data:run_again", "data.import"),
        lists.Bulk(
            "Set aside for good", "data:set_aside", "data.import",
            confirm="Set these rows aside for good?|Nobody is asked about them again. You can "
            "take that back.",
        ),
        lists.Bulk("Let wait again", "data:take_back", "data.import"),
    ),
    empty=lists.Empty(
        "No row is set aside",
        "Rows of an import that break the contract stand here with the reason, until they are "
        "mended.",
        icon="circle-check",
    ),
)  # fmt: skip


def quarantined(chosen: Any) -> lists.Standing:
    """The rows of the list; those set aside for good only where they are asked for."""
    return lists.Standing(queries.quarantined if chosen else queries.not_set_aside)
