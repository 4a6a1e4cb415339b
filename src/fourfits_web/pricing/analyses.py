"""The price study and the prices of today, as their page shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fourfits import checks, config
from fourfits_web.core.naming import BETWEEN, NOBODY_NAMED, Names

if TYPE_CHECKING:
    from fourfits_web.reports.models import Report

Row = Mapping[str, Any]
POINTS = ("pmc", "pme", "opp", "idp", "best_revenue")
BEYOND = 1.25
"""How far past the highest end of the range a scale goes."""


@dataclass(frozen=True, kw_only=True)
class Point:
    """A price with its interval."""

    amount: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, kw_only=True)
class Sold:
    """A plan in a part of the market: who accepts its price, what it brings of the best."""

    plan: str
    price: float | None
    n: int | None
    accepted: Point
    revenue: Point

    @property
    def accepted_mark(self) -> float:
        """From which share on a price fits."""
        return config.FIT_SCALES["price_accepted_share"].threshold

    @property
    def revenue_mark(self) -> float:
        """From which share of the best revenue on a price fits."""
        return config.FIT_SCALES["revenue_to_best_share"].threshold


@dataclass(frozen=True, kw_only=True)
class Market:
    """What one part of the market says about prices."""

    name: str
    n: int
    left_out: int
    points: Mapping[str, Point]
    end: float
    """The last price on its scale."""
    sold: tuple[Sold, ...] = field(default=())

    def place(self, amount: float | None) -> float | None:
        """Where a price lies on the scale of 0 to 100; none where it lies beyond."""
        if amount is None or amount > self.end:
            return None
        return round(100 * amount / self.end, 1)

    @property
    def strip(self) -> dict[str, Any]:
        """The drawing: the acceptable range, the two prices within it, the plans' prices."""
        left, right = (self.place(self.points[name].amount) for name in ("pmc", "pme"))
        return {
            "left": left,
            "width": None if left is None or right is None else round(right - left, 1),
            "opp": self.place(self.points["opp"].amount),
            "idp": self.place(self.points["idp"].amount),
            "plans": [
                (sold.plan, sold.price, self.place(sold.price))
                for sold in self.sold
                if self.place(sold.price) is not None
            ],
        }


def markets(
    study: Report,
    scorecard: Report | None,
    prices: Mapping[str, float],
    names: Names = NOBODY_NAMED,
) -> tuple[Market, ...]:
    """Every part of the market that was asked, the largest sample first."""
    groups = checks.names(study.settings.get("by"))
    sold = _sold(scorecard, prices)
    return tuple(_market(row, groups, sold, names) for row in study.rows)


def _market(
    row: Row, groups: Sequence[str], sold: Mapping[str, list[Sold]], names: Names
) -> Market:
    name = BETWEEN.join(str(row[group]) for group in groups) or "Everybody"
    points = {point: _point(row, point) for point in POINTS}
    plans = sold.get(name, [])
    ends = [points["pme"].high, points["pme"].amount]
    ends += [one.price for one in plans if (one.n or 0) > 0 and _near(one.price, points)]
    return Market(
        name=names.group(name),
        n=row["n_respondents"],
        left_out=row["n_inconsistent"] + row["n_incomplete"],
        points=points,
        end=BEYOND * max((end for end in ends if end is not None), default=1.0),
        sold=tuple(plans),
    )


def _near(price: float | None, points: Mapping[str, Point]) -> bool:
    """Whether a price still belongs on the scale of these answers."""
    end = points["pme"].amount
    return price is not None and end is not None and price <= 2 * end


def _point(row: Row, name: str) -> Point:
    return Point(amount=row[f"{name}_amount"], low=row[f"{name}_low"], high=row[f"{name}_high"])


