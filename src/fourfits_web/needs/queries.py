"""Reads about needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Count, Exists, OuterRef, QuerySet

from fourfits_web.core import audit
from fourfits_web.core.models import AuditEntry
from fourfits_web.core.remembering import once_a_request
from fourfits_web.feedback import queries as feedback
from fourfits_web.feedback.models import Item
from fourfits_web.needs.models import STANDING, Link, Need, Run, Status

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


def active() -> QuerySet[Need]:
    """Needs that stand: proposed or accepted."""
    return Need.objects.filter(status__in=STANDING).order_by("-n_people", "name")


def tab(name: str) -> QuerySet[Need]:
    """What a tab of the list holds: those that stand, those of a status, or all."""
    if name == "standing":
        return active()
    if name == "gone":
        return Need.objects.exclude(status__in=STANDING).select_related("merged_into")
    return Need.objects.filter(status=name)


def need(pk: int) -> Need | None:
    """One need."""
    return Need.objects.select_related("merged_into").filter(pk=pk).first()


def named(name: str) -> Need | None:
    """The need of that name, if it stands."""
    return active().filter(name__iexact=name.strip()).first() if name.strip() else None


def chosen(ids: Iterable[str]) -> list[Need]:
    """Standing needs by the keys that a form posted, those with most people first."""
    return list(active().filter(pk__in=[int(key) for key in ids if key.isdecimal()]))


def names() -> list[str]:
    """Names of the needs that stand, to choose from."""
    return list(active().order_by("name").values_list("name", flat=True))


def merged_into(one: Need) -> list[Need]:
    """Needs that were merged into a need."""
    return list(Need.objects.filter(merged_into=one, status=Status.MERGED).order_by("name"))


def items(one: Need) -> QuerySet[Item]:
    """What speaks of a need, newest first."""
    return feedback.items().filter(speaking_of([one.pk])).order_by("-occurred_at")


def quotes(one: Need, limit: int) -> list[Item]:
    """What stands for a need, the most telling first; the newest until it was counted."""
    wanted = list(one.figures.get("quoted") or [])[:limit]
    if not wanted:
        return list(items(one)[:limit])
    found = {item.feedback_id: item for item in feedback.items().filter(feedback_id__in=wanted)}
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
    found = Link.objects.filter(item=item, holds=True, need__status__in=STANDING)
    return list(found.select_related("need").order_by("-origin", "need__name"))


def by_item(ids: Iterable[int]) -> Mapping[int, list[Need]]:
    """The standing needs of several items: one query."""
    found: dict[int, list[Need]] = defaultdict(list)
    links = Link.objects.filter(item__in=list(ids), holds=True, need__status__in=STANDING)
    named = links.select_related("need").only("item", "origin", "need__name", "need__status")
    for link in named.order_by("-origin", "need__name"):
        found[link.item_id].append(link.need)
    return found


def accounts_that_speak(ids: Iterable[int], limit: int) -> list[tuple[str, int]]:
    """Accounts whose people speak of one of the needs, and how many of them do, most first."""
    speaking = Link.objects.filter(need__in=list(ids), holds=True).exclude(item__account_id="")
    counted = speaking.values("item__account_id").annotate(
        n=Count("item__customer_id", distinct=True)
    )
    found = counted.order_by("-n", "item__account_id").values_list("item__account_id", "n")
    return list(found[:limit])


@once_a_request
def spoken_of_by_account(account_id: str) -> list[tuple[Need, int]]:
    """Needs of which an account's people speak, and in how many items, most first."""
    return _spoken_of(Link.objects.filter(item__account_id=account_id))


@once_a_request
def spoken_of_by_person(customer_id: str) -> list[tuple[Need, int]]:
    """Needs of which a person speaks, and in how many items, most first."""
    return _spoken_of(Link.objects.filter(item__customer_id=customer_id))


def runs(limit: int = 50) -> list[Run]:
    """Looks for themes, newest first."""
    return list(Run.objects.order_by("-pk")[:limit])


def run(pk: int) -> Run | None:
    """One look for themes."""
    return Run.objects.select_related("report").filter(pk=pk).first()


def last_run() -> Run | None:
    """The newest look for themes."""
    return Run.objects.order_by("-pk").first()


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


def _named(pks: Iterable[int]) -> QuerySet[Need]:
    """Needs without what only their own pages show."""
    return Need.objects.filter(pk__in=list(pks)).defer("description", "figures", "parts")


def _spoken_of(links: QuerySet[Link]) -> list[tuple[Need, int]]:
    speaking = links.filter(holds=True, need__status__in=STANDING)
    counted = dict(speaking.values("need").annotate(n=Count("pk")).values_list("need", "n"))
    found = [(each, counted[each.pk]) for each in _named(counted)]
    return sorted(found, key=lambda pair: (-pair[1], pair[0].name))
