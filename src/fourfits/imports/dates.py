"""Dates as people and programs write them: the format is told from all values of a column.

Where day and month could be read either way in every value, nothing is guessed: the error shows
both readings and asks.
"""
# ruff: noqa: S608 - names and values in SQL pass through `engine.identifier` and `engine.literal`

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from fourfits import checks, errors
from fourfits.imports import values
from fourfits.lake import engine

if TYPE_CHECKING:
    import duckdb

DateOrder = Literal["day", "month"]
_BOTH: tuple[DateOrder, ...] = ("day", "month")

_SHAPES_LOOKED_AT = 2_000
_FIRST_ROWS = 10_000
_USUAL_SHAPES = 8
_ALIGNED = re.compile(r"99([-/.])99\1")

_YEAR_FIRST = re.compile(r"9999([-/. ]?)9{1,2}\1(?=9)9{1,2}")
_YEAR_LAST = re.compile(r"9{1,2}([-/.])9{1,2}\1(9999|99)(?!9)")
_DAY_NAMED_MONTH = re.compile(r"9{1,2}([-/. ]{1,2})([A-Za-z]{3,9})(,?[-/. ]{1,2})(9999|99)(?!9)")
_NAMED_MONTH_DAY = re.compile(r"([A-Za-z]{3,9})( )9{1,2}(,? )9999")
_WEEKDAY = re.compile(r"^[A-Za-z]{3},? ")
_TIME = re.compile(
    r"(?P<sep>[ T]|, )9{1,2}:99(?P<seconds>:99(?P<fraction>\.9+)?)?(?P<half> ?[AaPp][Mm])?"
    r"(?P<zone> ?(?:Z|UTC|GMT)| ?[+-]99(?::?99)?)?$"
)

_SECOND = 1_000_000
"""Microseconds."""
_SHEET_EPOCH = "TIMESTAMP '1899-12-30'"
"""Day 0 of spreadsheets, with their leap year 1900 allowed for."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a column of dates is read."""

    expression: str
    """SQL that yields a TIMESTAMP (UTC), or NULL where the value cannot be read."""
    note: str
    """In words: `day/month/year (13/01/2011 decides)`."""
    n_values: int
    """Values that are not blank."""
    n_known: int
    """Values whose form is known."""


@dataclass(frozen=True)
class _Form:
    """One way of writing a moment."""

    kind: Literal["plain", "year_last", "offset", "epoch", "digits"]
    day_first: str
    """Format for `strptime`; where the order is open, with the day first."""
    month_first: str
    words: str
    long_fraction: bool = False

    @property
    def sign(self) -> str:
        """What stands between day and month, where their order is open; else nothing."""
        return self.day_first[2] if self.kind == "year_last" else ""


def infer(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    column: str,
    *,
    type_: str = "VARCHAR",
    date_order: str | None = None,
) -> Reading:
    """How the dates of a column are written, told from all its values.

    Several forms may stand side by side, as long as day and month keep their order; what no form
    reads (31/02/2024) is NULL.

    Args:
        connection: Where the relation lives.
        relation: The rows.
        column: The column.
        type_: Its DuckDB type.
        date_order: Whether day or month comes first, where the values do not say.

    Raises:
        AmbiguityError: If both orders read all values, differently, and none was given.

    >>> import duckdb
    >>> connection = duckdb.connect()
    >>> _ = connection.sql("CREATE VIEW orders AS SELECT unnest(['01/02/2024', '13/02/2024']) AS d")
    >>> reading = infer(connection, "orders", "d")
    >>> reading.note
    'day/month/year (13/02/2024 decides)'
    >>> connection.sql(f"SELECT min({reading.expression}) FROM orders").fetchone()
    (datetime.datetime(2024, 2, 1, 0, 0),)
    """
    given: DateOrder | None = None
    if date_order is not None:
        given = "month" if checks.one_of(date_order, "date_order", _BOTH) == "month" else "day"
    v = engine.identifier(column)
    if type_ != "VARCHAR":
        return _native(connection, relation, v, type_)
    seen = _seen(connection, relation, v)
    forms, n_values, n_known = seen.forms, seen.n_values, seen.n_known
    orders, why = _orders(connection, relation, column, seen, given)
    parts = [part for form in forms for part in _sql(form, v)]
    formats = [_format(form, orders) for form in forms if form.kind in ("plain", "year_last")]
    if formats:
        read = _strptime(forms, v, formats)
        certain = n_known == n_values  # `strptime` reads words such as "epoch" whatever the format
        digits = f"regexp_matches({v}, '[0-9]')"
        parts.insert(0, read if certain else f"CASE WHEN {digits} THEN {read} END")
    words = sorted({_words(form, orders) for form in forms})
    note = " or ".join(words) if words else _UNREAD if n_values else "no date in it yet"
    return Reading(
        expression=f"coalesce({', '.join(parts)})"
        if len(parts) > 1
        else "".join(parts) or _NOTHING,
        note=note + why,
        n_values=n_values,
        n_known=n_known,
    )


