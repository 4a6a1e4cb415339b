"""SQL that reads values as people write them: numbers, amounts, yes and no, blanks, identifiers.

What a column holds is decided over all its values; each function returns the SQL that reads one
value, or NULL where it cannot be read.
"""
# ruff: noqa: S608 - names and values in SQL pass through `engine.identifier` and `engine.literal`

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fourfits import tables
from fourfits.lake import engine

if TYPE_CHECKING:
    import duckdb

BLANKS = ("", "n/a", "#n/a", "na", "nan", "null", "none", "nil", "-", "--")
"""Words that mean "nothing here", whatever their capitals."""

_NOT_NUMBERS = tuple(blank for blank in BLANKS if blank != "nan")
"""In a column of numbers, NaN is a failed calculation: it is reported, not passed over."""

_YES = ("true", "t", "yes", "y", "1", "1.0", "x", "won")
_NO = ("false", "f", "no", "n", "0", "0.0", "lost")

_SIGNS = {
    "€": "EUR",
    "£": "GBP",
    "$": "USD",
    "US$": "USD",
    "¥": "JPY",
    "₹": "INR",
    "zł": "PLN",
    "R$": "BRL",
    "Kč": "CZK",
    "₺": "TRY",
    "₩": "KRW",
}
_CODES = (
    "AED",
    "ARS",
    "AUD",
    "BGN",
    "BRL",
    "CAD",
    "CHF",
    "CLP",
    "CNY",
    "COP",
    "CZK",
    "DKK",
    "EUR",
    "GBP",
    "HKD",
    "HUF",
    "IDR",
    "ILS",
    "INR",
    "JPY",
    "KRW",
    "MXN",
    "MYR",
    "NOK",
    "NZD",
    "PLN",
    "RON",
    "RUB",
    "SAR",
    "SEK",
    "SGD",
    "THB",
    "TRY",
    "TWD",
    "UAH",
    "USD",
    "VND",
    "ZAR",
)
_MONEY = "|".join(re.escape(sign) for sign in sorted((*_SIGNS, *_CODES), key=len, reverse=True))
_SPACES = " \u00a0\u2009\u202f"


SIGNED_AMOUNT = (
    rf"^[(+-]?\s*({_MONEY})\s*-?[\d.,{_SPACES}]+\)?$|^[(+-]?[\d.,{_SPACES}]+({_MONEY})\)?$"
)
"""A number that bears a sign or code of money."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a column is read."""

    expression: str
    """SQL that yields the value, or NULL where there is none or it cannot be read."""
    raw: str
    """SQL that yields what stood there as text, NULL where it was blank."""
    note: str = ""
    """What was inferred, in words; nothing where it is plain."""
    currency: str = ""
    """ISO 4217, where all amounts bear the same sign or code."""


def literals(texts: Iterable[str]) -> str:
    """Texts, quoted for SQL and parted by commas."""
    return ", ".join(map(engine.literal, texts))


