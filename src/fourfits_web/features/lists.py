"""The list of features."""

from __future__ import annotations

from html import escape
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.safestring import SafeString

from fourfits_web.core import addresses, display, lists, naming
from fourfits_web.features import queries, scales
from fourfits_web.features.models import Feature, Kind, Status
from fourfits_web.members import queries as members

TONES: dict[str, tuple[str, str]] = {
    Status.IDEA: ("Idea", ""),
    Status.PLANNED: ("Planned", ""),
    Status.BUILDING: ("Building", "info"),
    Status.SHIPPED: ("Shipped", "good"),
    Status.DROPPED: ("Dropped", "bad"),
}

_NONE = SafeString(f'<span class="none">{display.NOTHING}</span>')
_ONE_ACCOUNT = SafeString(' <span class="tag warn">one account</span>')


def rank_of(feature: Feature) -> tuple[int, int, int] | None:
    """Place with its interval."""
    standing = queries.standing(feature)
    if standing.rank is None or standing.rank_low is None or standing.rank_high is None:
        return None
    return standing.rank, standing.rank_low, standing.rank_high


def _people(feature: Feature) -> tuple[int, int, int] | None:
    standing = queries.standing(feature)
    if standing.people is None:
        return None
    low, high = standing.people_low or 0.0, standing.people_high or standing.people
    return round(standing.people), round(low), round(high)


def _accounts(feature: Feature) -> tuple[float, float | None, float | None] | None:
    standing = queries.standing(feature)
    if standing.account_amount is None:
        return None
    return standing.account_amount, standing.account_amount_low, standing.account_amount_high


def _accounts_cell(feature: Feature) -> str:
    amounts = _accounts(feature)
    if amounts is None:
        return _NONE
    currency = settings.WORKSPACE.currency
    amount, low, high = (escape(display.money(each, currency, compact=True)) for each in amounts)
    tag = _ONE_ACCOUNT if queries.standing(feature).carried_by_one_account else ""
    return SafeString(
        f'<span class="interval"><strong>{amount}</strong> '
        f'<span class="interval-range">{low} to {high}</span>{tag}</span>'
    )


def _of(name: str) -> Any:
    return lambda feature: getattr(queries.standing(feature), name)


def _likely(feature: Feature) -> str:
    probability = queries.standing(feature).p_top_k
    return _NONE if probability is None else display.likely(probability)


FEATURES = lists.List(
    key="features",
    title="Features",
    noun="feature",
    lead="What is asked for and planned. Rank and demand are ranges, because their inputs are.",
    columns=(
        lists.Column("name", "Feature", link=True, sort="name"),
        lists.Column("status", "Status", labels=TONES, sort="status"),
        lists.Column("need", "Need", sort="need"),
        lists.Column(
            "rank", "Rank", value=rank_of, kind="interval", sort="standing.rank",
            note="Place by RICE, with the range in which it lies with 95% probability",
        ),
        lists.Column(
            "p_top", f"In top {scales.TOP}", value=_of("p_top_k"), kind="share",
            render=_likely, sort="standing.p_top_k", note=f"Probability of being among the best {scales.TOP}",
        ),
        lists.Column("score", "Score", value=_of("score"), kind="number", sort="standing.score"),
        lists.Column(
            "people", "People", value=_people, kind="interval", sort="standing.people",
            note="Customers who have the need, said or unsaid; never added to accounts",
        ),
        lists.Column(
            "accounts", "Money of accounts", value=_accounts, kind="interval", render=_accounts_cell,
            sort="standing.account_amount",
            note="Yearly revenue of accounts that ask, and open deals; never added to people",
        ),
        lists.Column("kind", "Kind", labels=dict(Kind.choices), sort="kind", shown=False),
        lists.Column(
            "segment", "Segment", sort="segment", shown=False,
            render=lambda feature: naming.segments()(feature.segment) or display.NOTHING,
        ),
        lists.Column("release_on", "Planned for", kind="day", sort="release_on", shown=False),
        lists.Column("owner", "Owner", value="owner.name", sort="owner.name", shown=False),
        lists.Column("product_id", "Product", sort="product_id", shown=False),
        lists.Column("reach", "Reach", kind="number", sort="reach", shown=False),
        lists.Column("impact", "Impact", kind="number", sort="impact", shown=False),
        lists.Column(
            "confidence_share", "Confidence", kind="share", sort="confidence_share", shown=False
        ),
        lists.Column(
            "effort_likely", "Effort", kind="number", sort="effort_likely", shown=False,
            note="Person-months",
        ),
        lists.Column("changed_at", "Changed", kind="ago", sort="changed_at", shown=False),
        lists.Column("feature_id", "Id", sort="feature_id", shown=False),
    ),
    filters=(
        lists.Choice("status", "Status", options=Status.choices),
        lists.Choice("kind", "Kind", options=Kind.choices),
        lists.Choice("need", "Need", options=lambda: queries.words("need")),
        lists.Choice("segment", "Segment", options=queries.segments),
        lists.Choice("owner", "Owner", field="owner_id", options=members.choices, nothing="Nobody"),
        lists.Flag(
            "one_account", "Carried by one account", when=Q(standing__carried_by_one_account=True)
        ),
    ),
    search=("name", "need", "feature_id"),
    search_hint="Search features",
    default_sort="rank",
    open=lambda feature: addresses.to("features:feature", feature.pk),
    empty=lists.Empty(
        "No features yet",
        "Add what customers ask for, or import a list; demand and rank follow from the data.",
        action=("Add a feature", "features:new"),
        permission="features.change",
        icon="bulb",
    ),
)  # fmt: skip