_NOTHING = "CAST(NULL AS TIMESTAMP)"
_UNREAD = "dates in no form that is known; write them like 2024-01-31"


@dataclass(frozen=True)
class _Seen:
    """How the values of a column look."""

    forms: list[_Form]
    n_values: int
    n_known: int
    """Values in a known form."""
    only_day: str | None
    """Where all values begin with two digits, a sign and two digits: one whose first pair exceeds
    12, so that it must be the day."""
    only_month: str | None
    """One whose second pair does."""


def _seen(connection: duckdb.DuckDBPyConnection, relation: str, v: str) -> _Seen:
    """The forms that occur, over all values.

    Most values look like one of the first; only the others are looked at one by one.
    """
    first = _shapes(connection, f"(SELECT * FROM {relation} LIMIT {_FIRST_ROWS})", v)
    usual = [shape for shape, _ in first if _form(shape) is not None][:_USUAL_SHAPES]
    pattern = "|".join(re.escape(shape).replace("9", "[0-9]") for shape in usual)
    alike = f"regexp_full_match({v}, {engine.literal(pattern)})" if usual else "false"
    signs = {shape[2:3] for shape in usual}
    aligned = len(signs) == 1 and all(_ALIGNED.match(shape) for shape in usual)
    pairs = [f"substring({v}, {start}, 2) BETWEEN '13' AND '31'" for start in (1, 4)]
    only = ", ".join(f"min({v}) FILTER ({pair})" if aligned else "NULL" for pair in pairs)
    n, n_usual, only_day, only_month = connection.execute(
        f"SELECT count({v}), coalesce(count_if({alike}), 0), {only} FROM {relation}"
    ).fetchall()[0]
    rest = f"(SELECT * FROM {relation} WHERE {v} IS NOT NULL AND NOT {alike})"
    others = _shapes(connection, rest, v) if n_usual < n else []
    known = [(form, n) for shape, n in others if (form := _form(shape)) is not None]
    forms = [_form(shape) for shape in usual] + [form for form, _ in known]
    return _Seen(
        forms=list(dict.fromkeys(form for form in forms if form is not None)),
        n_values=n_usual + sum(n for _, n in others),
        n_known=n_usual + sum(n for _, n in known),
        only_day=None if others else only_day,
        only_month=None if others else only_month,
    )


def _shapes(connection: duckdb.DuckDBPyConnection, rows: str, v: str) -> list[tuple[str, int]]:
    """Shapes of the values, commonest first, and how many have each."""
    return connection.execute(f"""
        SELECT translate(trim({v}), '0123456789', '9999999999') AS shape, count(*) AS n
        FROM {rows} WHERE lower(trim({v})) NOT IN ({values.literals(values.BLANKS)})
        GROUP BY shape ORDER BY n DESC, shape LIMIT {_SHAPES_LOOKED_AT}
    """).fetchall()


