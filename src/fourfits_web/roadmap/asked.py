"""Reads about who asked for a feature, who of them was told that it has shipped, and what they said.

Who asked is not stored: it is whoever said something that speaks of a need which the feature
answers. So merged needs, new runs and what people take apart show at once; whoever was told stays.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import BigIntegerField, Count, Exists, Func, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from fourfits import intervals
from fourfits_web.core import prepared
from fourfits_web.core.remembering import once_a_request
from fourfits_web.customers import queries as customers
from fourfits_web.customers.models import Person
from fourfits_web.features import queries as features
from fourfits_web.features.models import Feature
from fourfits_web.feedback.models import Item as Said
from fourfits_web.members.models import Member
from fourfits_web.needs import queries as needs
from fourfits_web.needs.models import Need
from fourfits_web.reports import queries as reports
from fourfits_web.roadmap import queries
from fourfits_web.roadmap.models import Asker, Message, Note

UNDO_FOR = datetime.timedelta(minutes=5)
NOTED = 10
"""Notes that a page shows: the newest."""
"""Pieces of feedback that the page of somebody shows: the newest."""
STATES = (
    ("waiting", "Not told yet"),
    ("told", "Told, no answer yet"),
    ("helped", "It helped"),
    ("not_helped", "It did not help"),
)
_KEPT_SECONDS = 600
_WHO = ("feedback", "customers", "accounts")
"""Tables that say who said something, and for whom."""

_notes = prepared.Question(
    lambda pk: (
        Note.objects.filter(feature=pk).select_related("author").order_by("-at", "-pk")[:NOTED]
    )
)
_message = prepared.Question(lambda pk: Message.objects.filter(feature=pk).select_related("author"))


_noted = prepared.Question(
    # `Max` and `Sum` would group the rows
    lambda: Note.objects.values_list(
        Func("pk", function="MAX", output_field=BigIntegerField()),
        Func("n_people", function="SUM", output_field=BigIntegerField()),
    )
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What one who asked said and what became of it."""

    newest: Said | None
    """What they said last; nothing where it speaks of another need by now."""
    n_said: int
    asker: Asker | None

    @property
    def state(self) -> str:
        """One of `STATES`."""
        return self.asker.state if self.asker else "waiting"


@dataclass(frozen=True, kw_only=True)
class Summary:
    """How many asked, were told, and say that it helped."""

    n_people: int = 0
    n_accounts: int = 0
    n_told: int = 0
    n_helped: int = 0
    n_not_helped: int = 0

    @property
    def n_answered(self) -> int:
        """How many answered."""
        return self.n_helped + self.n_not_helped

    @property
    def n_waiting(self) -> int:
        """How many are not told yet."""
        return max(self.n_people - self.n_told, 0)

    @property
    def helped(self) -> dict[str, float] | None:
        """The share of those who answered that it helped, with its interval; none without answers."""
        if not self.n_answered:
            return None
        low, high = intervals.wilson(self.n_helped, self.n_answered)
        return {"share": self.n_helped / self.n_answered, "low": float(low), "high": float(high)}


# Who asked


def needs_behind(found: Sequence[Feature]) -> dict[int, tuple[int, ...]]:
    """The needs that each feature answers: those that people linked, else the one of its data."""
    linked = features.needs_of(one.pk for one in found)
    named = {one.pk: one.need for one in found if one.pk not in linked and one.need}
    known = needs.standing_for((), set(named.values())) if named else []
    by_name = {need.name: need.pk for need in known}
    for pk, name in named.items():
        if name in by_name:
            linked[pk] = [by_name[name]]
    return {one.pk: tuple(sorted(linked.get(one.pk, ()))) for one in found}


def people(features_: Collection[int], behind: Collection[int]) -> QuerySet[Person]:
    """Who asked for one of the features, by the needs behind them, and who was told.

    People whom the customer data do not know are left out: there is no way to reach them.
    """
    told = Asker.objects.filter(feature__in=features_).order_by().values_list("customer_id")
    asked = needs.speakers(behind).union(told) if behind else told
    return customers.everybody().filter(customer_id__in=asked)


