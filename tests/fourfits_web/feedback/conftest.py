"""Feedback to sort."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest

from fourfits_web.core.actors import Actor
from fourfits_web.core.roles import Role
from fourfits_web.customers.models import Account, Person
from fourfits_web.feedback import actions
from fourfits_web.feedback.models import Item

DAY = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)


@pytest.fixture
def said(db: None) -> Callable[..., Item]:
    """An item as another system hands it in, one day after the other."""
    count = iter(range(1_000))

    def receive(text: str, **fields: object) -> Item:
        moment = DAY + datetime.timedelta(days=next(count))
        return actions.receive(
            Actor.workspace("api"), **{"text": text, "occurred_at": moment} | fields
        )  # type: ignore[arg-type]

    return receive


@pytest.fixture
def sorter(actor: Callable[[Role], Actor]) -> Actor:
    """A product manager at work."""
    return actor(Role.PRODUCT_MANAGER)


@pytest.fixture
def sample_people(db: None) -> None:
    """A person of an account, as the mirror of customers would have copied them."""
    Account.objects.create(digest=0, account_id="A1", name="Harbour office")
    Person.objects.create(digest=0, customer_id="P1", account_id="A1", name="Office manager")
