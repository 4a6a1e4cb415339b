"""Saved views: a list's address under a name, each member's own."""

from __future__ import annotations

from django.core.exceptions import ObjectDoesNotExist

from fourfits_web.core import prepared
from fourfits_web.core.actions import action
from fourfits_web.core.actors import Actor
from fourfits_web.core.models import SavedView

LONGEST_NAME = 80

_views_of = prepared.Question(
    lambda member_id, key: SavedView.objects.filter(member_id=member_id, list_key=key).order_by(
        "name"
    )
)


def views_of(actor: Actor, key: str) -> list[SavedView]:
    """The actor's saved views of a list, by name."""
    if actor.member is None:
        return []
    return _views_of(actor.member.pk, key)


def view_of(actor: Actor, pk: int) -> SavedView:
    """A saved view, if it is the actor's own.

    Raises:
        ObjectDoesNotExist: If it is somebody else's, or nobody's.
    """
    if actor.member is None:
        raise ObjectDoesNotExist
    return SavedView.objects.get(pk=pk, member_id=actor.member.pk)


@action("view.saved", may="self.change")
def save_view(actor: Actor, *, key: str, name: str, query: str) -> SavedView:
    """Keep a list's address under a name; the same name again keeps the newer address."""
    view, _ = SavedView.objects.update_or_create(
        member_id=actor.member.pk,
        list_key=key,
        name=name.strip()[:LONGEST_NAME],
        defaults={"query": query},
    )
    return view


@action("view.forgotten", may="self.change")
def forget_view(actor: Actor, view: SavedView) -> None:
    """Forget a saved view."""
    view.delete()
