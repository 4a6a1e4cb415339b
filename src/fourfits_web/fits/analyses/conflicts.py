"""Conflicts as cards: what would mend them, and whether the team's answer still holds."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fourfits_web.core import display
from fourfits_web.core.naming import NOBODY_NAMED, Names
from fourfits_web.fits.analyses.scorecard import BOTH, OWNERS

if TYPE_CHECKING:
    from fourfits_web.fits.models import Answer, Conflict

WHOM = ("richer segment", "broader need")
"""Remedies that change for whom the work is done; the others change channel or price."""

FITS_OF = {
    "unit economics": ("pricing_channel",),
    "price": ("market_pricing",),
    "channel": ("product_channel",),
    "concentration": ("product_market",),
}
"""The fits that each kind of conflict contradicts."""
DECIDED_AS = {
    "unit economics": "segment",
    "price": "price",
    "channel": "channel",
    "concentration": "product",
}
"""What a decision about each kind is about."""


@dataclass(frozen=True, kw_only=True)
class Remedy:
    """One way out: its name, and its numbers as `(title, text)`."""

    kind: str
    name: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Card:
    """A conflict with its remedies of both kinds, best first, and the state of its answer.

    What only its drawing takes is read when it is drawn: most cards are kept as they were drawn.
    """

    conflict: Conflict
    currency: str
    names: Names = NOBODY_NAMED
    answer: Answer | None
    moved: str
    """Why an answer no longer holds; empty while it does."""
    decide_url: str = ""
    """Where a decision about it is recorded."""
    urls: Mapping[str, str] = field(default_factory=dict)
    """Addresses of features, by the id that conflicts know them by."""

    @property
    def title(self) -> str:
        """What it is, with people's words for segments."""
        return self.names.told(self.conflict.title, others_named(self.conflict))

    @property
    def sentence(self) -> str:
        """The same with its numbers."""
        return self.names.told(self.conflict.sentence, others_named(self.conflict))

    @property
    def owners(self) -> str:
        """Who settles it."""
        return OWNERS.get(self.conflict.owners, self.conflict.owners)

    @functools.cached_property
    def remedies(self) -> tuple[Remedy, ...]:
        """All of them, in the order of the cards."""
        found = [_remedy(one, self.currency, self.names) for one in self.conflict.remedies]
        return tuple(sorted(found, key=lambda one: one.kind not in WHOM))

    @property
    def whom(self) -> tuple[Remedy, ...]:
        """Those that change for whom the work is done."""
        return tuple(one for one in self.remedies if one.kind in WHOM)

    @property
    def how(self) -> tuple[Remedy, ...]:
        """Those that change channel or price."""
        return tuple(one for one in self.remedies if one.kind not in WHOM)

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """The work concerned: name and address."""
        return tuple(
            (feature["name"], self.urls.get(feature["feature_id"], ""))
            for feature in self.conflict.features
        )

    @property
    def drawn_of(self) -> str:
        """What its drawing depends on: the run that saw the conflict last, and the answer."""
        answer = self.answer
        said = (answer.pk, str(answer.decision), str(answer.by)) if answer else ()
        told = f"{said} {self.moved} {self.currency} {self.names.pairs}"
        return f"{self.conflict.pk} {self.conflict.seen_at} {told}"

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.answer is None or bool(self.moved)

    @property
    def is_shared(self) -> bool:
        """Whether both settle it together."""
        return self.owners == BOTH


def card(
    conflict: Conflict,
    currency: str,
    names: Names = NOBODY_NAMED,
    *,
    decide_url: str = "",
    urls: Mapping[str, str] | None = None,
) -> Card:
    """The card of a conflict whose answers were fetched with it, newest first."""
    answer = next(iter(conflict.given), None)
    return Card(
        conflict=conflict,
        currency=currency,
        names=names,
        answer=answer,
        moved=_moved(conflict, answer, currency) if answer else "",
        decide_url=decide_url,
        urls={} if urls is None else urls,
    )


