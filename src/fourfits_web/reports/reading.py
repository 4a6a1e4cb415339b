"""A result as people read it: which columns are one number with its interval, in which unit.

Names of columns say what they hold (`_share`, `_amount`, `n_`, `p_`; `x_low` and `x_high` are the
interval of `x`), so that every analysis reads well without a page of its own.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from fourfits_web.core import display
from fourfits_web.core.naming import BETWEEN, Names
from fourfits_web.reports import columns as spoken
from fourfits_web.reports import words

Row = Mapping[str, Any]
TILES = 6
LISTED = 3
NOTHING = SafeString('<span class="none">–</span>')

_UNITS = ("share", "amount", "days", "weeks", "months", "years", "likely", "ratio")
_IN_TITLE = ("days", "weeks", "months", "years")
_NUMBERS_CALLED_P = frozenset({"p_value", "p_adjusted", "srm_p_value"})
_PRICES = frozenset(
    f"{name}_amount" for name in ("pmc", "pme", "opp", "idp", "best_revenue", "best_trial")
)
"""Amounts that somebody would pay for one: their cents count up to a hundred."""
_FLAT, _ONE_LINE = 60, 28
"""A text that is longer stands in a broad column, in a column that breaks its lines."""
_TENTH, _TEN, _HUNDRED = 0.0995, 10, 100
_SUMMED = {
    "bg_nbd": ("alive_share", "purchase_rate", "dropout_share", "n_customers"),
    "shifted_beta_geometric": ("first_loss_share", "lifetime", "n_customers"),
    "ranking": ("first", "n_sure", "learn_first", "n_features"),
    "themes": ("n_themes", "n_items", "covered_share", "largest_theme", "largest_share"),
    "rfm": (),
}
"""Which numbers of a summary stand at the head; an empty choice takes one number per group."""
_MEASURED = {
    "lifetime_value": "value_per_customer_amount",
    "van_westendorp": "opp_amount",
    "acquisition": "ltv_to_cac",
}
"""Which column stands for a group, where it is not the first that has an interval."""


@dataclass(frozen=True)
class Column:
    """A column of a result; with `low` and `high` it is a number with its interval.

    All numbers of a column have as many `digits`, so that they can be compared at a glance.
    """

    name: str
    title: str
    unit: str
    low: str = ""
    high: str = ""
    digits: int | None = None

    @property
    def css(self) -> str:
        """Numbers stand on the right; texts get room."""
        return {"text": "", "wide": "loose", "long": "long", "list": "long", "flag": ""}.get(
            self.unit, "n"
        )

    @property
    def is_number(self) -> bool:
        """Whether its cells are numbers rather than words."""
        return self.unit not in _WORDS

    def cell(self, row: Row, currency: str) -> SafeString:
        """The cell as HTML, without its interval."""
        value = row.get(self.name)
        if value is None or value == "":
            return NOTHING
        if not self.is_number:
            return conditional_escape(self._spoken(value))
        if isinstance(value, str):  # a number that an analysis puts in words
            return conditional_escape(value)
        return mark_safe(self._said(value, row, currency))  # noqa: S308 - digits and a currency's mark

    def range(self, row: Row, currency: str) -> SafeString:
        """The interval of the cell's number; nothing where it has none."""
        low, high = row.get(self.low), row.get(self.high)
        if not self.low or low is None or high is None or row.get(self.name) is None:
            return SafeString("")
        first, last = (self._said(end, row, currency, bare=True) for end in (low, high))
        return mark_safe(f"{first} to {last}")  # noqa: S308 - digits and a currency's mark

    def spelt(self, row: Row, currency: str) -> str:
        """The unit as `display` takes it; what experiments measure has the unit of its row."""
        if self.name in spoken.OF_ITS_ROW and row.get("kind") == "proportion":
            return "share_points" if self.name == "difference" else "share"
        if self.unit in {"amount", "price"}:
            kind = "price" if self.unit == "price" else "estimate"
            return f"{kind}:{row.get('currency') or currency}"
        return self.unit if self.unit in {"share", "likely", "p_value"} else ""

    def _said(self, value: Any, row: Row, currency: str, *, bare: bool = False) -> str:
        unit = self.spelt(row, currency)
        return display.in_unit(value, unit, bare=bare, digits=self.digits)

    def _spoken(self, value: Any) -> str:
        """A word of the data where it stands alone; ids and sentences stay as they are."""
        if self.name in _CODED:
            return words.coded(str(value))
        said = _WORDS[self.unit](value)
        is_name = self.unit in {"text", "wide"} and not self.name.endswith("_id")
        return display.titled(said) if is_name else said


