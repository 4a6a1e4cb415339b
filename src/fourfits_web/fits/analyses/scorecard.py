"""The four fits as a stored scorecard has them: score, groups, evidence."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.text import slugify

from fourfits import config
from fourfits.fits import evidence, scoring
from fourfits.report import findings
from fourfits_web.core import display
from fourfits_web.core.naming import BETWEEN, NOBODY_NAMED, Names

if TYPE_CHECKING:
    from fourfits_web.fits.models import Score
    from fourfits_web.reports.models import Report

Row = Mapping[str, Any]
ALL = "all"
LARGEST = 6
"""Groups that a panel shows: those with most customers."""


@dataclass(frozen=True)
class Kind:
    """What a fit is called, asks and needs.

    Attributes:
        name: As reports call it.
        title: As people call it.
        question: What it asks.
        by: What it is divided by, in words.
        needs: What to import for it, with the address of the import page.
        won: Whether its customers are those won in a year.
    """

    name: str
    title: str
    question: str
    by: str
    needs: str
    won: bool = False

    @property
    def counted(self) -> str:
        """What its numbers of customers count."""
        return "customers won in a year" if self.won else "customers"

    @property
    def slug(self) -> str:
        """Its name in an address."""
        return self.name.replace("_", "-")


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "product_market",
            "Product–market",
            "Does the product meet the needs of its market?",
            "segment",
            "answers to the questions of disappointment and recommendation, ratings of needs, "
            "product usage, orders or subscriptions",
        ),
        Kind(
            "product_channel",
            "Product–channel",
            "Is the product made for the channel that brings its customers?",
            "channel",
            "customers with their channel, product usage, orders or subscriptions, and spend by channel",
        ),
        Kind(
            "market_pricing",
            "Market–pricing",
            "Is the market willing to pay the price?",
            "segment and plan",
            "answers to the four price questions, and a price for each plan",
        ),
        Kind(
            "pricing_channel",
            "Pricing–channel",
            "Do revenue per customer and the cost of acquiring one balance?",
            "channel, plan and segment",
            "spend by channel, customers with their channel, orders or subscriptions",
            won=True,
        ),
    )
}
"""In the order of the square: product above price, market beside channel."""

BOTH = "Product and product marketing manager"
OWNERS = {
    "PM": "Product manager",
    "PMM": "Product marketing manager",
    "PM and PMM": BOTH,
    "both": BOTH,
}
"""Who answers for fits and conflicts, by what runs call them; `both` is of earlier runs."""


@dataclass(frozen=True, kw_only=True)
class Gauge:
    """A score on 0-100 with its interval, and what it allows to say."""

    points: float
    low: float
    high: float
    few: bool = False
    """Whether it rests on too few people to be judged."""

    @property
    def ends(self) -> str:
        """Its interval in whole points; nothing where that is a single number."""
        low, high = round(self.low), round(self.high)
        return f"{low} to {high}" if low != high else ""

    @property
    def mood(self) -> str:
        """`good`, `warn` or `bad`; `few` where it may not be judged."""
        return "few" if self.few else findings.verdict(self.low, self.high)[0]

    @property
    def verdict(self) -> str:
        """In words."""
        return (
            "Too few to judge"
            if self.few
            else findings.verdict(self.low, self.high)[1].capitalize()
        )


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One piece of evidence on one group; `missing` says why it is not there."""

    name: str
    label: str
    n: str = ""
    """How many are behind it, and of what."""
    value: str = ""
    low: str = ""
    high: str = ""
    gauge: Gauge | None = None
    marks: tuple[str, str, str]
    weakest: bool = False
    missing: str = ""

    @property
    def title(self) -> str:
        """Its name at the start of a line."""
        return self.label[:1].upper() + self.label[1:]


@dataclass(frozen=True, kw_only=True)
class Group:
    """A fit in one part of the market."""

    name: str
    """As people call its parts."""
    parts: tuple[tuple[str, str], ...]
    """Its columns and their values, as the data have them."""
    n_customers: int | None
    n_judged: int | None
    """People or accounts that the evidence rests on; runs of earlier versions do not say."""
    gauge: Gauge | None
    p_fit: float | None
    finding: str
    pieces: tuple[Piece, ...] = ()

    @property
    def heading(self) -> str:
        """Its name where it heads a line."""
        first, between, rest = self.name.partition(BETWEEN)
        is_of_the_data = first in dict(self.parts).values()  # people wrote theirs as they want it
        return f"{display.titled(first) if is_of_the_data else first}{between}{rest}"

    @property
    def anchor(self) -> str:
        """Its place on the page, which stays whatever people call it."""
        return slugify(" ".join(value for _, value in self.parts)) or ALL


@dataclass(frozen=True, kw_only=True)
class Trend:
    """How a score moved since earlier data."""

    points: tuple[float, ...]
    change: int
    since: Any

    @property
    def words(self) -> str:
        """`up 4 since 3 Mar 2025`."""
        day = display.day(self.since)
        if not self.change:
            return f"unchanged since {day}"
        return f"{'up' if self.change > 0 else 'down'} {abs(self.change)} since {day}"

    @property
    def line(self) -> str:
        """The points as a line in a box of 100 by 100."""
        step = 100 / (len(self.points) - 1)
        return " ".join(f"{place * step:.1f},{100 - y:.1f}" for place, y in enumerate(self.points))