def others_named(conflict: Conflict) -> list[str]:
    """What its sentences name besides segments: features and their needs."""
    named = [feature.get(part) for feature in conflict.features for part in ("name", "need")]
    return [str(name) for name in named if name]


def key(row: Mapping[str, Any]) -> str:
    """What makes two runs speak of the same conflict: its kind, and whom or what it is about."""
    about = row["channel"] if row["kind"] == "channel" else row["segment"]
    return f"{row['kind']}: {about or 'all'}"[:300]


def _moved(conflict: Conflict, answer: Answer, currency: str) -> str:
    """An answer holds while the size stays in its interval of that day and no work joins."""
    joined = set(conflict.feature_ids) - set(answer.feature_ids)
    if joined:
        names = [one["name"] for one in conflict.features if one["feature_id"] in joined]
        return f"More work is concerned since: {', '.join(names)}."
    if answer.size_low <= conflict.size_amount <= answer.size_high:
        return ""
    then, now = (
        display.money(amount, currency, compact=True)
        for amount in (answer.size_amount, conflict.size_amount)
    )
    return f"Its size has moved from {then} to {now} since."


def _remedy(remedy: Mapping[str, Any], currency: str, names: Names) -> Remedy:
    numbers = dict(remedy["numbers"])
    if numbers.get("segment"):
        numbers["segment"] = names(numbers["segment"])
    name = _named(remedy["kind"], numbers, currency)
    return Remedy(
        kind=remedy["kind"],
        name=name,
        facts=tuple(fact for fact in _facts(numbers, currency) if fact[1] != name),
    )


def _named(kind: str, numbers: Mapping[str, Any], currency: str) -> str:
    if kind == "price":
        return f"{display.money(numbers['price_amount'], currency)} a month"
    for name in ("segment", "channel"):
        if name in numbers:
            return str(numbers[name])
    return f"{numbers.get('need', '')}"


_FACTS: Sequence[tuple[str, str, str]] = (
    ("feature", "Feature", "text"),
    ("need", "Need", "text"),
    ("need_share", "Have the need", "share"),
    ("payback_months", "Pays back in", "payback"),
    ("cac_amount", "Costs each", "money"),
    ("n_new", "Brought in a year", "number"),
    ("margin_of_those_amount", "Margin a month of those", "money"),
    ("revenue_of_those_amount", "Revenue a month of those", "money"),
    ("accepted_share", "Accept the price", "share"),
    ("range_low_amount", "Accepted from", "money"),
    ("range_high_amount", "Accepted to", "money"),
    ("price_today_amount", "Today", "money"),
    ("retention_against_product", "Stay, against all", "ratio"),
    ("n_accounts", "Accounts that ask", "number"),
    ("account_amount", "Their money a year", "money"),
    ("largest_account_share", "The largest holds", "share"),
)


def _facts(numbers: Mapping[str, Any], currency: str) -> list[tuple[str, str]]:
    """The numbers of a remedy, in the order in which people weigh them."""
    shown: dict[str, Callable[[Any], str]] = {
        "text": str,
        "share": display.share,
        "number": display.number,
        "ratio": lambda value: f"{value:.2f}×",
        "money": lambda value: display.money(
            value, currency, compact=abs(value) >= 1e4, cents_below=10
        ),
        "payback": lambda _: _payback(numbers),
    }
    return [
        (title, shown[form](numbers[name]))
        for name, title, form in _FACTS
        if numbers.get(name) not in {None, ""}
    ]


def _payback(numbers: Mapping[str, Any]) -> str:
    low, high = numbers.get("payback_low"), numbers.get("payback_high")
    words = display.in_unit(numbers["payback_months"], "months")
    if low is None or high is None:
        return words
    first, last = (display.in_unit(each, "months", bare=True) for each in (low, high))
    return f"{words} ({first} to {last})"
