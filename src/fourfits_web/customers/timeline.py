"""What happened, in words: how each kind of moment reads on a page."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone

from fourfits_web.customers import queries

if TYPE_CHECKING:
    from fourfits_web.customers.models import Person

KINDS = {
    "order": ("Orders", "shopping-cart"),
    "usage": ("Usage", "device-mobile"),
    "feedback": ("Feedback", "message"),
    "answer": ("Survey answers", "checklist"),
    "activity": ("Dealings", "phone"),
    "deal": ("Deals", "briefcase"),
    "contract": ("Contracts", "file-certificate"),
}
"""Kind of moment: word for several, icon."""

_ACTIVITIES = {
    "call": "Call",
    "meeting": "Meeting",
    "email": "E-mail",
    "visit": "Visit",
    "event": "Event",
    "note": "Note",
}
_SOURCES = {
    "review": "Review",
    "ticket": "Support ticket",
    "survey": "Survey",
    "social": "Social media",
    "interview": "Interview",
    "sales": "Sales call",
    "community": "Community",
    "board": "Feedback board",
}


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
    known = queries.people({one.customer_id for one in stretch.moments} - {""})
    there = queries.kinds(of, key) if start == 0 else []
    return Shown(
        of=of,
        key=key,
        months=_months(stretch.moments, known, month),
        kinds=[(name, words) for name, (words, _) in KINDS.items() if name in there],
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
        day = timezone.localtime(moment.at).date().replace(day=1)
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
        icon=KINDS[moment.kind][1] if moment.kind in KINDS else "point",
        title=title,
        detail=detail,
        is_quote=moment.kind == "feedback",
        amount=None if moment.kind in {"feedback", "answer", "activity"} else moment.amount,
        currency=moment.currency,
        per=" a month" if moment.kind == "contract" and moment.amount else "",
        who=f"{moment.n_people} people" if several else str(who or moment.customer_id),
        who_url=reverse("customers:person", args=[who.customer_id]) if who and not several else "",
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
            return _spoken(title) + often, _spoken(detail)
        case "feedback":
            rated = "" if moment.amount is None else f", rated {moment.amount:g}"
            return _SOURCES.get(title, title.capitalize() or "Feedback") + rated, detail
        case "answer":
            return f"Answered {_spoken(title).lower() or 'a survey'}", detail
        case "activity":
            return _ACTIVITIES.get(title, title.capitalize() or "Activity"), detail
        case "deal":
            return f"Deal {detail}", title
        case "contract":
            return f"{title or 'Contract'} {detail}", ""
        case _:
            return title, detail


def _spoken(name: str) -> str:
    """A name that programs gave, as words.

    >>> _spoken("feature_used")
    'Feature used'
    """
    words = name.replace("_", " ").replace(".", " ").strip()
    return words[:1].upper() + words[1:]
