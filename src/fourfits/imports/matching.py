"""Which of a file's columns stands for which column of the contract.

What the user says goes first, then a vendor's layout, then names in common use, then content.
"""
# ruff: noqa: S608 - names and values in SQL pass through `engine.identifier` and `engine.literal`

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from fourfits import errors, tables
from fourfits.imports import dates, files, values, vendors
from fourfits.lake import engine

if TYPE_CHECKING:
    import duckdb

SAMPLE_ROWS = 10_000
"""Rows at the start that tell what a column without a telling name holds."""

_SHARED = {("accounts", "name"), ("products", "name"), ("features", "name"), ("feedback", "title")}
"""Columns that may be filled from one that is used already: an account's name is its id."""


@dataclass(frozen=True)
class Origin:
    """Where a canonical column comes from."""

    kind: Literal["column", "first", "join", "formula", "path", "constant"]
    columns: tuple[str, ...] = ()
    text: str = ""
    """The formula, the path within the JSON, or the constant."""
    how: Literal["given", "vendor", "name", "content"] = "name"

    def __str__(self) -> str:
        words = {
            "first": " or ".join(f"`{column}`" for column in self.columns),
            "join": " ".join(f"`{column}`" for column in self.columns),
            "path": f"`{'.'.join((*self.columns, self.text))}`",
        }
        plain = f"`{self.text or ''.join(self.columns)}`"
        return words.get(self.kind, plain)


@dataclass
class Match:
    """The origins that were found."""

    origins: dict[str, Origin]
    layout: vendors.Layout | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def used(self) -> set[str]:
        """Columns of the file that stand for one of ours."""
        return {column for origin in self.origins.values() for column in origin.columns}


def squeezed(name: str) -> str:
    """A name without capitals, blanks and signs.

    >>> squeezed("Order ID"), squeezed("start_date (UTC)")
    ('orderid', 'startdate')
    """
    bare = re.sub(r"\(utc\)\s*$", "", name.strip(), flags=re.IGNORECASE)
    return re.sub(r"[\W_]+", "", bare.lower())


def match(
    source: files.Source,
    table: tables.Table,
    connection: duckdb.DuckDBPyConnection,
    *,
    given: Mapping[str, str] | None = None,
    vendor: str | None = None,
) -> Match:
    """Where each column of the table comes from, as far as the file says.

    Args:
        source: The file.
        table: The table.
        connection: Where the file's relation lives.
        given: Canonical column to a column of the file, a formula of columns
            (`Quantity * UnitPrice`) or a text in single quotation marks that all rows get.
        vendor: The tool that made the export, where it is known.

    Raises:
        ColumnError: If a given column is not in the file.
        ParameterError: If the vendor is unknown, or has no layout for this table.
    """
    found = by_words(source, table, given=given, vendor=vendor)
    _by_content(source, table, connection, found)
    return found


def by_words(
    source: files.Source,
    table: tables.Table,
    *,
    given: Mapping[str, str] | None = None,
    vendor: str | None = None,
) -> Match:
    """What the user, a vendor's layout and names tell, without a look at the rows."""
    origins = {ours.strip(): _given(source, theirs) for ours, theirs in (given or {}).items()}
    layout = _layout(source, table, vendor)
    if layout is not None:
        for ours, origin in _by_layout(source, layout).items():
            origins.setdefault(ours, origin)
    if source.named:
        _by_name(source, table, origins)
    return Match(origins, layout)


def _given(source: files.Source, theirs: str) -> Origin:
    """What the user says stands for a column."""
    text = theirs.strip()
    for candidate in (text, text.rstrip("?")):
        column = _exact(source, candidate)
        if column:
            return Origin("column", (column,), how="given")
    if len(text) > 1 and text[0] == text[-1] == "'":
        return Origin("constant", text=text[1:-1], how="given")
    parts = formula_parts(text, source.columns)
    if parts:
        return Origin(
            "formula",
            tuple(column for part in parts if (column := _exact(source, part))),
            text=text,
            how="given",
        )
    near = difflib.get_close_matches(text, source.columns, 1, 0.4)
    raise errors.ColumnError(
        f"{source.path.name} has no column {text!r}; it has {_listed(source.columns)}.",
        hint=f"did you mean {near[0]!r}?" if near else "check the left side of `--map`",
    )


