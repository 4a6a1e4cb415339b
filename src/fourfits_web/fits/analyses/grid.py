"""All four fits on one grid: markets and plans down, channels across."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fourfits import config
from fourfits_web.core.naming import NOBODY_NAMED, Names
from fourfits_web.fits.analyses.scorecard import Fit, Group


@dataclass(frozen=True, kw_only=True)
class Line:
    """One segment and plan: does the market accept the price, and which channel pays back."""

    segment: str
    """As people call it, where it heads a line."""
    plan: str
    market: Group | None
    price: Group | None
    cells: tuple[Group | None, ...]
    n_plans: int
    """Lines of this segment, told on its first one; 0 on the others."""


@dataclass(frozen=True, kw_only=True)
class Grid:
    """The fits of segments, channels and plans; `plan` is the one that was chosen."""

    channels: tuple[tuple[str, Group | None], ...]
    lines: tuple[Line, ...]
    plans: tuple[str, ...]
    plan: str
    enough: int = config.MIN_GROUP
    """So many customers must be won before a cell is judged."""

    @property
    def has_few(self) -> bool:
        """Whether any cell holds too few to be judged."""
        gauges = [cell.gauge for line in self.lines for cell in line.cells if cell]
        return any(gauge.few for gauge in gauges if gauge)


def read(fits: Mapping[str, Fit], plan: str = "", called: Names = NOBODY_NAMED) -> Grid | None:
    """The grid of a scorecard; none where no channel was measured by plan and segment."""
    cells = _by(fits.get("pricing_channel"), ("segment", "plan", "channel"))
    if not cells:
        return None
    names = _ordered(list(cells.values()))
    brought = _by(fits.get("product_channel"), ("channel",))
    chosen = plan if plan in names["plan"] else ""
    return Grid(
        channels=tuple((name, brought.get((name,))) for name in names["channel"]),
        lines=_lines(fits, cells, names, chosen, called),
        plans=names["plan"],
        plan=chosen,
    )


def _lines(
    fits: Mapping[str, Fit],
    cells: Mapping[tuple[str, ...], Group],
    names: Mapping[str, Sequence[str]],
    chosen: str,
    called: Names,
) -> tuple[Line, ...]:
    markets = _by(fits.get("product_market"), ("segment",))
    prices = _by(fits.get("market_pricing"), ("segment", "plan"))
    lines = []
    for segment in names["segment"]:
        plans = [
            plan
            for plan in names["plan"]
            if chosen in {"", plan} and any(key[:2] == (segment, plan) for key in cells)
        ]
        lines += [
            Line(
                segment=called.heading(segment),
                plan=plan,
                market=markets.get((segment,)),
                price=prices.get((segment, plan)),
                cells=tuple(cells.get((segment, plan, channel)) for channel in names["channel"]),
                n_plans=len(plans) if place == 0 else 0,
            )
            for place, plan in enumerate(plans)
        ]
    return tuple(lines)


def _by(fit: Fit | None, columns: tuple[str, ...]) -> dict[tuple[str, ...], Group]:
    """The groups of a fit by their values, where it is divided by exactly these columns."""
    found = {}
    for group in fit.groups if fit else ():
        parts = dict(group.parts)
        if set(parts) == set(columns):
            found[tuple(parts[column] for column in columns)] = group
    return found


def _ordered(groups: Sequence[Group]) -> dict[str, tuple[str, ...]]:
    """Names in each column, those with most customers first."""
    sizes: dict[str, dict[str, int]] = {"segment": {}, "plan": {}, "channel": {}}
    for group in groups:
        for column, name in group.parts:
            if column in sizes:
                counted = sizes[column]
                counted[name] = counted.get(name, 0) + (group.n_customers or 0)
    return {
        column: tuple(sorted(counted, key=lambda name: (-counted[name], name)))
        for column, counted in sizes.items()
    }
