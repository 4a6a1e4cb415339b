"""What analyses and settings are called where people read them; for columns see `columns`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.text import capfirst

from fourfits import analyses, checks
from fourfits.fits import evidence
from fourfits.report.loop import LOOP
from fourfits_web.core import display, naming
from fourfits_web.reports import columns

PARTS: dict[str, str] = {
    "fits": "The four fits",
    "conflicts": "Conflicts",
    "plan": "What to build, and when",
    "needs": "What customers need",
    "customers": "Who they are and what they are worth",
    "money": "Price and channels",
    "experiments": "Experiments",
    "more": "Further questions",
}
"""What analyses answer, in the order in which a team asks."""

_PACKAGES = {
    "fits": "fits", "features": "plan", "roadmap": "plan", "needs": "needs", "surveys": "needs",
    "feedback": "needs", "segments": "customers", "customers": "customers", "kpis": "customers",
    "pricing": "money", "channels": "money", "experiments": "experiments",
}  # fmt: skip

_TITLES = {
    "nps": "Net promoter score",
    "pmf": "Product–market fit survey",
    "rfm": "Segments by recency, frequency and money",
    "bg_nbd": "How customers buy again",
    "gamma_gamma": "What customers spend per purchase",
    "lifetime_value": "Lifetime value",
    "shifted_beta_geometric": "How contracts renew",
    "survival": "How long contracts last",
    "retention": "Retention",
    "themes": "Themes in feedback",
    "tally": "Size and trend of each need",
    "demand": "Demand of people and accounts",
    "scores": "Scores of features",
    "ranking": "Ranking of features",
    "van_westendorp": "Acceptable price",
    "acquisition": "Cost and worth of a customer by channel",
    "experiment": "Effect of experiments",
    "forecast": "When open work is done",
    "allocation": "Which team builds what",
    "product_market": "Product–market fit",
    "product_channel": "Product–channel fit",
    "pricing_channel": "Pricing–channel fit",
    "market_pricing": "Market–pricing fit",
    "scorecard": "The four fits",
    "conflicts": "Conflicts between plan and fits",
}

_BY_SEGMENT = frozenset(
    {"scorecard", "conflicts", "product_market", "pricing_channel", "market_pricing"}
)
"""Analyses that divide the market by segment without being asked to."""

_SETTINGS = {
    "by": "Grouped by",
    "as_of": "Day of the analysis",
    "by_on": "By the day",
    "k": "How many are chosen",
    "per": "Counted per",
    "seed": "Seed of chance",
    "draws": "Simulated draws",
}

_CAPITALS = {
    "nps": "NPS", "pmf": "PMF", "cac": "CAC", "ltv": "LTV", "arr": "ARR", "mrr": "MRR", "id": "ID",
    "pmc": "PMC", "opp": "OPP", "idp": "IDP", "pme": "PME", "srm": "SRM", "rfm": "RFM", "csat": "CSAT",
    "ces": "CES", "rice": "RICE",
}  # fmt: skip
_OWNERS = {
    "PM": "Product manager",
    "PMM": "Product marketing manager",
    "PM and PMM": "Both managers",
}
_SHOWN_IN_TITLE = 3


def analysis(name: str) -> str:
    """The title of an analysis.

    >>> analysis("nps"), analysis("brand_awareness")
    ('Net promoter score', 'Brand awareness')
    """
    return _TITLES.get(name) or phrase(name)


def question(name: str, asked: Mapping[str, Any]) -> str:
    """The title of an analysis with what was asked.

    >>> question("nps", {"by": "plan"}), question("survival", {"months": 6})
    ('Net promoter score by plan', 'How long contracts last, months 6')
    >>> question("demand", {"rows": "needs"})
    'Demand of people and accounts by need'
    """
    title = analysis(name)
    by = "" if name == "acquisition" and asked.get("by") == ["channel"] else listed(asked.get("by"))
    if not by and name == "demand":
        by = listed(asked.get("rows")).removesuffix("s")
    others = [
        f"{phrase(key).lower()} {listed(value)}"
        for key, value in asked.items()
        if key != "by" and (key, name) != ("rows", "demand")
    ]
    if len(others) > _SHOWN_IN_TITLE:
        others = [*others[:_SHOWN_IN_TITLE], "…"]
    return ", ".join([f"{title} by {by}" if by else title, *others])


def names(name: str, asked: Mapping[str, Any]) -> naming.Names:
    """People's words for the segments that an answer names; none where it names none."""
    if name == "rfm":
        return naming.segments("rfm")
    is_named = name in _BY_SEGMENT or "segment" in checks.names(asked.get("by"))
    return naming.segments() if is_named else naming.NOBODY_NAMED


