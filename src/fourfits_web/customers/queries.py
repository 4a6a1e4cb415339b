"""Reads about people and accounts, from their copies."""

from __future__ import annotations

import datetime
import itertools
import json
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa
from django.conf import settings
from django.db import connection
from django.db.models import Case, Q, QuerySet, When
from django.utils import timezone

from fourfits_web.core import prepared
from fourfits_web.core.remembering import once_a_request
from fourfits_web.customers.models import Account, Facet, Person, Timeline, Word
from fourfits_web.reports import queries as reports
from fourfits_web.reports.models import Report

Of = Literal["person", "account"]

BROAD = 5_000
"""A word that begins more names than this is looked for in the rows themselves: a page of them is
soon found, while gathering all would cost more than the page."""
MOST_WORDS = 6
ROLES = ("decision_maker", "champion", "influencer", "user", "blocker", "")
"""Parts in buying, those who decide first."""
COMMITTEE = 100
"""People of an account who are shown."""


_people = prepared.Question(lambda ids: Person.objects.filter(customer_id__in=ids))
_accounts = prepared.Question(lambda ids: organisations().filter(account_id__in=ids))
_people_by_name = prepared.Question(
    lambda ids: Person.objects.filter(customer_id__in=ids).only("customer_id", "name", "email")
)
_accounts_by_name = prepared.Question(
    lambda ids: Account.objects.filter(account_id__in=ids).only("account_id", "name")
)
_person = prepared.Question(lambda key: Person.objects.filter(customer_id=key))
_account = prepared.Question(lambda key: Account.objects.filter(account_id=key))
_committee = prepared.Question(
    lambda account_id: (
        Person.objects.filter(account_id=account_id)
        .only("customer_id", "name", "email", "buying_role", "job_title", "n_feedback", "last_at")
        .order_by(
            Case(
                *(When(buying_role=role, then=place) for place, role in enumerate(ROLES)),
                default=len(ROLES),
            ),
            "-last_at",
            "pk",
        )[:COMMITTEE]
    )
)
_facets = prepared.Question(
    lambda of: (
        Facet.objects.filter(of=of)
        .order_by("field", "-n", "value")
        .values_list("field", "value", "n")
    )
)
_moments = prepared.Question(
    lambda of, key, part: Timeline.objects.filter(of=of, key=key, part=part).values_list("moments")
)


def everybody() -> QuerySet[Person]:
    """All people."""
    return Person.objects.all()


def organisations() -> QuerySet[Account]:
    """All accounts, without their deals."""
    return Account.objects.defer("deals")


def has_open_deals() -> Q:
    """Accounts with a deal that is neither won nor lost."""
    return Q(n_open_deals__gt=0)


def people(ids: Collection[str]) -> dict[str, Person]:
    """People by their ids; those that are not known are left out."""
    return {person.customer_id: person for person in _people(ids)}


def accounts(ids: Collection[str]) -> dict[str, Account]:
    """Accounts by their ids, without their deals; those that are not known are left out."""
    return {account.account_id: account for account in _accounts(ids)}


def people_by_name(ids: Collection[str]) -> dict[str, Person]:
    """People by their ids, with nothing but what they are called."""
    return {person.customer_id: person for person in _people_by_name(ids)}


def accounts_by_name(ids: Collection[str]) -> dict[str, Account]:
    """Accounts by their ids, with nothing but what they are called."""
    return {account.account_id: account for account in _accounts_by_name(ids)}


def person(customer_id: str) -> Person | None:
    """One person."""
    return _person.first(customer_id)


def account(account_id: str) -> Account | None:
    """One account."""
    return _account.first(account_id)


def committee(account_id: str) -> list[Person]:
    """People of an account, those who decide first."""
    return _committee(account_id)


def lifetime() -> Report | None:
    """The report behind value and P(alive), by segment where it was asked so."""
    return reports.first_stored("lifetime_value", {"by": "segment"}, {}, light=True)


def facets(of: Of) -> dict[str, list[tuple[str, int]]]:
    """What filters offer by field: values with how many have them, the most frequent first."""
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for field, value, n in _facets(of):
        found[field].append((value, n))
    return found


# Finding by words


def found_by(of: Of, text: str, limit: int) -> list[str]:
    """Ids of people or accounts of whom each word of the text begins a word, a few of them."""
    words = _words(text)
    if not words:
        return []
    first, *rest = sorted(words, key=len, reverse=True)
    keys = _beginning(of, first).order_by("word", "key").values_list("key", flat=True)
    for word in rest:
        keys = keys.filter(key__in=_beginning(of, word).values("key"))
    return list(dict.fromkeys(keys[: 4 * limit]))[:limit]


