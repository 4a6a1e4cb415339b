"""How features and who asks for them read within a page.

Drawn in Python: a page holds some ten lines, and nodes of a template for each would take most of it.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from django import template
from django.utils.safestring import SafeString

from fourfits_web.core import addresses, display
from fourfits_web.features import lists

if TYPE_CHECKING:
    from fourfits_web.customers.models import Account
    from fourfits_web.features.models import Feature

register = template.Library()


@register.filter
def status(feature: Feature) -> SafeString:
    """The status of a feature as a word with its tone."""
    _, tone = lists.TONES.get(feature.status, ("", ""))
    css = f"status {tone}" if tone else "status"
    return SafeString(f'<span class="{css}">{escape(feature.status_word)}</span>')


@register.simple_tag
def waiting_line(feature: Feature, n: int) -> SafeString:
    """A feature that somebody waits for: its status, how often they said so, its rank and date."""
    standing = getattr(feature, "standing", None)  # a feature without any report has none
    told = f"said {'once' if n == 1 else f'{n:,} times'}"
    told += f", rank {standing.rank}" if standing and standing.rank else ""
    told += f", planned for {display.day(feature.release_on)}" if feature.release_on else ""
    return SafeString(
        f'<li><a class="row-link" href="{addresses.to("features:feature", feature.pk)}">'
        f'{escape(feature.name)}</a><small class="text-secondary">{status(feature)} {told}</small>'
        "</li>"
    )


@register.simple_tag
def asking_line(account: Account, n: int, currency: str) -> SafeString:
    """An account that asks: how many of its people do, and what it pays a year."""
    told = "1 person" if n == 1 else f"{n:,} people"
    if account.arr_amount is not None:
        told += f", {escape(display.money(account.arr_amount, currency, compact=True))} a year"
    href = escape(addresses.to("customers:account", account.account_id))
    return SafeString(
        f'<li><a href="{href}">{escape(str(account))}</a> '
        f'<span class="text-secondary">{told}</span></li>'
    )