def _listed(columns: Sequence[str]) -> str:
    """The first columns, cut where a name is no name: a line without a delimiter is one column.

    >>> _listed(["date", "x" * 99])
    'date, xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...'
    """
    short = [name if len(name) <= 60 else f"{name[:57]}..." for name in columns[:40]]
    return ", ".join(short) + (", ..." if len(columns) > 40 else "")


def formula_parts(text: str, columns: Iterable[str]) -> list[str]:
    """A formula as columns, numbers and signs by turns; nothing where it is no formula.

    >>> formula_parts("unit-price * 1.2", ["unit-price", "price"])
    ['unit-price', '*', '1.2']
    >>> formula_parts("price; drop", ["price"])
    []
    """
    names = "|".join(re.escape(name) for name in sorted(columns, key=len, reverse=True))
    operand = rf"({names}|\d+(?:\.\d+)?)"
    if not re.fullmatch(rf"{operand}(\s*[*/+-]\s*{operand})+", text.strip(), re.IGNORECASE):
        return []
    found = re.findall(rf"{operand}|([*/+-])", text.strip(), re.IGNORECASE)
    return [column or sign for column, sign in found]


def _exact(source: files.Source, name: str) -> str:
    """The file's column of that name; capitals count only where two differ by them."""
    if name in source.columns:
        return name
    alike = [column for column in source.columns if column.lower() == name.lower()]
    return alike[0] if alike else ""


def _layout(source: files.Source, table: tables.Table, vendor: str | None) -> vendors.Layout | None:
    """The layout that was asked for, or the one whose headers the file has."""
    fitting = [layout for layout in vendors.LAYOUTS if layout.table == table.name]
    if vendor is not None:
        if vendor not in vendors.VENDORS:
            raise errors.ParameterError(
                f"There is no layout for {vendor!r}; there are {', '.join(vendors.VENDORS)}.",
                hint="leave `--from` out: columns are recognised by name and content",
            )
        for layout in fitting:
            if layout.vendor == vendor:
                return layout
        known = [layout.table for layout in vendors.LAYOUTS if layout.vendor == vendor]
        raise errors.ParameterError(
            f"Exports of {vendor} fill {', '.join(known)}, not {table.name}.",
            hint=f"import it into {known[0]}, or leave `--from` out",
        )
    for layout in fitting:
        found = _by_layout(source, layout)
        if len(layout.columns) > 3 and len(found) >= 0.8 * len(layout.columns):
            return layout
    return None


def _by_layout(source: files.Source, layout: vendors.Layout) -> dict[str, Origin]:
    by_name = {squeezed(column): column for column in source.columns}
    origins: dict[str, Origin] = {}
    for ours, theirs in layout.columns.items():
        origin = _from_headers(by_name, theirs)
        if origin is not None:
            origins[ours] = origin
    for ours, constant in layout.constants.items():
        origins[ours] = Origin("constant", text=constant, how="vendor")
    return origins


def _from_headers(by_name: dict[str, str], theirs: str) -> Origin | None:
    """The origin that a layout's entry describes, if the file has its headers."""
    if " + " in theirs:
        parts = map(squeezed, theirs.split(" + "))
        found = tuple(by_name[part] for part in parts if part in by_name)
        return Origin("join", found, how="vendor") if found else None
    columns = [by_name[squeezed(name)] for name in theirs.split("|") if squeezed(name) in by_name]
    if columns:
        kind: Literal["column", "first"] = "column" if len(columns) == 1 else "first"
        return Origin(kind, tuple(columns), how="vendor")
    head, dot, rest = theirs.partition(".")
    if dot and squeezed(head) in by_name:
        return Origin("path", (by_name[squeezed(head)],), text=rest, how="vendor")
    return None


def _by_name(source: files.Source, table: tables.Table, origins: dict[str, Origin]) -> None:
    """Names in common use; each column of the file stands for one of ours."""
    by_name: dict[str, str] = {}
    for theirs in source.columns:
        by_name.setdefault(squeezed(theirs), theirs)
    used = {column for origin in origins.values() for column in origin.columns}
    for exact in (True, False):
        for column in table:
            if column.name in origins:
                continue
            own = squeezed(column.name)
            known = [own] if exact else vendors.NAMES[table.name].get(column.name, "").split()
            shared = (table.name, column.name) in _SHARED
            held = [by_name[name] for name in known if name in by_name]
            free = [name for name in held if name not in used or (shared and not exact)]
            if free:
                origins[column.name] = Origin("column", (free[0],))
                used.add(free[0])