def in_words(rows: Sequence[Row], names: Names) -> list[Row]:
    """Rows with people's words for segments, alone, in groups and in sentences, and names of work."""
    work = {row["feature_id"]: row["feature_name"] for row in rows if row.get("feature_name")}
    if work:
        rows = [{**row, "runner_up": work.get(row["runner_up"], row["runner_up"])} for row in rows]
    return [_in_words(row, names) for row in rows] if names.pairs else list(rows)


def _in_words(row: Row, names: Names) -> Row:
    work = row["features"] if isinstance(row.get("features"), list) else []
    keep = [str(each[part]) for each in work for part in ("name", "need") if each.get(part)]
    said: dict[str, Any] = {
        name: names.told(row[name], keep) for name in _SENTENCES if row.get(name)
    }
    grouped = {name: names.group(row[name]) for name in ("segment", "group") if row.get(name)}
    remedies = row.get("remedies")
    if isinstance(remedies, list):
        said["remedies"] = [
            {**each, "sentence": names.told(each["sentence"], keep)} for each in remedies
        ]
    return {**row, **grouped, **said}


_SENTENCES = ("title", "sentence", "finding")
_CODED = frozenset({
    "weakest", "missing", "top_input", "metric", "covariate", "fit", "parameter", "owner", "owners",
})  # fmt: skip
"""Columns whose cells are names of the code."""
_DIVISIONS = ("segment", "channel", "plan")


def columns(rows: Sequence[Row], analysis: str = "") -> list[Column]:
    """The columns of a result, intervals folded into their numbers.

    >>> [found] = columns([{"pro_share": 0.5, "pro_low": 0.4, "pro_high": 0.6}])
    >>> found.title, found.unit, found.low, str(found.cell({"pro_share": 0.5}, "EUR"))
    ('Pro', 'share', 'pro_low', '50%')
    """
    names = list(dict.fromkeys(name for row in rows[:_FLAT] for name in row))
    folded: set[str] = set()
    found: list[Column] = []
    for name in names:
        low, high = _ends(name, names, folded)
        folded |= {low, high}
        values = [row[name] for row in rows if row.get(name) is not None]
        if values or low:
            unit = _unit(name, values)
            digits = None if name in spoken.OF_ITS_ROW else _digits(unit, values)
            found.append(Column(name, title(name, analysis), unit, low, high, digits))
    left_out = {*folded, "currency"}
    return [each for each in found if each.name not in left_out]


def shown(rows: Sequence[Row], analysis: str = "") -> list[Column]:
    """The columns of a table for people: without those for programs and those that repeat a neighbour.

    >>> [each.title for each in shown([{"feature_id": "F1", "name": "Offline", "rank": 1}])]
    ['Feature', 'Rank (1 is best)']
    """
    found = columns(rows, analysis)
    names = {each.name for each in found}
    hidden = set(spoken.HIDDEN)
    if names & {"name", "feature_name"}:
        hidden.add("feature_id")
    if "group" in names and all(_repeats(row) for row in rows):
        hidden |= set(_DIVISIONS)
    return [each for each in found if each.name not in hidden]


def _repeats(row: Row) -> bool:
    """Whether the group's name holds all parts by which it is divided."""
    parts = str(row["group"]).split(BETWEEN)
    return all(row[name] in parts for name in _DIVISIONS if row.get(name))