@dataclass(frozen=True, kw_only=True)
class Fit:
    """One of the four, over all its groups and by group."""

    kind: Kind
    gauge: Gauge | None
    p_fit: float | None
    n_customers: int | None
    finding: str
    owner: str
    missing: tuple[str, ...] = ()
    groups: tuple[Group, ...] = field(default=(), repr=False)
    trend: Trend | None = None
    member: Any = None

    @property
    def source_n(self) -> str:
        """What stands under its numbers: how many customers weigh its groups."""
        n = self.n_customers
        return "" if n is None else f"n = {display.number(n)} {self.kind.counted}"

    @property
    def is_long(self) -> bool:
        """Whether its groups are too many to stand open under each other."""
        return len(self.groups) > LARGEST

    @property
    def n_few(self) -> int:
        """Groups too few to judge."""
        return sum(group.gauge.few for group in self.groups if group.gauge)

    @property
    def largest(self) -> Sequence[Group]:
        """The groups with most customers, which a panel has room for."""
        known = [group for group in self.groups if group.gauge]
        return sorted(known, key=lambda group: -(group.n_customers or 0))[:LARGEST]


def read(
    report: Report,
    trends: Mapping[str, Iterable[Score]],
    owners: Mapping[str, Any],
    names: Names = NOBODY_NAMED,
) -> dict[str, Fit]:
    """The four fits of a stored scorecard, in the order of the square and in people's words."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in report.rows:
        rows[row["fit"]].append(row)
    pieces = (report.result or {}).get("evidence", {})
    return {
        name: _fit(
            kind,
            rows[name],
            pieces.get(name, ()),
            tuple(trends.get(name, ())),
            owners.get(name),
            names=names,
        )
        for name, kind in KINDS.items()
        if rows[name]
    }


def brief(score: Score, trend: Sequence[Score], owner: Any, names: Names = NOBODY_NAMED) -> Fit:
    """A fit over all its groups, from its remembered score alone."""
    numbers = {"score": score.score, "score_low": score.score_low, "score_high": score.score_high}
    gauge = _gauge({**numbers, "n_judged": score.n_judged})
    return Fit(
        kind=KINDS[score.fit],
        gauge=gauge,
        p_fit=None,
        n_customers=None,
        finding=worded(score.finding, names),
        owner=OWNERS[config.FIT_OWNERS[score.fit]],
        trend=_trend(trend),
        member=owner.member if owner else None,
    )


def worded(finding: str, names: Names) -> str:
    """What is said of a fit over all groups, with people's words for the group that it names."""
    return _LOST_IN.sub(lambda lost: names.group(lost[0]), finding)


_LOST_IN = re.compile(r"(?<=Most is lost in ).+?(?=\.( |$))")


def _fit(
    kind: Kind,
    rows: Sequence[Row],
    pieces: Iterable[Row],
    trend: Sequence[Score],
    owner: Any,
    *,
    names: Names,
) -> Fit:
    whole = next(row for row in rows if row["group"] == ALL)
    columns = _columns(rows)
    by_group: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for piece in pieces:
        by_group[tuple(piece.get(column) for column in columns)].append(piece)
    groups = [
        _group(row, columns, by_group[tuple(row.get(column) for column in columns)], names)
        for row in rows
        if row["group"] != ALL
    ]
    return Fit(
        kind=kind,
        gauge=_gauge(whole),
        p_fit=whole["p_fit"],
        n_customers=whole["n_customers"],
        finding=worded(whole["finding"], names),
        owner=OWNERS[whole["owner"]],
        missing=_labels(whole["missing"]),
        groups=tuple(groups),
        trend=_trend(trend),
        member=owner.member if owner else None,
    )


def _columns(rows: Sequence[Row]) -> list[str]:
    """What divides a fit: the columns before `n_customers` that any of its groups fills."""
    names = list(rows[0])
    before = names[names.index("group") + 1 : names.index("n_customers")]
    return [name for name in before if any(row[name] is not None for row in rows)]


def _group(row: Row, columns: Sequence[str], pieces: Iterable[Row], names: Names) -> Group:
    return Group(
        name=names.group(row["group"]),
        parts=tuple((column, str(row[column])) for column in columns),
        n_customers=row["n_customers"],
        n_judged=row.get("n_judged"),
        gauge=_gauge(row),
        p_fit=row["p_fit"],
        finding=row["finding"],
        pieces=tuple(_piece(piece, row) for piece in pieces),
    )


def _gauge(row: Row) -> Gauge | None:
    if row["score"] is None:
        return None
    ends = {"points": row["score"], "low": row["score_low"], "high": row["score_high"]}
    return Gauge(**ends, few=scoring.too_few(row))


def _piece(row: Row, group: Row) -> Piece:
    name = row["evidence"]
    label, unit = evidence.LABELS[name]
    scale = config.FIT_SCALES[name]
    known = {
        "name": name,
        "label": label,
        "marks": tuple(
            evidence.spoken(at, unit) for at in (scale.floor, scale.threshold, scale.excellent)
        ),
    }
    if row["value"] is None:
        return Piece(**known, missing=row["missing"] or "not known")
    ends = [float(evidence.score(row[end], scale)) for end in ("value_low", "value_high")]
    return Piece(
        **known,
        n=evidence.said(row["n"], name),
        value=evidence.spoken(row["value"], unit),
        low=evidence.spoken(row["value_low"], unit),
        high=evidence.spoken(row["value_high"], unit),
        gauge=Gauge(
            points=row["points"], low=min(ends), high=max(ends), few=scoring.too_few(group)
        ),
        weakest=name == group["weakest"],
    )


def _labels(missing: str | None) -> tuple[str, ...]:
    return tuple(evidence.LABELS[name][0] for name in (missing or "").split(", ") if name)


def _trend(scores: Sequence[Score]) -> Trend | None:
    points = tuple(score.score for score in scores if score.score is not None)
    if len(points) < 2:
        return None
    return Trend(points=points, change=round(points[-1]) - round(points[-2]), since=scores[-2].at)
