"""Writes about needs: what people decide, and what a run found."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Count, F, Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from fourfits.errors import ParameterError
from fourfits_web.core import jobs
from fourfits_web.core.actions import action
from fourfits_web.core.actors import Actor
from fourfits_web.core.errors import ConflictError
from fourfits_web.core.models import Job
from fourfits_web.feedback import actions as feedback
from fourfits_web.feedback.models import Item
from fourfits_web.needs import continuing, queries
from fourfits_web.needs.models import Link, Need, Run, Status
from fourfits_web.reports import actions as reports
from fourfits_web.reports.models import Report

COUNT_AFTER = datetime.timedelta(seconds=10)
"""How long changes gather before needs are counted anew."""
LONGEST_NAME = 200
AT_ONCE = 2_000


@action("need.add", may="needs.shape", event="need.added")
def add(actor: Actor, *, name: str, description: str = "") -> Need:
    """Name a need that nobody found; a theme of that name joins it."""
    return Need.objects.create(
        name=_free(name),
        description=description,
        status=Status.ACCEPTED,
        is_named=True,
        is_shaped=True,
        created_at=timezone.now(),
    )


@action("need.accept", may="needs.shape", event="need.accepted")
def accept(actor: Actor, need: Need) -> Need:
    """Say that it is a need; it stays after every run."""
    _refuse_merged(need)
    need.name = _free(need.name, but=need)
    return _shaped(need, status=Status.ACCEPTED)


@action("need.rename", may="needs.shape", event="need.renamed")
def rename(actor: Actor, need: Need, *, name: str) -> Need:
    """Give it a name in people's words, which stays after every run."""
    _refuse_merged(need)
    return _shaped(need, name=_free(name, but=need), is_named=True)


@action("need.describe", may="needs.shape", event="need.described")
def describe(actor: Actor, need: Need, *, description: str) -> Need:
    """Say what it means."""
    return _shaped(need, description=description)


@action("need.drop", may="needs.shape", event="need.dropped")
def drop(actor: Actor, need: Need) -> Need:
    """Say that it is none: what speaks of it is not proposed again."""
    _refuse_merged(need)
    return _shaped(need, status=Status.DROPPED)


@action("need.propose", may="needs.shape", event="need.proposed")
def propose(actor: Actor, need: Need) -> Need:
    """Take up again what was dropped, has faded, or was accepted too early."""
    _refuse_merged(need)
    need.name = _free(need.name, but=need)
    return _shaped(need, status=Status.PROPOSED)


@action("need.merge", may="needs.shape", event="need.merged")
def merge(actor: Actor, need: Need, *, into: Need) -> Need:
    """Make it a part of another need, with all that speaks of it."""
    _refuse_merged(need)
    if into.pk == need.pk or not into.is_standing:
        raise ConflictError(f"{need} cannot be merged into {into}.", hint="choose another")
    _bring(need, into)
    along = list(Need.objects.filter(merged_into=need).order_by("pk").values_list("pk", flat=True))
    Need.objects.filter(pk__in=along).update(merged_into=into)
    need.parts = {"along": along}
    _shaped(into)
    _recount(into)
    need.merged_into, need.n_items, need.n_people, need.n_accounts = into, 0, 0, 0
    need.figures, need.people, need.account_amount, need.trend_ratio = {}, None, None, None
    return _shaped(need, status=Status.MERGED)


@action("need.unmerge", may="needs.shape", event="need.unmerged")
def unmerge(actor: Actor, need: Need) -> Need:
    """Take a merger back: what the need brought along comes back with it, its own parts too."""
    into = need.merged_into
    if need.status != Status.MERGED or into is None:
        raise ConflictError(f"{need} is not merged into another.")
    _take_back(need, into)
    _recount(into)
    need.merged_into, need.name, need.parts = None, _free(need.name, but=need), {}
    need = _shaped(need, status=Status.ACCEPTED)
    _recount(need)
    return need


@action("need.split", may="needs.shape", event="need.split")
def split(actor: Actor, need: Need, *, name: str, items: Iterable[int]) -> Need:
    """Make a need of its own of some of what speaks of a need; there it stays after every run."""
    links = Link.objects.filter(need=need, holds=True, item__in=list(items))
    if not links.exists():
        raise ParameterError(
            f"None of the chosen items speaks of {need}.", hint="choose some of its items"
        )
    new = Need.objects.create(
        name=_free(name),
        status=Status.ACCEPTED,
        is_named=True,
        is_shaped=True,
        created_at=timezone.now(),
    )
    links.update(need=new, origin=Link.Origin.PERSON, came_from=None)
    _shaped(need, parts={})
    _recount(need)
    _recount(new)
    return new


@action("need.link", may="feedback.sort")
def link(actor: Actor, item: Item, *, need: Need) -> Item:
    """Say that an item speaks of a need, whatever runs find; the item is sorted with that."""
    if not need.is_standing:
        raise ConflictError(f"{need} is {need.get_status_display().lower()}.")
    Link.objects.update_or_create(
        item=item, need=need, defaults={"origin": Link.Origin.PERSON, "holds": True}
    )
    _recount(need)
    return feedback.touch(item, sorts=True)