def number_of(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    """The single number that a query yields; 0 where it yields none."""
    row = connection.execute(query).fetchone()
    return int(row[0]) if row and row[0] is not None else 0


def filled(value: str, *, blanks: Iterable[str] = BLANKS) -> str:
    """SQL of a text without the blanks around it, NULL where it means "nothing here".

    Only values that are short, or have a blank at an end, are looked at more closely; `IN` would
    be planned as a join over all of them.

    >>> import duckdb
    >>> rows = "(VALUES (' Ann '), ('N/A'), (''), ('Ann'))"
    >>> duckdb.sql(f"SELECT {filled('v')} FROM {rows} AS t (v)").fetchall()
    [('Ann',), (None,), (None,), ('Ann',)]
    """
    longest = max(map(len, blanks), default=0)
    return (
        f"CASE WHEN strlen({value}) > {longest} AND {value} NOT LIKE ' %' "
        f"AND {value} NOT LIKE '% ' THEN {value} "
        f"WHEN list_contains([{literals(blanks)}], lower(trim({value}))) THEN NULL "
        f"ELSE trim({value}) END"
    )


@dataclass(frozen=True)
class Profile:
    """What all values of a column of text have in common; it decides how simply they are read."""

    untidy: bool
    """There are words for "nothing here", or texts with blanks around them."""
    numbers: bool
    """All are numbers as programs write them, or blank, and at least one is a number."""
    thousands: bool
    """Every point is followed by three digits, so that it may part thousands."""
    point_zero: bool
    """At least half end in `.0`."""
    powers: bool
    """At least half are like `5.7E+17`."""
    zero_first: bool
    """Some are like `00123`: codes, not numbers."""


_FIRST_ROWS = 10_000
"""Rows at the start that spare the others what they show already: that a thing occurs."""

_COUNTS = {
    "n": "count({v})",
    "blank": "count(*) FILTER (WHERE (strlen({v}) < 5 OR {v} LIKE ' %') "
    f"AND lower(trim({{v}})) IN ({literals(BLANKS)}))",
    "padded": "count_if({v} LIKE ' %' OR {v} LIKE '% ')",
    "plain": "count_if(isfinite(TRY_CAST({v} AS DOUBLE)))",
    "point_zero": "count_if({v} LIKE '%.0')",
    "powers": "count_if({v} LIKE '%E+%')",
    "marks": "count_if(contains({v}, '.'))",
    "thousands": "count_if({v} LIKE '%.___' AND {v} NOT LIKE '0.%' AND {v} NOT LIKE '-0.%')",
    "zero_first": "count_if({v} LIKE '0_%' AND {v} NOT LIKE '0.%')",
}
_Counts = dict[str, int]


def profile(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    columns: Mapping[str, str],
) -> dict[str, Profile]:
    """Find out over all rows how columns of text can be read.

    The first rows answer most questions; only what they leave open is counted in the others.

    Args:
        connection: Where the relation lives.
        relation: The rows.
        columns: Column to the kind of value that is wanted of it (see `tables.Kind`), or
            `unknown` where the contract does not know the column.
    """
    head = f"(SELECT * FROM {relation} LIMIT {_FIRST_ROWS})"
    first = _counted(connection, head, dict.fromkeys(columns, tuple(_COUNTS)))
    still = {column: _left_open(kind, first[column]) for column, kind in columns.items()}
    every = {
        column: first[column] | counts
        for column, counts in _counted(connection, relation, still).items()
    }
    doubtful = {
        column: ("blank",)
        for column, counts in every.items()
        if "plain" in still[column] and counts["plain"] < counts["n"]
    }
    for column, counts in _counted(connection, relation, doubtful).items():
        every[column] |= counts
    return {column: _summed_up(first[column], every[column]) for column in columns}


def _counted(
    connection: duckdb.DuckDBPyConnection, rows: str, wanted: Mapping[str, tuple[str, ...]]
) -> dict[str, _Counts]:
    """The wanted counts of each column, in one pass."""
    asked = [(column, count) for column, counts in wanted.items() for count in counts]
    if not asked:
        return {column: {} for column in wanted}
    cells = ", ".join(_COUNTS[count].format(v=engine.identifier(column)) for column, count in asked)
    row = connection.execute(f"SELECT {cells} FROM {rows}").fetchone() or ()
    found: dict[str, _Counts] = {column: {} for column in wanted}
    for (column, count), value in zip(asked, row, strict=True):
        found[column][count] = int(value or 0)
    return found


def _left_open(kind: str, first: _Counts) -> tuple[str, ...]:
    """The counts that the first rows do not settle for the others."""
    if not first["n"]:
        return tuple(_COUNTS)
    if kind == "text":
        return ()
    no_numbers = first["plain"] + first["blank"] < first["n"]
    if kind == "unknown" and no_numbers:
        return ()
    marks = () if first["marks"] > first["thousands"] else ("marks", "thousands")
    codes = ("zero_first",) if kind == "unknown" and not first["zero_first"] else ()
    return ("n", "plain", *marks, *codes)


def _summed_up(first: _Counts, every: _Counts) -> Profile:
    shown = first if first["n"] else every
    return Profile(
        untidy=every["blank"] + every["padded"] > 0,
        numbers=0 < every["plain"] == every["n"] - every["blank"] * (every["plain"] < every["n"]),
        thousands=0 < every["marks"] == every["thousands"],
        point_zero=shown["point_zero"] * 2 >= shown["n"] > 0,
        powers=shown["powers"] * 2 >= shown["n"] > 0,
        zero_first=every["zero_first"] > 0,
    )


def text(
    column: str, type_: str, counts: Profile | None, *, blanks: Iterable[str] = BLANKS
) -> Reading:
    """A column as text.

    Identifiers that a spreadsheet turned into numbers (`17850.0`) lose their `.0`.
    """
    v = engine.identifier(column)
    if counts is None:
        return _native_text(v, type_)
    plain = filled(v, blanks=blanks)
    if not counts.point_zero:
        return Reading(expression=plain, raw=plain)
    trimmed = f"CASE WHEN TRY_CAST({v} AS DOUBLE) IS NOT NULL THEN regexp_replace({plain}, '\\.0$', '') ELSE {plain} END"
    return Reading(expression=trimmed, raw=plain, note="numbers lose their `.0`")


def _native_text(v: str, type_: str) -> Reading:
    """Text of a column that has another type in its file."""
    if type_ in ("DOUBLE", "FLOAT") or type_.startswith("DECIMAL"):
        whole = f"CASE WHEN {v} = trunc({v}) AND abs({v}) < 1e15 THEN CAST(CAST({v} AS BIGINT) AS VARCHAR) ELSE CAST({v} AS VARCHAR) END"
        return Reading(expression=whole, raw=whole)
    if type_.endswith("[]") or type_.startswith(("STRUCT", "MAP", "LIST")):
        return Reading(expression=f"CAST(to_json({v}) AS VARCHAR)", raw=f"CAST({v} AS VARCHAR)")
    return Reading(expression=f"CAST({v} AS VARCHAR)", raw=f"CAST({v} AS VARCHAR)")


def boolean(column: str) -> Reading:
    """A column as yes or no."""
    v = f"CAST({engine.identifier(column)} AS VARCHAR)"
    read = (
        f"CASE WHEN lower(trim({v})) IN ({literals(_YES)}) THEN true "
        f"WHEN lower(trim({v})) IN ({literals(_NO)}) THEN false END"
    )
    return Reading(expression=read, raw=filled(v))


def number(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    column: str,
    kind: tables.Kind,
    *,
    type_: str = "VARCHAR",
    counts: Profile | None = None,
    decimal_comma: bool | None = None,
) -> Reading:
    """A column as numbers; its decimal mark is the one that all its values together speak for.

    Args:
        connection: Where the relation lives.
        relation: The rows.
        column: The column.
        kind: `integer`, `number`, `money` or `share`.
        type_: Its DuckDB type.
        counts: Its `Profile`, where it is text.
        decimal_comma: What the file as a whole speaks for, where the column does not decide.

    >>> import duckdb
    >>> connection = duckdb.connect()
    >>> _ = connection.sql("CREATE VIEW paid AS SELECT unnest(['1.234,50 €', '(7,00 €)']) AS sum")
    >>> reading = number(connection, "paid", "sum", "money")
    >>> connection.sql(f"SELECT {reading.expression} FROM paid").fetchall()
    [(Decimal('1234.5000'),), (Decimal('-7.0000'),)]
    >>> reading.note, reading.currency
    ('decimal comma', 'EUR')
    """
    v = engine.identifier(column)
    if type_ != "VARCHAR":
        raw = f"CAST({v} AS VARCHAR)"
        return Reading(expression=_percent(connection, relation, _typed(v, kind), kind), raw=raw)
    counts = counts or profile(connection, relation, {column: kind})[column]
    raw = filled(v, blanks=_NOT_NUMBERS) if counts.untidy or not counts.numbers else v
    if counts.numbers and not counts.thousands:
        return Reading(expression=_percent(connection, relation, _typed(v, kind), kind), raw=raw)
    spoken = _spoken(connection, relation, v)
    comma = spoken.comma(hint=decimal_comma)
    read = _percent(connection, relation, _typed(_cleaned(v, comma=comma), kind), kind)
    return Reading(
        expression=read,
        raw=raw,
        note=spoken.note(comma=comma),
        currency=spoken.currency,
    )


def _typed(v: str, kind: tables.Kind) -> str:
    """A plain number as the type of its kind; what is not finite, or not whole, is NULL."""
    if kind == "money":
        return f"TRY_CAST({v} AS {tables.DUCKDB_TYPES['money']})"
    double = f"TRY_CAST({v} AS DOUBLE)"
    if kind == "integer":
        return f"CASE WHEN {double} = trunc({double}) THEN TRY_CAST({double} AS BIGINT) END"
    return f"CASE WHEN isfinite({double}) THEN {double} END"


def _percent(
    connection: duckdb.DuckDBPyConnection, relation: str, read: str, kind: tables.Kind
) -> str:
    """A share that is written from 0 to 100 is divided by 100."""
    if kind != "share":
        return read
    row = connection.execute(f"SELECT max({read}) FROM {relation}").fetchone()
    highest = row[0] if row else None
    return f"({read}) / 100" if highest is not None and 1 < highest <= 100 else read


@dataclass(frozen=True)
class _Spoken:
    """What the values of a column say about how its numbers are written."""

    for_comma: int
    for_point: int
    undecided: str
    """The mark that may part thousands or decimals, where the values leave that open."""
    currency: str

    def comma(self, *, hint: bool | None) -> bool:
        """Whether the comma is the decimal mark."""
        if self.for_comma != self.for_point:
            return self.for_comma > self.for_point
        return bool(hint)

    def note(self, *, comma: bool) -> str:
        words = ["decimal comma"] if comma else []
        if self.undecided and not self.for_comma and not self.for_point:
            use = "thousands" if (self.undecided == ",") != comma else "decimals"
            words = [f"`{self.undecided}` taken to part {use}"]
        return ", ".join(words)


def _spoken(connection: duckdb.DuckDBPyConnection, relation: str, v: str) -> _Spoken:
    """Look at the shapes of all values: digits are alike, marks and signs remain."""
    rows = connection.execute(f"""
        SELECT translate(left(trim({v}), 1), '123456789', '999999999')
            || translate(substring(trim({v}), 2, 40), '0123456789', '9999999999') AS shape,
            count(*) AS n
        FROM {relation} WHERE {v} IS NOT NULL GROUP BY shape ORDER BY n DESC LIMIT 1000
    """).fetchall()
    for_comma = for_point = 0
    undecided, signs = "", set()
    for shape, n in rows:
        sign = re.search(_MONEY, shape)
        signs.add("" if sign is None else _SIGNS.get(sign[0], sign[0]))
        core = "".join(c for c in re.sub(_MONEY, "", shape) if c in "0123456789.,")
        decided = _decimal_mark(core)
        for_comma += n * (decided == ",")
        for_point += n * (decided == ".")
        undecided = undecided or (decided if decided in ("?,", "?.") else "")[1:]
    known = {sign for sign in signs if sign}
    return _Spoken(for_comma, for_point, undecided, known.pop() if len(known) == 1 else "")


def _decimal_mark(core: str) -> str:
    """The decimal mark of one number; with `?` where the mark may part thousands.

    >>> [_decimal_mark(core) for core in ("9.999,9", "9,99", "9,999", "9.999.999", "0.999", "99")]
    [',', ',', '?,', ',', '.', '']
    """
    marks = [c for c in core if c in ".,"]
    if not marks:
        return ""
    last, other = marks[-1], {".": ",", ",": "."}[marks[-1]]
    if other in marks:
        return last
    if len(marks) > 1:
        return other
    before, after = core.split(last)
    if len(after) == 3 and 1 <= len(before) <= 3 and before != "0":
        return f"?{last}"
    return last


def _cleaned(v: str, *, comma: bool) -> str:
    """SQL of a number as programs write it; NULL where the text is no number."""
    mark, thousands = (",", ".") if comma else (".", ",")
    parts = f"[{re.escape(thousands)}'’{_SPACES}]"
    body = rf"(\d{{1,3}}({parts}\d{{3}})+([{mark}]\d*)?|\d+([{mark}]\d*)?|[{mark}]\d+)"
    whole = rf"^\(?\s*[-+−]?\s*({_MONEY})?\s*[-+−]?\s*{body}\s*%?\s*({_MONEY})?\s*\)?\s*-?$"
    power = r"^[-+]?\d+(\.\d+)?e[-+]?\d+$"
    core = f"regexp_replace(regexp_extract({v}, {engine.literal(body)}), {engine.literal(parts)}, '', 'g')"
    digits = f"replace({core}, ',', '.')" if comma else core
    sign = f"CASE WHEN regexp_matches({v}, '^\\s*\\(|-\\s*$|^[^0-9]*[-−]') THEN '-' ELSE '' END"
    value = f"{sign} || {digits}"
    scaled = (
        f"CASE WHEN contains({v}, '%') THEN CAST(TRY_CAST({value} AS DOUBLE) / 100 AS VARCHAR) "
        f"ELSE {value} END"
    )
    return (
        f"(CASE WHEN regexp_matches(trim({v}), {engine.literal(whole)}, 'i') THEN {scaled} "
        f"WHEN regexp_matches(trim({v}), '{power}', 'i') THEN {v} END)"
    )
