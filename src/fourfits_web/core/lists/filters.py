"""Filters of a list: each reads its part of the address and narrows the rows."""

from __future__ import annotations

import datetime
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.html import format_html
from django.utils.safestring import SafeString

from fourfits_web.core import display
from fourfits_web.core.remembering import drawn

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from django.http import QueryDict

    from fourfits_web.core.lists.sources import Rows

    Options = Iterable[tuple[Any, str]]

LONGEST = 200
"""Characters of an address's value that a filter reads."""


@dataclass(frozen=True, eq=False)
class Filter(ABC):
    """What all filters have; each kind says itself how it narrows the rows.

    Args:
        name: Parameter in the address.
        title: What the reader calls it.
        field: Field of the rows, if not called like the parameter.
    """

    name: str
    title: str
    field: str = ""
    template: ClassVar[str] = ""
    narrows: ClassVar[bool] = True

    @property
    def column(self) -> str:
        """Field that it looks at."""
        return self.field or self.name

    def parameters(self) -> tuple[str, ...]:
        """Names that it takes in the address."""
        return (self.name,)

    def read(self, address: QueryDict) -> Any:
        """What was chosen; empty if nothing."""
        return address.get(self.name, "").strip()[:LONGEST]

    @abstractmethod
    def narrow(self, rows: Rows, chosen: Any) -> Rows:
        """The rows that pass."""

    def words(self, chosen: Any) -> str:
        """What was chosen, in words."""
        return str(chosen)

    def control(self, chosen: Any) -> SafeString:
        """The control that chooses, as it stands."""
        return drawn(self.template, name=self.name, title=self.title, **self._shown(chosen))

    def _shown(self, chosen: Any) -> dict[str, Hashable]:
        """What the control shows besides its name and title."""
        return {"chosen": chosen, "n": int(bool(chosen))}


@dataclass(frozen=True, eq=False)
class Choice(Filter):
    """One or several of some values.

    Args:
        options: Value and word, or a function that returns them when the page is made.
        many: Whether several may be chosen.
        nothing: Word for rows without a value, if they can be asked for.
    """

    options: Options | Callable[[], Options] = ()
    many: bool = True
    nothing: str = ""
    template: ClassVar[str] = "core/filters/choice.html"
    NOTHING: ClassVar[str] = "none"

    def choices(self) -> list[tuple[str, str]]:
        """Values as the address spells them, and their words."""
        given = self.options() if callable(self.options) else self.options
        listed = [(str(value), str(word)) for value, word in given]
        return [*listed, (self.NOTHING, self.nothing)] if self.nothing else listed

    def read(self, address: QueryDict) -> list[str]:
        given = [part for value in address.getlist(self.name) for part in value.split(",")]
        if not given:
            return []
        known = {value for value, _ in self.choices()}
        chosen = [value for value in dict.fromkeys(given) if value in known]
        return chosen if self.many else chosen[:1]

    def narrow(self, rows: Rows, chosen: list[str]) -> Rows:
        return rows.where(self.column, "in", self._typed(chosen))

    def words(self, chosen: list[str]) -> str:
        words = dict(self.choices())
        return " or ".join(words[value] for value in chosen)

    def _shown(self, chosen: list[str]) -> dict[str, Hashable]:
        choices = tuple((value, word, value in chosen) for value, word in self.choices())
        return {"choices": choices, "many": self.many, "n": len(chosen)}

    def _typed(self, chosen: list[str]) -> list[Any]:
        """The chosen values as the options spell them: an address holds only text."""
        given = self.options() if callable(self.options) else self.options
        found: list[Any] = [value for value, _ in given if str(value) in chosen]
        return [*found, None] if self.nothing and self.NOTHING in chosen else found


@dataclass(frozen=True, eq=False)
class Flag(Filter):
    """Yes or not asked.

    Args:
        when: Condition: a `Q` for rows in the database, else a function of one row;
            without it the field must be true.
    """

    when: Any = None
    template: ClassVar[str] = "core/filters/flag.html"

    def read(self, address: QueryDict) -> bool:
        return address.get(self.name) in {"1", "on", "true"}

    def narrow(self, rows: Rows, chosen: bool) -> Rows:  # noqa: FBT001 - what was read
        if self.when is None:
            return rows.where(self.column, "exact", value=chosen)
        return rows.when(self.when)

    def words(self, chosen: Any) -> str:
        return ""


@dataclass(frozen=True, eq=False)
class Text(Filter):
    """A part of a text."""

    test: str = "icontains"
    template: ClassVar[str] = "core/filters/text.html"

    def narrow(self, rows: Rows, chosen: str) -> Rows:
        return rows.where(self.column, self.test, chosen)


