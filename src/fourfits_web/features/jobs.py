"""Features between workspace and lake: imported ones appear here, what people changed goes back."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from fourfits import errors, imports, tables
from fourfits_web.core import jobs
from fourfits_web.core.actors import Actor
from fourfits_web.data import mirroring
from fourfits_web.data import queries as data
from fourfits_web.features import actions, analyses, queries
from fourfits_web.features.models import Feature, Link, ScoreInput, Status
from fourfits_web.features.scales import SCALES, Scale
from fourfits_web.reports import actions as reports

TEXTS = ("name", "product_id", "kind", "need", "segment")
CHUNK = 500
_ARROW = {"text": pa.string(), "date": pa.date32()}

Row = Mapping[str, Any]


def mirror(source: Any, progress: Callable[[float, str], None]) -> None:
    """Copy the lake's features; what people changed here stays as they changed it."""
    progress(0.1, "Reading features")
    rows = {row["feature_id"]: row for row in _rows(source)}
    with transaction.atomic():
        _leave_out(rows)
        _copy(rows, progress)
        progress(0.7, "Reading inputs of scores")
        _copy_inputs(rows)
    analyses.keep_stored()
    if queries.unwritten().exists():
        actions.write_back_soon(Actor.workspace())


@jobs.job(actions.WRITE_BACK)
def write_back(progress: jobs.Progress) -> dict[str, Any]:
    """Import what people changed into the lake; rows that are there already change nothing."""
    changed = list(queries.unwritten())
    if not changed:
        return {"written": 0}
    progress(0.1, "Reading the customer data")
    report = _import(_lake_rows(changed), max(each.changed_at for each in changed))
    for each in changed:  # who changed it again meanwhile is written by the next run
        same = Feature.objects.filter(pk=each.pk, changed_at=each.changed_at)
        same.update(is_unwritten=False)
    progress(0.5, "Bringing pages up to date")
    mirroring.copy({"features", *mirroring.OF_IMPORTS}, progress)
    reports.refresh(Actor.workspace(), "ranking", {})
    return {"written": len(changed), "added": report.n_added, "changed": report.n_changed}


def in_lake(feature: Feature, stated: Mapping[str, ScoreInput]) -> dict[str, Any]:
    """The columns of the lake that people decided for a feature."""
    own = set(feature.own)
    row: dict[str, Any] = {
        name: getattr(feature, name) or None for name in actions.IN_LAKE if name in own
    }
    for name, each in stated.items():
        if name in own:
            row.update(_columns(each))
    return row


def _columns(each: ScoreInput) -> dict[str, float | None]:
    low, likely, high = each.scale.columns
    row: dict[str, float | None] = {likely: each.likely}
    if each.scale.has_range:
        row[low], row[high] = each.range
    return row


# From the lake


def _rows(source: Any) -> Iterable[Row]:
    if "features" not in source:
        return
    for batch in source.table("features").to_pyarrow_batches():
        yield from batch.to_pylist()


def _leave_out(rows: Mapping[str, Row]) -> None:
    """What an undone import brought goes, unless people worked on it: then it is theirs."""
    gone = Feature.objects.filter(is_imported=True).exclude(feature_id__in=list(rows))
    linked = set(Link.objects.filter(feature__in=gone).values_list("feature_id", flat=True))
    for feature in gone:
        if feature.own or feature.pk in linked:
            feature.is_imported, feature.is_unwritten = False, True
            feature.own = sorted({*feature.own, *actions.IN_LAKE})
            feature.save()
        else:
            feature.delete()


def _copy(rows: Mapping[str, Row], progress: Callable[[float, str], None]) -> None:
    now = timezone.now()
    standing = {each.feature_id: each for each in Feature.objects.all()}
    new, changed = [], []
    for feature_id, row in rows.items():
        feature = standing.get(feature_id)
        if feature is None:
            new.append(Feature(feature_id=feature_id, is_imported=True, created_at=now,
                               changed_at=now, **_read(row)))  # fmt: skip
        elif _take(feature, _read(row)):
            changed.append(feature)
    progress(0.4, f"{len(new):,} new features, {len(changed):,} changed")
    Feature.objects.bulk_create(new, batch_size=CHUNK)
    columns = ["name", "product_id", "kind", "status", "need", "segment", "release_on"]
    Feature.objects.bulk_update(
        changed, [*columns, "is_imported", "is_unwritten"], batch_size=CHUNK
    )


def _read(row: Row) -> dict[str, Any]:
    """The columns that people may change, as the lake has them."""
    read: dict[str, Any] = {name: str(row.get(name) or "") for name in TEXTS}
    read["status"] = Status.read(row.get("status"))
    read["release_on"] = row.get("release_on")
    return read


