"""Copying people, accounts and timelines."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError

from fourfits import samples
from fourfits_web.customers import differences, mirrors, queries
from fourfits_web.customers.models import Account, Facet, Person, Timeline, Word
from fourfits_web.data import queries as data

SILENT: Any = lambda _share, _step: None  # noqa: E731 - a progress that nobody watches


def test_everybody_in_the_customers_is_copied(copied: Path, company: samples.Company) -> None:
    table = company.tables["customers"]

    assert Person.objects.count() == len(table)
    assert set(Person.objects.values_list("customer_id", flat=True)) == set(
        table["customer_id"].to_pylist()
    )


def test_sums_of_a_person_are_those_of_their_lines(copied: Path, company: samples.Company) -> None:
    revenue: dict[str, Decimal] = defaultdict(Decimal)
    for customer, amount in zip(
        *(company.tables["orders"][name].to_pylist() for name in ("customer_id", "revenue_amount")),
        strict=True,
    ):
        revenue[customer] += amount
    said = Counter(company.tables["feedback"]["customer_id"].to_pylist())

    found = {row.customer_id: row for row in Person.objects.all()}

    assert {key: row.revenue_amount for key, row in found.items() if row.revenue_amount} == {
        key: round(amount, 2) for key, amount in revenue.items() if round(amount, 2)
    }
    assert {key: row.n_feedback for key, row in found.items() if row.n_feedback} == {
        key: n for key, n in said.items() if key
    }


def test_an_order_is_counted_once_however_many_lines_it_has(
    copied: Path, company: samples.Company
) -> None:
    orders: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    table = company.tables["orders"]
    names = ("customer_id", "order_id", "revenue_amount")
    for customer, order, amount in zip(*(table[n].to_pylist() for n in names), strict=True):
        orders[customer, order] += amount
    bought = Counter(customer for (customer, _), amount in orders.items() if amount > 0)

    assert (
        dict(Person.objects.filter(n_orders__gt=0).values_list("customer_id", "n_orders")) == bought
    )


def test_an_account_adds_up_its_people_and_open_deals(
    copied: Path, company: samples.Company
) -> None:
    people = Counter(company.tables["customers"]["account_id"].to_pylist())
    deals = company.tables["deals"].select(["account_id", "won", "closed_on"]).to_pylist()
    open_ = Counter(d["account_id"] for d in deals if d["won"] is None and d["closed_on"] is None)

    found = {row.account_id: row for row in Account.objects.all()}

    assert {key: row.n_people for key, row in found.items() if row.n_people} == {
        key: n for key, n in people.items() if key
    }
    assert {key: row.n_open_deals for key, row in found.items() if row.n_open_deals} == dict(open_)


def test_the_segment_is_the_planted_one(copied: Path, company: samples.Company) -> None:
    table = company.tables["memberships"]
    planted = dict(zip(table["customer_id"].to_pylist(), table["segment"].to_pylist(), strict=True))

    assert dict(Person.objects.values_list("customer_id", "segment")) == planted


def test_value_and_probability_are_known_of_buyers_only(copied: Path) -> None:
    assert not Person.objects.filter(n_orders=0, alive_share__isnull=False).exists()
    assert Person.objects.filter(alive_share__gt=0, alive_share__lte=1).count() > 1_000


def test_a_timeline_is_in_time_order_and_whole(copied: Path) -> None:
    person = Person.objects.order_by("-n_moments").first()
    assert person is not None

    told = queries.moments("person", person.customer_id, n=10_000).moments

    assert len(told) == person.n_moments
    assert [one.at for one in told] == sorted((one.at for one in told), reverse=True)
    assert told[0].at.replace(microsecond=0) == person.last_at


def test_a_second_run_leaves_every_row_as_it_is(copied: Path) -> None:
    before = [
        list(model.objects.order_by("pk").values_list())
        for model in (Person, Account, Timeline, Word, Facet)
    ]

    mirrors.run(data.source(), SILENT)

    after = [
        list(model.objects.order_by("pk").values_list())
        for model in (Person, Account, Timeline, Word, Facet)
    ]
    assert after == before


def test_what_was_changed_or_invented_is_mended(copied: Path) -> None:
    Person.objects.filter(customer_id="C0000001").update(name="Somebody else", digest=0)
    Person.objects.create(customer_id="nobody", name="Nobody", digest=1)
    Word.objects.create(of="person", word="nobody", key="nobody")

    mirrors.run(data.source(), SILENT)

    assert Person.objects.get(customer_id="C0000001").name == "Customer 000001"
    assert not Person.objects.filter(customer_id="nobody").exists()
    assert not Word.objects.filter(key="nobody").exists()
    assert queries.found_by("person", "000001", 5) == ["C0000001"]


def test_a_copying_that_breaks_off_shows_what_stood_before(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = list(Person.objects.order_by("pk").values_list("customer_id", "digest"))
    Person.objects.filter(customer_id__lt="C0000500").update(digest=0)
    standing = list(Person.objects.order_by("pk").values_list("customer_id", "digest"))

    def fail(*_: Any) -> None:
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(differences, "_put_belonging", fail)
    with pytest.raises(DatabaseError):
        mirrors.run(data.source(), SILENT)

    assert list(Person.objects.order_by("pk").values_list("customer_id", "digest")) == standing
    assert standing != before


def test_orders_alone_make_people(empty_home: Path, db: None) -> None:
    lines = {
        "order_id": ["1", "1", "2"],
        "line": [1, 2, 1],
        "customer_id": ["a", "a", "b"],
        "ordered_at": ["2026-01-02 10:00:00", "2026-01-02 10:00:00", "2026-01-05 09:00:00"],
        "revenue_amount": [5.0, 2.5, -3.0],
    }
    from fourfits import sources

    mirrors.run(sources.from_tables({"orders": lines}), SILENT)

    found = {row.customer_id: (row.n_orders, row.revenue_amount) for row in Person.objects.all()}
    assert found == {"a": (1, Decimal("7.50")), "b": (0, Decimal("-3.00"))}


def test_nothing_imported_copies_nothing(empty_home: Path, db: None) -> None:
    empty_home.mkdir()

    mirrors.run(data.source(), SILENT)

    assert not Person.objects.exists()
    assert not Timeline.objects.exists()
