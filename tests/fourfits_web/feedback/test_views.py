"""Pages of feedback, for each role."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from fourfits_web.core.actors import Actor
from fourfits_web.core.models import SavedView
from fourfits_web.core.roles import Role
from fourfits_web.customers.models import Person
from fourfits_web.feedback import actions
from fourfits_web.feedback.models import Item, Status
from fourfits_web.members.models import Member

Said = Callable[..., Item]


def post(client: Client, name: str, *args: object, **fields: object) -> int:
    return client.post(reverse(f"feedback:{name}", args=args), fields).status_code


def shown(client: Client, address: str, **query: str) -> str:
    return client.get(address, query).content.decode()


@pytest.mark.parametrize("tab", ["inbox", "mine", "sorted", "closed", "all"])
def test_every_tab_is_open_to_a_viewer_and_closed_to_a_stranger(
    tab: str, viewer: Client, stranger: Client
) -> None:
    assert viewer.get(reverse(f"feedback:{tab}")).status_code == 200
    assert stranger.get(reverse(f"feedback:{tab}")).status_code == 302


@pytest.mark.parametrize("tab", ["mine", "sorted", "closed"])
def test_an_empty_tab_leads_to_what_is_open(tab: str, viewer: Client) -> None:
    page = shown(viewer, reverse(f"feedback:{tab}"))

    assert "See what is open" in page


def test_a_product_manager_sorts_an_item_and_takes_it_back(
    said: Said, product_manager: Client, sorter: Actor
) -> None:
    item = said("The grinder is too loud", source="review")

    assert post(product_manager, "assign", item.pk, to=sorter.member.pk) == 302
    assert post(product_manager, "tag", item.pk, add="noise, grinder") == 302
    assert post(product_manager, "close", item.pk) == 302
    item.refresh_from_db()
    assert (item.assignee, item.tags, item.status) == (
        sorter.member, ["noise", "grinder"], Status.CLOSED,
    )  # fmt: skip
    assert "Closed this item" in shown(product_manager, reverse("feedback:closed"))
    post(product_manager, "undo")

    item.refresh_from_db()
    assert (item.tags, item.status) == (["noise", "grinder"], Status.OPEN)


def test_a_viewer_changes_nothing(said: Said, viewer: Client) -> None:
    item = said("Too loud")

    for name in ("assign", "tag", "close", "reopen", "sort"):
        assert post(viewer, name, item.pk) == 403
    for name in ("assign_several", "close_several", "tag_several", "add"):
        assert post(viewer, name, ids=[item.pk]) == 403
    item.refresh_from_db()
    assert item.touched_at is None


def test_feedback_of_a_person_is_offered_to_whoever_may_add_it(
    db: None, viewer: Client, product_manager: Client
) -> None:
    Person.objects.create(customer_id="one", name="One", digest=1)
    address = "/feedback/add/?customer=one"

    assert address in shown(product_manager, "/customers/people/one/")
    assert address not in shown(viewer, "/customers/people/one/")


def test_several_items_are_closed_and_undone_as_one(said: Said, product_manager: Client) -> None:
    chosen = [said("one").pk, said("two").pk]
    said("three")

    post(product_manager, "close_several", ids=chosen)
    assert Item.objects.filter(status=Status.CLOSED).count() == 2
    post(product_manager, "undo")

    assert Item.objects.filter(status=Status.OPEN).count() == 3


def test_a_posted_number_that_no_database_takes_chooses_nothing(
    said: Said, product_manager: Client
) -> None:
    one = said("one").pk

    post(product_manager, "close_several", ids=[one, "9" * 30, "x"])

    assert Item.objects.get(pk=one).status == Status.CLOSED


def test_search_finds_the_beginnings_of_words_in_any_order(said: Said, viewer: Client) -> None:
    said("The grinder wakes my neighbours")
    said("Fresh beans, please")

    found = shown(viewer, reverse("feedback:inbox"), q="neighb grind")

    assert "1 item" in found
    assert "wakes" in found


@pytest.mark.parametrize("text", ['"', "* OR", "NEAR(", "'; --", "a AND"])
def test_search_takes_any_signs_as_words(text: str, said: Said, viewer: Client) -> None:
    said("Too loud")

    assert viewer.get(reverse("feedback:inbox"), {"q": text}).status_code == 200


def test_filters_stand_in_the_address(said: Said, viewer: Client, sorter: Actor) -> None:
    actions.tag(sorter, said("first words", source="review", rating=2.0), add=["noise"])
    said("second words", source="ticket")

    for name, value in (("source", "review"), ("rating", "2.0"), ("tag", "noise")):
        found = shown(viewer, reverse("feedback:inbox"), **{name: value})
        assert "first words" in found
        assert "second words" not in found


def test_an_item_leads_to_those_before_and_after_it_in_its_list(said: Said, viewer: Client) -> None:
    old, middle, new = said("old"), said("middle"), said("new")
    said("of another source", source="review")

    page = shown(viewer, reverse("feedback:item", args=[middle.pk]), tab="open")

    assert f"/feedback/{new.pk}/?tab=open" in page
    assert f"/feedback/{old.pk}/?tab=open" in page


def test_feedback_is_added_on_behalf_of_a_customer(
    product_manager: Client, sample_people: None
) -> None:
    fields = {
        "text": "Said on the phone", "customer": "P1", "source": "sales",
        "said_on": "2026-01-05", "strength": "critical", "url": "https://example.org/call",
    }  # fmt: skip

    assert post(product_manager, "add", **fields) == 302

    item = Item.objects.get()
    assert (item.customer_id, item.account_id, item.source) == ("P1", "A1", "sales")
    assert item.occurred_at.date().isoformat() == "2026-01-05"


def test_what_is_typed_wrongly_is_said_beside_the_field(product_manager: Client) -> None:
    tomorrow = timezone.localdate().replace(year=timezone.localdate().year + 1).isoformat()
    answer = product_manager.post(
        reverse("feedback:add"),
        {"text": "x", "customer": "nobody", "source": "sales", "said_on": tomorrow},
    )

    assert answer.status_code == 422
    assert "Nobody is known by that id" in answer.content.decode()
    assert "still to come" in answer.content.decode()


def test_words_of_customers_are_never_markup(said: Said, viewer: Client) -> None:
    item = said("<script>alert(1)</script>", title="<b>x", url="javascript:alert(1)")

    for address in (reverse("feedback:inbox"), reverse("feedback:item", args=[item.pk])):
        page = shown(viewer, address)
        assert "<script>alert" not in page
        assert "<b>x" not in page
        assert 'href="javascript:' not in page


def test_the_inbox_asks_as_many_questions_for_sixty_items_as_for_thirty(
    said: Said, viewer: Client
) -> None:
    counts = []
    for n in (30, 30):
        for number in range(n):
            said(f"words {n} {number}", customer_id=f"C{number}", account_id=f"A{number}")
        with CaptureQueriesContext(connection) as asked:
            viewer.get(reverse("feedback:inbox"))
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_no_two_tabs_have_the_same_name(owner: Client, member: Callable[[Role], Member]) -> None:
    SavedView.objects.create(
        member_id=member(Role.OWNER).pk, list_key="feedback", name="Angry", query="rating=1"
    )

    page = owner.get("/feedback/").content.decode()

    tabs = re.findall(r'<nav class="tabs.*?</nav>', page)
    names = [name for nav in tabs for name in re.findall(r">([^<>]+)</a>", nav)]
    assert {"All", "Unfiltered", "Angry"} <= set(names)
    assert len(names) == len(set(names))
