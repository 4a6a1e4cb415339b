"""What features show on pages of lower slices, and in the palette."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from fourfits_web.core.actors import Actor
from fourfits_web.core.registry import Found
from fourfits_web.features import actions, queries


def palette(actor: Actor, text: str, limit: int) -> Iterable[Found]:
    """Features for the palette."""
    for feature in queries.found_by(text, limit):
        url = reverse("features:feature", args=[feature.pk])
        yield Found(title=feature.name, url=url, detail=feature.status_word)


def for_need(request: HttpRequest, need: Any) -> dict[str, Any]:
    """Features that answer a need."""
    found = queries.for_needs({need.pk: need.name}).order_by("standing__rank", "name")
    return {
        "features": list(found[:20]),
        "need": need,
        "may_add": Actor.of(request).may("features.change"),
    }


def waited_for(request: HttpRequest, account: Any) -> dict[str, Any] | None:
    """Features ahead that an account's people speak of."""
    found = queries.waited_for(account.account_id)[:10]
    return {"features": found} if found else None


def need_renamed(entry: Any, result: Any) -> None:
    """Features follow a need to its new name."""
    if entry.subject_kind != "needs.need" or not entry.verb.startswith("need."):
        return
    before = (json.loads(entry.before) or {}).get("name")
    after = (json.loads(entry.after) or {}).get("name")
    if before and after and before != after:
        actions.rename_need(Actor.workspace(), before=before, after=after)
