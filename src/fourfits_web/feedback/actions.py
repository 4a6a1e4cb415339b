"""Writes about feedback."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from fourfits.errors import FourfitsError, ParameterError
from fourfits_web.core import jobs, prepared
from fourfits_web.core.actions import action, each_action, require
from fourfits_web.core.actors import Actor
from fourfits_web.core.errors import ConflictError
from fourfits_web.feedback import queries
from fourfits_web.feedback.models import Act, Item, Lake, Source, Status, Strength, Tagging
from fourfits_web.members.models import Member

MOST_TAGS = 20
LONGEST_TAG = 40
SETTLE = datetime.timedelta(seconds=20)
"""How long received items gather, once the worker saw one, before they are moved together."""

_STATE = ("status", "assignee_id", "tags")


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An item before it is taken in."""

    text: str
    feedback_id: str = ""
    customer_id: str = ""
    account_id: str = ""
    source: str = ""
    occurred_at: datetime.datetime | None = None
    title: str = ""
    rating: float | None = None
    language: str = ""
    url: str = ""
    strength: str = ""

    def problem(self) -> ParameterError | None:
        """Why it cannot be taken in, if so."""
        if not self.text.strip():
            return ParameterError("Feedback needs words.", hint="fill `text`")
        for name, value, known in (
            ("source", self.source, Source.values),
            ("strength", self.strength, Strength.values),
        ):
            if value and value not in known:
                return ParameterError(
                    f"{name} holds {value!r}; it can be {', '.join(known)}.",
                    hint=f"leave {name} out if none fits",
                )
        return None

    def item(self, actor: Actor) -> Item:
        """The item that it becomes."""
        said = {field.name: getattr(self, field.name) for field in fields(self)}
        said["feedback_id"] = self.feedback_id or f"fb_{uuid.uuid4().hex}"
        said["occurred_at"] = self.occurred_at or timezone.now()
        return Item(added_by=actor.name, **said)


def receive(actor: Actor, **said: Any) -> Item:
    """Take one item in, described by the fields of `Draft`; see `receive_all`.

    Raises:
        ConflictError: If its `feedback_id` stands with other words.
        ParameterError: If there are no words, or the source or strength is none that there is.
    """
    taken = receive_all(actor, [Draft(**said)])[0]
    if isinstance(taken, FourfitsError):
        raise taken
    return taken


def receive_all(actor: Actor, drafts: Sequence[Draft]) -> list[Item | FourfitsError]:
    """Take items in together: for each the item, or why it is refused; the others stand.

    The same `feedback_id` again gives the item that stands.
    """
    require(actor, "feedback.add")
    try:
        return _received(actor, drafts)
    except IntegrityError:  # the same item came through another door at the same moment
        return _received(actor, drafts)


def _received(actor: Actor, drafts: Sequence[Draft]) -> list[Item | FourfitsError]:
    """What becomes of each draft; an id that stands, or comes twice, is stored once."""
    ids = {draft.feedback_id for draft in drafts if draft.feedback_id}
    standing = queries.with_feedback_ids(ids) if ids else {}
    new: list[Item] = []
    found: list[Item | FourfitsError] = []
    for draft in drafts:
        taken = draft.problem() or _standing(standing, draft)
        if taken is None:
            taken = standing[draft.feedback_id] = draft.item(actor)
            new.append(taken)
        found.append(taken)
    if new:
        _receive(actor, new)
    return found


@each_action("feedback.receive", may="feedback.add", event="feedback.received")
def _receive(actor: Actor, items: Sequence[Item]) -> Sequence[Item]:
    """Store items; the worker moves them to the customer data (`jobs.look`)."""
    prepared.insert(items)
    return items


def move_to_lake() -> None:
    """Let what waits be moved soon, by one job however much comes in."""
    jobs.start(
        Actor.workspace(),
        "feedback.to_lake",
        "Move new feedback to the customer data",
        once_key="feedback.to_lake",
        after=SETTLE,
    )


@action("feedback.moved", may="data.import")
def note_moved(actor: Actor, items: Sequence[Item], *, there: Collection[str]) -> None:
    """Note which items the customer data hold now; the contract refused the others."""
    for state in (Lake.STANDING, Lake.REFUSED):
        keys = [i.pk for i in items if (i.feedback_id in there) == (state == Lake.STANDING)]
        Item.objects.filter(pk__in=keys).update(lake=state)


