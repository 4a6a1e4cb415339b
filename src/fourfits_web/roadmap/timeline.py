"""The timeline as places on a line: quarters of equal width, ranges and marks within them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from fourfits_web.roadmap.models import Item, Release

WIDTH = 1000.0
"""Units of the drawing from its first to its last day."""
FEWEST, MOST = 4, 8
"""Quarters shown."""


@dataclass(frozen=True, order=True)
class Quarter:
    """Three months."""

    year: int
    number: int

    @classmethod
    def of(cls, day: datetime.date) -> Quarter:
        """The quarter of a day.

        >>> str(Quarter.of(datetime.date(2026, 11, 22)))
        'Q4 2026'
        """
        return cls(day.year, (day.month + 2) // 3)

    @property
    def start(self) -> datetime.date:
        """Its first day."""
        return datetime.date(self.year, 3 * self.number - 2, 1)

    def after(self, n: int) -> Quarter:
        """The quarter so many later.

        >>> str(Quarter(2026, 4).after(1)), str(Quarter(2026, 1).after(-1))
        ('Q1 2027', 'Q4 2025')
        """
        whole = self.year * 4 + self.number - 1 + n
        return Quarter(whole // 4, whole % 4 + 1)

    def __sub__(self, other: Quarter) -> int:
        return (self.year - other.year) * 4 + self.number - other.number

    def __str__(self) -> str:
        return f"Q{self.number} {self.year}"


@dataclass(frozen=True, kw_only=True)
class Line:
    """The quarters shown, and where a day lies on them."""

    first: Quarter
    n: int

    @classmethod
    def over(cls, days: Iterable[datetime.date], today: datetime.date) -> Line:
        """A line that holds the days as far as it may, and today."""
        shown = sorted([*days, today])
        now = Quarter.of(today)
        first = max(Quarter.of(shown[0]), now.after(-2))
        n = min(max(Quarter.of(shown[-1]) - first + 1, FEWEST), MOST)
        return cls(first=first, n=n)

    @property
    def quarters(self) -> list[Quarter]:
        """From left to right."""
        return [self.first.after(n) for n in range(self.n)]

    @property
    def ticks(self) -> list[float]:
        """Where one quarter ends and the next begins."""
        return [round(WIDTH * n / self.n, 1) for n in range(1, self.n)]

    def place(self, day: datetime.date) -> float:
        """Where a day lies, kept within the drawing.

        >>> line = Line(first=Quarter(2026, 1), n=4)
        >>> line.place(datetime.date(2026, 4, 1)), line.place(datetime.date(2030, 1, 1))
        (250.0, 1000.0)
        """
        quarter = Quarter.of(day)
        length = (quarter.after(1).start - quarter.start).days
        within = (day - quarter.start).days / length
        place = WIDTH * (quarter - self.first + within) / self.n
        return round(min(max(place, 0.0), WIDTH), 1)


@dataclass(frozen=True, kw_only=True)
class Strip:
    """One item on the line."""

    item: Item
    start: float | None
    """Where the range of 50 to 85 % begins; nothing where there is no forecast."""
    length: float = 0.0
    tail: float = 0.0
    """How much further 95 % reaches."""
    planned: float | None = None

    @property
    def tail_start(self) -> float:
        """Where the part beyond 85 % begins."""
        return (self.start or 0.0) + self.length

    @property
    def drawn(self) -> SafeString:
        """The range, what reaches beyond it, and the planned date."""
        shapes = ""
        if self.start is not None:
            if self.tail:
                at = f'x="{self.tail_start}" y="10" width="{self.tail}" height="4"'
                shapes += f'<rect class="plan-tail" {at}/>'
            at = f'x="{self.start}" y="5" width="{self.length}" height="14" rx="3"'
            shapes += f'<rect class="plan-range" {at}/>'
        if self.planned is not None:
            at = f'x1="{self.planned}" x2="{self.planned}" y1="2" y2="22"'
            shapes += f'<line class="plan-date {self.item.tone}" {at}/>'
        return SafeString(shapes)  # numbers and our words


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A release on the line."""

    release: Release
    at: float


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """Everything that the page draws."""

    line: Line
    today: float
    marks: Sequence[Mark]
    groups: Sequence[tuple[str, Sequence[Strip]]]
    undated: Sequence[Item] = field(default=())

    @property
    def grid(self) -> SafeString:
        """What stands behind every strip: ends of quarters, today, releases."""
        lines = [("tick", at) for at in self.line.ticks]
        lines += [("today", self.today), *(("release", mark.at) for mark in self.marks)]
        drawn = (
            f'<line class="plan-{what}" x1="{at}" x2="{at}" y1="0" y2="24"/>' for what, at in lines
        )
        return SafeString("".join(drawn))

    @property
    def columns(self) -> list[tuple[Quarter, list[Mark]]]:
        """Each quarter with the releases in it."""
        return [
            (each, [m for m in self.marks if m.release.release_on and Quarter.of(m.release.release_on) == each])
            for each in self.line.quarters
        ]  # fmt: skip


def timeline(
    lanes: Iterable[tuple[str, Sequence[Item]]], releases: Iterable[Release], today: datetime.date
) -> Timeline:
    """Items of each lane on one line; those without any date are named apart."""
    lanes, dated = list(lanes), [each for each in releases if each.release_on]
    items = [item for _, found in lanes for item in found]
    days = [day for item in items for day in _days(item)]
    days += [each.release_on for each in dated if each.release_on]
    line = Line.over(days, today)
    return Timeline(
        line=line,
        today=line.place(today),
        marks=[
            Mark(release=each, at=line.place(each.release_on))
            for each in dated
            if each.release_on and line.first <= Quarter.of(each.release_on)
        ],
        groups=[
            (lane, [_strip(item, line) for item in found if _days(item)]) for lane, found in lanes
        ],
        undated=[item for item in items if not _days(item)],
    )


def _days(item: Item) -> list[datetime.date]:
    return [day for day in (item.finish_50_on, item.finish_95_on, item.feature.release_on) if day]


def _strip(item: Item, line: Line) -> Strip:
    planned = line.place(item.feature.release_on) if item.feature.release_on else None
    if item.finish_50_on is None or item.finish_85_on is None:
        return Strip(item=item, start=None, planned=planned)
    start, end = line.place(item.finish_50_on), line.place(item.finish_85_on)
    last = line.place(item.finish_95_on) if item.finish_95_on else end
    length = max(end - start, 6.0)
    return Strip(
        item=item,
        start=min(start, WIDTH - 6.0),
        length=length,
        tail=max(last - start - length, 0.0),
        planned=planned,
    )
