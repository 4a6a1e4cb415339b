"""What analyses, settings and columns are called where people read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fourfits import analyses, checks
from fourfits.report.loop import LOOP
from fourfits_web.core import naming

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

_COLUMNS = {
    "p_adjusted": "p-value, adjusted for several tests",
    "p_value": "p-value",
    "srm_p_value": "p-value of the split",
    "opp_amount": "Optimal price",
    "idp_amount": "Indifference price",
    "pmc_amount": "Accepted from",
    "pme_amount": "Accepted up to",
    "ltv_to_cac": "Worth against cost (LTV:CAC)",
    "largest_size_amount": "At stake in the largest",
    "first": "First in the ranking",
    "n_sure": "Sure to be chosen",
    "learn_first": "Learn this first",
    "most_people_need": "Need of most people",
    "most_people": "People who have it",
    "most_account_amount_need": "Need with most account revenue",
    "most_account_amount": "Revenue of accounts behind it",
    "finish_50_on": "Done with 50% chance by",
    "finish_70_on": "Done with 70% chance by",
    "finish_85_on": "Done with 85% chance by",
    "finish_95_on": "Done with 95% chance by",
    "firmest_choice": "Dearest to change",
    "firmest_loss": "What changing it costs",
    "total_value": "Value of all of them",
    "alive_share": "Still customers",
    "dropout_share": "Leave after a purchase",
    "purchase_rate": "Purchases in a period",
    "first_loss_share": "Leave at the first renewal",
    "covered_share": "Speaks of one of them",
}
"""What columns and headline numbers are called whose names alone do not say it."""

_CAPITALS = {
    "nps": "NPS", "pmf": "PMF", "cac": "CAC", "ltv": "LTV", "arr": "ARR", "mrr": "MRR", "id": "ID",
    "pmc": "PMC", "opp": "OPP", "idp": "IDP", "pme": "PME", "srm": "SRM", "rfm": "RFM", "csat": "CSAT",
    "ces": "CES", "rice": "RICE",
}  # fmt: skip
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


def column(name: str) -> str:
    """What a column or a headline number is called, where that is more than its name; else nothing."""
    return _COLUMNS.get(name, "")


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
