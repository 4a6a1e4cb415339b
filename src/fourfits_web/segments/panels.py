"""What segments show on pages of customers, and what the palette finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest

from fourfits_web.core.actors import Actor
from fourfits_web.core.registry import Found
from fourfits_web.segments import queries


def of_person(request: HttpRequest, person: Any) -> Mapping[str, Any] | None:
    """The segments that a person is in."""
    found = queries.of_person(person.customer_id)
    return {"segments": found} if found else None


def palette(actor: Actor, text: str, limit: int) -> Iterator[Found]:
    """Segments by a part of their names."""
    if actor.may("workspace.read"):
        for one in queries.found(text, limit):
            yield Found(title=str(one), url=one.get_absolute_url(), detail=str(one.segmentation))
