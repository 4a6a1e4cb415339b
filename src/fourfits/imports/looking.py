"""What a file holds and how it would be read, told before anything is imported."""
# ruff: noqa: S608 - names and values in SQL pass through `engine.identifier` and `engine.literal`

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fourfits import errors, tables
from fourfits.imports import files, keys, matching, progress, recognition, reshaping, values
from fourfits.imports import mapping as mappings
from fourfits.lake import engine

if TYPE_CHECKING:
    import duckdb

_SAMPLE_ROWS = 200
_SAMPLES = 3
_SAMPLE_LENGTH = 60
_LEAST = 1.25
"""A table that fits less well than this is not proposed."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of the file, and what would become of it."""

    name: str
    samples: tuple[str, ...]
    """Some of its values, as they stand there."""
    becomes: str = ""
    """The column of the table that it fills; nothing where it fills none by itself."""
    kept_as: str = ""
    """The name under which it is kept beside the columns of the table."""
    serves: tuple[str, ...] = ()
    """Columns of the table that are computed from it and from others."""
    by_hand: bool = False
    """Whether that is so because it was asked for."""


@dataclass(frozen=True, kw_only=True)
class Fit:
    """How well a file fits a table: the higher the score, the better."""

    table: str
    score: float
    missing: tuple[str, ...]
    """Required columns for which nothing was found."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a file holds, and how it would be read as rows of a table."""

    file: str
    description: str
    n_rows: int
    table: str
    """The table asked for, else the one that fits best; empty where none does."""
    fits: tuple[Fit, ...]
    """Every table, the best first."""
    columns: tuple[Column, ...]
    made: dict[str, str]
    """Columns of the table that the file lacks, and how they are computed."""
    notes: tuple[str, ...]
    """How each column would be read, one sentence each."""
    longer: bool = False
    """Whether rows of the file become several rows of the table, as where a survey has a column
    for each question."""
    problem: errors.InputError | None = None
    """What must be said before the file can be imported: a column that is missing, dates that can
    be read either way."""


def look(
    path: str | os.PathLike[str],
    table: str | None = None,
    *,
    mapping: Mapping[str, str] | None = None,
    vendor: str | None = None,
    date_order: str | None = None,
    leave_out: Sequence[str] = (),
    within: Path | None = None,
    progress: progress.Progress | None = None,
) -> Look:
    r"""What a file holds and how it would be read; nothing is stored.

    Args:
        path: The file, as for `import_file`.
        table: One of the fifteen canonical tables; the one that fits best unless it is named.
        mapping: Our column to theirs, where names are not recognised.
        vendor: The tool whose export it is, where its header does not say.
        date_order: `day` or `month` first, where the dates do not decide.
        leave_out: Columns of the file that are not to be stored at all.
        within: Folder to lay rows down in meanwhile; the system's for temporary files by default.
        progress: Called with the share done (0-1) and what is being done.

    Raises:
        TableError: If there is no such table.
        FileError: If the file is missing, empty, or no table.

    >>> folder = Path(tempfile.mkdtemp())
    >>> file = folder / "sales.csv"
    >>> _ = file.write_text("Invoice,Date,Qty,Unit Price\nA1,13/02/2024,2,1.50\n")
    >>> found = look(file)
    >>> found.table, [(column.name, column.becomes) for column in found.columns]
    ('orders', [('Invoice', 'order_id'), ('Date', 'ordered_at'), ('Qty', 'quantity'), ('Unit Price', '')])
    >>> found.columns[-1].serves
    ('revenue_amount',)
    """
    say = progress or (lambda _share, _what: None)
    with _opened(path, within) as (opened, connection):
        say(0.5, "recognising columns")
        fits = _fits(opened, connection)
        chosen = tables.named(table).name if table else _best(fits)
        if not chosen:
            samples = _samples(opened, connection)
            columns = tuple(Column(name=n, samples=samples[n]) for n in opened.columns)
            return _looked(opened, "", fits, columns)
        source = files.without(opened, leave_out, connection)
        say(0.7, "reading every column")
        asked = {"mapping": mapping, "vendor": vendor, "date_order": date_order}
        found, problem = _recognised(source, tables.named(chosen), connection, asked)
        columns = _columns(opened, connection, found, leave_out)
        return _looked(opened, chosen, fits, columns, found=found, problem=problem, of=source)


