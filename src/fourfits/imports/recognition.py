"""Recognise whose columns are whose, and how each value is read: a file becomes a canonical table."""
# ruff: noqa: S608 - names and values in SQL pass through `engine.identifier` and `engine.literal`

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping as Given
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fourfits import tables
from fourfits.imports import dates, files, keys, matching, reshaping, values, vendors
from fourfits.imports.mapping import Mapping
from fourfits.lake import engine

if TYPE_CHECKING:
    import duckdb

_TYPED_EXTRAS = 300
"""Unknown columns beyond this number stay text."""

_READABLE = 0.5
"""An optional column of which fewer values can be read is kept under its own name instead."""

_BLANKS = {("responses", "value_text"): ("",)}
"""Where fewer words mean nothing: "n/a" is an answer to Ellis' question."""

_CODES = ("id", "code", "zip", "zipcode", "postcode", "phone", "number", "no", "sku", "ean")
"""Last words of names whose digits are no amounts."""


def recognise(
    source: files.Source,
    table: tables.Table,
    connection: duckdb.DuckDBPyConnection,
    *,
    mapping: Given[str, str] | None = None,
    vendor: str | None = None,
    date_order: str | None = None,
) -> Mapping:
    r"""How the rows of a file become rows of a table.

    Args:
        source: The file, from `files.open_file`.
        table: The table that it should fill.
        connection: The connection that the file was opened with.
        mapping: Canonical column to a column of the file, a formula of its columns
            (`Quantity * UnitPrice`), or a text in single quotation marks that every row gets.
        vendor: The tool that made the export (see `vendors.VENDORS`).
        date_order: `day` or `month` first, where dates leave that open.

    Raises:
        ColumnError: If a required column is not found; the hint is a `--map` to paste.
        AmbiguityError: If dates can be read either way.
        ParameterError: If the vendor is unknown.

    >>> import duckdb, pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "sales.csv"
    >>> _ = file.write_text("Invoice,Date,Qty,Unit Price\nA1,13/02/2024,2,1.50\n")
    >>> connection = duckdb.connect()
    >>> source = files.open_file(file, connection)
    >>> found = recognise(source, tables.ORDERS, connection)
    >>> found.notes[1]
    '`Date` → ordered_at, day/month/year (13/02/2024 decides)'
    >>> select = ", ".join(f"{sql} AS {name}" for name, sql in found.expressions.items())
    >>> connection.sql(f"SELECT revenue_amount, line FROM (SELECT {select} FROM {found.relation})")
    ┌────────────────┬───────┐
    │ revenue_amount │ line  │
    │ decimal(18,4)  │ int64 │
    ├────────────────┼───────┤
    │         3.0000 │     1 │
    └────────────────┴───────┘
    <BLANKLINE>
    """
    given = {ours.strip(): theirs for ours, theirs in (mapping or {}).items()}
    theirs = frozenset(source.columns)
    ready = reshaping.prepared(source, table, connection, given=given, vendor=vendor)
    source = ready.source
    found = matching.match(source, table, connection, given=ready.given, vendor=vendor)
    _price_lines(source, table, found)
    reader = _Reader(source, table, connection, found, date_order)
    _drop_damaged_keys(reader, found)
    readings = reader.read_all()
    for name in reader.demoted(readings):
        found.notes.append(
            f"{found.origins[name]} holds no {name} that can be read; kept under its own name"
        )
        del found.origins[name], readings[name]
    return _assembled(reader, readings, [*ready.notes, *found.notes], theirs=theirs)