@action("need.unlink", may="feedback.sort")
def unlink(actor: Actor, item: Item, *, need: Need) -> Item:
    """Say that an item does not speak of a need, whatever runs find."""
    Link.objects.update_or_create(
        item=item, need=need, defaults={"origin": Link.Origin.PERSON, "holds": False}
    )
    _recount(need)
    return feedback.touch(item)


@action("need.run", may="reports.run")
def take(actor: Actor, *, found: continuing.Found, report: Report | None) -> Run:
    """Continue the needs that stand with what a run found; what people decided stays."""
    last = queries.last_run()
    old = continuing.standing(last.last_item if last else 0)
    new = continuing.continued(found, old)
    born = _born(found, new)
    speaks = dict(new.speaks) | {item: born[theme].pk for item, theme in new.born.items()}
    _speak(speaks, new.through, old, found)
    faded = _fade(old)
    Need.objects.filter(pk__in=[need.pk for need in old.needs]).update(counted_at=None)
    newest = Item.objects.order_by("-pk").values_list("pk", flat=True).first()
    return Run.objects.create(
        report=report,
        at=timezone.now(),
        n_items=len(found.theme_of),
        n_themes=len(found.names),
        last_item=newest or 0,
        outcome=_outcome(old, new, born, faded),
    )


@action("need.parts", may="needs.shape")
def note_parts(actor: Actor, need: Need, *, parts: Mapping[str, Any]) -> Need:
    """Keep what the machine found when it was asked for parts of a need."""
    need.parts = dict(parts)
    need.save(update_fields=["parts"])
    return need


def count_soon(actor: Actor) -> None:
    """Let needs be counted anew, once for all that changes in a row."""
    jobs.start(actor, "needs.count", "Count needs anew", once_key="needs.count", after=COUNT_AFTER)


def look(actor: Actor) -> Job:
    """Queue a look for themes."""
    return reports.refresh(actor, "themes", {})


def look_for_parts(actor: Actor, need: Need) -> Job:
    """Queue a look for parts of a need."""
    return jobs.start(
        actor,
        "needs.parts",
        f"Look for parts of {need}",
        url=reverse("needs:split", args=[need.pk]),
        once_key=f"need {need.pk}",
        need=need.pk,
    )


def _shaped(need: Need, **fields: Any) -> Need:
    """Note what a person decided; what was in memory of the need is saved with it."""
    for name, value in fields.items():
        setattr(need, name, value)
    need.is_shaped = True
    need.save()
    count_soon(Actor.workspace())
    return need


def _free(name: str, but: Need | None = None) -> str:
    """The name, if no other need that stands has it."""
    wanted = " ".join(name.split())
    if not wanted or len(wanted) > LONGEST_NAME:
        raise ParameterError(
            f"A need has a name of 1 to {LONGEST_NAME} characters.", hint="say it in a few words"
        )
    other = queries.named(wanted)
    if other is not None and (but is None or other.pk != but.pk):
        raise ConflictError(
            f"There is a need “{other}” already.", hint="merge the two, or choose another name"
        )
    return wanted


def _refuse_merged(need: Need) -> None:
    if need.status == Status.MERGED:
        raise ConflictError(
            f"{need} is part of {need.merged_into}.", hint="take the merger back first"
        )


def _bring(need: Need, into: Need) -> None:
    """Give a need's links to the one that it becomes a part of, for as long as it is one.

    Of an item that both have, the part keeps its own link for the day it stands again; the need that
    stands counts it once, and a person's word wins there.
    """
    theirs = Link.objects.filter(need=need)
    both = list(theirs.filter(item__in=Link.objects.filter(need=into).values("item")))
    there = {
        link.item_id: link
        for link in Link.objects.filter(need=into, item__in=[one.item_id for one in both])
    }
    for one in both:
        standing = there[one.item_id]
        if one.origin == Link.Origin.PERSON and standing.origin == Link.Origin.MACHINE:
            standing.origin, standing.holds, standing.came_from = one.origin, one.holds, need
            standing.save(update_fields=["origin", "holds", "came_from"])
    brought = theirs.exclude(pk__in=[one.pk for one in both])
    brought.update(need=into, came_from=Coalesce(F("came_from"), Value(need.pk)))


def _take_back(need: Need, out_of: Need) -> None:
    """Give a need its links back, and those of the parts that it had when it was merged."""
    along = Need.objects.filter(pk__in=need.parts.get("along", []), merged_into=out_of)
    parts = [need.pk, *along.values_list("pk", flat=True)]
    along.update(merged_into=need)
    theirs = Link.objects.filter(need=out_of, came_from__in=parts)
    kept = Link.objects.filter(need=need).values("item")  # here a person's word was lent
    lent = list(theirs.filter(item__in=kept).values_list("pk", flat=True))
    Link.objects.filter(pk__in=lent).update(origin=Link.Origin.MACHINE, holds=True, came_from=None)
    theirs.exclude(pk__in=lent).update(need=need)
    Link.objects.filter(need=need, came_from=need).update(came_from=None)