@contextlib.contextmanager
def _opened(
    path: str | os.PathLike[str], within: Path | None
) -> Iterator[tuple[files.Source, duckdb.DuckDBPyConnection]]:
    if within is not None:
        within.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="fourfits-", dir=within))
        )
        connection = stack.enter_context(contextlib.closing(engine.connect(folder / "spill")))
        yield files.open_file(path, connection, within=folder), connection


def _looked(
    source: files.Source,
    table: str,
    fits: tuple[Fit, ...],
    columns: tuple[Column, ...],
    *,
    found: mappings.Mapping | None = None,
    problem: errors.InputError | None = None,
    of: files.Source | None = None,
) -> Look:
    return Look(
        file=source.path.name,
        description=source.description,
        n_rows=source.n_rows_hint,
        table=table,
        fits=fits,
        columns=columns,
        made={} if found is None else found.made,
        notes=() if found is None else found.notes,
        longer=found is not None and problem is None and found.relation != (of or source).relation,
        problem=problem,
    )


def _recognised(
    source: files.Source,
    table: tables.Table,
    connection: duckdb.DuckDBPyConnection,
    asked: Mapping[str, Any],
) -> tuple[mappings.Mapping, errors.InputError | None]:
    """How the file would be read; where that fails, what was matched so far and why it fails."""
    try:
        found = recognition.recognise(source, table, connection, **asked)
    except (errors.ColumnError, errors.AmbiguityError, errors.ParameterError) as problem:
        with contextlib.suppress(errors.InputError):
            matched = matching.match(
                source, table, connection, given=asked["mapping"], vendor=asked["vendor"]
            )
            return _unfinished(source, table, matched), problem
        return _unfinished(source, table, matching.Match({})), problem
    return found, None


def _unfinished(
    source: files.Source, table: tables.Table, matched: matching.Match
) -> mappings.Mapping:
    return mappings.Mapping(
        table=table.name,
        relation=source.relation,
        expressions={},
        raw={},
        origins=matched.origins,
        own_names={column: "" for column in source.columns if column not in matched.used},
    )


def _columns(
    source: files.Source,
    connection: duckdb.DuckDBPyConnection,
    found: mappings.Mapping,
    left_out: Iterable[str],
) -> tuple[Column, ...]:
    """Every column of the file with what would become of it."""
    samples, left = _samples(source, connection), set(left_out)
    becomes, serves, by_hand = dict[str, str](), dict[str, list[str]](), set[str]()
    for ours, origin in found.origins.items():
        for column in origin.columns:
            if ours not in tables.named(found.table):
                by_hand.add(column)
            elif origin.kind in ("column", "first"):
                becomes.setdefault(column, ours)
                by_hand |= {column} if origin.how == "given" else set()
            else:
                serves.setdefault(column, []).append(ours)
    return tuple(
        Column(
            name=name,
            samples=samples[name],
            becomes=becomes.get(name, ""),
            kept_as="" if name in left else found.own_names.get(name, ""),
            serves=tuple(serves.get(name, ())),
            by_hand=name in by_hand,
        )
        for name in source.columns
    )


def _samples(
    source: files.Source, connection: duckdb.DuckDBPyConnection
) -> dict[str, tuple[str, ...]]:
    """The first different values of each column."""
    cells = ", ".join(
        f"CAST({engine.identifier(name)} AS VARCHAR) AS {engine.identifier(name)}"
        for name in source.columns
    )
    rows = connection.execute(
        f"SELECT {cells} FROM {source.relation} LIMIT {_SAMPLE_ROWS}"
    ).fetchall()
    found = {}
    for place, name in enumerate(source.columns):
        held = (row[place] for row in rows)
        if source.types[name] == "DOUBLE":  # whole numbers of a spreadsheet
            held = (text and text.removesuffix(".0") for text in held)
        told = dict.fromkeys(_cut(text) for text in held if text is not None and text.strip())
        found[name] = tuple(told)[:_SAMPLES]
    return found