def template(table: tables.Table) -> str:
    """A CSV file with the table's header and one row that shows what belongs where.

    >>> print(template(tables.TOUCHES))
    touch_id,customer_id,channel,campaign_id,touched_at
    touch-1,customer-1,web,campaign-1,2024-01-31T09:30:00Z
    <BLANKLINE>
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.names)
    writer.writerow(_example(column) for column in table)
    return out.getvalue()


def _example(column: tables.Column) -> str:
    """A value that the column allows, and that says what it is."""
    if column.allowed:
        return column.allowed[0]
    if column.name == "currency":
        return "EUR"
    if column.name == "channel" or column.name.endswith("_channel"):
        return "web"
    if column.name.endswith("_id"):
        return f"{column.name.removesuffix('_id').replace('_', '-')}-1"
    middle = 1990.0 if column.name == "birth_year" else 1.0
    return {
        "text": f"{column.meaning}",
        "integer": f"{middle:g}",
        "number": "1",
        "money": "49.90",
        "share": "0.5",
        "timestamp": "2024-01-31T09:30:00Z",
        "date": "2024-01-31",
        "boolean": "yes",
        "json": '{"plan": "pro"}',
    }[column.kind]


def _price_lines(source: files.Source, table: tables.Table, found: matching.Match) -> None:
    """Without a column for what a line is worth: quantity times the price of one."""
    quantity = found.origins.get("quantity")
    if table.name != "orders" or "revenue_amount" in found.origins or quantity is None:
        return
    price = matching.unit_price(source, found.used)
    if price and quantity.kind == "column":
        theirs = quantity.columns[0]
        found.origins["revenue_amount"] = matching.Origin(
            "formula", (theirs, price), text=f"{theirs} * {price}"
        )


def _drop_damaged_keys(reader: _Reader, found: matching.Match) -> None:
    """Identifiers that a spreadsheet rounded (`5.70306E+17`) tell rows apart no more."""
    for name in reader.table.key:
        origin = found.origins.get(name)
        if origin is None or origin.kind != "column" or origin.how == "given":
            continue
        counts = reader.profiles.get(origin.columns[0])
        if counts is not None and counts.powers:
            found.notes.append(
                f"{origin} lost its last digits in a spreadsheet and is not used as {name}"
            )
            del found.origins[name]


@dataclass
class _Reader:
    """Reads a file's columns as the table wants them."""

    source: files.Source
    table: tables.Table
    connection: duckdb.DuckDBPyConnection
    found: matching.Match
    date_order: str | None

    def __post_init__(self) -> None:
        kinds: dict[str, str] = {
            column: self.table[ours].kind
            for ours, origin in self.found.origins.items()
            if ours in self.table
            for column in origin.columns
        }
        for origin in self.found.origins.values():
            if origin.kind == "formula":
                kinds |= dict.fromkeys(origin.columns, "number")
        others = [column for column in self.source.columns if column not in kinds]
        kinds |= dict.fromkeys(others[:_TYPED_EXTRAS], "unknown")
        texts = {
            column: kind
            for column, kind in kinds.items()
            if self.source.types[column] == "VARCHAR" and kind not in ("date", "timestamp")
        }
        self.profiles = values.profile(self.connection, self.source.relation, texts)

    def read_all(self) -> dict[str, values.Reading]:
        """How each column that was found is read."""
        return {
            column.name: self.read(column, self.found.origins[column.name])
            for column in self.table
            if column.name in self.found.origins
        }

    def read(self, column: tables.Column, origin: matching.Origin) -> values.Reading:
        """How one column is read, wherever it comes from."""
        if origin.kind == "constant":
            cast = f"CAST({engine.literal(origin.text)} AS {tables.DUCKDB_TYPES[column.kind]})"
            return values.Reading(expression=cast, raw="")
        if origin.kind == "formula":
            return self._formula(column, origin)
        if origin.kind == "path":
            path = engine.literal("$." + origin.text)
            text = f"json_extract_string({engine.identifier(origin.columns[0])}, {path})"
            return values.Reading(expression=text, raw=text)
        parts = [self._column(column, theirs) for theirs in origin.columns]
        if origin.kind == "join":
            joined = f"nullif(concat_ws(' ', {', '.join(part.expression for part in parts)}), '')"
            return values.Reading(expression=joined, raw=joined)
        if len(parts) == 1:
            return parts[0]
        return replace(
            parts[0],
            expression=f"coalesce({', '.join(part.expression for part in parts)})",
            raw=f"coalesce({', '.join(part.raw for part in parts)})",
        )

    def _column(self, column: tables.Column, theirs: str) -> values.Reading:
        """How one column of the file is read as this kind."""
        type_ = self.source.types[theirs]
        counts = self.profiles.get(theirs)
        if column.kind in ("date", "timestamp"):
            return self._date(column, theirs, type_)
        if column.kind == "boolean":
            return values.boolean(theirs)
        if column.kind in ("text", "json"):
            blanks = _BLANKS.get((self.table.name, column.name), values.BLANKS)
            read = values.text(theirs, type_, counts, blanks=blanks)
            return _worded(self.table, column, read) if column.allowed else read
        return values.number(
            self.connection,
            self.source.relation,
            theirs,
            column.kind,
            type_=type_,
            counts=counts,
            decimal_comma=self.source.decimal_comma,
        )

    def _date(self, column: tables.Column, theirs: str, type_: str) -> values.Reading:
        reading = dates.infer(
            self.connection, self.source.relation, theirs, type_=type_, date_order=self.date_order
        )
        read = reading.expression
        return values.Reading(
            expression=f"CAST({read} AS DATE)" if column.kind == "date" else read,
            raw=values.filled(f"CAST({engine.identifier(theirs)} AS VARCHAR)"),
            note=reading.note,
        )

    def _formula(self, column: tables.Column, origin: matching.Origin) -> values.Reading:
        """A formula of columns; decimal where money is wanted, so that sums are exact."""
        amount = replace(column, kind="money" if column.kind == "money" else "number")
        read = {theirs: self._column(amount, theirs) for theirs in origin.columns}
        parts = matching.formula_parts(origin.text, origin.columns)
        lower = {theirs.lower(): reading for theirs, reading in read.items()}
        sql = " ".join(
            lower[part.lower()].expression if part.lower() in lower else part for part in parts
        )
        raws = [reading.raw for reading in read.values()]
        blank = " OR ".join(f"{raw} IS NULL" for raw in raws)
        return values.Reading(
            expression=f"TRY_CAST({sql} AS {tables.DUCKDB_TYPES[column.kind]})",
            raw=f"CASE WHEN {blank} THEN NULL ELSE concat_ws(' and ', {', '.join(raws)}) END",
            currency=next((r.currency for r in read.values() if r.currency), ""),
        )

    def demoted(self, readings: dict[str, values.Reading]) -> list[str]:
        """Optional columns, found by their name alone, whose values are something else."""
        doubtful = [
            name
            for name, reading in readings.items()
            if reading.raw
            and not self.table[name].required
            and self.found.origins[name].how in ("name", "content")
            and (self.table[name].kind not in ("text", "json") or self.table[name].allowed)
        ]
        if not doubtful:
            return []
        sample = f"(SELECT * FROM {self.source.relation} LIMIT {matching.SAMPLE_ROWS})"
        cells = ", ".join(self._understood(name, readings[name]) for name in doubtful)
        row = self.connection.execute(f"SELECT {cells} FROM {sample}").fetchone() or ()
        return [name for name, share in zip(doubtful, row, strict=True) if share < _READABLE]

    def _understood(self, name: str, reading: values.Reading) -> str:
        """SQL of the share of a column's values that are read, 1 where it has none."""
        read = reading.expression
        if self.table[name].allowed:
            read = f"CASE WHEN {read} IN ({values.literals(self.table[name].allowed)}) THEN 1 END"
        return f"coalesce(count(CASE WHEN {reading.raw} IS NOT NULL THEN {read} END) / nullif(count({reading.raw}), 0), 1)"

    def extras(self) -> dict[str, tuple[str, str, str]]:
        """Columns that the contract does not know: own name to expression, type, file's column."""
        whole = {
            column
            for ours, origin in self.found.origins.items()
            if origin.kind in ("column", "first") and ours in self.table
            for column in origin.columns
        }
        renamed = {
            origin.columns[0]: ours
            for ours, origin in self.found.origins.items()
            if ours not in self.table and origin.kind == "column"
        }
        found: dict[str, tuple[str, str, str]] = {}
        for column in self.source.columns:
            if column not in whole:
                name = _own_name(renamed.get(column, column), {*found, *self.table.names})
                found[name] = (*self._extra(column), column)
        return found

    def _extra(self, column: str) -> tuple[str, str]:
        """An unknown column as number, moment, yes or no, or text."""
        type_, v, counts = (
            self.source.types[column],
            engine.identifier(column),
            self.profiles.get(column),
        )
        code = _snake(column).split("_")[-1] in _CODES
        if type_ in ("BOOLEAN", "DATE") or type_.startswith("TIMESTAMP"):
            kept = "TIMESTAMP" if type_.startswith("TIMESTAMP") else type_
            return f"CAST({v} AS {kept})", kept
        if type_ != "VARCHAR":
            number = type_.endswith("INT") or type_ in ("DOUBLE", "FLOAT", "INTEGER")
            if (number or type_.startswith("DECIMAL")) and not code:
                return f"CAST({v} AS DOUBLE)", "DOUBLE"
            return values.text(column, type_, None).expression, "VARCHAR"
        if (
            counts is not None
            and counts.numbers
            and not (code or counts.zero_first or counts.powers)
        ):
            return f"TRY_CAST({v} AS DOUBLE)", "DOUBLE"
        return values.filled(v), "VARCHAR"