def _recount(need: Need) -> None:
    """Count at once what can be counted here; the rest follows with the next count."""
    known = Link.objects.filter(need=need, holds=True).aggregate(
        items=Count("pk"),
        people=Count("item__customer_id", distinct=True, filter=~Q(item__customer_id="")),
        accounts=Count("item__account_id", distinct=True, filter=~Q(item__account_id="")),
    )
    Need.objects.filter(pk=need.pk).update(
        n_items=known["items"],
        n_people=known["people"],
        n_accounts=known["accounts"],
        counted_at=None,
    )
    need.counted_at = None
    need.n_items, need.n_people = known["items"], known["people"]
    need.n_accounts = known["accounts"]
    count_soon(Actor.workspace())


def _born(found: continuing.Found, new: continuing.Continuation) -> dict[int, Need]:
    """A need for each theme that continues none; one that had faded under its name comes back."""
    faded = {need.found_as: need for need in Need.objects.filter(status=Status.FADED)}
    taken = {name.lower() for name in queries.names()}
    born: dict[int, Need] = {}
    for theme in sorted(set(new.born.values())):
        label = found.names[theme][:LONGEST_NAME]
        need = faded.get(label) or Need(found_as=label, created_at=timezone.now())
        need.name, need.status = _untaken(label, taken), Status.PROPOSED
        need.save()
        taken.add(need.name.lower())
        born[theme] = need
    return born


def _untaken(label: str, taken: Collection[str]) -> str:
    """The label, or the label with a number where another need is called so."""
    names = itertools.chain([label], (f"{label} ({n})" for n in itertools.count(2)))
    return next(name for name in names if name.lower() not in taken)


def _speak(
    wanted: Mapping[int, int],
    through: Mapping[int, int],
    old: continuing.Standing,
    found: continuing.Found,
) -> None:
    """Make the machine's links what they should be; items that people linked are left alone."""
    by_people = Link.objects.filter(origin=Link.Origin.PERSON, holds=True)
    ours = Link.objects.filter(origin=Link.Origin.MACHINE).exclude(need__status=Status.MERGED)
    ours = ours.exclude(item__in=by_people.exclude(need__status=Status.MERGED).values("item"))
    there = dict(ours.values_list("item", "need"))
    gone = [item for item, need in there.items() if wanted.get(item) != need]
    for part in _parts(gone):
        ours.filter(item__in=part).delete()
    fresh = [item for item in wanted if wanted[item] != there.get(item) and item not in old.pinned]
    for part in _parts(fresh):
        keys = dict(Item.objects.filter(pk__in=part).values_list("pk", "feedback_id"))
        Link.objects.bulk_create(
            [
                Link(
                    item_id=item,
                    need_id=wanted[item],
                    origin=Link.Origin.MACHINE,
                    confidence_share=found.sure.get(keys[item]),
                    came_from_id=through.get(item),
                )
                for item in part
                if item in keys
            ],
            ignore_conflicts=True,
        )


def _parts(items: Sequence[int]) -> Iterable[Sequence[int]]:
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))


def _fade(old: continuing.Standing) -> list[Need]:
    """Let go the needs that nobody shaped and no item speaks of any more."""
    loose = [need.pk for need in old.needs if not continuing.is_held(need)]
    spoken = set(Link.objects.filter(need__in=loose, holds=True).values_list("need", flat=True))
    faded = [need for need in old.needs if need.pk in set(loose) - spoken]
    Need.objects.filter(pk__in=[need.pk for need in faded]).update(status=Status.FADED)
    return faded


def _outcome(
    old: continuing.Standing,
    new: continuing.Continuation,
    born: Mapping[int, Need],
    faded: Sequence[Need],
) -> dict[str, Any]:
    """What happened to each need, for the page of the run."""
    matching = new.matching
    stands = {need.pk: need for need in old.needs}
    whole = [stands[continuing.whole(need)] for need in old.needs]
    sizes: dict[int, int] = {}
    for theme in new.born.values():
        sizes[theme] = sizes.get(theme, 0) + 1
    return {
        "kept": [
            {**_named(whole[place]), "overlap": matching.overlap.get(theme)}
            for theme, place in matching.kept.items()
        ],
        "born": [
            {
                **_named(need),
                "n": sizes[theme],
                "from": _named(whole[matching.parted[theme]]) if theme in matching.parted else None,
            }
            for theme, need in born.items()
        ],
        "faded": [_named(need) for need in faded],
        "joined": [
            {
                **_named(old.needs[place]),
                "with": _named(whole[matching.kept[theme]]) if theme in matching.kept else None,
            }
            for place, theme in matching.joined.items()
            if continuing.is_held(old.needs[place])
            and old.needs[place].status != Status.MERGED
            and place not in matching.kept.values()
        ],
    }


def _named(need: Need) -> dict[str, Any]:
    return {"need": need.pk, "name": need.name}
