"""How it is told who said something; lists of feedback ask for it in each row."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from django import template
from django.utils.safestring import SafeString

from fourfits_web.core import addresses

if TYPE_CHECKING:
    from fourfits_web.feedback.models import Item

register = template.Library()


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
