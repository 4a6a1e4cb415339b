"""Reads about customer data."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from fourfits import config, sources, tables
from fourfits.errors import StorageError
from fourfits_web.core import prepared
from fourfits_web.core.models import Job
from fourfits_web.data import wording
from fourfits_web.data.models import (
    Batch,
    QualityCheck,
    Quarantined,
    TableState,
    Upload,
    WorkspaceSettings,
)

PARTS = (
    ("completeness", "Complete", "Cells that are filled"),
    ("validity", "Valid", "Rows read that keep the contract"),
    ("uniqueness", "Unique", "Rows whose key stands once"),
    ("freshness", "Fresh", "100% where the newest row is up to a month old, 0% from a year on"),
    ("references", "Joined", "Named customers, accounts, products that exist"),
)
"""What a quality score is made of: name in the library, name on the page, what it says."""

STANDING = Q(undone_at=None)
WITH_ROWS_ASIDE = Q(undone_at=None, n_quarantined__gt=0)


def states() -> dict[str, TableState]:
    """Every table that holds data, by name."""
    return {state.name: state for state in _states()}


_states = prepared.Question(lambda: TableState.objects.order_by("name"))


def versions() -> dict[str, int]:
    """The newest version of each table that has rows."""
    return dict(_versions())


_versions = prepared.Question(
    lambda: TableState.objects.exclude(n_rows=0).values_list("name", "version")
)


def source(as_of: datetime.datetime | None = None) -> sources.Data:
    """The customer data themselves, for jobs; pages read their mirrors instead.

    Raises:
        StorageError: If their folder is away.
    """
    refuse_away()
    return sources.open(settings.HOME, as_of=as_of)


def refuse_away() -> None:
    """Say so where the lake is not there, but was: it would seem empty, and pages would lose all.

    Raises:
        StorageError: If its folder is away.
    """
    lake = Path(settings.HOME) / "lake"
    is_ours = settings.WORKSPACE.engine == "duckdb"
    if is_ours and not lake.is_dir() and TableState.objects.filter(n_rows__gt=0).exists():
        raise StorageError(
            f"The customer data are away: {lake} is not there.",
            hint="bring the folder back, or restore a backup",
        )


@dataclass(frozen=True, kw_only=True)
class TableRow:
    """A table as the page of the data shows it."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[tables.Column, ...]
    state: TableState | None
    quality: dict[str, Any] | None
    newest_at: datetime.datetime | None
    n_waiting: int

    @property
    def n_rows(self) -> int:
        """Rows that it holds."""
        return self.state.n_rows if self.state else 0


_waiting = prepared.Question(
    lambda: (
        waiting_rows().order_by().values("table").annotate(n=Count("pk")).values_list("table", "n")
    )
)


def overview(check: QualityCheck | None) -> list[TableRow]:
    """Every table of the contract, those that hold rows first."""
    known, scores = states(), whole_tables(check)
    waiting = dict(_waiting())
    rows = [
        TableRow(
            name=name,
            meaning=contract.meaning,
            key=contract.key,
            columns=contract.columns,
            state=known.get(name),
            quality=scores.get(name),
            newest_at=_newest(check, scores.get(name)),
            n_waiting=waiting.get(name, 0),
        )
        for name, contract in tables.CANONICAL.items()
    ]
    return sorted(rows, key=lambda row: not row.n_rows)


def _newest(check: QualityCheck | None, row: dict[str, Any] | None) -> datetime.datetime | None:
    if check is None or row is None or row["fresh_days"] is None:
        return None
    return check.checked_at - datetime.timedelta(days=row["fresh_days"])


def newest_check() -> QualityCheck | None:
    """The last look at the quality of the data."""
    found: QualityCheck | None = _newest_check.first()
    return found


_newest_check = prepared.Question(lambda: QualityCheck.objects.order_by("-checked_at")[:1])


def last_checked_at() -> datetime.datetime | None:
    """When the quality of the data was last looked at."""
    found = _checked.first()
    return found[0] if found else None


_checked = prepared.Question(
    lambda: QualityCheck.objects.order_by("-checked_at").values_list("checked_at")[:1]
)


def whole_tables(check: QualityCheck | None) -> dict[str, dict[str, Any]]:
    """What a check says of each table, all its files together."""
    rows = check.rows if check else []
    return {row["table"]: row for row in rows if row["source"] == "all"}


def by_table(check: QualityCheck) -> list[dict[str, Any]]:
    """What a check says, table by table, with the files below where there are several; weakest first."""
    files: dict[str, list[dict[str, Any]]] = {}
    for row in check.rows:
        if row["source"] != "all":
            files.setdefault(row["table"], []).append(_with_parts(row))
    found = [
        _with_parts(row) | {"files": files[name] if len(files.get(name, ())) > 1 else []}
        for name, row in whole_tables(check).items()
    ]
    return sorted(found, key=lambda row: (row["score"] is None, row["score"] or 0))


def _with_parts(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"parts": [row[f"{name}_share"] for name, _, _ in PARTS]}


def running(kind: str) -> Job | None:
    """A job of the kind that waits or runs."""
    under_way = (Job.Status.QUEUED, Job.Status.RUNNING)
    return Job.objects.filter(kind=kind, status__in=under_way).order_by("created_at").first()


# --------------------------------------------------------------------------------- files, imports


def uploads() -> QuerySet[Upload]:
    """Every file that was ever brought, without what it holds."""
    heavy = ("look", "dry_run", "report")
    return Upload.objects.select_related("member", "job").defer(*heavy).order_by("-created_at")