def unit_price(source: files.Source, used: set[str]) -> str:
    """The column that holds the price of one unit; nothing where there is none."""
    by_name = {squeezed(column): column for column in source.columns if column not in used}
    return next((by_name[name] for name in vendors.UNIT_PRICE.split() if name in by_name), "")


# ------------------------------------------------------------------------------------- content


@dataclass(frozen=True)
class Content:
    """What the first rows of a column hold, as shares of the values that are not blank."""

    n: int
    dates: float
    numbers: float
    amounts: float
    fractions: float
    emails: float
    length: float
    distinct: float
    highest: float


def contents(
    source: files.Source, connection: duckdb.DuckDBPyConnection, columns: list[str]
) -> dict[str, Content]:
    """What the first rows of the given columns hold."""
    if not columns:
        return {}
    sample = f"(SELECT * FROM {source.relation} LIMIT {SAMPLE_ROWS})"
    cells = ", ".join(cell for column in columns for cell in _content_cells(column))
    row = connection.execute(f"SELECT {cells} FROM {sample}").fetchone() or ()
    found = {}
    for i, column in enumerate(columns):
        n, like_dates, numbers, amounts, fractions, emails, length, distinct, highest = row[
            9 * i : 9 * i + 9
        ]
        share = 1 / max(n, 1)
        maybe = (like_dates or 0) * share > 0.5 or source.types[column] != "VARCHAR"
        found[column] = Content(
            n=n,
            dates=_share_of_dates(source, connection, sample, column) if n and maybe else 0.0,
            numbers=(numbers or 0) * share,
            amounts=(amounts or 0) * share,
            fractions=(fractions or 0) * share,
            emails=(emails or 0) * share,
            length=length or 0.0,
            distinct=distinct * share,
            highest=highest if highest is not None else 0.0,
        )
    return found


_LIKE_DATE = (
    r"^\d{8}(\d{6})?$|^\d{1,4}[-/. ]{1,2}\w{1,9}[-/.,]? ?\d{1,4}|^[A-Za-z]{3,9}\.? \d{1,2},? \d{4}"
)
"""What has at least the outline of a date."""


def _content_cells(column: str) -> tuple[str, ...]:
    text = values.filled(f"CAST({engine.identifier(column)} AS VARCHAR)")
    number = f"TRY_CAST({text} AS DOUBLE)"
    return (
        f"count({text})",
        f"count_if(regexp_matches({text}, {engine.literal(_LIKE_DATE)}))",
        f"count({number})",
        f"count_if(regexp_matches({text}, {engine.literal(values.SIGNED_AMOUNT)}, 'i'))",
        f"count_if({number} <> trunc({number}))",
        f"count_if(regexp_matches({text}, '^[^@\\s]+@[^@\\s]+\\.\\w+$'))",
        f"avg(length({text}))",
        f"count(DISTINCT {text})",
        f"max({number})",
    )


def _share_of_dates(
    source: files.Source, connection: duckdb.DuckDBPyConnection, sample: str, column: str
) -> float:
    """Share of values in the form of a date; eight digits count, other plain numbers do not."""
    type_ = source.types[column]
    if type_ == "DATE" or type_.startswith("TIMESTAMP"):
        return 1.0
    if type_ != "VARCHAR":
        return 0.0
    try:
        reading = dates.infer(connection, sample, column)
    except errors.AmbiguityError:
        return 1.0
    return 0.0 if "1970" in reading.note else reading.n_known / max(reading.n_values, 1)


def _by_content(
    source: files.Source,
    table: tables.Table,
    connection: duckdb.DuckDBPyConnection,
    found: Match,
) -> None:
    """What names do not tell: the one column of dates, of e-mails, of texts."""
    wanted = [
        column
        for column in table
        if column.name not in found.origins
        and (column.required or column.name in (table.moment, "email"))
        and (column.name not in table.key or not source.named)
    ]
    open_columns = [column for column in source.columns if column not in found.used]
    if not wanted or not open_columns:
        return
    held = contents(source, connection, open_columns[:200])
    for column in wanted:
        fits = [name for name in held if _fits(column, held[name]) and name not in found.used]
        if column.name in ("revenue_amount", "spend_amount"):
            fits = fits[-1:] if not source.named else []
        if len(fits) == 1:
            found.origins[column.name] = Origin("column", (fits[0],), how="content")
    if not source.named:
        _nameless(table, held, found)


