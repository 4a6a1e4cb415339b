"""What is asked about needs."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from fourfits_web.feedback.models import Item
from fourfits_web.needs import queries
from fourfits_web.needs.models import Link, Need, Status

pytestmark = pytest.mark.django_db


def test_a_customer_speaks_of_needs_that_stand_most_first() -> None:
    now = timezone.now()
    said = [
        Item.objects.create(
            feedback_id=f"f{n}", text="words", occurred_at=now, customer_id="c1", account_id="a1"
        )
        for n in range(3)
    ]
    status_and_n = {
        "often": (Status.ACCEPTED, 3),
        "once": (Status.PROPOSED, 1),
        "dropped": (Status.DROPPED, 2),
    }
    for name, (status, n) in status_and_n.items():
        need = Need.objects.create(name=name, status=status, created_at=now)
        Link.objects.bulk_create(Link(item=item, need=need) for item in said[:n])
    once = Need.objects.get(name="once")
    Link.objects.create(item=said[1], need=once, holds=False)

    for spoken in (queries.spoken_of_by_account("a1"), queries.spoken_of_by_person("c1")):
        assert [(need.name, n) for need, n in spoken] == [("often", 3), ("once", 1)]
    assert queries.spoken_of_by_account("a2") == []


@pytest.mark.parametrize("few", [0, queries.FEW])
def test_the_newest_that_speaks_of_a_need_is_the_same_however_it_is_found(
    few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "FEW", few)
    now = timezone.now()
    need = Need.objects.create(name="export", created_at=now, n_items=20)
    other = Need.objects.create(name="other", created_at=now)
    said = [
        Item.objects.create(
            feedback_id=f"f{n}",
            text="words",
            occurred_at=now - datetime.timedelta(days=n % 7, hours=n),
        )
        for n in range(25)
    ]
    Link.objects.bulk_create(
        Link(item=item, need=need, holds=item is not said[3]) for item in said[:21]
    )
    Link.objects.create(item=said[22], need=other)
    speaking = [item for item in said[:21] if item is not said[3]]

    expected = sorted(speaking, key=lambda item: item.occurred_at, reverse=True)
    assert queries.newest(need) == expected[: queries.NEWEST]
    assert list(queries.items(need)) == expected


def test_accounts_that_ask_are_found_anew_when_the_need_is_counted_anew(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    now = timezone.now()
    need = Need.objects.create(name="export", created_at=now)
    said = [
        Item.objects.create(
            feedback_id=f"f{n}", text="w", occurred_at=now, customer_id=f"c{n}", account_id=account
        )
        for n, account in enumerate(["a1", "a2", "a1", ""])
    ]
    Link.objects.create(item=said[0], need=need)
    assert queries.accounts_that_speak([need]) == [("a1", 1)]
    Link.objects.bulk_create(Link(item=item, need=need) for item in said[1:])
    both = [("a1", 2), ("a2", 1)]
    assert queries.accounts_that_speak([need]) == both, "nothing is kept before it is counted"

    need.counted_at = now
    assert queries.accounts_that_speak([need]) == both
    with django_assert_num_queries(1):  # versions of the tables
        assert queries.accounts_that_speak([need]) == both
    Link.objects.filter(item=said[1]).update(holds=False)
    need.counted_at = now + datetime.timedelta(seconds=1)
    assert queries.accounts_that_speak([need]) == [("a1", 2)]
    assert queries.accounts_that_speak([]) == []