def listed(features_: Collection[int], behind: Collection[int]) -> QuerySet[Person]:
    """The same with nothing but what their list shows."""
    return people(features_, behind).only(
        "customer_id", "account_id", "account_name", "name", "email", "segment", "plan",
        "job_title", "value_amount", "currency",
    )  # fmt: skip


def in_state(feature: int, states: Iterable[str]) -> Q:
    """The condition that somebody is in one of `STATES`."""
    noted = Asker.objects.filter(feature=feature, customer_id=OuterRef("customer_id"))
    conditions = {
        "waiting": ~Q(Exists(noted)),
        "told": Q(Exists(noted.filter(answer=None))),
        "helped": Q(Exists(noted.filter(answer__kind=Note.Kind.HELPED))),
        "not_helped": Q(Exists(noted.filter(answer__kind=Note.Kind.NOT_HELPED))),
    }
    found = Q()
    for state in states:
        found |= conditions[state]
    return found


def look_up(found: Sequence[Person], feature: int, behind: Collection[int], mark: str = "") -> None:
    """Give each person what they said and what became of it, as `asked`: two queries for all.

    Args:
        found: The people.
        feature: What they asked for.
        behind: The needs behind it.
        mark: Changes with who asked, as `mark` tells; where it is given, which of what they said is
            the newest is kept until then.
    """
    ids = [person.customer_id for person in found]
    newest = _newest(behind, ids, mark) if behind else {}
    askers = _askers(feature, ids)
    for person in found:
        item: Any = newest.get(person.customer_id)
        person.asked = Asked(  # type: ignore[attr-defined]
            newest=item,
            n_said=item.n_said if item else 0,
            asker=askers.get(person.customer_id),
        )


def _newest(behind: Collection[int], ids: Sequence[str], mark: str) -> dict[str, Said]:
    if not mark:
        return needs.newest_said(behind, ids)
    told = hashlib.sha256(repr((behind, ids, mark)).encode()).hexdigest()
    key = f"roadmap-newest:{told}"
    known: dict[int, int] | None = cache.get(key)
    if known is None:
        found = needs.newest_said(behind, ids)
        cache.set(key, {item.pk: item.n_said for item in found.values()}, _KEPT_SECONDS)  # type: ignore[attr-defined]
        return found
    return needs.said_with(known)


def one(feature: int, behind: Collection[int], customer_id: str) -> Person | None:
    """One who asked, with what became of it."""
    person: Any = customers.person(customer_id)
    if person is None:
        return None
    look_up([person], feature, behind)
    return person if person.asked.newest or person.asked.asker else None


def known(feature: int, behind: Collection[int], ids: Collection[str]) -> list[str]:
    """Those of the ids who asked."""
    asked = people([feature], behind).filter(customer_id__in=ids)
    return list(asked.order_by("customer_id").values_list("customer_id", flat=True))


def linkable(behind: Collection[int]) -> list[Need]:
    """Those of the needs that still stand, to which something can be linked."""
    return needs.standing_for(behind, ()) if behind else []


# What became of it


def notes(feature: int) -> list[Note]:
    """What was noted of a feature, newest first."""
    return _notes(feature)


def undoable(found: Sequence[Note], member: Member | None) -> Note | None:
    """The newest of the notes, if the member made it a moment ago and it can be taken back."""
    if member is None or not found:
        return None
    last = found[0]
    is_fresh = last.at > timezone.now() - UNDO_FOR and last.kind != Note.Kind.TAKEN_BACK
    return last if is_fresh and last.author_id == member.pk else None


def note(pk: int) -> Note | None:
    """One note."""
    return Note.objects.select_related("feature").filter(pk=pk).first()


def message(feature: int) -> Message | None:
    """What people wrote to send to those who asked."""
    return _message.first(feature)