def _cut(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _SAMPLE_LENGTH else f"{plain[: _SAMPLE_LENGTH - 1]}…"


# ------------------------------------------------------------------------------ which table


def _fits(source: files.Source, connection: duckdb.DuckDBPyConnection) -> tuple[Fit, ...]:
    """Every table of the contract, the one first that the file fits best."""
    matches = {
        table.name: matching.by_words(source, table)
        if source.named
        else matching.match(source, table, connection)
        for table in tables.CANONICAL.values()
    }
    unique = _uniqueness(source, connection, matches)
    found = [
        _fit(source, connection, tables.named(name), matched, unique.get(name, 1.0))
        for name, matched in matches.items()
    ]
    return tuple(sorted(found, key=lambda fit: -fit.score))


def _best(fits: Sequence[Fit]) -> str:
    best = fits[0]
    return best.table if best.score >= _LEAST and not best.missing else ""


def _fit(
    source: files.Source,
    connection: duckdb.DuckDBPyConnection,
    table: tables.Table,
    matched: matching.Match,
    unique: float,
) -> Fit:
    """How many of the table's needs the file meets, and how much of the file the table takes."""
    known = {name: values.Reading(expression="NULL", raw="") for name in matched.origins}
    made = set(keys.made(source, table, known))
    wanted = keys.wanted(table)
    missing = tuple(name for name in wanted if name not in {*matched.origins, *made})
    used = set(matched.used)
    if table.name == "orders" and "quantity" in known and "revenue_amount" in missing:
        price = matching.unit_price(source, used)
        used |= {price} if price else set()
        missing = tuple(name for name in missing if name != "revenue_amount" or not price)
    taken = max(2 * len(used) / max(len(source.columns), 1), _spelt(source, table, made))
    if table.name == "responses" and missing and (asked := _asked(source, connection)):
        missing, taken = (), asked / len(source.columns)
    in_words = sum(name not in {*missing, *made} for name in wanted) / len(wanted)
    score = in_words + taken + (matched.layout is not None) + _named_so(source, table)
    return Fit(table=table.name, score=score * unique - len(missing), missing=missing)


def _spelt(source: files.Source, table: tables.Table, made: set[str]) -> float:
    """How much of the table a file fills that spells its columns as the contract does.

    Then the file was made for the table, however much else it carries.
    """
    here = {name.strip().lower() for name in source.columns}
    if not all(name in here or name in made for name in keys.wanted(table)):
        return 0.0
    return 2 * sum(name in here for name in table.names) / len(table.names)


def _uniqueness(
    source: files.Source,
    connection: duckdb.DuckDBPyConnection,
    matches: Mapping[str, matching.Match],
) -> dict[str, float]:
    """The share of rows with a key of their own, by table, where the file has its whole key.

    A file that names a customer on every line is no list of customers.
    """
    key_columns = {
        name: [
            column
            for ours in tables.named(name).key
            if ours in matched.origins
            for column in matched.origins[ours].columns[:1]
        ]
        for name, matched in matches.items()
    }
    whole = {
        name: columns
        for name, columns in key_columns.items()
        if len(columns) == len(tables.named(name).key)
    }
    if not whole:
        return {}
    cells = ", ".join(
        f"count(DISTINCT ({engine.listed(columns)})) / greatest(count(*), 1)"
        for columns in whole.values()
    )
    sample = f"(SELECT * FROM {source.relation} LIMIT {matching.SAMPLE_ROWS})"
    (row,) = connection.execute(f"SELECT {cells} FROM {sample}").fetchall()
    return dict(zip(whole, row, strict=True))


def _asked(source: files.Source, connection: duckdb.DuckDBPyConnection) -> int:
    """How many of the file's columns are questions of a survey."""
    with contextlib.suppress(errors.InputError):
        ready = reshaping.prepared(source, tables.RESPONSES, connection, given={}, vendor=None)
        return len(set(source.columns) - set(ready.source.columns))
    return 0


def _named_so(source: files.Source, table: tables.Table) -> bool:
    """Whether the file bears the table's name: `orders-2024.csv`, `Customer export.xlsx`."""
    words = re.split(r"[\W_\d]+", source.path.name.lower())
    singular = re.sub(r"ies$", "y", table.name).removesuffix("s")
    return table.name in words or singular in words
