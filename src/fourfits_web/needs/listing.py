"""The list of needs: its tabs, columns and what can be done with several."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q
from django.utils.safestring import SafeString

from fourfits_web.core import addresses, display, lists
from fourfits_web.needs import drawing, queries
from fourfits_web.needs.models import Need, Run, Status

if TYPE_CHECKING:
    from collections.abc import Callable

TABS = (
    ("standing", "Standing"),
    ("proposed", "Proposed"),
    ("accepted", "Accepted"),
    ("gone", "Dropped and merged"),
)
TONES = {
    Status.PROPOSED: ("Proposed", "info"),
    Status.ACCEPTED: ("Accepted", "good"),
    Status.DROPPED: ("Dropped", ""),
    Status.MERGED: ("Merged", ""),
    Status.FADED: ("Faded", ""),
}
_MAY = "needs.shape"


def _n(what: str) -> Callable[[Run], int]:
    return lambda run: len(run.of(what))


def _names(what: str) -> Callable[[Run], list[str]]:
    return lambda run: [row["name"] for row in run.of(what)]


RUNS = lists.List(
    key="looks",
    title="Looks for themes",
    noun="look",
    lead="Each look finds themes in all feedback and continues the needs that stand. What people "
    "named, merged and split stays.",
    columns=(
        lists.Column("at", "When", kind="moment", link=True, sort="at"),
        lists.Column("n_items", "Items", kind="number", sort="n_items"),
        lists.Column("n_themes", "Themes", kind="number", sort="n_themes"),
        lists.Column("n_kept", "Continued", kind="number", value=_n("kept")),
        lists.Column("n_born", "New", kind="number", value=_n("born")),
        lists.Column("n_faded", "Faded", kind="number", value=_n("faded")),
        lists.Column("born", "Named new", value=_names("born"), kind="tags", shown=False, wraps=True),
        lists.Column("faded", "Named faded", value=_names("faded"), kind="tags", shown=False, wraps=True),
    ),
    filters=(
        lists.Days("at", "When"),
        lists.Range("n_items", "Items"),
        lists.Range("n_themes", "Themes"),
    ),
    search=queries.naming,
    search_hint="Search needs that they found",
    default_sort="-at",
    open=lambda run: addresses.to("needs:run", run.pk),
    empty=lists.Empty(
        "Nobody has looked yet", "A look comes by itself after every import of feedback.", icon="bulb"
    ),
)  # fmt: skip


def address(tab: str) -> str:
    """Where a tab is."""
    return addresses.page("needs:list" if tab == "standing" else f"needs:{tab}")


def needs(tab: str) -> lists.List:
    """The list at one of its tabs."""
    return lists.List(
        key="needs",
        title="Needs",
        noun="need",
        lead="What customers need, in their words. People and accounts are two measures, never added up.",
        columns=_columns(),
        filters=(
            lists.Flag("carried", "Carried by one account", field="is_carried"),
            lists.Flag("growing", "Growing", when=Q(figures__trend="growing")),
        ),
        search=("name", "description", "found_as"),
        search_hint="Search needs",
        default_sort="-people",
        open=lambda need: addresses.to("needs:need", need.pk),
        empty=_empty(tab),
        bulk=_bulk(tab),
    )


def _columns() -> tuple[lists.Column, ...]:
    return (
        lists.Column("name", "Need", link=True, sort="name", render=_name),
        lists.Column("status", "Status", labels=TONES, sort="status"),
        lists.Column(
            "people", "People", kind="interval", value=_people, sort="people,n_people",
            note="Customers who have it, said or unsaid, with the range in which their number lies with 95% probability",
        ),
        lists.Column("n_people", "Said it", kind="number", sort="n_people", note="People who said it"),
        lists.Column("n_accounts", "Accounts", kind="number", sort="n_accounts"),
        lists.Column(
            "money", "Money of accounts", kind="interval", value=_money, render=_money_cell,
            sort="account_amount",
            note="Yearly revenue at stake by strength of what was said, plus expected open deals",
        ),
        lists.Column("n_items", "Feedback", kind="number", sort="n_items"),
        lists.Column(
            "trend", "Twelve months", render=lambda need: drawing.sparkline(tuple(need.by_month or ())),
            value=lambda need: need.by_month or [], sort="trend_ratio",
        ),
        lists.Column("description", "Description", shown=False),
    )  # fmt: skip


def _name(need: Need) -> SafeString:
    name = escape(need.name)
    if not need.is_carried:
        return SafeString(name)
    return SafeString(f'{name} <span class="tag warn">carried by one account</span>')


def _people(need: Need) -> tuple[int, int | None, int | None] | None:
    if need.people is None:
        return None
    low, high = need.people_low, need.people_high  # type: ignore[attr-defined]
    ends = (None, None) if low is None or high is None else (round(low), round(high))
    return round(need.people), *ends


def _money(need: Need) -> tuple[float, float | None, float | None] | None:
    if need.account_amount is None:
        return None
    low, high = need.account_amount_low, need.account_amount_high  # type: ignore[attr-defined]
    return need.account_amount, low, high


def _money_cell(need: Need) -> str:
    told = _money(need)
    if told is None:
        return SafeString('<span class="none">–</span>')
    currency = settings.WORKSPACE.currency
    amount, low, high = (escape(display.money(each, currency, compact=True)) for each in told)
    between = f' <span class="interval-range">{low} to {high}</span>' if told[1] is not None else ""
    return SafeString(f'<span class="interval"><strong>{amount}</strong>{between}</span>')


_EMPTY = {
    "proposed": (
        "Nothing is proposed",
        "Themes that a look finds in feedback wait here until somebody accepts, merges or drops them.",
    ),
    "accepted": (
        "No need is accepted yet",
        "Open a proposed need, read what was said, and accept it: features can then be built for it.",
    ),
    "gone": (
        "Nothing was dropped or merged",
        "What you drop or merge rests here, where it can be taken back.",
    ),
}
"""What an empty tab teaches."""


def _empty(tab: str) -> lists.Empty:
    if tab in _EMPTY:
        return lists.Empty(*_EMPTY[tab], action=("See what stands", "needs:list"), icon="bulb")
    return lists.Empty(
        "No needs yet",
        "They are proposed from feedback as soon as fifty different texts are there; name one "
        "yourself at any time.",
        action=("Add a need", "needs:add"),
        permission=_MAY,
        icon="bulb",
    )


def _bulk(tab: str) -> tuple[lists.Bulk, ...]:
    if tab == "gone":
        return ()
    accept = lists.Bulk("Accept", "needs:accept_several", _MAY, key="a")
    return (
        *([] if tab == "accepted" else [accept]),
        lists.Bulk("Merge", "needs:merge", _MAY, key="m"),
        lists.Bulk("Drop", "needs:drop_several", _MAY, key="d"),
    )
