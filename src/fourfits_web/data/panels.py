"""What other parts of the frame show of the data."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from fourfits import tables
from fourfits_web.core.actors import Actor
from fourfits_web.core.registry import Found


def found(actor: Actor, text: str, limit: int) -> Iterable[Found]:
    """Tables by a part of their name, for the palette."""
    named = [table for table in tables.CANONICAL.values() if text.lower() in table.name]
    for table in named[:limit]:
        address = reverse("data:table", args=[table.name])
        yield Found(title=table.name.capitalize(), url=address, detail=table.meaning)
