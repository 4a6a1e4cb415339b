"""How feedback reads within a page: who said it, a quote, two lines of a list.

Drawn in Python: a page holds some twenty, and nodes of a template for each would take most of it.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from django import template
from django.utils.safestring import SafeString

from fourfits_web.core import addresses, display
from fourfits_web.feedback.models import Source

if TYPE_CHECKING:
    from collections.abc import Collection

    from fourfits_web.feedback.models import Item

register = template.Library()

QUOTED = 300
"""Characters of a quote."""
EXCERPT = 220
"""Characters of two lines."""
_SOURCES = dict(Source.choices)


@register.filter
def voice(item: Item) -> SafeString:
    """The person and the account of an item, each leading to its page."""
    told = (
        ("customers:person", item.customer_id, item.person),
        ("customers:account", item.account_id, item.account),
    )
    links = [
        f'<a href="{escape(addresses.to(page, key))}">{escape(str(who))}</a>'
        for page, key, who in told
        if who
    ]
    return SafeString(", ".join(links))


@register.filter
def quote(item: Item, way: str = "") -> SafeString:
    """What was said, leading to its page, and under it by whom, where and when.

    Args:
        item: What was said.
        way: The part of its address that says from which list it is opened.
    """
    words = display.shorten(item.text, QUOTED)
    told = (
        voice(item),
        escape(_SOURCES.get(item.source, item.source)),
        display.ago(item.occurred_at),
    )
    return SafeString(
        f'<blockquote class="quote"><p><a class="row-link" href="{_page(item)}{escape(way)}">'
        f"{escape(words)}</a>"
        f"</p><footer>{' · '.join(filter(None, told))}</footer></blockquote>"
    )


def excerpt(item: Item) -> SafeString:
    """The beginning of what was said, its heading first and apart from it."""
    words = escape(display.shorten(item.text, EXCERPT))
    if item.title:
        words = f'{escape(item.title)} <span class="said">{words}</span>'
    return SafeString(f'<span class="two-lines">{words}</span>')


@register.filter
def choice(item: Item, chosen: Collection[int] = ()) -> SafeString:
    """A row of a table in which one chooses items: its beginning, who said it and when."""
    checked = " checked" if item.pk in chosen else ""
    return SafeString(
        f'<tr><td class="pick"><input class="form-check-input" type="checkbox" name="items"'
        f' value="{item.pk}" id="item-{item.pk}"{checked}></td>'
        f'<td class="wide"><label for="item-{item.pk}">{excerpt(item)}</label></td>'
        f'<td class="loose">{voice(item)}</td>'
        f'<td class="when">{display.ago(item.occurred_at)}</td></tr>'
    )


@register.filter
def said(item: Item) -> SafeString:
    """An item beside whom it is from: its beginning, leading to its page, where and when."""
    told = (
        escape(str(item.person)) if item.person else "",
        escape(_SOURCES.get(item.source, item.source)),
        display.ago(item.occurred_at),
    )
    return SafeString(
        f'<li><a class="row-link" href="{_page(item)}">{excerpt(item)}</a>'
        f'<small class="text-secondary">{" · ".join(filter(None, told))}</small></li>'
    )


def _page(item: Item) -> str:
    return escape(addresses.to("feedback:item", item.pk))
