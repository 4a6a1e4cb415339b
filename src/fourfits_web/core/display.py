"""How values read on a page: one form for numbers, money, shares and moments."""

from __future__ import annotations

import datetime
import math
import re
from decimal import Decimal
from html import escape
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from fourfits import results

NOTHING = "–"

_INEXACT = (float, Decimal)

_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩"}
_CENTS_BELOW = {"money": 1_000, "price": 100, "estimate": 10}
"""Units of money, and below which amount each has cents."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_STEPS = (
    (60, 1, "second"),
    (3600, 60, "minute"),
    (86_400, 3600, "hour"),
    (86_400 * 14, 86_400, "day"),
    (86_400 * 28, 86_400 * 7, "week"),
)


def number(value: Any, digits: int | None = None) -> str:
    """A number with thousands set apart and as many digits as its size deserves.

    >>> number(1234567), number(12.345), number(0.5), number(None), number(1234.5, 2)
    ('1,234,567', '12.3', '0.5', '–', '1,234.50')
    """
    if missing(value):
        return NOTHING
    if isinstance(value, int) and digits is None:
        return _minus(f"{value:,}")
    if digits is not None:
        return _minus(f"{value:,.{digits}f}")
    size = abs(value)
    text = f"{value:,.{0 if size >= 100 else 1 if size >= 10 else 2}f}"
    return _minus(text.rstrip("0").rstrip(".") if "." in text else text)


def short(value: Any) -> str:
    """A number in the room of a tile.

    >>> short(1234567), short(45100), short(999), short(-2_500_000)
    ('1.23M', '45.1k', '999', '−2.5M')
    """
    if missing(value):
        return NOTHING
    for size, mark in ((1e9, "B"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= size:
            return number(float(value) / (1e3 if mark == "k" else size)) + mark
    return number(value)


def people(value: Any) -> str:
    """An estimated number of people, whole ones, in the room of a tile.

    >>> people(45100.4), people(997.6), people(0.06), people(0), people(None)
    ('45.1k', '998', 'under 1', '0', '–')
    """
    if missing(value):
        return NOTHING
    return "under 1" if 0 < value < 0.5 else short(round(value))


def money(
    amount: Any,
    currency: str = "",
    *,
    compact: bool = False,
    cents_below: int = 1000,
    digits: int | None = None,
) -> str:
    """An amount with its currency; cents only below a thousand, or where fewer are of use.

    >>> money(Decimal("12345.6"), "EUR"), money(9.5, "USD"), money(-3, "CHF"), money(None)
    ('€12,346', '$9.50', '−CHF 3', '–')
    >>> money(476.12, "EUR"), money(476.12, "EUR", cents_below=10), money(4.2, "EUR")
    ('€476.12', '€476', '€4.20')
    >>> money(19, "EUR", digits=2), money(9.87, "EUR", digits=0)
    ('€19.00', '€10')
    """
    if missing(amount):
        return NOTHING
    size = abs(amount)
    if digits is None:
        digits = 0 if size >= cents_below or size == int(size) else 2
    text = short(size) if compact else number(size, digits)
    sign = "−" if amount < 0 else ""
    symbol = _SYMBOLS.get(currency, f"{currency} " if currency else "")
    return f"{sign}{symbol}{text}"


def titled(name: Any) -> str:
    """A name from the data where it stands as a title; names that carry capitals stay as they are.

    >>> titled("small offices"), titled("iOS users"), titled("B2B")
    ('Small offices', 'iOS users', 'B2B')
    """
    text = str(name)
    return text[:1].upper() + text[1:] if text.partition(" ")[0].islower() else text


def shorten(text: str, longest: int) -> str:
    """The beginning of a text, up to its last whole word.

    >>> shorten("The invoices arrive late", 15), shorten("The invoices", 12), shorten("Invoices", 4)
    ('The invoices…', 'The invoices', 'Invo…')
    """
    if len(text) <= longest:
        return text
    start = text[: longest + 1]
    whole = start.rsplit(None, 1)[0] if any(map(str.isspace, start.strip())) else text[:longest]
    return f"{whole.rstrip(' ,;:')}…"


def typeset(text: str) -> str:
    """A sentence of the library with the quotation marks, minus signs and marks of money of print.

    >>> typeset('"fast repair" is carried by one; NPS -17 (-30 to -4), product-market')
    '“fast repair” is carried by one; NPS −17 (−30 to −4), product-market'
    >>> typeset("Plus accept 384 to 1,852.50 EUR; Pro brings 1.2 million USD each, 13 DKK the least")
    'Plus accept €384 to €1,852.50; Pro brings $1.2 million each, 13 DKK the least'
    """
    quoted = re.sub(r'"([^"]*)"', "“\\1”", text)
    return _priced(re.sub(r"(?<![\w-])-(?=\d)", "−", quoted))


def _priced(text: str) -> str:
    """Amounts of a sentence with the mark of their currency before them."""

    def marked(found: re.Match[str]) -> str:
        mark = _SYMBOLS[found["currency"]]
        first = f"{mark}{found['first']} to " if found["first"] else ""
        return f"{first}{mark}{found['amount']}"

    return _AMOUNT.sub(marked, text)


_FIGURE = r"\d[\d,.]*(?: million)?"
_AMOUNT = re.compile(
    rf"(?:(?P<first>{_FIGURE}) to )?(?P<amount>{_FIGURE}) (?P<currency>{'|'.join(_SYMBOLS)})\b"
)


def share(value: Any, digits: int | None = None) -> str:
    """A share from 0 to 1 in per cent.

    >>> share(0.4231), share(0.042), share(1), share(0.001), share(None)
    ('42%', '4.2%', '100%', '0.1%', '–')
    """
    if missing(value):
        return NOTHING
    percent = float(value) * 100
    if digits is None:
        text = f"{percent:.{1 if 0 < abs(percent) < 10 else 0}f}".removesuffix(".0")
    else:
        text = f"{percent:.{digits}f}"
    return _minus(text) + "%"


def likely(probability: Any) -> str:
    """A probability from 0 to 1; what no draw contradicts is not called certain.

    >>> likely(0.953), likely(1.0), likely(None)
    ('95%', 'over 99%', '–')
    """
    return NOTHING if missing(probability) else results.likely(float(probability))


def size(n_bytes: Any) -> str:
    """How large a file is.

    >>> size(900), size(5_400_000), size(2**30)
    ('900 bytes', '5.15 MiB', '1 GiB')
    """
    if missing(n_bytes):
        return NOTHING
    for step, unit in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if n_bytes >= step:
            return f"{number(n_bytes / step)} {unit}"
    return f"{n_bytes} bytes"


def day(value: Any) -> str:
    """A date, or the date of a moment.

    >>> day(datetime.date(2025, 3, 2))
    '2 Mar 2025'
    """
    if value is None:
        return NOTHING
    if isinstance(value, datetime.datetime):
        value = local(value)
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def days(first: datetime.date, last: datetime.date) -> str:
    """Two dates as a stretch of time, what they share said once.

    >>> a, b, c = (datetime.date(2026, m, d) for m, d in ((7, 20), (7, 29), (8, 12)))
    >>> days(a, b), days(b, c), days(c, datetime.date(2027, 1, 3)), days(a, a)
    ('20 to 29 Jul 2026', '29 Jul to 12 Aug 2026', '12 Aug 2026 to 3 Jan 2027', '20 Jul 2026')
    """
    start, end = day(first).split(), day(last).split()
    if start == end:
        return day(last)
    shared = 2 if start[1:] == end[1:] else 1 if start[2:] == end[2:] else 0
    return f"{' '.join(start[: 3 - shared])} to {' '.join(end)}"


def moment(value: datetime.datetime | None) -> str:
    """A moment to the minute."""
    if value is None:
        return NOTHING
    here = local(value)
    return f"{here.day} {_MONTHS[here.month - 1]} {here.year}, {here.hour:02}:{here.minute:02}"


def ago(value: Any, now: datetime.datetime | None = None) -> SafeString:
    """How long ago, or in how long, with the exact moment for machines and on hover.

    From four weeks on the date says more: a column of "5 months ago" tells nobody which came first.
    """
    if value is None:
        return SafeString(NOTHING)
    if not isinstance(value, datetime.datetime):
        return SafeString(f'<time datetime="{value.isoformat()}">{day(value)}</time>')
    words = _distance(value, now or datetime.datetime.now(datetime.UTC)) or day(value)
    exact = f'datetime="{value.isoformat(timespec="seconds")}" title="{moment(value)}"'
    return SafeString(f"<time {exact}>{words}</time>")  # numbers and our words


def interval(
    estimate: Any,
    low: Any,
    high: Any,
    unit: str = "",
    *,
    ends: tuple[float, float] | None = None,
    mark: float | None = None,
) -> SafeString:
    """A number with its interval and, where the scale is known, where they lie on it.

    Args:
        estimate: The number.
        low: Lower end of its interval.
        high: Upper end of its interval.
        unit: `share`, `share_points`, `money:EUR`, or a word such as `months` that follows the number.
        ends: Ends of the scale; for shares 0 and 1.
        mark: A threshold to draw on the scale.
    """
    if missing(estimate):
        return mark_safe('<span class="interval text-secondary">–</span>')
    with_unit = in_unit(estimate, unit)
    if missing(low) or missing(high):
        return format_html('<span class="interval"><strong>{}</strong></span>', with_unit)
    if unit == "share" and ends is None:
        ends = (0.0, 1.0)
    first, last = in_unit(low, unit, bare=True), in_unit(high, unit, bare=unit != "share")
    if unit.startswith("money") and float(high) - float(low) >= 1:
        # cents would claim more than is known
        with_unit, first, last = (
            money(each, unit.partition(":")[2], cents_below=10) for each in (estimate, low, high)
        )
    drawing = range_bar(estimate, low, high, ends, mark) if ends else ""
    if with_unit == in_unit(low, unit) == in_unit(high, unit):
        return format_html(
            '<span class="interval"><strong>{}</strong>{}</span>', with_unit, drawing
        )
    return SafeString(
        f'<span class="interval"><strong>{escape(with_unit)}</strong> <span class="interval-range" '
        'title="The true value lies in this range with 95% confidence">'
        f"{escape(first)} to {escape(last)}</span>{drawing}</span>"
    )


def range_bar(
    estimate: Any, low: Any, high: Any, ends: tuple[float, float], mark: float | None = None
) -> SafeString:
    """A small drawing of an interval on its scale."""
    start, span = ends[0], (ends[1] - ends[0]) or 1.0

    def place(value: Any) -> float:
        return round(100 * min(max((float(value) - start) / span, 0.0), 1.0), 1)

    left, right = place(low), place(high)
    threshold = (
        f'<rect class="limit" x="{place(mark)}" y="0" width="0.8" height="8"/>'
        if mark is not None
        else ""
    )
    return SafeString(
        '<svg class="range" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" y="3" width="100" height="2" rx="1"/>'
        f'<rect class="span" x="{left}" y="2" width="{max(right - left, 1)}" height="4" rx="2"/>'
        f'{threshold}<rect class="dot" x="{min(max(place(estimate) - 1, 0), 98)}" y="0.5" width="2" '
        'height="7" rx="1"/></svg>'
    )


def in_unit(value: Any, unit: str, *, bare: bool = False, digits: int | None = None) -> str:
    """A value in its unit; `bare` leaves out a unit that a neighbour already names.

    With `digits`, shares, amounts and numbers all have as many of them after the point.
    """
    if unit == "share":
        text = share(value, digits)
        return text.removesuffix("%") if bare else text
    if unit == "likely":
        return likely(value)
    if unit == "p_value":
        if missing(value):
            return NOTHING
        return "under 0.001" if value < 0.001 else f"{value:.2g}"
    if unit == "share_points":  # 34% and 47% differ by 13 points, not by 13%
        text = share(value).removesuffix("%")
        return text if bare else f"{text} points"
    if unit.partition(":")[0] in _CENTS_BELOW:
        kind, _, currency = unit.partition(":")
        return money(value, currency, cents_below=_CENTS_BELOW[kind], digits=digits)
    if digits is not None and not unit:
        return number(value, digits)
    text = number(round(value, 1) if unit == "months" and not missing(value) else value)
    if unit == "months" and text == "1":
        unit = "month"
    return text if bare or not unit else f"{text} {unit}"


def missing(value: Any) -> bool:
    """Whether there is no value: none, or not a number."""
    return value is None or (isinstance(value, _INEXACT) and math.isnan(value))


def _distance(value: datetime.datetime, now: datetime.datetime) -> str:
    seconds = (now - value).total_seconds()
    size = abs(seconds)
    if size < 45:
        return "just now"
    step, noun = next(((step, noun) for end, step, noun in _STEPS if size < end), (0, ""))
    if not noun:
        return ""
    n = max(round(size / step), 1)
    words = f"{n} {noun}{'' if n == 1 else 's'}"
    return f"{words} ago" if seconds > 0 else f"in {words}"


def local(value: datetime.datetime) -> datetime.datetime:
    """A moment in the workspace's zone, which is the same for all readers.

    Django's own `localtime` looks each time for one of the reader's, which takes longer than the rest.
    """
    return value.astimezone(timezone.get_default_timezone()) if timezone.is_aware(value) else value


def _minus(text: str) -> str:
    return text.replace("-", "−")
