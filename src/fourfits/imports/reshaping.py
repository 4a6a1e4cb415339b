"""Files whose rows are not yet the table's rows: made longer or shorter before they are read."""
# ruff: noqa: S608 - names and values in SQL pass through `engine.identifier` and `engine.literal`

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fourfits import errors, tables
from fourfits.imports import files, matching, structured, values, wide
from fourfits.lake import engine

if TYPE_CHECKING:
    import duckdb

_SPEND_OF = re.compile(r"^(?:(?P<a>.+?)[_ ](?:s|spend|cost)|(?:spend|cost)[_ ](?P<b>.+))$", re.I)


@dataclass(frozen=True)
class Prepared:
    """A file in the form of its table."""

    source: files.Source
    given: dict[str, str]
    """What the user said about columns, as far as it still applies."""
    notes: tuple[str, ...] = ()


def prepared(
    source: files.Source,
    table: tables.Table,
    connection: duckdb.DuckDBPyConnection,
    *,
    given: Mapping[str, str],
    vendor: str | None,
) -> Prepared:
    """The file in the form of the table: a row per answer, per channel and day, per item."""
    if table.name == "responses":
        found = matching.match(source, table, connection, given=_own(table, given), vendor=vendor)
        if "question_id" not in found.origins:
            longer, notes = wide.lengthen(source, connection, found, given=given)
            left = {ours: theirs for ours, theirs in given.items() if ours in wide.ABOUT}
            return Prepared(longer, left, notes)
    elif table.name == "spend" and "spend_amount" not in given:
        return Prepared(*_per_channel(source, connection, dict(given)))
    elif table.name == "deliveries":
        found = matching.match(source, table, connection, given=_own(table, given), vendor=vendor)
        return Prepared(*_per_item(source, connection, found, dict(given)))
    return Prepared(source, dict(given))


def _own(table: tables.Table, given: Mapping[str, str]) -> dict[str, str]:
    return {ours: theirs for ours, theirs in given.items() if ours in table}


def _per_channel(
    source: files.Source, connection: duckdb.DuckDBPyConnection, given: dict[str, str]
) -> tuple[files.Source, dict[str, str], tuple[str, ...]]:
    """A column of spend for each channel (`tv_S`, `search_spend`) becomes a row for each."""
    channels = {
        column: (found["a"] or found["b"])
        for column in source.columns
        if (found := _SPEND_OF.match(column)) is not None
    }
    if len(channels) < 2 or "spend_amount" in map(matching.squeezed, source.columns):
        return source, given, ()
    days = [
        c for c in source.columns if matching.squeezed(c) in ("date", "day", "week", "dateweek")
    ]
    kept = [column for column in source.columns if column in days[:1]]
    parts = ", ".join(
        f"{{'channel': {engine.literal(channel)}, "
        f"'spend_amount': CAST({engine.identifier(column)} AS VARCHAR)}}"
        for column, channel in channels.items()
    )
    cells = "".join(f"{engine.identifier(column)}, " for column in kept)
    relation = structured.view(
        connection,
        f"(SELECT {cells} unnest([{parts}], recursive := true), _line FROM {source.relation})",
    )
    left = [c for c in source.columns if c not in channels and c not in kept]
    longer = replace(
        source,
        folder=None,
        relation=relation,
        columns=(*kept, "channel", "spend_amount"),
        types={c: source.types[c] for c in kept}
        | {"channel": "VARCHAR", "spend_amount": "VARCHAR"},
    )
    notes = [f"a row per channel, from {', '.join(f'`{column}`' for column in channels)}"]
    if left:
        notes.append(f"not spend, and left out: {', '.join(left)}")
    return longer, given, tuple(notes)


def _per_item(
    source: files.Source,
    connection: duckdb.DuckDBPyConnection,
    found: matching.Match,
    given: dict[str, str],
) -> tuple[files.Source, dict[str, str], tuple[str, ...]]:
    """Rows that say the same of an item, one for each person who worked on it, become one."""
    said = [
        column
        for name, origin in found.origins.items()
        if name in tables.DELIVERIES and origin.kind == "column"
        for column in origin.columns
    ]
    if "item_id" not in found.origins or not said:
        return source, given, ()
    cells = ", ".join(map(engine.identifier, dict.fromkeys(said)))
    rows = (
        f"(SELECT * FROM {source.relation} "
        f"QUALIFY row_number() OVER (PARTITION BY {cells} ORDER BY _line) = 1)"
    )
    n_before = values.number_of(connection, f"SELECT count(*) FROM {source.relation}")
    n_after = values.number_of(connection, f"SELECT count(*) FROM {rows}")
    if n_before == n_after:
        return source, given, ()
    shorter = replace(source, folder=None, relation=structured.view(connection, rows))
    more = n_before - n_after
    repeat = "repeats" if more == 1 else "repeat"
    note = f"{errors.counted(more, 'row')} {repeat} what another says of the same item: one is kept"
    return shorter, given, (note,)