def _take(feature: Feature, read: Mapping[str, Any]) -> bool:
    """Take over what people did not change here; whether anything differs."""
    differs = not feature.is_imported
    feature.is_imported = True
    for name, value in read.items():
        if getattr(feature, name) == value:
            continue
        differs = True
        if name in feature.own:
            feature.is_unwritten = True
        else:
            setattr(feature, name, value)
    return differs


def _copy_inputs(rows: Mapping[str, Row]) -> None:
    """Keep what a file states anew about inputs, and show what counts."""
    now = timezone.now()
    features = {each.feature_id: each for each in Feature.objects.filter(is_imported=True)}
    stated = queries.counting_by_feature(each.pk for each in features.values())
    newest = _imported_inputs()
    new: list[ScoreInput] = []
    for feature_id, feature in features.items():
        if feature_id not in rows:
            continue
        counts = dict(stated.get(feature.pk, {}))
        for each in _stated(feature, rows[feature_id], counts, newest, now):
            new.append(each)
            if each.name not in feature.own:
                counts[each.name] = each
            else:
                feature.is_unwritten = True
        actions.show_inputs(feature, counts)
    ScoreInput.objects.bulk_create(new, batch_size=CHUNK)
    columns = [
        "reach", "impact", "confidence_share", "effort_low", "effort_likely", "effort_high",
        "is_unwritten",
    ]  # fmt: skip
    Feature.objects.bulk_update(features.values(), columns, batch_size=CHUNK)


def _stated(
    feature: Feature,
    row: Row,
    counts: Mapping[str, ScoreInput],
    newest: Mapping[tuple[int, str], ScoreInput],
    now: datetime.datetime,
) -> Iterable[ScoreInput]:
    """What the row states that is neither what counts nor what the last file said."""
    for scale in SCALES.values():
        values = _values(row, scale)
        if values is None:
            continue
        known = counts.get(scale.name), newest.get((feature.pk, scale.name))
        if any(each is not None and _same(each, values) for each in known):
            continue
        low, likely, high = values
        yield ScoreInput(
            feature=feature, name=scale.name, low=low, likely=likely, high=high, given_at=now,
            origin=ScoreInput.Origin.IMPORT, source="Import",
        )  # fmt: skip


def _values(row: Row, scale: Scale) -> tuple[float | None, float, float | None] | None:
    """Low, likely, high of an input in a row; nothing where the likely value is missing or wrong."""
    low, likely, high = (_float(row.get(column)) for column in scale.columns)
    if likely is None or not scale.takes(likely):
        return None
    if not scale.has_range or low is None or high is None or not low <= likely <= high:
        return None, likely, None
    return low, likely, high


def _same(each: ScoreInput, values: tuple[float | None, float, float | None]) -> bool:
    low, high = each.range
    return (low, each.likely, high) == values


def _imported_inputs() -> dict[tuple[int, str], ScoreInput]:
    found = ScoreInput.objects.filter(origin=ScoreInput.Origin.IMPORT).order_by("given_at", "pk")
    return {(each.feature_id, each.name): each for each in found}


def _float(value: Any) -> float | None:
    try:
        return None if value is None else float(value)
    except (TypeError, ValueError):
        return None


# To the lake


def _lake_rows(changed: list[Feature]) -> list[dict[str, Any]]:
    """Each changed feature as its whole row: as the lake has it, with what people decided."""
    stated = queries.counting_by_feature(each.pk for each in changed)
    there = _there({each.feature_id for each in changed})
    return [
        {
            **there.get(each.feature_id, {}),
            "feature_id": each.feature_id,
            "name": each.name,
            **in_lake(each, stated.get(each.pk, {})),
        }
        for each in changed
    ]


def _there(wanted: set[str]) -> dict[str, dict[str, Any]]:
    try:
        source = data.source()
    except errors.FileError:  # nothing was imported yet: this will be the first
        return {}
    return {
        row["feature_id"]: {name: row[name] for name in row if not name.startswith("_")}
        for row in _rows(source)
        if row["feature_id"] in wanted
    }


def _import(rows: list[dict[str, Any]], moment: datetime.datetime) -> imports.ImportReport:
    """Lay the rows down as a file and import it; its moment tells it from an earlier one alike."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "workspace.parquet"
        table = pa.Table.from_pylist(rows, _schema(rows))
        pq.write_table(table.replace_schema_metadata({"changed_at": moment.isoformat()}), file)
        return imports.import_file(file, "features", home=settings.HOME, now=timezone.now())


def _schema(rows: list[dict[str, Any]]) -> pa.Schema:
    """The contract's types; what it does not know is a number or whatever the lake holds."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    scored = {column for scale in SCALES.values() for column in scale.columns}
    fields = []
    for name in names:
        if name in tables.FEATURES:
            kind = _ARROW.get(tables.FEATURES[name].kind, pa.float64())
        elif name in scored:
            kind = pa.float64()
        else:
            kind = pa.array([row.get(name) for row in rows]).type
        if not pa.types.is_null(kind):
            fields.append(pa.field(name, kind))
    return pa.schema(fields)