def _worded(table: tables.Table, column: tables.Column, read: values.Reading) -> values.Reading:
    """Values of a column that allows few, in our words: `Decision Maker` is `decision_maker`."""
    plain = f"regexp_replace(lower({read.expression}), '[\\s-]+', '_', 'g')"
    words = vendors.WORDS.get((table.name, column.name), {})
    cases = "".join(
        f" WHEN {engine.literal(theirs)} THEN {engine.literal(ours)}"
        for theirs, ours in words.items()
    )
    sql = f"CASE {plain}{cases} ELSE {plain} END" if cases else plain
    return replace(read, expression=sql)


def _snake(name: str) -> str:
    """A name in snake_case.

    >>> _snake("StockCode"), _snake("Monthly charges (€)"), _snake("CustomerID")
    ('stock_code', 'monthly_charges', 'customer_id')
    """
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name.strip())
    return re.sub(r"\W+|_+", "_", parted).strip("_").lower()


def own_name(name: str) -> str:
    """The name under which a column is kept that the contract does not know.

    >>> own_name("Their Land")
    'their_land'
    """
    return (_snake(name) or "column")[:60]


def _own_name(name: str, taken: set[str]) -> str:
    """The name in snake_case, numbered where it is taken."""
    plain = own_name(name)
    numbered = (f"{plain}_{i}" for i in range(2, len(taken) + 3))
    return plain if plain not in taken else next(n for n in numbered if n not in taken)