def matching(found: QuerySet[Any], of: Of, text: str) -> QuerySet[Any]:
    """The people or accounts of whom each word of the text begins a word."""
    key = "customer_id" if of == "person" else "account_id"
    texts = [key, "name", *(["email"] if of == "person" else [])]
    for word in _words(text):
        hits = _beginning(of, word)
        if hits[: BROAD + 1].count() <= BROAD:
            found = found.filter(**{f"{key}__in": hits.values("key")})
        else:
            held = Q()
            for name in texts:
                held |= Q(**{f"{name}__icontains": word})
            found = found.filter(held)
    return found


def _words(text: str) -> list[str]:
    """Words as they are kept: lower case, without accents.

    >>> _words("José  O'Neil")
    ['jose', "o'neil"]
    """
    plain = unicodedata.normalize("NFKD", text.lower())
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return list(dict.fromkeys(letters.split()))[:MOST_WORDS]


def _beginning(of: Of, start: str) -> QuerySet[Word]:
    """Words with that beginning, by the index that each database has for it."""
    found = Word.objects.filter(of=of)
    if connection.vendor == "sqlite":
        return found.filter(word__gte=start, word__lt=start + "\U0010ffff")
    return found.filter(word__startswith=start)


# What happened


@dataclass(frozen=True, kw_only=True)
class Moment:
    """Something that a person or an account did, or that was done with them.

    `n` is how often on that day; for usage by an account `n_people` is by how many.
    """

    at: datetime.datetime
    kind: str
    title: str
    detail: str
    amount: float | None
    n: int
    n_people: int | None
    customer_id: str
    currency: str


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Moments that follow each other, newest first, and where older ones begin."""

    moments: list[Moment]
    older: int | None


def moments(of: Of, key: str, *, start: int = 0, kind: str = "", n: int = 30) -> Stretch:
    """A stretch of a timeline.

    Args:
        of: Whose.
        key: Their id.
        start: How many moments to pass over.
        kind: Only those of this kind.
        n: How many at most.
    """
    found: list[Moment] = []
    currency = settings.WORKSPACE.currency
    for place, told in _told(of, key, start):
        if kind and told[1] != kind:
            continue
        if len(found) == n:
            return Stretch(moments=found, older=place)
        found.append(_moment(told, currency))
    return Stretch(moments=found, older=None)


def kinds(of: Of, key: str) -> list[str]:
    """Kinds of what happened lately: those in the newest part of a timeline."""
    told = _part(of, key, 0)
    return sorted({moment[1] for moment in told})


def _told(of: Of, key: str, start: int) -> Iterator[tuple[int, list[Any]]]:
    """Moments as they are kept, with their places, from one on; a part is read when needed."""
    part, skipped = divmod(start, Timeline.PART)
    while told := _part(of, key, part):
        yield from enumerate(told[skipped:], part * Timeline.PART + skipped)
        if len(told) < Timeline.PART:
            return
        part, skipped = part + 1, 0


@once_a_request
def _part(of: Of, key: str, part: int) -> list[list[Any]]:
    found = _moments.first(of, key, part)
    return json.loads(found[0]) if found else []


def _moment(told: list[Any], usual: str) -> Moment:
    second, kind, title, detail, amount, n, who, currency = [*told, *[None] * (8 - len(told))]  # type: ignore[misc]
    is_usage = kind == "usage"
    return Moment(
        at=datetime.datetime.fromtimestamp(second, datetime.UTC),
        kind=kind,
        title=title or "",
        detail=detail or "",
        amount=None if is_usage else amount,
        n=n or 1,
        n_people=int(amount) if is_usage and amount else None,
        customer_id=who or "",
        currency=currency or usual,
    )


# What other slices add up

FACTS = {
    "customer_id": "string",
    "plan": "string",
    "country": "string",
    "acquisition_channel": "string",
    "buying_role": "string",
    "age": "string",
    "gender": "string",
    "n_orders": "int64",
    "revenue_amount": "float64",
    "alive_share": "float64",
    "value_amount": "float64",
}
_FACTS_AT_ONCE = 50_000


def facts() -> Iterator[pa.Table]:
    """What everybody is and brings, some thousands at a time, in the columns of `FACTS`."""
    year = timezone.localdate().year
    asked = ["birth_year" if name == "age" else name for name in FACTS]
    found = Person.objects.order_by().values_list(*asked).iterator(chunk_size=10_000)
    while part := list(itertools.islice(found, _FACTS_AT_ONCE)):
        columns: dict[str, list[Any]] = dict(
            zip(FACTS, map(list, zip(*part, strict=True)), strict=True)
        )
        columns["age"] = [_decade(year - born) if born else "" for born in columns["age"]]
        for name in ("revenue_amount", "value_amount"):
            columns[name] = [float(amount) for amount in columns[name]]
        yield pa.table(columns)


def _decade(age: int) -> str:
    """The band of an age.

    >>> _decade(17), _decade(34), _decade(81)
    ('under 20', '30 to 39', '70 and over')
    """
    if age < 20:
        return "under 20"
    return "70 and over" if age >= 70 else f"{age // 10 * 10} to {age // 10 * 10 + 9}"
