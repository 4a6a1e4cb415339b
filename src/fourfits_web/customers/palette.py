"""What the palette finds: people and accounts."""

from __future__ import annotations

from collections.abc import Iterator

from fourfits_web.core import naming
from fourfits_web.core.actors import Actor
from fourfits_web.core.registry import Found
from fourfits_web.customers import queries, view_lists

SHORTEST = 2
"""A single letter begins too many names to be an answer."""


def people(actor: Actor, text: str, limit: int) -> Iterator[Found]:
    """People by the beginnings of their names, e-mail addresses and ids."""
    if not actor.may("workspace.read") or len(text) < SHORTEST:
        return
    ids = queries.found_by("person", text, limit)
    found = queries.people(ids)
    for one in (found[key] for key in ids if key in found):
        detail = one.account_name or naming.segments()(one.segment) or one.email
        yield Found(title=str(one), url=view_lists.person_address(one), detail=detail)


def accounts(actor: Actor, text: str, limit: int) -> Iterator[Found]:
    """Accounts by the beginnings of their names and ids."""
    if not actor.may("workspace.read") or len(text) < SHORTEST:
        return
    ids = queries.found_by("account", text, limit)
    found = queries.accounts(ids)
    for one in (found[key] for key in ids if key in found):
        yield Found(title=str(one), url=view_lists.account_address(one), detail=one.industry)
