"""What feedback shows on pages of customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest

from fourfits_web.core import addresses
from fourfits_web.core.actors import Actor
from fourfits_web.feedback import queries
from fourfits_web.feedback.models import Item

SHOWN = 6


def of_person(request: HttpRequest, person: Any) -> Mapping[str, Any]:
    """The newest that a person said."""
    found = queries.of_person(person.customer_id, SHOWN)
    return _panel(request, found, person.customer_id)


def of_account(request: HttpRequest, account: Any) -> Mapping[str, Any]:
    """The newest that the people of an account said."""
    found = queries.of_account(account.account_id, SHOWN)
    queries.with_voices(found)
    return _panel(request, found, account.account_id)


def _panel(request: HttpRequest, found: Sequence[Item], said_by: str) -> Mapping[str, Any]:
    return {
        "title": "Feedback",
        "items": found,
        "may_add": Actor.of(request).may("feedback.add"),
        "add_url": f"{addresses.page('feedback:add')}?customer={said_by}",
    }
