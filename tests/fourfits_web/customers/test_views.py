"""Pages of people and accounts."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fourfits_web.core import registry
from fourfits_web.core.actors import Actor
from fourfits_web.core.roles import Role
from fourfits_web.customers import palette
from fourfits_web.customers.models import Account, Person

PAGES = (
    "/customers/people/",
    "/customers/people/C0001756/",
    "/customers/people/C0001756/timeline/",
    "/customers/accounts/",
    "/customers/accounts/A0000000/",
    "/customers/accounts/A0000000/timeline/",
)


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("role", list(Role))
def test_every_role_reads(
    copied: Path, as_: Callable[[Role], Client], role: Role, address: str
) -> None:
    assert as_(role).get(address).status_code == 200


@pytest.mark.parametrize("address", PAGES)
def test_a_stranger_is_sent_to_sign_in(stranger: Client, address: str) -> None:
    answer = stranger.get(address)

    assert answer.status_code == 302
    assert "sign-in" in answer["Location"]


@pytest.mark.parametrize(
    "address", ["/customers/people/none/", "/customers/accounts/none/timeline/"]
)
def test_an_unknown_id_is_not_found(viewer: Client, address: str) -> None:
    assert viewer.get(address).status_code == 404


def test_a_person_shows_facts_and_what_they_did(copied: Path, viewer: Client) -> None:
    text = viewer.get("/customers/people/C0001756/").content.decode()

    assert "customer001756" in text
    assert reverse("customers:account", args=["A0000058"]) in text
    assert "Order O" in text


def test_p_alive_is_not_claimed_of_who_bought_once(db: None, viewer: Client) -> None:
    Person.objects.create(
        customer_id="once", name="Once", n_orders=1, alive_share=0.99, value_amount=3, digest=1
    )

    text = viewer.get("/customers/people/once/").content.decode()

    assert "bought once" in text
    assert "99%" not in text


def test_p_alive_is_said_in_plain_words_where_it_stands(db: None, viewer: Client) -> None:
    Person.objects.create(customer_id="twice", name="Twice", n_orders=2, alive_share=0.71, digest=1)

    text = viewer.get("/customers/people/twice/").content.decode()

    assert "<dt>Still a customer</dt><dd>71%<small>probability to buy again<" in text


def test_an_account_shows_its_committee_those_who_decide_first(
    copied: Path, viewer: Client
) -> None:
    answer = viewer.get("/customers/accounts/A0000000/")

    roles = [one.buying_role for one in answer.context["committee"]]
    assert roles[0] == "decision_maker"
    assert roles[-1] == "blocker"
    assert len(roles) == Account.objects.get(account_id="A0000000").n_people


def test_filters_narrow_the_list_and_its_file(copied: Path, viewer: Client) -> None:
    file = viewer.get("/customers/people/?segment=students&format=csv&columns=customer_id,segment")
    lines = b"".join(file.streaming_content).decode().split()  # type: ignore[attr-defined]

    assert len(lines) == 1 + Person.objects.filter(segment="students").count()
    assert all(line.startswith("students,") for line in lines[1:])


def test_htmx_gets_the_older_moments_alone(copied: Path, viewer: Client) -> None:
    address = "/customers/people/C0001756/timeline/?start=30"

    part = viewer.get(address, headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in part
    assert 'id="timeline"' not in part
    assert "<li>" in part


def test_an_id_may_hold_a_slash(db: None, viewer: Client) -> None:
    Person.objects.create(customer_id="eu/42", name="Slash", digest=1)

    assert viewer.get(reverse("customers:person", args=["eu/42"])).status_code == 200
    assert viewer.get(reverse("customers:person_timeline", args=["eu/42"])).status_code == 200


def test_names_are_shown_as_text(db: None, viewer: Client) -> None:
    Person.objects.create(customer_id="x", name="<script>alert(1)</script>", digest=1)

    for address in ("/customers/people/", "/customers/people/x/"):
        assert "<script>alert" not in viewer.get(address).content.decode()


def test_a_panel_of_an_upper_slice_stands_on_the_page(
    db: None, viewer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    Person.objects.create(customer_id="x", name="X", digest=1)
    asked: list[Any] = []

    def context(_request: Any, person: Any) -> None:
        asked.append(person.customer_id)

    panel = registry.Panel(template="unused", context=context)
    monkeypatch.setitem(registry.PANELS, "customers.person", [panel])
    viewer.get("/customers/people/x/")

    assert asked == ["x"]


@pytest.mark.parametrize("address", ["/customers/people/", "/customers/accounts/"])
def test_queries_of_a_list_do_not_grow_with_its_rows(
    copied: Path, viewer: Client, address: str
) -> None:
    viewer.get(address)
    with CaptureQueriesContext(
        connection,
    ) as few:
        viewer.get(f"{address}?size=25")
    with CaptureQueriesContext(connection) as many:
        viewer.get(f"{address}?size=100")

    assert len(few) == len(many) <= 8


def test_queries_of_an_account_do_not_grow_with_its_people(copied: Path, viewer: Client) -> None:
    small, large = (
        Account.objects.filter(n_people__gt=0)
        .order_by(order)
        .values_list("account_id", flat=True)[0]
        for order in ("n_people", "-n_people")
    )
    viewer.get(f"/customers/accounts/{small}/")
    with CaptureQueriesContext(connection) as few:
        viewer.get(f"/customers/accounts/{small}/")
    with CaptureQueriesContext(connection) as many:
        viewer.get(f"/customers/accounts/{large}/")

    assert len(many) <= len(few) + 1


def test_the_palette_finds_people_and_accounts(
    copied: Path, actor: Callable[[Role], Actor]
) -> None:
    viewer = actor(Role.VIEWER)

    assert [one.title for one in palette.people(viewer, "001756", 6)] == ["Customer 001756"]
    assert next(iter(palette.accounts(viewer, "station log", 6))).title.startswith("Station Log")


def test_the_palette_keeps_people_from_a_key_without_the_scope(
    copied: Path, actor: Callable[[Role], Actor]
) -> None:
    import dataclasses

    bounded = dataclasses.replace(actor(Role.OWNER), scopes=frozenset({"feedback.add"}))

    assert list(palette.people(bounded, "001756", 6)) == []


def test_last_activity_can_be_filtered(db: None, viewer: Client) -> None:
    for name, days in (("new", 1), ("old", 400)):
        at = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=days)
        Person.objects.create(customer_id=name, name=name, last_at=at, digest=1)

    answer = viewer.get("/customers/people/?seen=30d")

    assert [row.address for row in answer.context["listing"].rows] == ["/customers/people/new/"]


@pytest.mark.parametrize("address", ["/customers/people/", "/customers/accounts/"])
def test_an_empty_list_leads_to_the_import_for_those_who_may(
    db: None, as_: Callable[[Role], Client], viewer: Client, address: str
) -> None:
    may, may_not = (client.get(address).content.decode() for client in (as_(Role.ANALYST), viewer))

    assert 'href="/data/import/">Import data' in may
    assert 'href="/data/import/">Import data' not in may_not


def test_an_account_of_many_leads_to_all_of_its_people(db: None, viewer: Client) -> None:
    Account.objects.create(account_id="A&B/1", name="Harbour", n_people=120, digest=1)
    Person.objects.bulk_create(
        Person(customer_id=f"c{place}", name=f"Person {place}", account_id="A&B/1", digest=1)
        for place in range(120)
    )
    Person.objects.create(customer_id="other", name="Somebody else", digest=1)

    page = viewer.get(reverse("customers:account", args=["A&B/1"])).content.decode()
    people = viewer.get("/customers/people/?account=A%26B%2F1").content.decode()

    assert 'href="/customers/people/?account=A%26B%2F1">All 120 people' in page
    assert "120 people" in people
    assert "Account: Harbour" in people
    assert "Somebody else" not in people


def test_a_probability_that_rounds_to_one_is_not_called_certain(db: None, viewer: Client) -> None:
    Person.objects.create(customer_id="c1", n_orders=9, alive_share=0.9996, digest=1)

    for address in ("/customers/people/", "/customers/people/c1/"):
        page = viewer.get(address).content.decode()
        assert "over 99%" in page
        assert "100%" not in page