def _form(shape: str) -> _Form | None:
    """The form of values that look like this, a 9 for every digit.

    >>> _form("99/99/9999 99:99").words
    'day/month/year hours:minutes'
    >>> _form("9999-99-99T99:99:99Z").day_first
    '%Y-%m-%dT%H:%M:%SZ'
    """
    if re.fullmatch(r"9{9,10}(\.9+)?|9{13}|9{16}", shape):
        return _Form("epoch", "", "", "seconds since 1970")
    if shape in ("99999999", "99999999999999"):
        time = "%H%M%S" if len(shape) == 14 else ""
        return _Form("plain", f"%Y%m%d{time}", "", "yearmonthday")
    for pattern, formats in _PATTERNS:
        found = pattern.match(shape)
        if found is not None:
            day, month, words = formats(found)
            return _with_time(shape[found.end() :], day, month, words)
    return None


def _year_first(found: re.Match[str]) -> tuple[str, str, str]:
    sep = found[1]
    return f"%Y{sep}%m{sep}%d", "", f"year{sep}month{sep}day"


def _year_last(found: re.Match[str]) -> tuple[str, str, str]:
    sep, year = found[1], "%Y" if len(found[2]) == 4 else "%y"
    return f"%d{sep}%m{sep}{year}", f"%m{sep}%d{sep}{year}", f"day{sep}month{sep}year"


def _day_named_month(found: re.Match[str]) -> tuple[str, str, str]:
    year = "%Y" if len(found[4]) == 4 else "%y"
    return f"%d{found[1]}{_month(found[2])}{found[3]}{year}", "", "day, name of the month, year"


def _named_month_day(found: re.Match[str]) -> tuple[str, str, str]:
    return f"{_month(found[1])} %d{found[3]}%Y", "", "name of the month, day, year"


def _month(name: str) -> str:
    return "%b" if len(name) == 3 else "%B"


_PATTERNS = (
    (_YEAR_FIRST, _year_first),
    (_YEAR_LAST, _year_last),
    (_DAY_NAMED_MONTH, _day_named_month),
    (_NAMED_MONTH_DAY, _named_month_day),
)


def _with_time(rest: str, day: str, month: str, words: str) -> _Form | None:
    """The form with the time of day that follows the date, if any does."""
    kind: Literal["plain", "year_last"] = "year_last" if month else "plain"
    if not rest:
        return _Form(kind, day, month, words)
    found = _TIME.match(rest)
    if found is None:
        return None
    zone = found["zone"] or ""
    if "9" in zone:
        return _Form("offset", "", "", f"{words} with zone") if day.startswith("%Y") else None
    half = found["half"] or ""
    time = f"{found['sep']}{'%I' if half else '%H'}:%M"
    time += ":%S" if found["seconds"] else ""
    fraction = found["fraction"] or ""
    time += ".%f" if fraction else ""
    time += (" %p" if half.startswith(" ") else "%p") if half else ""
    words += (
        " hours:minutes" + (":seconds" if found["seconds"] else "") + (" AM/PM" if half else "")
    )
    return _Form(
        kind,
        day + time + zone,
        month and month + time + zone,
        words,
        long_fraction=len(fraction) > 7,
    )


def _orders(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    column: str,
    seen: _Seen,
    given: DateOrder | None,
) -> tuple[dict[str, DateOrder], str]:
    """Whether day or month comes first, by the sign between them, and what decides it.

    Who writes 31.12.2024 and 12/31/2024 in one column means both as they are usual.
    """
    orders: dict[str, DateOrder] = {}
    reasons = []
    for sign in dict.fromkeys(form.sign for form in seen.forms if form.kind == "year_last"):
        alike = [form for form in seen.forms if form.kind == "year_last" and form.sign == sign]
        orders[sign], why = _clear_order(seen) or _order(connection, relation, column, alike, given)
        reasons += [why] if why else []
    return orders, f" ({', '.join(reasons)})" if reasons else ""