@action("feedback.assign", may="feedback.sort", event="feedback.assigned")
def assign(actor: Actor, item: Item, *, to: Member | None) -> Item:
    """Say who looks after an item; nobody takes it back."""
    item.assignee = to
    return _worked_on(item, "assignee")


@action("feedback.mark", may="feedback.sort", event="feedback.marked")
def mark(actor: Actor, item: Item, *, status: Status) -> Item:
    """Say how far the team is: open, sorted, closed."""
    item.status = status
    return _worked_on(item, "status")


@action("feedback.tag", may="feedback.sort", event="feedback.tagged")
def tag(actor: Actor, item: Item, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> Item:
    """Add and remove tags; small and large letters are the same."""
    gone = {_tag(name) for name in remove}
    _set_tags(item, [*item.tags, *(_tag(name) for name in add)], without=gone)
    return _worked_on(item, "tags")


@action("feedback.undo", may="feedback.sort")
def restore(
    actor: Actor, item: Item, *, status: str, assignee_id: int | None, tags: list[str]
) -> Item:
    """Put an item back as it was before an act."""
    item.status, item.assignee_id = status, assignee_id
    _set_tags(item, tags)
    return _worked_on(item, "status", "assignee", "tags")


def together(
    actor: Actor, items: Sequence[Item], act: Callable[[Item], Item], words: str
) -> list[Item]:
    """Act on items as one: all or none, each with its entry in the log, undone together."""
    with transaction.atomic():
        before = [_state(item) for item in items]
        done = [act(item) for item in items]
        if actor.member is not None and items:
            Act.objects.update_or_create(
                member=actor.member,
                defaults={
                    "words": words,
                    "at": timezone.now(),
                    "before": before,
                    "after": [_state(item) for item in done],
                },
            )
    return done


def undo(actor: Actor) -> int:
    """Take back the last act of the member, but for items on which others have worked since.

    Raises:
        ConflictError: If there is nothing to take back.
    """
    act = queries.undoable(actor.member)
    if act is None:
        raise ConflictError("There is nothing to undo.", hint="acts can be undone for five minutes")
    with transaction.atomic():
        act.delete()
        items = {item.pk: item for item in queries.chosen(str(each["pk"]) for each in act.before)}
        unchanged = [
            before
            for before, after in zip(act.before, act.after, strict=True)
            if before["pk"] in items and _state(items[before["pk"]]) == after
        ]
        for state in unchanged:
            restore(actor, items[state["pk"]], **{name: state[name] for name in _STATE})
    return len(unchanged)


def touch(item: Item, *, sorts: bool = False) -> Item:
    """Note that a person worked on an item, within an action of a slice that links to it.

    With `sorts` an open item is sorted by that.
    """
    if sorts and item.status == Status.OPEN:
        item.status = Status.SORTED
    return _worked_on(item, "status")


def _worked_on(item: Item, *fields: str) -> Item:
    item.touched_at = timezone.now()
    item.save(update_fields=[*fields, "touched_at"])
    return item


def _set_tags(item: Item, names: Iterable[str], *, without: Iterable[str] = ()) -> None:
    wanted = [name for name in dict.fromkeys(names) if name and name not in without]
    if len(wanted) > MOST_TAGS:
        raise ParameterError(
            f"An item can have {MOST_TAGS} tags; these would be {len(wanted)}.",
            hint="remove some first",
        )
    item.tags = wanted
    Tagging.objects.filter(item=item).exclude(name__in=wanted).delete()
    Tagging.objects.bulk_create(
        [Tagging(item=item, name=name) for name in wanted], ignore_conflicts=True
    )


def _tag(name: str) -> str:
    """A tag as it is kept.

    >>> _tag("  Needs  Reply ")
    'needs reply'
    """
    return " ".join(name.lower().split())[:LONGEST_TAG]


def _state(item: Item) -> dict[str, Any]:
    return {"pk": item.pk, **{name: getattr(item, name) for name in _STATE}}


def _standing(standing: Mapping[str, Item], draft: Draft) -> Item | FourfitsError | None:
    """The item that has the draft's id already, if it has the same words."""
    item = standing.get(draft.feedback_id) if draft.feedback_id else None
    if item is None or item.text == draft.text:
        return item
    return ConflictError(
        f"{draft.feedback_id} stands already with other words.",
        hint="give each piece of feedback an id of its own",
    )