def title(name: str, analysis: str = "") -> str:
    """The head of a column.

    >>> title("very_disappointed_share"), title("lead_months"), title("p_sold")
    ('Very disappointed', 'Lead (months)', 'Probability of sold')
    """
    if called := words.column(name, analysis):
        return called
    if name.startswith("p_"):
        return f"Probability of {words.phrase(name.removeprefix('p_')).lower()}"
    stem, _, unit = name.rpartition("_")
    if not stem or unit not in _UNITS or stem == "n":
        return words.phrase(name)
    return words.phrase(stem) + (f" ({unit})" if unit in _IN_TITLE else "")


def headline(result: Mapping[str, Any], currency: str) -> list[dict[str, Any]]:
    """The few numbers that a reader wants first: of the summary, else one per group."""
    name, rows = str(result.get("analysis", "")), result.get("rows") or []
    summary = result.get("summary") or {}
    if "n_groups" in summary:
        summary = {}
    chosen = {key: summary[key] for key in _SUMMED.get(name, summary) if key in summary}
    found = _of_summary(chosen, currency, name)
    return (found or _of_rows(rows, currency, name))[:TILES]


def differences(now: Sequence[Row], before: Sequence[Row]) -> list[dict[str, Any]]:
    """The headline numbers of two runs beside each other."""
    earlier = {item["title"]: item for item in before}
    compared = []
    for item in now:
        old = earlier.get(item["title"])
        if old is None:
            continue
        is_number = isinstance(item["value"], int | float) and isinstance(old["value"], int | float)
        change = item["value"] - old["value"] if is_number else None
        compared.append({
            "title": item["title"], "now": item, "before": old, "unit": item["unit"],
            "change": change, "overlap": _overlap(item, old),
        })  # fmt: skip
    return compared


def beside(headlines: Sequence[Sequence[Row]]) -> list[dict[str, Any]]:
    """The headline numbers of several runs in rows: title, and the number of each run or none."""
    titles = dict.fromkeys(item["title"] for items in headlines for item in items)
    by_title = [{item["title"]: item for item in items} for items in headlines]
    return [{"title": title_, "cells": [of.get(title_) for of in by_title]} for title_ in titles]


def _overlap(one: Row, other: Row) -> bool | None:
    """Whether the intervals of two numbers overlap; unknown where one has none."""
    ends = [one["low"], one["high"], other["low"], other["high"]]
    if any(end is None for end in ends):
        return None
    return bool(one["low"] <= other["high"] and other["low"] <= one["high"])


def _of_summary(summary: Mapping[str, Any], currency: str, analysis: str) -> list[dict[str, Any]]:
    groups = {name: value for name, value in summary.items() if isinstance(value, Mapping)}
    found = []
    for name, value in groups.items():
        measure = _measure(columns([value]))
        if measure is not None:
            found.append(_item(words.analysis(name), measure, value, currency))
    flat = {name: value for name, value in summary.items() if not isinstance(value, Mapping | list)}
    found += [_item(column.title, column, flat, currency) for column in columns([flat], analysis)]
    return found


def _of_rows(rows: Sequence[Row], currency: str, analysis: str) -> list[dict[str, Any]]:
    known = columns(rows, analysis)
    measure = _measure(known, _MEASURED.get(analysis, ""))
    if measure is None:
        return []
    if len(rows) == 1:
        return [_item(each.title, each, rows[0], currency) for each in known if each.low]
    labels = _labels(
        rows, [column.name for column in known if column.unit in {"text", "wide", "long"}]
    )
    return [
        _item(label, measure, row, currency, of=measure.title)
        for label, row in zip(labels, rows, strict=False)
    ]


def _labels(rows: Sequence[Row], names: Sequence[str]) -> list[str]:
    """What tells the rows apart: the fewest of the text columns, names first; none if they do not."""
    ordered = [name for name in ("name", "title") if name in names]
    used: list[str] = []
    for name in [*ordered, *(name for name in names if name not in ordered)]:
        used.append(name)
        labels = [" · ".join(str(row[key]) for key in used if row.get(key)) for row in rows]
        if len(set(labels)) == len(rows):
            return [label or "All" for label in labels]
    return []


def _measure(known: Sequence[Column], chosen: str = "") -> Column | None:
    named = next((column for column in known if column.name == chosen), None)
    return named or next((column for column in known if column.low), None)


