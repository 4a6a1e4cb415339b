"""Reads about needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from django.core.cache import cache
from django.db.models import (
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Window,
)
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import RowNumber

from fourfits_web.core import audit, prepared
from fourfits_web.core.models import AuditEntry, keys
from fourfits_web.core.remembering import once_a_request
from fourfits_web.feedback import queries as feedback
from fourfits_web.feedback.models import Item
from fourfits_web.needs.models import STANDING, Link, Need, Run, Status
from fourfits_web.reports import queries as reports

WORDS = {
    "need.add": "added it",
    "need.accept": "accepted it",
    "need.rename": "renamed it",
    "need.describe": "described it",
    "need.drop": "dropped it",
    "need.propose": "took it up again",
    "need.merge": "merged it into another",
    "need.unmerge": "took the merger back",
    "need.split": "split it off",
}


ENDS = ("people_low", "people_high", "account_amount_low", "account_amount_high")
"""Figures of a need that lists show beside its own columns."""
NEWEST = 18
"""Items that a need's page may show: the newest, and those that stand for it already."""
TO_SPLIT = 60
"""Items that one chooses from at a time."""
FEW = 2_000
"""Items of a need up to which the newest are found by looking at all of them; of more, by going
through all feedback from the newest on, which takes long where none of the newest speaks of it."""
ASKING = 8
"""Accounts that a feature's page names."""
SAID = 10
"""Items of somebody that are shown to whoever tells them."""
_KEPT_SECONDS = 600
_WHO_SAID = ("feedback", "customers")
"""Tables that say whose people said something."""

_need = prepared.Question(lambda pk: Need.objects.select_related("merged_into").filter(pk=pk))
_merged_into = prepared.Question(
    lambda pk: Need.objects.filter(merged_into=pk, status=Status.MERGED).order_by("name")
)
_links_of = prepared.Question(
    lambda pk: (
        Link.objects.filter(item=pk, holds=True, need__status__in=STANDING)
        .select_related("need")
        .order_by("-origin", "need__name")
    )
)
_links_of_several = prepared.Question(
    lambda pks: (
        Link.objects.filter(item__in=pks, holds=True, need__status__in=STANDING)
        .select_related("need")
        .only("item", "origin", "need__name", "need__status")
        .order_by("-origin", "need__name")
    )
)
_asking = prepared.Question(
    lambda pks: (
        Link.objects.filter(need__in=pks, holds=True)
        .exclude(item__account_id="")
        .values("item__account_id")
        .annotate(n=Count("item__customer_id", distinct=True))
        .order_by("-n", "item__account_id")
        .values_list("item__account_id", "n")[:ASKING]
    )
)
_counted_at = prepared.Question(
    lambda pks: Need.objects.filter(pk__in=pks).values_list("pk", "counted_at")
)
_said_by_account = prepared.Question(
    lambda account_id: _counted(Link.objects.filter(item__account_id=account_id))
)
_said_by_person = prepared.Question(
    lambda customer_id: _counted(Link.objects.filter(item__customer_id=customer_id))
)
_named = prepared.Question(
    # without what only their own pages show
    lambda pks: Need.objects.filter(pk__in=pks).defer("description", "figures", "parts")
)
_of_name = prepared.Question(lambda name: active().filter(name=name)[:1])
_choices = prepared.Question(lambda: active().values_list("pk", "name"))
_last_run = prepared.Question(lambda: Run.objects.order_by("-pk")[:1])


def active() -> QuerySet[Need]:
    """Needs that stand: proposed or accepted."""
    return Need.objects.filter(status__in=STANDING).order_by("-n_people", "name")


def tab(name: str) -> QuerySet[Need]:
    """What a tab of the list holds: those that stand, those of a status, or all.

    Of their figures it takes nothing but the items of each month, `by_month`, and the ends of the
    intervals: reading all of them takes longer than the rest of the list.
    """
    taken = {name: KeyTransform(name, "figures") for name in ENDS}
    known = Need.objects.defer("parts", "figures")
    known = known.annotate(by_month=KeyTransform("months", "figures"), **taken)
    if name == "standing":
        return known.filter(status__in=STANDING).order_by("-n_people", "name")
    if name == "gone":
        return known.exclude(status__in=STANDING).select_related("merged_into")
    return known.filter(status=name)


def need(pk: int) -> Need | None:
    """One need."""
    return _need.first(pk)


def named(name: str) -> Need | None:
    """The need of that name, if it stands."""
    said = name.strip()
    if not said:
        return None
    same: Need | None = _of_name.first(said)
    return same or active().filter(name__iexact=said).first()


def choices() -> list[tuple[int, str]]:
    """Keys and names of the needs that stand, those with most people first."""
    return _choices()


def chosen(ids: Iterable[str]) -> list[Need]:
    """Standing needs by the keys that a form posted, those with most people first."""
    return list(active().filter(pk__in=keys(ids)))