def column(name: str, analysis_name: str = "") -> str:
    """What a column or a headline number is called, in its analysis; nothing where nobody said.

    >>> column("n_items", "demand"), column("n_items", "forecast"), column("n_of_mine")
    ('Items of feedback', 'Open items', '')
    """
    return columns.TITLES_OF.get(analysis_name, {}).get(name) or columns.TITLES.get(name, "")


def setting(name: str) -> str:
    """What a setting is called.

    >>> setting("k"), setting("margin_share")
    ('How many are chosen', 'Margin share')
    """
    return _SETTINGS.get(name) or phrase(name)


def caution(text: str) -> str:
    """A sentence that limits an answer, with the setting in it called as its form calls it.

    >>> caution("A margin of 80% is assumed (setting: margin_share).")
    'A margin of 80% is assumed; “Margin share” among the settings of its report changes it.'
    """
    told = re.sub(
        r" \(setting: (\w+)\)",
        lambda found: f"; “{setting(found[1])}” among the settings of its report changes it",
        text,
    )
    return display.typeset(told)


def coded(text: str) -> str:
    """A name of the code that stands in a cell, as words; several stand between commas.

    >>> coded("revenue_to_best_share"), coded("effort_likely"), coded("nps, converted")
    ('Revenue at this price against the best price', 'Effort', 'Net promoter score, Converted')
    """
    return ", ".join(_coded(part) for part in text.split(", "))


def _coded(name: str) -> str:
    if name in _OWNERS:
        return _OWNERS[name]
    if name in evidence.LABELS:
        return capfirst(evidence.LABELS[name][0])
    known = _TITLES.get(name)
    return known or phrase(re.sub(r"_(amount|share|likely)$", "", name))


def part(name: str) -> str:
    """Which of the parts an analysis belongs to."""
    known = analyses.ALL.get(name)
    if name == "conflicts":
        return "conflicts"
    package = known.path.split(".")[1] if known else ""
    return _PACKAGES.get(package, "more")


def usual(name: str) -> tuple[dict[str, Any], ...]:
    """The settings that the whole loop asks, the best first; without settings where it does not ask."""
    asked = [q.settings for part_ in LOOP for q in part_.questions if q.analysis == name]
    return tuple(dict(settings) for settings in (asked[0] if asked else ({},)))


def loop(first: Iterable[str] = ()) -> list[tuple[str, str]]:
    """The questions of the whole loop with their titles, some of them before all others."""
    wanted = list(first)
    asked = {q.analysis: q.title for part_ in LOOP for q in part_.questions}
    ordered = [*(name for name in wanted if name in asked), *(n for n in asked if n not in wanted)]
    return [(name, asked[name]) for name in ordered]


def phrase(name: str) -> str:
    """A name of the code as words.

    >>> phrase("payback_months"), phrase("nps"), phrase("p_top_k"), phrase("n_customers")
    ('Payback months', 'NPS', 'P top k', 'Customers')
    """
    parts = [part for part in name.removeprefix("n_").split("_") if part]
    said = [_CAPITALS.get(part, part) for part in parts]
    text = " ".join(said)
    return text[:1].upper() + text[1:]


def listed(value: Any) -> str:
    """A value of a setting as words."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {item}" for key, item in value.items())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return " and ".join(map(str, value))
    return "" if value is None else str(value)