def _fits(column: tables.Column, held: Content) -> bool:
    """Whether a column's content is what this column wants, and hardly anything else."""
    if column.kind in ("date", "timestamp"):
        return held.dates > 0.9
    if column.name == "email":
        return held.emails > 0.9
    if column.name == "text":
        return held.length > 25 and held.distinct > 0.5 and held.numbers < 0.1
    if column.kind == "money":
        return (held.fractions > 0.2 or held.amounts > 0.5) and held.dates == 0
    return False


def _nameless(table: tables.Table, held: dict[str, Content], found: Match) -> None:
    """A file without a header: the first codes are the customer, small whole numbers the quantity."""
    codes = [
        name
        for name, content in held.items()
        if name not in found.used and content.dates < 0.5 and content.fractions == 0
    ]
    if "customer_id" in table and "customer_id" not in found.origins and codes:
        found.origins["customer_id"] = Origin("column", (codes[0],), how="content")
    small = [
        name
        for name in codes[1:]
        if held[name].numbers > 0.99 and held[name].highest < 1000 and held[name].distinct < 0.1
    ]
    if "quantity" in table and "quantity" not in found.origins and small:
        found.origins["quantity"] = Origin("column", (small[-1],), how="content")


# ----------------------------------------------------------------------------------- proposals


def refuse_missing(
    source: files.Source,
    table: tables.Table,
    connection: duckdb.DuckDBPyConnection,
    found: Match,
    missing: list[str],
) -> errors.ColumnError:
    """The error that says what is missing, with a proposal that can be pasted.

    Best guesses bear a question mark; it may stay when the guess is right.
    """
    held = contents(source, connection, list(source.columns[:200]))
    parts = [
        f'--map "{origin.text or origin.columns[0]}={ours}"'
        for ours, origin in found.origins.items()
        if ours in table.required and origin.kind in ("column", "formula") and origin.columns
    ]
    guesses = _guesses(table, missing, [c for c in held if c not in found.used], held)
    parts += [f'--map "{guesses.get(ours, "")}?={ours}"' for ours in missing]
    words = ", ".join(f"{ours} ({table[ours].meaning})" for ours in missing)
    return errors.ColumnError(
        f"{source.path.name} has no column that can be recognised as {words}; "
        f"it has {_listed(source.columns)}.",
        hint=f"name a column of the file before each `=`; a name with `?` is a guess: {' '.join(parts)}",
        missing=missing,
        found=list(source.columns),
    )


def _guesses(
    table: tables.Table, missing: list[str], free: list[str], held: dict[str, Content]
) -> dict[str, str]:
    """The free columns that may be meant, by content and by name; the most likely pairs first."""
    pairs = [
        (_likeness(table, ours, theirs, held[theirs]), ours, theirs)
        for ours in missing
        for theirs in free
    ]
    guesses: dict[str, str] = {}
    for likeness, ours, theirs in sorted(pairs, key=lambda pair: -pair[0]):
        if likeness >= 0.6 and ours not in guesses and theirs not in guesses.values():
            guesses[ours] = theirs
    return guesses


def _likeness(table: tables.Table, ours: str, theirs: str, held: Content) -> float:
    known = [squeezed(ours), *vendors.NAMES[table.name].get(ours, "").split()]
    near = max(difflib.SequenceMatcher(None, squeezed(theirs), name).ratio() for name in known)
    if not _may_be(table[ours], held):
        return near - 0.5
    telling = table[ours].kind in ("date", "timestamp") or _fits(table[ours], held)
    return near + (1.0 if telling else 0.2)


def _may_be(column: tables.Column, held: Content) -> bool:
    if column.kind in ("date", "timestamp"):
        return held.dates > 0.5
    if column.kind in ("money", "number", "integer", "share"):
        return held.numbers + held.amounts > 0.5 and held.dates < 0.5
    if column.name == "text":
        return held.length > 25
    if column.name.endswith("_id"):
        return held.distinct > 0.1 and held.dates < 0.5 and held.fractions < 0.1
    return held.dates < 0.5 and held.numbers < 0.5 and held.amounts < 0.5