def _clear_order(seen: _Seen) -> tuple[DateOrder, str] | None:
    """The order, where only one of the two pairs of digits ever exceeds 12."""
    if seen.only_day is not None and seen.only_month is None:
        return "day", f"{seen.only_day} decides"
    if seen.only_month is not None and seen.only_day is None:
        return "month", f"{seen.only_month} decides"
    return None


def _order(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    column: str,
    forms: list[_Form],
    given: DateOrder | None,
) -> tuple[DateOrder, str]:
    """The order for the forms with one sign, and what decides it: the values, else the user."""
    v = engine.identifier(column)
    sign = forms[0].sign
    day, month = (
        _strptime(forms, v, [_format(form, {sign: order}) for form in forms]) for order in _BOTH
    )
    read = f"(SELECT {v} AS v, {day} AS day, {month} AS month FROM {relation})"
    n_day, n_month, n_differ, only_day, only_month = connection.execute(f"""
        SELECT count(day), count(month), count_if(day <> month),
            min(v) FILTER (day IS NOT NULL AND month IS NULL),
            min(v) FILTER (month IS NOT NULL AND day IS NULL) FROM {read}
    """).fetchone() or (0, 0, 0, None, None)
    if n_day == n_month and only_day is None:
        only_day, only_month = _impossible(connection, relation, v, sign)
        n_day, n_month = only_day is not None, only_month is not None
    if n_day != n_month:
        order: DateOrder = "day" if n_day > n_month else "month"
        return order, f"{only_day if order == 'day' else only_month} decides"
    if given is not None:
        return given, "as given"
    if only_day is not None:
        raise _torn(column, only_day, only_month or "")
    if n_differ:
        raise _ambiguous(connection, column, read)
    return "day", ""


def _impossible(
    connection: duckdb.DuckDBPyConnection, relation: str, v: str, sign: str
) -> tuple[str | None, str | None]:
    """Dates that do not exist (31/02/2024) still say which number cannot be the month."""
    apart = re.escape(sign)
    pattern = engine.literal(rf"^\s*(\d{{1,2}}){apart}(\d{{1,2}}){apart}")
    parts = f"regexp_extract({v}, {pattern}, ['a', 'b'])"
    first, second = (f"TRY_CAST({parts}.{part} AS INT)" for part in "ab")
    found = connection.execute(f"""
        SELECT min({v}) FILTER ({first} > 12 AND {second} <= 12),
            min({v}) FILTER ({second} > 12 AND {first} <= 12) FROM {relation}
    """).fetchone()
    return (found[0], found[1]) if found else (None, None)


def _torn(column: str, only_day: str, only_month: str) -> errors.AmbiguityError:
    return errors.AmbiguityError(
        f"{column} holds {only_day}, where the day comes first, and {only_month}, where the month "
        "does, and no order reads more values than the other.",
        hint="say which with `--date-order day` or `--date-order month`; "
        "the others go to quarantine",
        column=column,
        values=[only_day, only_month],
    )


def _ambiguous(
    connection: duckdb.DuckDBPyConnection, column: str, read: str
) -> errors.AmbiguityError:
    """The error that shows three values and both readings of each."""
    found = connection.execute(
        f"SELECT DISTINCT v FROM {read} WHERE day <> month ORDER BY v LIMIT 3"
    ).fetchall()
    shown = [str(row[0]) for row in found]
    readings = "; ".join(f"{value} is {_both(value)}" for value in shown)
    return errors.AmbiguityError(
        f"{column} can be read with the day or the month first, and no value decides: {readings}.",
        hint="say which with `--date-order day` or `--date-order month`",
        column=column,
        values=shown,
    )


def _both(value: str) -> str:
    """Both readings of a date, in words.

    >>> _both("03/04/2024 10:00")
    '3 April or 4 March 2024'
    """
    first, second, year = (int(part) for part in re.findall(r"\d+", value)[:3])
    months = [datetime.date(2000, month, 1).strftime("%B") for month in (second, first)]
    full = year if year > 99 else 2000 + year if year < 69 else 1900 + year
    return f"{first} {months[0]} or {second} {months[1]} {full}"


