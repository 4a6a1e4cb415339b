"""What features show on pages of lower slices, and in the palette."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest

from fourfits_web.core import addresses
from fourfits_web.core.actors import Actor
from fourfits_web.core.registry import Found
from fourfits_web.features import actions, queries
from fourfits_web.needs import queries as needs


def palette(actor: Actor, text: str, limit: int) -> Iterable[Found]:
    """Features for the palette."""
    for feature in queries.found_by(text, limit):
        url = addresses.to("features:feature", feature.pk)
        yield Found(title=feature.name, url=url, detail=feature.status_word)


def for_need(request: HttpRequest, need: Any) -> dict[str, Any]:
    """Features that answer a need."""
    return {
        "features": queries.for_need(need),
        "need": need,
        "may_add": Actor.of(request).may("features.change"),
    }


def waited_for(request: HttpRequest, account: Any) -> dict[str, Any] | None:
    """Features ahead that an account's people speak of."""
    found = queries.waited_for(account.account_id)[:10]
    return {"features": found} if found else None


def follow_need(entry: Any, result: Any) -> None:
    """Features follow a need to its new name, into another that it became a part of, and out again."""
    if entry.subject_kind != "needs.need" or not entry.verb.startswith("need."):
        return
    changes = {name: (before, after) for name, before, after in entry.changes}
    into = needs.need(changes["merged_into_id"][1] or 0) if "merged_into_id" in changes else None
    if entry.verb == "need.unmerge":
        out_of = changes["merged_into_id"][0]
        along = changes["parts"][0]["along"] if "parts" in changes else []
        actions.unmerge_need(Actor.workspace(), need=result, out_of=out_of, along=along)
    elif into is not None:
        actions.merge_need(Actor.workspace(), need=result, into=into)
    elif "name" in changes and all(changes["name"]):
        before, after = changes["name"]
        actions.rename_need(Actor.workspace(), before=before, after=after)
