"""What decisions show on the pages of other slices."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from fourfits_web.core.actors import Actor
from fourfits_web.decisions import queries


def about(request: HttpRequest, record: Any) -> dict[str, Any]:
    """The decisions that rest on a record, and where to record another; for any page."""
    may = Actor.of(request).may("decisions.record")
    address = queries.new_url(record, url=request.path)
    return {
        "decisions": queries.about(record),
        "action": {"word": "Record a decision", "url": address} if may else None,
        "today": queries.today(),
    }
