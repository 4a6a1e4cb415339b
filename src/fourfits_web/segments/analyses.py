"""What tells segments apart, as their pages show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fourfits import config
from fourfits_web.core import countries, display
from fourfits_web.customers.view_lists import BUYING_ROLES
from fourfits_web.segments.mirrors import ATTRIBUTES

if TYPE_CHECKING:
    from fourfits_web.reports.models import Report
    from fourfits_web.segments.models import Segment, Segmentation

Row = Mapping[str, Any]
RETENTION_PERIODS = 12
"""Retention is compared so many periods after the first, or as late as both are known."""
VALUES_SHOWN = 8
UNUSUAL = 1.25
"""A value is set off where its share is so many times that of everybody, or as little."""


@dataclass(frozen=True, kw_only=True)
class Value:
    """A value of an attribute: its share of the segment, and of everybody."""

    name: str
    n: int
    share: float
    whole: float

    @property
    def factor(self) -> float | None:
        """How many times as frequent as among everybody."""
        return self.share / self.whole if self.whole else None

    @property
    def tone(self) -> str:
        """Whether it stands out."""
        factor = self.factor
        if factor is None or self.n < config.MIN_GROUP or 1 / UNUSUAL < factor < UNUSUAL:
            return ""
        return "more" if factor > 1 else "less"

    @property
    def percent(self) -> float:
        """The share, as a drawing's width."""
        return round(100 * self.share, 1)

    @property
    def whole_percent(self) -> float:
        """Everybody's share, as a place in a drawing."""
        return round(100 * self.whole, 1)


@dataclass(frozen=True, kw_only=True)
class Trait:
    """An attribute of a segment's people."""

    title: str
    n: int
    values: list[Value]


def traits(one: Segment, whole: Segmentation) -> list[Trait]:
    """What a segment's people are, against everybody; attributes that divide nobody are left out."""
    found = []
    for attribute, title in ATTRIBUTES.items():
        mine, every = one.profile.get(attribute), whole.profile.get(attribute)
        if not mine or not every or len(every["values"]) < 2:
            continue
        counts = dict(map(tuple, every["values"]))
        values = [
            Value(
                name=_called(attribute, name),
                n=n,
                share=n / mine["n"],
                whole=counts.get(name, 0) / every["n"],
            )
            for name, n in _in_order(attribute, mine["values"][:VALUES_SHOWN])
        ]
        found.append(Trait(title=title, n=mine["n"], values=values))
    return found


@dataclass(frozen=True, kw_only=True)
class Beside:
    """A value of an attribute in two segments."""

    name: str
    shares: tuple[float, float]

    @property
    def drawn(self) -> list[tuple[float, float, float]]:
        """Each share, and it and the other one as places in a drawing."""
        first, second = (round(100 * share, 1) for share in self.shares)
        return [(self.shares[0], first, second), (self.shares[1], second, first)]


@dataclass(frozen=True)
class Attribute:
    """An attribute of two segments: of how many people it is known, and the share of each value."""

    title: str
    ns: tuple[int, int]
    values: list[Beside]


def beside(one: Segment, other: Segment) -> list[Attribute]:
    """Attributes known of both segments, with the share of each value in either."""
    found = []
    for attribute, title in ATTRIBUTES.items():
        both = [each.profile.get(attribute) or {} for each in (one, other)]
        if not all(both):
            continue
        shares = [{name: n / each["n"] for name, n in each["values"]} for each in both]
        names = sorted({*shares[0], *shares[1]}, key=lambda name: -_most(shares, name))
        values = [
            Beside(
                name=_called(attribute, name),
                shares=(shares[0].get(name, 0.0), shares[1].get(name, 0.0)),
            )
            for name, _ in _in_order(attribute, [(name, 0) for name in names[:VALUES_SHOWN]])
        ]
        if len(names) > 1:
            ns = (both[0]["n"], both[1]["n"])
            found.append(Attribute(title=title, ns=ns, values=values))
    return found


def _called(attribute: str, name: str) -> str:
    """What people call a value that stands alone."""
    if attribute == "country":
        return countries.name(name)
    return BUYING_ROLES.get(name) or display.titled(name)


