"""Columns of the contract, and what breaks it, in the words of people.

The name that files, the API and the command line know stands beside them: by it a file is mended.
"""

from __future__ import annotations

import functools
import re

from django.utils.html import escape
from django.utils.safestring import SafeString

from fourfits import tables

_TITLES = {
    "answered_at": "Date of the answer",
    "arr_amount": "Annual recurring revenue",
    "closed_on": "Closing date",
    "created_on": "Date of the request",
    "depends_on": "Depends on",
    "ended_on": "End",
    "event": "Event",
    "exposed_at": "First seen",
    "finished_on": "Finish",
    "impact": "Impact",
    "kind": "Kind",
    "launched_on": "Launch",
    "line": "Line of the order",
    "mrr_amount": "Monthly recurring revenue",
    "occurred_at": "Date",
    "opened_on": "Opening date",
    "ordered_at": "Order date",
    "release_on": "Release date",
    "renewal_on": "Renewal date",
    "retired_on": "Retirement",
    "signed_up_on": "Sign-up date",
    "started_on": "Start",
    "touched_at": "Date of the touch",
    "url": "Address",
    "value_number": "Answer in numbers",
    "value_text": "Answer in words",
    "won": "Won",
}
_ENDS = re.compile(r"_(id|amount|share)$")
_NAMED = re.compile(r"(?<!\S)(\w+)(?= holds '| is empty, must)")
"""Where a sentence about a row names the column that breaks the contract."""


def column(name: str) -> str:
    """What a column of the contract is called; another keeps its own name.

    >>> column("order_id"), column("ordered_at"), column("revenue_amount"), column("Loyalty_Tier")
    ('Order', 'Order date', 'Revenue', 'Loyalty_Tier')
    """
    if name not in _names():
        return name
    plain = _ENDS.sub("", name).replace("_", " ")
    return _TITLES.get(name) or f"{plain[:1].upper()}{plain[1:]}"


def within(name: str) -> str:
    """The same inside a sentence.

    >>> within("revenue_amount"), within("url"), within("Loyalty_Tier")
    ('revenue', 'address', 'Loyalty_Tier')
    """
    words = column(name)
    return words if words == name else f"{words[:1].lower()}{words[1:]}"


def reason(text: str) -> SafeString:
    """Why a row was set aside, as HTML: the column in words, its own name as code beside them.

    >>> reason("line 5: ordered_at holds '<soon>', must be a date.")
    'line 5: Order date <code>ordered_at</code> holds &#x27;&lt;soon&gt;&#x27;, must be a date.'
    """
    told, after = "", 0
    for found in _NAMED.finditer(text):
        told += f"{escape(text[after : found.start()])}{_beside(found[1])}"
        after = found.end()
    return SafeString(f"{told}{escape(text[after:])}")


def _beside(name: str) -> str:
    """The words of a column, with its name where they differ."""
    words = escape(column(name))
    return words if words.lower() == name.lower() else f"{words} <code>{name}</code>"


@functools.cache
def _names() -> frozenset[str]:
    return frozenset(column.name for table in tables.CANONICAL.values() for column in table)
