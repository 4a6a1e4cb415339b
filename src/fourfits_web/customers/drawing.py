"""Rows of the pages of people and accounts, in Python.

A timeline and a buying committee have some thirty rows of a dozen values; in the template language
they would take half of the page's time. Everything that is not ours is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString

from fourfits_web.core import addresses, display
from fourfits_web.core.templatetags.fourfits import icon

if TYPE_CHECKING:
    from fourfits_web.customers.models import Person
    from fourfits_web.customers.timeline import Entry

_LONG = 160
"""Letters of a detail beyond which the whole of it stands in a hint."""
_PARTS = {
    "decision_maker": ("Decision maker", " info"),
    "champion": ("Champion", " good"),
    "blocker": ("Blocker", " bad"),
}


def events(entries: Iterable[Entry]) -> SafeString:
    """Entries of a timeline as items of a list."""
    return SafeString("".join(map(_event, entries)))


def committee(people: Iterable[Person]) -> SafeString:
    """People of an account as rows of a table."""
    return SafeString("".join(map(_member, people)))


def _event(entry: Entry) -> str:
    at = display.local(entry.at)
    amount = ""
    if entry.amount is not None:
        amount = escape(display.money(entry.amount, entry.currency) + entry.per)
        amount = f' <span class="n">{amount}</span>'
    return (
        f'<li>{icon(entry.icon)}<div class="event"><strong>{escape(entry.title)}</strong>'
        f"{_by(entry)}{amount}{_detail(entry)}</div>"
        f'<time datetime="{at.isoformat()}" title="{display.moment(at)}">{at.day} {at:%b}</time></li>\n'
    )


def _by(entry: Entry) -> str:
    if not entry.who:
        return ""
    who = escape(entry.who)
    if entry.who_url:
        who = f'<a href="{escape(entry.who_url)}">{who}</a>'
    return f' <span class="text-secondary">by {who}</span>'


def _detail(entry: Entry) -> str:
    if not entry.detail:
        return ""
    detail = escape(entry.detail)
    if entry.is_quote:
        return f'<blockquote class="quote">{detail}</blockquote>'
    hint = f' title="{detail}"' if len(entry.detail) > _LONG else ""
    return f'<span class="event-detail two-lines"{hint}>{detail}</span>'


def _member(person: Person) -> str:
    word, tone = _PARTS.get(person.buying_role, (person.buying_role, ""))
    word = escape(word[:1].upper() + word[1:])
    part = f'<span class="tag{tone}">{word}</span>' if word else '<span class="none">–</span>'
    address = escape(addresses.to("customers:person", person.customer_id))
    return (
        f'<tr><td class="wide"><a href="{address}">{escape(str(person))}</a></td><td>{part}</td>'
        f"<td>{escape(person.job_title) or display.NOTHING}</td>"
        f'<td class="n" data-head="Feedback">{display.number(person.n_feedback)}</td>'
        f'<td class="when" data-head="Last activity">{display.ago(person.last_at)}</td></tr>\n'
    )