def _assembled(
    reader: _Reader,
    readings: dict[str, values.Reading],
    notes: list[str],
    *,
    theirs: frozenset[str],
) -> Mapping:
    """The mapping, with keys made where the file has none; notes speak of columns that are theirs."""
    made = keys.made(reader.source, reader.table, readings)
    expressions = {name: reading.expression for name, reading in readings.items()}
    expressions |= {name: part.expression for name, part in made.items()}
    missing = [name for name in keys.wanted(reader.table) if name not in expressions]
    if missing:
        raise matching.refuse_missing(
            reader.source, reader.table, reader.connection, reader.found, missing
        )
    extra = reader.extras()
    said = [
        f"{reader.found.origins[name]} → {name}" + (f", {reading.note}" if reading.note else "")
        for name, reading in readings.items()
        if theirs.issuperset(reader.found.origins[name].columns)
    ]
    said += [f"{name}: {part.note}" for name, part in made.items()]
    if reader.found.layout is not None:
        layout = reader.found.layout
        said.insert(0, f"read as an export of {layout.vendor}")
        said += [layout.note] if layout.note else []
    if extra:
        said.append(f"kept beside: {', '.join(extra)}")
    within = "order_id" if reader.table.name == "orders" and "line" in made else None
    return Mapping(
        table=reader.table.name,
        relation=reader.source.relation,
        expressions={name: expressions[name] for name in reader.table.names if name in expressions},
        raw={name: reading.raw for name, reading in readings.items() if reading.raw},
        extra={name: sql for name, (sql, _, _) in extra.items()},
        extra_types={name: type_ for name, (_, type_, _) in extra.items()},
        notes=(*said, *notes),
        origins=reader.found.origins,
        own_names={theirs: name for name, (_, _, theirs) in extra.items()},
        made={name: part.note for name, part in made.items()},
        line_within=within,
    )