def unknown_to_the_data() -> set[str]:
    """People of whom something is noted, and whom the customer data do not know any more."""
    there = customers.everybody().filter(customer_id=OuterRef("customer_id"))
    gone = Asker.objects.filter(~Exists(there)).order_by()
    return set(gone.values_list("customer_id", flat=True).distinct())


# How many


def summary(feature: Feature, behind: Sequence[int] | None = None) -> Summary:
    """How many asked for a feature, were told, and say that it helped.

    Args:
        feature: What they asked for.
        behind: The needs behind it, where they were looked up before.
    """
    known = None if behind is None else {feature.pk: tuple(behind)}
    return summaries([feature], known)[feature.pk]


def summaries(
    found: Sequence[Feature], behind: dict[int, tuple[int, ...]] | None = None
) -> dict[int, Summary]:
    """The same for several features, with as many queries as for one.

    Going through everybody who asked takes longer than the rest of a page, so that is kept until
    the needs are counted anew, somebody else is told, or an import changed who said it.
    """
    if behind is None:
        behind = needs_behind(found)
    told = _told(tuple(one.pk for one in found))
    seen = _seen(behind)
    keys = {
        pk: f"roadmap-asked:{pk}:{mark}:{told.get(pk, ())[:2]}".replace(" ", "")
        for pk, mark in seen.items()
    }
    kept = cache.get_many(keys.values())
    missing = {pk: behind[pk] for pk in behind if keys.get(pk) not in kept}
    counted = _counted(missing) if missing else {}
    new = {keys[pk]: n for pk, n in counted.items() if pk in keys}
    cache.set_many(new, _KEPT_SECONDS)
    return {pk: _summary(counted.get(pk) or kept[keys[pk]], told.get(pk)) for pk in behind}


def mark(feature: int, behind: tuple[int, ...]) -> str:
    """What changes with who asked for a feature or was told; nothing while a need waits to be counted."""
    seen = _seen({feature: behind}).get(feature, "")
    return f"{seen}:{_told((feature,)).get(feature, ())[:2]}" if seen else ""


def nameless(feature: int, behind: tuple[int, ...]) -> int:
    """How many items speak of one of the needs without saying who; kept like the sums."""
    if not behind:
        return 0
    mark = _seen({feature: behind}).get(feature)
    if mark is None:
        return needs.nameless(behind)
    key = f"roadmap-nameless:{feature}:{mark}".replace(" ", "")
    return cache.get_or_set(key, lambda: needs.nameless(behind), _KEPT_SECONDS) or 0


def _seen(behind: dict[int, tuple[int, ...]]) -> dict[int, str]:
    """For each feature a mark that changes with who asked; none while a need waits to be counted."""
    counted = needs.counted(frozenset(pk for keys in behind.values() for pk in keys))
    versions = reports.versions_now()
    seen = [versions.get(name) for name in _WHO]
    return {
        pk: f"{[(key, counted[key]) for key in keys]}:{seen}"
        for pk, keys in behind.items()
        if all(counted.get(key) for key in keys)
    }


def untold() -> list[tuple[Feature, Summary]]:
    """What shipped last while somebody who asked for it is not told yet, newest first.

    Kept for minutes, until something else ships, is noted or taken back: every look at Home asks.
    """
    found = features.shipped()
    if not found:
        return []
    seen = [(one.pk, one.changed_at.timestamp()) for one in found]
    key = f"roadmap-untold:{seen}:{_noted.first()}".replace(" ", "")
    sums = cache.get_or_set(key, lambda: summaries(found), _KEPT_SECONDS) or {}
    return [(one, sums[one.pk]) for one in found if sums[one.pk].n_waiting]


