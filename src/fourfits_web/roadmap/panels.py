"""What the roadmap shows on pages of lower slices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest

from fourfits_web.core import addresses, display
from fourfits_web.core.actors import Actor
from fourfits_web.core.registry import Found
from fourfits_web.features.models import Feature, Status
from fourfits_web.roadmap import asked, forms, queries
from fourfits_web.roadmap.models import Lane


def on_feature(request: HttpRequest, feature: Feature) -> dict[str, Any]:
    """Where a feature stands on the roadmap, and when it can be done."""
    item = queries.item_of(feature)
    return {
        "aside": True,
        "item": item,
        "is_placed": item is not None and item.lane != Lane.OFF,
        "places": forms.LANES,
        "may_plan": Actor.of(request).may("roadmap.plan"),
        "feature": feature,
    }


def asked_for(request: HttpRequest, feature: Feature) -> dict[str, Any]:
    """How many asked for a feature that has shipped and who of them was told; else the way to them."""
    has_shipped = feature.status == Status.SHIPPED
    return {
        "aside": True,
        "has_shipped": has_shipped,
        "summary": asked.summary(feature) if has_shipped else None,
        "may_tell": Actor.of(request).may("features.change"),
    }


def palette(actor: Actor, text: str, limit: int) -> Iterable[Found]:
    """Releases for the palette."""
    for release in queries.releases_found_by(text, limit):
        url = addresses.to("roadmap:release", release.pk)
        yield Found(title=release.name, url=url, detail=display.day(release.release_on))