def unfinished() -> QuerySet[Upload]:
    """Files on their way in."""
    return uploads().exclude(status=Upload.Status.IMPORTED)


def newest_unfinished() -> list[Upload]:
    """Those of them that a page shows."""
    return _unfinished()


_unfinished = prepared.Question(lambda: unfinished()[:10])


def batches() -> QuerySet[Batch]:
    """Every import, without how it read its columns."""
    return Batch.objects.select_related("member").defer("columns")


def upload_of(batch: Batch) -> Upload | None:
    """The file that a batch came from, where it came through a page."""
    return Upload.objects.filter(batch_id=batch.batch_id).order_by("-created_at").first()


def quarantined() -> QuerySet[Quarantined]:
    """Rows that broke the contract."""
    heavy = ("row", "problems", "corrections", "batch__columns")
    return Quarantined.objects.select_related("batch").defer(*heavy)


def not_set_aside() -> QuerySet[Quarantined]:
    """The same without those that somebody set aside for good."""
    return quarantined().exclude(status=Quarantined.Status.SET_ASIDE)


def waiting_rows() -> QuerySet[Quarantined]:
    """Rows that a person has yet to decide on."""
    return Quarantined.objects.exclude(status=Quarantined.Status.SET_ASIDE)


def row(pk: int) -> Quarantined | None:
    """A row that broke the contract, with its import."""
    found: Quarantined | None = _row.first(pk)
    return found


def alike(row: Quarantined) -> QuerySet[Quarantined]:
    """Rows of the same import with the same value in the same column, the row itself among them."""
    return _alike(row.batch_id, row.column, row.value)


def n_alike(row: Quarantined) -> int:
    """How many those are."""
    return next((n for (n,) in _n_alike(row.batch_id, row.column, row.value)), 0)


def next_waiting(row: Quarantined) -> Quarantined | None:
    """The row to look at after this one."""
    return _waiting_after.first(row.batch_id, row.line) or _waiting_beside.first(row.pk)


def _alike(batch: int, column: str, value: str) -> QuerySet[Quarantined]:
    return _undecided().filter(batch=batch, column=column, value=value)


def _undecided() -> QuerySet[Quarantined]:
    return Quarantined.objects.filter(status=Quarantined.Status.WAITING)


_row = prepared.Question(lambda pk: Quarantined.objects.select_related("batch").filter(pk=pk))
_n_alike = prepared.Question(
    lambda batch, column, value: (
        _alike(batch, column, value)
        .order_by()
        .values("status")
        .annotate(n=Count("pk"))
        .values_list("n")
    )
)
_waiting_after = prepared.Question(
    lambda batch, line: (
        _undecided()
        .filter(Q(batch=batch, line__gt=line) | Q(batch__gt=batch))
        .order_by("batch", "line")[:1]
    )
)
_waiting_beside = prepared.Question(
    lambda pk: _undecided().exclude(pk=pk).order_by("batch", "line")[:1]
)


def columns_in_trouble() -> list[tuple[str, str]]:
    """Columns that rows in quarantine have problems with, the commonest first."""
    return [(column, f"{wording.column(column)} ({n:,})") for column, n in _columns_in_trouble()]


_columns_in_trouble = prepared.Question(
    lambda: (
        Quarantined.objects.exclude(column="")
        .order_by()
        .values("column")
        .annotate(n=Count("pk"))
        .order_by("-n")
        .values_list("column", "n")[:30]
    )
)


def tables_in_quarantine() -> list[tuple[str, str]]:
    """Tables that rows in quarantine were meant for."""
    return [(name, name.capitalize()) for (name,) in _tables_in_quarantine()]


_tables_in_quarantine = prepared.Question(
    lambda: Quarantined.objects.order_by("table").values_list("table").distinct()
)


# ------------------------------------------------------------------------------------ settings


def workspace() -> config.Workspace:
    """What `config.toml` says."""
    return config.workspace(settings.HOME)


def workspace_settings() -> WorkspaceSettings:
    """The same as a record that an action can change."""
    now = workspace()
    return WorkspaceSettings(
        pk=1,
        name=now.name,
        currency=now.currency,
        product_kind=now.product_kind,
        fiscal_start_month=now.fiscal_start_month,
    )


# --------------------------------------------------------------------------------------- words


def both_readings(value: str) -> tuple[str, str] | None:
    """A date with the day first and with the month first, in words.

    >>> both_readings("03/04/2024 10:00")
    ('3 April 2024', '4 March 2024')
    """
    numbers = [int(part) for part in re.findall(r"\d+", value)[:3]]
    if len(numbers) < 3 or not all(1 <= number <= 12 for number in numbers[:2]):
        return None
    first, second, year = numbers
    full = year if year > 99 else 2000 + year if year < 69 else 1900 + year
    names = [datetime.date(2000, month, 1).strftime("%B") for month in (second, first)]
    return f"{first} {names[0]} {full}", f"{second} {names[1]} {full}"


def choices() -> list[tuple[str, str]]:
    """Tables to choose from, with what they hold."""
    return [(name, f"{name}: {table.meaning}") for name, table in tables.CANONICAL.items()]


def described(names: Iterable[str]) -> list[dict[str, str]]:
    """Tables as templates can read them: a contract answers `table.name` with its column of that name."""
    return [{"name": name, "meaning": tables.named(name).meaning} for name in names]