def _in_order(attribute: str, values: Sequence[Any]) -> list[Any]:
    """Values, the most frequent first; bands of age from young to old."""
    if attribute != "age":
        return list(values)
    return sorted(values, key=lambda each: each[0].replace("under", "0"))


def _most(shares: Sequence[Mapping[str, float]], name: str) -> float:
    return max(each.get(name, 0.0) for each in shares)


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A number of a segment with its interval, and the report that it is from."""

    key: str
    title: str
    estimate: float | None
    low: float | None
    high: float | None
    unit: str
    n: int | None
    ends: tuple[float, float] | None = None
    mark: float | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the reports by segment say of one segment, in the order in which they are shown."""

    measures: list[Measure] = field(default_factory=list)

    def of(self, key: str) -> Measure | None:
        """The measure of that name."""
        return next((one for one in self.measures if one.key == key), None)

    @property
    def by_key(self) -> dict[str, Measure]:
        """The measures by name, for templates."""
        return {one.key: one for one in self.measures}


def told(found: Mapping[str, Report], names: Sequence[str], currency: str) -> dict[str, Told]:
    """Measures of segments from the reports by segment."""
    rows = {key: _by_segment(report) for key, report in found.items() if key != "retention"}
    kept, period = _retained(found.get("retention"), names)
    answer = {}
    for name in names:
        measures = [
            _value(rows.get("lifetime_value", {}).get(name), currency),
            _stays(kept.get(name), period),
            _nps(rows.get("nps", {}).get(name)),
            _pmf(rows.get("pmf", {}).get(name)),
        ]
        answer[name] = Told(measures=[one for one in measures if one is not None])
    return answer


def _by_segment(report: Report) -> dict[str, Row]:
    return {str(row.get("segment")): row for row in report.rows}


def _value(row: Row | None, currency: str) -> Measure | None:
    if row is None or not row["n_customers"]:
        return None
    n = row["n_customers"]
    low, estimate, high = (row[f"value_{end}"] / n for end in ("low", "amount", "high"))
    return Measure(
        key="value", title="Value of one", estimate=estimate, low=low, high=high,
        unit=f"money:{row.get('currency') or currency}", n=n, note="margin of the next 12 months",
    )  # fmt: skip


def _points(value: float | None) -> int | None:
    return None if value is None else round(value)


def _nps(row: Row | None) -> Measure | None:
    if row is None:
        return None
    return Measure(
        key="nps", title="NPS", estimate=_points(row["nps"]), low=_points(row["nps_low"]), high=_points(row["nps_high"]),
        unit="", n=row["n_responses"], ends=(-100, 100), mark=0, note="would recommend it",
    )  # fmt: skip


def _pmf(row: Row | None) -> Measure | None:
    if row is None:
        return None
    low, estimate, high = (row[f"very_disappointed_{end}"] for end in ("low", "share", "high"))
    return Measure(
        key="pmf", title="Very disappointed", estimate=estimate, low=low, high=high, unit="share",
        n=row["n_responses"], mark=config.PMF_THRESHOLD, note="without the product; fit from 40%",
    )  # fmt: skip


def _stays(row: Row | None, period: str) -> Measure | None:
    if row is None:
        return None
    low, estimate, high = (row[f"retained_{end}"] for end in ("low", "share", "high"))
    return Measure(
        key="retention", title="Still active", estimate=estimate, low=low, high=high, unit="share",
        n=row["n_customers"], note=f"{row['period']} {period}s after the first",
    )  # fmt: skip


def _retained(report: Report | None, names: Sequence[str]) -> tuple[dict[str, Row], str]:
    """Rows of the latest period, up to a year, that is well known of each of the segments."""
    if report is None:
        return {}, ""
    known: dict[int, dict[str, Row]] = {}
    for row in report.rows:
        late = 0 < row["period"] <= RETENTION_PERIODS
        if late and row.get("segment") in names and row["n_customers"] >= config.SMALL_CELL:
            known.setdefault(row["period"], {})[row["segment"]] = row
    most = max((len(rows) for rows in known.values()), default=0)
    latest = max((period for period, rows in known.items() if len(rows) == most), default=0)
    asked = (report.result or {}).get("parameters", {})
    return known.get(latest, {}), str(asked.get("unit") or "period")