def _summary(counted: tuple[int, int], told: tuple[int, ...] | None) -> Summary:
    n_people, n_accounts = counted
    if told is None:
        return Summary(n_people=n_people, n_accounts=n_accounts)
    n_told, _, n_helped, n_not_helped = told
    return Summary(
        n_people=n_people,
        n_accounts=n_accounts,
        n_told=n_told,
        n_helped=n_helped,
        n_not_helped=n_not_helped,
    )


@once_a_request
def _told(pks: tuple[int, ...]) -> dict[int, tuple[int, ...]]:
    """By feature: who was told, a number that changes with them, who says it helped, who not."""
    return {int(pk): (n, mark, yes, no) for pk, n, mark, yes, no in _tellings(list(pks))}


def _told_of(pks: Sequence[int]) -> QuerySet[Asker, Any]:
    there = customers.everybody().filter(customer_id=OuterRef("customer_id"))
    found = Asker.objects.filter(Exists(there), feature__in=pks).order_by().values("feature")
    return found.annotate(
        n=Count("pk"),
        mark=Sum("pk"),
        helped=Count("pk", filter=Q(answer__kind=Note.Kind.HELPED)),
        not_helped=Count("pk", filter=Q(answer__kind=Note.Kind.NOT_HELPED)),
    ).values_list("feature", "n", "mark", "helped", "not_helped")


_tellings = prepared.Question(_told_of)


def _counted(behind: dict[int, tuple[int, ...]]) -> dict[int, tuple[int, int]]:
    """People and accounts that asked for each feature: three queries for any number of them."""
    every = {pk for keys in behind.values() for pk in keys}
    speaking = needs.speakers_by_need(every) if every else {}
    told: dict[int, set[str]] = {pk: set() for pk in behind}
    askers = Asker.objects.filter(feature__in=list(behind)).order_by()
    for feature, customer_id in askers.values_list("feature_id", "customer_id"):
        told[feature].add(customer_id)
    account_of = dict(people(list(behind), every).values_list("customer_id", "account_id"))
    found = {}
    for pk, keys in behind.items():
        asked = told[pk].union(*(speaking[key] for key in keys)) & account_of.keys()
        found[pk] = (len(asked), len({account_of[each] for each in asked} - {""}))
    return found


def _askers(feature: int, ids: Collection[str]) -> dict[str, Asker]:
    return {asker.customer_id: asker for asker in _asker(feature, list(ids))}


_OF_ASKERS = (
    "feature", "customer_id", "words",
    "told__kind", "told__at", "told__channel", "told__author__name",
    "answer__kind", "answer__at", "answer__author__name",
)  # fmt: skip
_asker = prepared.Question(
    lambda feature, ids: (
        Asker.objects.filter(feature=feature, customer_id__in=ids)
        .select_related("told__author", "answer__author")
        .only(*_OF_ASKERS)
    )
)


# What they are written

SUBJECT = "{feature} is here"
TEXT = """Hello {{name}},

some time ago you told us what you were missing. {feature} {when}.

Does it help you? A short answer is enough: it helps, or what is still missing.

{me}"""
NAME = "{name}"
"""Stands in a message for the name of whom it goes to."""


def drafted(feature: Feature, me: str) -> Message:
    """The message as somebody wrote it, or a draft of it that names feature and release."""
    written = message(feature.pk)
    if written is not None:
        return written
    item = queries.item_of(feature)
    release = item.release if item else None
    day = release.shipped_on if release else None
    when = f"came with {release}" if release else "is available now"
    if day:
        when += f", on {day:%d %B %Y}".replace(" 0", " ")
    return Message(
        feature=feature,
        subject=SUBJECT.format(feature=feature.name)[:200],
        text=TEXT.format(feature=feature.name, when=when, me=me),
    )


def addressed(text: str, name: str) -> str:
    """The text with the name in its place; nobody is greeted by a name that is not known.

    >>> addressed("Hello {name},", "Ada"), addressed("Hello {name},", "")
    ('Hello Ada,', 'Hello,')
    """
    return text.replace(NAME, name) if name else text.replace(f" {NAME}", "").replace(NAME, "")