def _sold(scorecard: Report | None, prices: Mapping[str, float]) -> dict[str, list[Sold]]:
    """Plans by segment, from the evidence of the market-pricing fit."""
    if scorecard is None:
        return {}
    used = scorecard.settings.get("prices") or prices
    pieces: dict[tuple[str, str], dict[str, Row]] = {}
    for row in (scorecard.result or {}).get("evidence", {}).get("market_pricing", ()):
        pieces.setdefault((row["segment"], row["plan"]), {})[row["evidence"]] = row
    found: dict[str, list[Sold]] = {}
    for (segment, plan), known in pieces.items():
        accepted, revenue = (
            known.get(name, {}) for name in ("price_accepted_share", "revenue_to_best_share")
        )
        found.setdefault(segment, []).append(
            Sold(
                plan=plan,
                price=used.get(plan),
                n=accepted.get("n"),
                accepted=_share(accepted),
                revenue=_share(revenue),
            )
        )
    return found


def _share(row: Row) -> Point:
    return Point(amount=row.get("value"), low=row.get("value_low"), high=row.get("value_high"))


def plans(scorecard: Report | None, prices: Mapping[str, float]) -> list[str]:
    """Every plan that has a price, or that somebody is on."""
    sold = _sold(scorecard, prices)
    return list(dict.fromkeys([*prices, *(one.plan for each in sold.values() for one in each)]))


def demand_chart(
    study: Report,
    prices: Mapping[str, float],
    currency: str,
    names: Names = NOBODY_NAMED,
) -> dict[str, Any] | None:
    """Revenue that each price would bring, a panel per part of the market, today's prices on it."""
    rows = (study.result or {}).get("demand")
    if not rows:
        return None
    groups = checks.names(study.settings.get("by"))
    named = [
        {name: value for name, value in row.items() if name not in groups}
        | {"market": names.group(BETWEEN.join(str(row[group]) for group in groups)) or "Everybody"}
        for row in rows
    ]
    marks = []
    for market in dict.fromkeys(row["market"] for row in named):
        mine = [row for row in named if row["market"] == market]
        amounts = [row["price_amount"] for row in mine]
        best = max(row["revenue_per_person_amount"] for row in mine)
        shown = sorted(
            (price, plan) for plan, price in prices.items() if min(amounts) <= price <= max(amounts)
        )
        marks += [
            {
                "market": market,
                "price_amount": price,
                "plan": f"{plan} {price:g}",
                "height": best * (1 + LINE * (len(shown) - place)),
            }
            for place, (price, plan) in enumerate(shown)
        ]
    return _panels(named, marks, currency)


LINE = 0.14
"""Room above a curve for each name of a plan, the lowest price's highest: no line crosses a name."""


def _panels(rows: Sequence[Row], marks: Sequence[Row], currency: str) -> dict[str, Any]:
    x = {
        "field": "price_amount",
        "type": "quantitative",
        "title": f"Price a month ({currency})",
        "axis": {"tickCount": 6},
    }
    line = {
        "transform": [{"filter": "!isValid(datum.plan)"}],
        "mark": {"type": "line", "interpolate": "monotone"},
        "encoding": {
            "x": x,
            "y": {
                "field": "revenue_per_person_amount",
                "type": "quantitative",
                "title": f"Revenue per person asked ({currency})",
            },
            "tooltip": [
                {"field": "price_amount", "type": "quantitative", "title": "Price"},
                {"field": "trial_share", "type": "quantitative", "title": "Buy", "format": ".0%"},
            ],
        },
    }
    known = {"transform": [{"filter": "isValid(datum.plan)"}]}
    at = {"x": x, "y": {"field": "height", "type": "quantitative"}}
    rule = known | {
        "mark": {"type": "rule", "strokeDash": [4, 3]},
        "encoding": {**at, "y2": {"datum": 0}},
    }
    words = known | {
        "mark": {"type": "text", "align": "left", "dx": 4},
        "encoding": {**at, "text": {"field": "plan"}},
    }
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "data": {"values": [*rows, *marks]},
        "facet": {"field": "market", "type": "nominal", "title": None, "sort": None},
        "columns": 2,
        "spec": {"width": 400, "height": 180, "layer": [line, rule, words]},
        "resolve": {"scale": {"x": "independent", "y": "independent"}},
    }
