"""What happened, in words: how each kind of moment reads on a page."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.urls import reverse

from fourfits_web.core import addresses, display
from fourfits_web.customers import drawing, queries

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from fourfits_web.customers.models import Person


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of moment: the word for several of them, and what is drawn beside them."""

    words: str
    icon: str


KINDS = {
    "order": Kind(words="Orders", icon="shopping-cart"),
    "usage": Kind(words="Usage", icon="device-mobile"),
    "feedback": Kind(words="Feedback", icon="message"),
    "answer": Kind(words="Survey answers", icon="checklist"),
    "activity": Kind(words="Dealings", icon="phone"),
    "deal": Kind(words="Deals", icon="briefcase"),
    "contract": Kind(words="Contracts", icon="file-certificate"),
}
_ACTIVITIES = {"email": "E-mail"}
_SOURCES = {
    "ticket": "Support ticket",
    "social": "Social media",
    "sales": "Sales call",
    "board": "Feedback board",
}
_SHORT_ANSWER = 24
_SHORT = {"nps", "csat", "ces", "pmf"}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of a timeline."""

    at: datetime.datetime
    icon: str
    title: str
    detail: str = ""
    is_quote: bool = False
    amount: float | None = None
    currency: str = ""
    per: str = ""
    who: str = ""
    who_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Month:
    """What happened in a month, newest first; `is_begun` where it continues a month above."""

    starts_on: datetime.date
    is_begun: bool = False
    entries: list[Entry] = field(default_factory=list)

    @property
    def words(self) -> str:
        """Its name and year."""
        return f"{self.starts_on:%B %Y}"

    @property
    def drawn(self) -> SafeString:
        """Its entries as HTML."""
        return drawing.events(self.entries)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A stretch of a timeline as its page shows it."""

    of: queries.Of
    key: str
    months: list[Month]
    kinds: list[tuple[str, str]]
    kind: str
    start: int
    older: int | None
    url: str

    @property
    def last_month(self) -> str:
        """The month at the end, as the address of the next stretch tells it."""
        return f"{self.months[-1].starts_on:%Y-%m}" if self.months else ""


def shown(of: queries.Of, key: str, *, start: int, kind: str, month: str = "") -> Shown:
    """A stretch of a timeline; `month` is the one that stands above it already."""
    kind = kind if kind in KINDS else ""
    stretch = queries.moments(of, key, start=start, kind=kind)
    known = queries.people_by_name({one.customer_id for one in stretch.moments} - {""})
    there = queries.kinds(of, key) if start == 0 else []
    return Shown(
        of=of,
        key=key,
        months=_months(stretch.moments, known, month),
        kinds=[(name, one.words) for name, one in KINDS.items() if name in there],
        kind=kind,
        start=start,
        older=stretch.older,
        url=reverse(f"customers:{of}_timeline", args=[key]),
    )


def _months(
    moments: Sequence[queries.Moment], known: Mapping[str, Person], above: str
) -> list[Month]:
    months: list[Month] = []
    for moment in moments:
        day = display.local(moment.at).date().replace(day=1)
        if not months or months[-1].starts_on != day:
            is_begun = not months and f"{day:%Y-%m}" == above
            months.append(Month(starts_on=day, is_begun=is_begun))
        months[-1].entries.append(_entry(moment, known))
    return months


def _entry(moment: queries.Moment, known: Mapping[str, Person]) -> Entry:
    title, detail = _words(moment)
    who = known.get(moment.customer_id)
    several = moment.n_people is not None and moment.n_people > 1
    return Entry(
        at=moment.at,
        icon=KINDS[moment.kind].icon,
        title=title,
        detail=detail,
        is_quote=moment.kind == "feedback",
        amount=None if moment.kind in {"feedback", "answer", "activity"} else moment.amount,
        currency=moment.currency,
        per=" a month" if moment.kind == "contract" and moment.amount else "",
        who=f"{moment.n_people} people" if several else str(who or moment.customer_id),
        who_url=addresses.to("customers:person", who.customer_id) if who and not several else "",
    )


def _words(moment: queries.Moment) -> tuple[str, str]:
    """Heading and what stands under it."""
    title, detail = moment.title, moment.detail
    match moment.kind:
        case "order":
            is_return = moment.amount is not None and moment.amount < 0
            return f"{'Return' if is_return else 'Order'} {title}", detail
        case "usage":
            often = f", {moment.n} times" if moment.n > 1 else ""
            what = f": {_spoken(detail).lower()}" if detail else ""
            return f"{_spoken(title)}{what}{often}", ""
        case "feedback":
            rated = "" if moment.amount is None else f", rated {moment.amount:g}"
            return _SOURCES.get(title, title.capitalize() or "Feedback") + rated, detail
        case "answer":
            survey = title.upper() if title in _SHORT else _spoken(title).lower() or "a survey"
            answer = detail.removeprefix(f"{title}: ")
            if len(answer) <= _SHORT_ANSWER:
                return f"Answered {survey}: {answer}", ""
            return f"Answered {survey}", _answers(answer)
        case "activity":
            return _ACTIVITIES.get(title, title.capitalize() or "Activity"), detail
        case "deal":
            return f"Deal {detail}", title
        case "contract":
            return f"{title or 'Contract'} {detail}", ""
        case _:
            return title, detail


def _answers(detail: str) -> str:
    """Answers to several questions; what programs called the questions, as words.

    >>> _answers("too_cheap: 265 · importance:fast repair: 8")
    'too cheap: 265 · importance fast repair: 8'
    """
    pieces = (piece.partition(": ") for piece in detail.split(" · "))
    return " · ".join(
        f"{name.replace('_', ' ').replace(':', ' ') if mark else name}{mark}{answer}"
        for name, mark, answer in pieces
    )


def _spoken(name: str) -> str:
    """A name that programs gave, as words.

    >>> _spoken("feature_used")
    'Feature used'
    """
    words = name.replace("_", " ").replace(".", " ").strip()
    return words[:1].upper() + words[1:]