_standing_named = prepared.Question(lambda names: active().filter(name__in=names))


def standing_for(keys: Iterable[int], names: Iterable[str]) -> list[Need]:
    """Standing needs by key or name, and those that merged ones among them became part of."""
    given, called = list(keys), list(names)
    if not given:
        return _standing_named(called)
    if not called:
        return _standing_keyed(given)
    return list(active().filter(_became(given) | Q(name__in=called)))


def _became(keys: Sequence[int]) -> Q:
    """The condition that a need has one of the keys, or that one with such a key is part of it."""
    merged = Need.objects.filter(pk__in=keys, status=Status.MERGED)
    return Q(pk__in=keys) | Q(pk__in=merged.values("merged_into"))


_standing_keyed = prepared.Question(lambda keys: active().filter(_became(keys)))


def names() -> list[str]:
    """Names of the needs that stand, to choose from."""
    return list(active().order_by("name").values_list("name", flat=True))


def merged_into(one: Need) -> list[Need]:
    """Needs that were merged into a need."""
    return _merged_into(one.pk)


def items(one: Need) -> QuerySet[Item]:
    """What speaks of a need, newest first."""
    speaking = _is_linked_to(one.pk) if one.n_items <= FEW else speaking_of([one.pk])
    return feedback.items().filter(speaking).order_by("-occurred_at")


def _newest(limit: int) -> Callable[[Need], list[Item]]:
    def few(pk: int) -> QuerySet[Item]:
        return feedback.words().filter(_is_linked_to(pk)).order_by("-occurred_at")[:limit]

    def many(pk: int) -> QuerySet[Item]:
        return feedback.words().filter(speaking_of([pk])).order_by("-occurred_at")[:limit]

    of_few, of_many = prepared.Question(few), prepared.Question(many)
    return lambda one: (of_few if one.n_items <= FEW else of_many)(one.pk)


newest = _newest(NEWEST)
"""The newest that speaks of a need."""
_newest_to_split = _newest(TO_SPLIT)


def to_split(one: Need, text: str = "", chosen: Collection[int] = ()) -> list[Item]:
    """What one chooses from: what is chosen already, then the newest that holds the text."""
    if not text and not chosen:
        return _newest_to_split(one)
    kept = list(items(one).filter(pk__in=chosen)) if chosen else []
    others = items(one).exclude(pk__in=chosen)
    return kept + list((feedback.matching(others, text) if text else others)[:TO_SPLIT])


def quotes(one: Need, limit: int) -> list[Item]:
    """What stands for a need, the most telling first; the newest until it was counted."""
    wanted = list(one.figures.get("quoted") or [])[:limit]
    if not wanted:
        return newest(one)[:limit]
    found = feedback.quoted(wanted)
    return [found[key] for key in wanted if key in found]


def speaking_of(ids: Sequence[int]) -> Exists:
    """The condition that an item speaks of one of the needs."""
    return Exists(Link.objects.filter(item=OuterRef("pk"), need__in=ids, holds=True))


def speaking_of_any() -> Exists:
    """The condition that an item speaks of any need that stands."""
    links = Link.objects.filter(item=OuterRef("pk"), holds=True, need__status__in=STANDING)
    return Exists(links)


def links_of(item: Item) -> list[Link]:
    """The needs that an item speaks of, those that people linked first."""
    return _links_of(item.pk)


def by_item(ids: Iterable[int]) -> Mapping[int, list[Need]]:
    """The standing needs of several items: one query."""
    found: dict[int, list[Need]] = defaultdict(list)
    for link in _links_of_several(list(ids)):
        found[link.item_id].append(link.need)
    return found


def accounts_that_speak(needs: Iterable[Need]) -> list[tuple[str, int]]:
    """Accounts whose people speak of one of the needs, and how many of them do, most first.

    Going through ten thousand items takes longer than the rest of a page, so the answer is kept until
    the needs are counted anew, as they are whenever other items speak of them, or until an import
    changed who said it; for ten minutes at most, because not every engine tells its versions.
    """
    asked = {need.pk: need.counted_at for need in sorted(needs, key=lambda need: need.pk)}
    counted = [f"{pk}:{at.timestamp()}" for pk, at in asked.items() if at]
    if len(counted) < len(asked):
        return _asking(list(asked))
    versions = reports.versions_now()
    key = f"needs-asking:{counted}:{[versions.get(name) for name in _WHO_SAID]}".replace(" ", "")
    return cache.get_or_set(key, lambda: _asking(list(asked)), _KEPT_SECONDS) or []


def speakers(ids: Collection[int]) -> QuerySet[Link, tuple[str]]:
    """Ids of the people who speak of one of the needs, one for each time they do."""
    named = Link.objects.filter(need__in=ids, holds=True).exclude(item__customer_id="")
    return named.order_by().values_list("item__customer_id")


