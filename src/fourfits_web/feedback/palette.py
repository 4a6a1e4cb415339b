"""Feedback in the palette."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from fourfits_web.core import display
from fourfits_web.core.actors import Actor
from fourfits_web.core.registry import Found
from fourfits_web.feedback import queries

LONGEST = 80


def search(actor: Actor, text: str, limit: int) -> Iterable[Found]:
    """The newest items that hold the words."""
    for item in queries.matching(queries.items(), text).order_by("-occurred_at")[:limit]:
        yield Found(
            title=display.shorten(str(item), LONGEST),
            url=reverse("feedback:item", args=[item.pk]),
            detail=display.day(item.occurred_at),
        )