def _item(title_: str, column: Column, row: Row, currency: str, *, of: str = "") -> dict[str, Any]:
    unit, value = column.spelt(row, currency), row.get(column.name)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if column.name[:1].isupper() and isinstance(value, float) and 0 <= value <= 1:
        unit = "share"  # a group's name with its share
    say = _WORDS.get(column.unit, str)
    return {
        "title": title_,
        "of": of,
        "value": value if is_number else None,
        "text": None if is_number or value is None else say(value),
        "low": row.get(column.low) if column.low else None,
        "high": row.get(column.high) if column.high else None,
        "unit": unit,
        "digits": column.digits if unit not in {"likely", "p_value"} else None,
    }


def _ends(name: str, names: Sequence[str], taken: set[str]) -> tuple[str, str]:
    stem, _, unit = name.rpartition("_")
    for start in (name, stem if unit in _UNITS else ""):
        low, high = f"{start}_low", f"{start}_high"
        if start and low in names and high in names and low not in taken:
            return low, high
    return "", ""


def _unit(name: str, values: Sequence[Any]) -> str:
    first = next(iter(values), None)
    if isinstance(first, bool):
        return "flag"
    if isinstance(first, list | dict):
        return "list"
    if isinstance(first, str):
        if name.endswith(("_on", "_at")) and _day(first) != first:
            return "day"
        longest = max(map(len, map(str, values)))
        return "long" if longest > _FLAT else "wide" if longest > _ONE_LINE else "text"
    if known := spoken.UNITS.get(name):
        return known
    if name.endswith("_amount"):
        return "price" if name in _PRICES or "price" in name else "amount"
    if name in _NUMBERS_CALLED_P:
        return "p_value"
    if name.startswith("p_") or name == "probability":
        return "likely"
    return "share" if name.endswith("_share") else "number"


def _digits(unit: str, values: Sequence[Any]) -> int | None:
    """How many digits after the point all numbers of a column have; `None` leaves it to each.

    The upper quarter decides, so that neither one large nor one small number does.
    """
    sizes = sorted(abs(value) for value in values if isinstance(value, int | float))
    if not sizes or unit not in {"share", "amount", "price", "number"}:
        return None
    if unit == "share":
        return 1 if any(0 < size < _TENTH for size in sizes) else 0
    if unit == "price":
        return 2 if sizes[0] < _HUNDRED else 0
    if all(isinstance(value, int) for value in values):
        return None
    upper = sizes[-1 - len(sizes) // 4] if len(sizes) > 1 else sizes[0]
    if unit == "amount":
        return 2 if upper < _TEN else 0
    return 0 if upper >= _HUNDRED else 1 if upper >= _TEN else 2


def _listed(value: Any) -> str:
    """A list in a cell: its first items by name, and how many more; a few numbers one by one."""
    if isinstance(value, Sequence) and all(isinstance(item, int) for item in value):
        return ", ".join(map(str, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{words.phrase(key)} {item}" for key, item in value.items() if item)
    is_long = bool(value) and len(str(value[0])) > _FLAT
    said = [_named(item) for item in value[: 1 if is_long else LISTED]]
    more = len(value) - len(said)
    return "; ".join([*said, f"and {more} more"] if more > 0 else said)


def _phrase(text: str) -> str:
    """A word of our tables, such as `product_market`, as people write it; all else as it is."""
    return words.analysis(text) if re.fullmatch(r"[a-z]+(_[a-z]+)+", text) else text


def _named(item: Any) -> str:
    if isinstance(item, Mapping):
        named = ("name", "sentence", "title", "segment")
        return str(next((item[key] for key in named if key in item), item))
    return str(item)


def _day(value: Any) -> str:
    try:
        return display.day(datetime.datetime.fromisoformat(str(value)))
    except ValueError:
        return str(value)


_WORDS: dict[str, Callable[[Any], str]] = {
    "text": lambda value: _phrase(str(value)),
    "wide": lambda value: _phrase(str(value)),
    "long": str,
    "list": _listed,
    "day": _day,
    "flag": lambda value: "Yes" if value else "No",
}