@dataclass(frozen=True, eq=False)
class Kept(Filter):
    """What the page itself reads, such as which of its tabs is open: the list carries it along."""

    narrows: ClassVar[bool] = False

    def narrow(self, rows: Rows, chosen: str) -> Rows:
        return rows

    def control(self, chosen: str) -> SafeString:
        if not chosen:
            return SafeString()
        return format_html('<input type="hidden" name="{}" value="{}">', self.name, chosen)


@dataclass(frozen=True, eq=False)
class Range(Filter):
    """From a number to a number; parameters `name_min` and `name_max`.

    Args:
        kind: `number`, or `share` whose parameters are in per cent.
        unit: What follows the numbers.
    """

    kind: str = "number"
    unit: str = ""
    template: ClassVar[str] = "core/filters/range.html"

    def parameters(self) -> tuple[str, ...]:
        return (f"{self.name}_min", f"{self.name}_max")

    def read(self, address: QueryDict) -> tuple[float | None, float | None] | None:
        low, high = (_number(address.get(name, "")) for name in self.parameters())
        return None if low is None and high is None else (low, high)

    def narrow(self, rows: Rows, chosen: tuple[float | None, float | None]) -> Rows:
        scale = 0.01 if self.kind == "share" else 1
        for end, test in zip(chosen, ("gte", "lte"), strict=True):
            if end is not None:
                rows = rows.where(self.column, test, end * scale)
        return rows

    def words(self, chosen: tuple[float | None, float | None]) -> str:
        unit = "%" if self.kind == "share" else f" {self.unit}" if self.unit else ""
        return _between(*(None if end is None else display.number(end) + unit for end in chosen))

    def _shown(self, chosen: tuple[float | None, float | None] | None) -> dict[str, Hashable]:
        unit = "%" if self.kind == "share" else self.unit
        low, high = chosen or (None, None)
        return {"unit": unit, "low": low, "high": high, "n": int(bool(chosen))}


@dataclass(frozen=True, eq=False)
class Days(Filter):
    """A span of days: `30d` for the last thirty, or `name_from` and `name_to`.

    Args:
        spans: Lengths to choose from, in days.
        dates: Whether the field holds dates, not moments.
    """

    spans: tuple[int, ...] = (7, 30, 90, 365)
    dates: bool = False
    template: ClassVar[str] = "core/filters/days.html"

    def choices(self) -> list[tuple[str, str]]:
        """Spans as the address spells them, and their words."""
        return [(f"{n}d", f"Last {n} days" if n != 365 else "Last year") for n in self.spans]

    def parameters(self) -> tuple[str, ...]:
        return (self.name, f"{self.name}_from", f"{self.name}_to")

    def read(self, address: QueryDict) -> dict[str, Any] | None:
        span = address.get(self.name, "")
        start, end = (_day(address.get(name, "")) for name in self.parameters()[1:])
        if span in dict(self.choices()):
            return {"span": span, "start": None, "end": None}
        return {"span": "", "start": start, "end": end} if start or end else None

    def narrow(self, rows: Rows, chosen: dict[str, Any]) -> Rows:
        start, end = chosen["start"], chosen["end"]
        if chosen["span"]:
            n = int(chosen["span"].removesuffix("d"))
            start = timezone.localdate() - datetime.timedelta(days=n)
        if start:
            rows = rows.where(self.column, "gte", start if self.dates else _moment(start, "min"))
        if end:
            rows = rows.where(self.column, "lte", end if self.dates else _moment(end, "max"))
        return rows

    def words(self, chosen: dict[str, Any]) -> str:
        if chosen["span"]:
            return dict(self.choices())[chosen["span"]].lower()
        ends = (chosen["start"], chosen["end"])
        return _between(*(None if end is None else display.day(end) for end in ends))

    def _shown(self, chosen: dict[str, Any] | None) -> dict[str, Hashable]:
        known = chosen or {"span": "", "start": None, "end": None}
        return {"choices": tuple(self.choices()), **known, "n": int(bool(chosen))}


def _between(low: str | None, high: str | None) -> str:
    if low is None:
        return f"up to {high}"
    return f"from {low}" if high is None else f"{low} to {high}"


def _number(text: str) -> float | None:
    try:
        value = float(text[:LONGEST])
    except ValueError:
        return None
    return value if abs(value) < 1e15 else None


def _day(text: str) -> datetime.date | None:
    try:
        return parse_date(text[:LONGEST])
    except ValueError:
        return None


def _moment(day: datetime.date, end: Literal["min", "max"]) -> datetime.datetime:
    """The first or the last moment of a day where the reader is."""
    time = datetime.time.min if end == "min" else datetime.time.max
    return timezone.make_aware(datetime.datetime.combine(day, time))