def _format(form: _Form, orders: Mapping[str, DateOrder]) -> str:
    return form.month_first if orders.get(form.sign) == "month" else form.day_first


def _words(form: _Form, orders: Mapping[str, DateOrder]) -> str:
    if orders.get(form.sign) == "month":
        return re.sub(r"day(.)month", r"month\1day", form.words)
    return form.words


def _strptime(forms: list[_Form], v: str, formats: list[str]) -> str:
    """SQL that reads a text by one or several formats."""
    if any(form.long_fraction for form in forms):
        v = f"regexp_replace({v}, '(\\.\\d{{6}})\\d+', '\\1')"
    unique = sorted(
        dict.fromkeys(formats), key=lambda text: "%Y" in text
    )  # else `%Y` reads 24 as the year 24
    if len(unique) == 1:
        return f"try_strptime({v}, {engine.literal(unique[0])})"
    return f"try_strptime({v}, [{values.literals(unique)}])"


def _sql(form: _Form, v: str) -> list[str]:
    """SQL for the forms that `strptime` does not read."""
    if form.kind == "epoch":
        return [f"CASE WHEN regexp_full_match(trim({v}), '[0-9.]+') THEN {_epoch(v)} END"]
    if form.kind == "offset":
        zoned = f"make_timestamp(epoch_us(TRY_CAST({v} AS TIMESTAMPTZ)))"
        return [f"CASE WHEN regexp_matches({v}, '[+-][0-9:]{{2,6}}\\s*$') THEN {zoned} END"]
    return []


def _epoch(v: str) -> str:
    """SQL of a moment from seconds, milliseconds or microseconds since 1970, told by size."""
    number = f"TRY_CAST({v} AS DOUBLE)"
    return (
        f"make_timestamp(CAST(CASE WHEN {number} < 1e11 THEN {number} * {_SECOND} "
        f"WHEN {number} < 1e14 THEN {number} * 1000 ELSE {number} END AS BIGINT))"
    )


def _native(connection: duckdb.DuckDBPyConnection, relation: str, v: str, type_: str) -> Reading:
    """A column that is no text: a date already, or numbers that stand for dates."""
    row = connection.execute(
        f"SELECT count({v}), CAST(min({v}) AS VARCHAR), CAST(max({v}) AS VARCHAR) FROM {relation}"
    ).fetchone()
    n, low, high = row or (0, None, None)
    if type_ == "TIMESTAMP WITH TIME ZONE":
        read, note = f"make_timestamp(epoch_us({v}))", "a moment with its zone"
    elif type_ == "DATE" or type_.startswith("TIMESTAMP"):
        read, note = f"CAST({v} AS TIMESTAMP)", "a date already"
    else:
        read, note = _from_numbers(v, low, high)
    return Reading(
        expression=read,
        note=note,
        n_values=n,
        n_known=0 if read == _NOTHING else n,
    )


def _from_numbers(v: str, low: str | None, high: str | None) -> tuple[str, str]:
    """Numbers as moments, told by their range."""
    try:
        least, most = float(low or "nan"), float(high or "nan")
    except ValueError:
        return _NOTHING, _UNREAD
    if least >= 19_000_101 and most <= 22_001_231:
        whole = f"CAST(CAST({v} AS BIGINT) AS VARCHAR)"
        return f"try_strptime({whole}, '%Y%m%d')", "yearmonthday"
    if least >= 1e8 and most < 1e17:
        return _epoch(v), "seconds since 1970"
    if least >= 1 and most < 110_000:
        moment = f"{_SHEET_EPOCH} + to_microseconds(CAST(round({v} * 86400e6) AS BIGINT))"
        return f"({moment})", "days as spreadsheets count them"
    return _NOTHING, _UNREAD
