"""What a channel costs and brings, as its pages show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fourfits import config
from fourfits.channels import unit_economics
from fourfits_web.core import naming

if TYPE_CHECKING:
    from fourfits_web.reports.models import Report

Row = Mapping[str, Any]
RATIO_END = 10.0
"""Where the scale of the ratio ends: beyond 8 a channel is under-invested anyway."""

MARKETS = {
    "people": "people",
    "small": "small companies",
    "middle": "middle-sized companies",
    "large": "large companies",
}


VERDICTS = (
    "More could be spent here",
    "Sound",
    "Not certain",
    "Too few to judge",
    f"Brings less than {config.LTV_CAC_SOUND:g} times its cost",
    "Pays back too late",
    "Costs more than it brings",
    "Nobody was won",
    "Nothing was spent",
)
"""Whatever can be said of a channel, from good to bad."""


def verdict(row: Row) -> tuple[str, str]:
    """What the numbers allow to say of a channel: words and tone.

    >>> verdict({"ltv_to_cac": 9.0, "ltv_to_cac_low": 8.5, "p_beyond_limit": 0.0,
    ...          "p_below_cost": 0.0})
    ('More could be spent here', 'info')
    """
    if row["ltv_to_cac"] is None:
        return ("Nothing was spent", "") if not row.get("spend_amount") else ("Nobody was won", "")
    if row.get("n_new") is not None and unit_economics.too_few(row):
        return "Too few to judge", "few"
    if row["p_below_cost"] >= config.CONFLICT_PROBABILITY:
        return "Costs more than it brings", "bad"
    if row["p_beyond_limit"] >= config.CONFLICT_PROBABILITY:
        return "Pays back too late", "bad"
    low, sound = row["ltv_to_cac_low"] or 0.0, config.LTV_CAC_SOUND
    if low >= config.LTV_CAC_UNDERINVESTED:
        return "More could be spent here", "info"
    if low >= sound and row["p_beyond_limit"] <= 1 - config.CONFLICT_PROBABILITY:
        return "Sound", "good"
    if (row["ltv_to_cac_high"] or 0.0) < sound:
        return f"Brings less than {sound:g} times its cost", "warn"
    return "Not certain", "warn"


def name(row: Row) -> str:
    """`paid social · students`."""
    segment = row.get("segment")
    parts = (row.get("channel"), naming.segments()(segment) if segment else "", row.get("plan"))
    return naming.BETWEEN.join(str(part) for part in parts if part) or "Unknown channel"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A channel on one plan in one segment: what the pricing-channel fit rests on."""

    plan: str
    segment: str
    n: int | None
    ratio: tuple[float | None, float | None, float | None]
    payback: tuple[float | None, float | None, float | None]
    """Against its limit: 1 is just in time."""

    @property
    def few(self) -> bool:
        """Whether it won too few to be judged."""
        return self.n is not None and self.n < config.MIN_GROUP


def cells(scorecard: Report | None, channel: str) -> list[Cell]:
    """Plans and segments that the channel won customers for, most customers first."""
    pieces: dict[tuple[str, str], dict[str, Row]] = {}
    evidence = ((scorecard.result if scorecard else None) or {}).get("evidence", {})
    for row in evidence.get("pricing_channel", ()):
        if row.get("channel") == channel:
            mine = pieces.setdefault((str(row.get("plan")), str(row.get("segment"))), {})
            mine[row["evidence"]] = row
    found = [
        Cell(
            plan=plan,
            segment=segment,
            n=known.get("ltv_to_cac", {}).get("n"),
            ratio=_ends(known.get("ltv_to_cac", {})),
            payback=_ends(known.get("payback_to_limit", {})),
        )
        for (plan, segment), known in pieces.items()
    ]
    return sorted(found, key=lambda cell: -(cell.n or 0))


def _ends(row: Row) -> tuple[float | None, float | None, float | None]:
    return row.get("value"), row.get("value_low"), row.get("value_high")
