"""Reads about people and accounts, from their copies."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from fourfits_web.customers.models import Account, Facet, Person, Timeline, Word


def everybody() -> QuerySet[Person]:
    """All people."""
    return Person.objects.all()


def organisations() -> QuerySet[Account]:
    """All accounts."""
    return Account.objects.all()


def people(ids: Collection[str]) -> dict[str, Person]:
    """People by their ids; those that are not known are left out."""
    found = Person.objects.filter(customer_id__in=ids) if ids else ()
    return {person.customer_id: person for person in found}


def accounts(ids: Collection[str]) -> dict[str, Account]:
    """Accounts by their ids; those that are not known are left out."""
    found = Account.objects.filter(account_id__in=ids) if ids else ()
    return {account.account_id: account for account in found}


def person(customer_id: str) -> Person | None:
    """One person."""
    return Person.objects.filter(customer_id=customer_id).first()


def account(account_id: str) -> Account | None:
    """One account."""
    return Account.objects.filter(account_id=account_id).first()


def people_of(account_id: str) -> QuerySet[Person]:
    """The contacts of an account."""
    return Person.objects.filter(account_id=account_id).order_by("buying_role", "name")


def moments(of: str, key: str, part: int = 0) -> list[list[Any]]:
    """A part of a timeline, newest first."""
    found = Timeline.objects.filter(of=of, key=key, part=part).first()
    return list(json.loads(found.moments)) if found else []


def facets(of: str, field: str, limit: int = 100) -> list[tuple[str, str]]:
    """Values that a filter offers, the most frequent first."""
    found = Facet.objects.filter(of=of, field=field).order_by("-n", "value")[:limit]
    return [(one.value, f"{one.value} ({one.n:,})") for one in found]


def found_by(of: str, text: str, limit: int) -> list[str]:
    """Keys of people or accounts whose every word begins as the text's words do."""
    words = text.lower().split()
    if not words:
        return []
    first, *rest = sorted(words, key=len, reverse=True)
    keys = Word.objects.filter(of=of, word__startswith=first).values_list("key", flat=True)
    for word in rest:
        keys = keys.filter(key__in=Word.objects.filter(of=of, word__startswith=word).values("key"))
    return list(dict.fromkeys(keys[: 10 * limit]))[:limit]