def speakers_by_need(ids: Collection[int]) -> dict[int, set[str]]:
    """Ids of the people who speak of each of the needs: one query."""
    found: dict[int, set[str]] = {pk: set() for pk in ids}
    pairs = speakers(ids).values_list("need_id", "item__customer_id").distinct()
    for pk, customer_id in pairs:
        found[pk].add(customer_id)
    return found


@once_a_request
def counted(ids: frozenset[int]) -> dict[int, float | None]:
    """When each need was counted, in seconds since 1970; nothing while it waits to be counted anew.

    It changes whenever something else speaks of the need, so that answers can be kept until then.
    """
    return {pk: at.timestamp() if at else None for pk, at in _counted_at(sorted(ids))}


def nameless(ids: Collection[int]) -> int:
    """How many items speak of one of the needs without saying who."""
    of_nobody = Link.objects.filter(need__in=ids, holds=True, item__customer_id="")
    return of_nobody.order_by().values("item").distinct().count()


def newest_said(ids: Collection[int], people: Collection[str]) -> dict[str, Item]:
    """What each of the people said last of one of the needs, with how often they did, as `n_said`."""
    return {item.customer_id: item for item in _newest_said(list(ids), list(people))}


def said_with(n_said: Mapping[int, int]) -> dict[str, Item]:
    """The same by the items' keys, where what was found before still holds."""
    found = {item.customer_id: item for item in _said(list(n_said))}
    for item in found.values():
        item.n_said = n_said[item.pk]
    return found


def _newest_of_each(ids: Sequence[int], people: Collection[str]) -> QuerySet[Item]:
    speaks = feedback.words().filter(speaking_of(ids), customer_id__in=people)
    newest = Window(RowNumber(), partition_by="customer_id", order_by=["-occurred_at", "-pk"])
    n_said = Window(Count("pk"), partition_by="customer_id")
    return speaks.annotate(place=newest, n_said=n_said).filter(place=1)


_newest_said = prepared.Question(_newest_of_each)
_said = prepared.Question(lambda pks: feedback.words().filter(pk__in=pks))


def said_by(ids: Collection[int], customer_id: str) -> list[Item]:
    """The newest that somebody said of one of the needs."""
    return _said_by(list(ids), customer_id)


_said_by = prepared.Question(
    lambda ids, customer_id: (
        feedback.words()
        .filter(speaking_of(ids), customer_id=customer_id)
        .order_by("-occurred_at", "-pk")[:SAID]
    )
)


@once_a_request
def spoken_of_by_account(account_id: str) -> list[tuple[Need, int]]:
    """Needs of which an account's people speak, and in how many items, most first."""
    return _spoken_of(_said_by_account(account_id))


@once_a_request
def spoken_of_by_person(customer_id: str) -> list[tuple[Need, int]]:
    """Needs of which a person speaks, and in how many items, most first."""
    return _spoken_of(_said_by_person(customer_id))


def runs() -> QuerySet[Run]:
    """Looks for themes, newest first."""
    return Run.objects.order_by("-pk")


def naming(found: QuerySet[Run], text: str) -> QuerySet[Run]:
    """Looks that tell of a need whose name holds the text."""
    wanted = text.casefold()
    keys = [
        pk
        for pk, outcome in found.values_list("pk", "outcome").iterator()
        if any(wanted in row["name"].casefold() for rows in outcome.values() for row in rows)
    ]
    return found.filter(pk__in=keys)


def run(pk: int) -> Run | None:
    """One look for themes."""
    return Run.objects.select_related("report").filter(pk=pk).first()


def last_run() -> Run | None:
    """The newest look for themes."""
    return _last_run.first()


def history(one: Need) -> list[AuditEntry]:
    """What was done to a need, in words."""
    found = audit.history(one)
    for entry in found:
        renamed = {name: after for name, _, after in entry.changes}.get("name")
        words = WORDS.get(entry.verb, entry.verb.partition(".")[2].replace("_", " "))
        if entry.verb == "need.rename" and renamed:
            words = f"named it “{renamed}”"
        entry.words = words  # type: ignore[attr-defined]
    return found


def _is_linked_to(pk: int) -> Q:
    return Q(pk__in=Link.objects.filter(need=pk, holds=True).values("item"))


def _counted(links: QuerySet[Link]) -> QuerySet[Link, tuple[int, int]]:
    """Needs by how many of the links lead to each."""
    holding = links.filter(holds=True).values("need")
    return holding.annotate(n=Count("pk")).values_list("need", "n")


def _spoken_of(said: Iterable[tuple[int, int]]) -> list[tuple[Need, int]]:
    """Those of the needs that stand, most first: looking at each link's need takes far longer."""
    counted = dict(said)
    found = [(each, counted[each.pk]) for each in _named(counted) if each.is_standing]
    return sorted(found, key=lambda pair: (-pair[1], pair[0].name))
