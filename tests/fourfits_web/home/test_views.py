"""Home by role, request to answer."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from fourfits_web.core.actors import Actor
from fourfits_web.core.roles import Role
from fourfits_web.customers.models import Person
from fourfits_web.decisions import actions as decisions
from fourfits_web.decisions.models import Decision
from fourfits_web.features import actions as features
from fourfits_web.feedback.models import Item
from fourfits_web.members.models import Member
from fourfits_web.needs import actions as needs
from fourfits_web.needs.models import Link, Need
from fourfits_web.reports.models import Report
from fourfits_web.roadmap import actions as roadmap
from fourfits_web.roadmap.models import Vision

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_is_remembered() -> None:
    cache.clear()


def _said(text: str, customer: str, *, days_ago: int = 0) -> Item:
    return Item.objects.create(
        feedback_id=f"{customer}-{days_ago}",
        customer_id=customer,
        occurred_at=timezone.now() - datetime.timedelta(days=days_ago),
        text=text,
    )


def test_an_empty_workspace_shows_three_steps(owner: Client, viewer: Client) -> None:
    page = owner.get("/").content.decode()

    assert "Bring your data in" in page
    assert "fourfits demo" in page
    assert 'href="/feedback/add/"' in page
    assert 'href="/feedback/add/"' not in viewer.get("/").content.decode()


def test_who_may_tell_customers_sees_what_shipped_untold(
    product_marketing_manager: Client, viewer: Client, actor: Callable[[Role], Actor]
) -> None:
    planner = actor(Role.PRODUCT_MANAGER)
    feature, need = features.add(planner, name="Faster export"), needs.add(planner, name="Export")
    features.link_need(planner, feature, need=need)
    features.change(planner, feature, status="shipped")
    Person.objects.create(customer_id="C1", name="Ada", digest=0)
    Link.objects.create(item=_said("The export is slow.", "C1"), need=need)

    page = product_marketing_manager.get("/").content.decode()

    assert "Shipped, and not told yet" in page
    assert f"/roadmap/asked/{feature.pk}/" in page
    assert "not told yet" not in viewer.get("/").content.decode()


def test_a_product_manager_sees_their_fits_and_the_conflicts(
    product_manager: Client, sample_reports: dict[str, Report]
) -> None:
    page = product_manager.get("/").content.decode()

    assert "Your fits" in page
    assert "/fits/product-market/" in page
    assert "/fits/market-pricing/" in page
    assert "/fits/pricing-channel/" not in page
    assert "Product and product marketing manager" in page
    assert "Channels to look at" not in page


def test_estimates_on_home_carry_their_intervals(
    product_marketing_manager: Client, sample_reports: dict[str, Report]
) -> None:
    page = product_marketing_manager.get("/").content.decode()

    assert re.search(r"€[\d.,]+k? to €[\d.,]+k? a year at stake", page)
    assert re.search(r"paid back in [\d.]+ months? \([\d.]+ to [\d.]+\)", page)


def test_a_product_marketing_manager_sees_theirs_and_channels(
    product_marketing_manager: Client, sample_reports: dict[str, Report]
) -> None:
    page = product_marketing_manager.get("/").content.decode()

    assert "/fits/pricing-channel/" in page
    assert "/fits/product-market/" not in page
    assert "The plan rests on one account" not in page  # waits for the product manager alone
    assert "Channels to look at" in page
    assert "Costs more than it brings" in page


@pytest.mark.parametrize("role", [Role.OWNER, Role.ANALYST, Role.CONTRIBUTOR, Role.VIEWER])
def test_others_get_an_overview_of_all_four(
    role: Role, as_: Callable[[Role], Client], sample_reports: dict[str, Report]
) -> None:
    page = as_(role).get("/").content.decode()

    for slug in ("product-market", "product-channel", "market-pricing", "pricing-channel"):
        assert f"/fits/{slug}/" in page


def test_a_manager_sees_what_the_other_decided_since_the_last_visit(
    product_manager: Client,
    actor: Callable[[Role], Actor],
    member: Callable[[Role], Member],
    sample_reports: dict[str, Report],
) -> None:
    other, own = Role.PRODUCT_MARKETING_MANAGER, Role.PRODUCT_MANAGER
    decisions.record(actor(other), what="Long ago", why="It was so")
    Decision.objects.update(changed_at=timezone.now() - datetime.timedelta(days=9))
    me = member(own)
    Member.objects.filter(pk=me.pk).update(seen_at=timezone.now() - datetime.timedelta(days=2))
    decisions.record(actor(other), what="Raise the price of Plus", why="They accept it")
    decisions.record(actor(own), what="Build the loan", why="Students ask for it")
    mine = decisions.record(actor(own), what="Build the app", why="Offices ask for it")
    decisions.revise(actor(other), mine, {"what": "Build the web first"})

    first, again = (product_manager.get("/").content.decode() for _ in range(2))

    for page in (first, again):  # a reload loses nothing
        assert "Raise the price of Plus" in page
        assert "Long ago" not in page
        assert "Build the loan" not in page
        assert re.search(r"Build the web first</a><span>changed by [^,]+,", page)
    text = product_manager.get(mine.get_absolute_url()).content.decode()
    assert re.search(r"Decided by [^,]+, changed by Product marketing manager on", text)
    seen = Member.objects.get(pk=me.pk).seen_at
    assert seen is not None
    assert timezone.now() - seen < datetime.timedelta(minutes=1)


def test_decisions_that_are_due_stand_out(
    owner: Client, actor: Callable[[Role], Actor], sample_reports: dict[str, Report]
) -> None:
    decisions.record(
        actor(Role.OWNER), what="Try referrals", why="They pay back",
        look_again_on=timezone.localdate() - datetime.timedelta(days=1),
    )  # fmt: skip

    page = owner.get("/").content.decode()

    assert "Time to look again" in page
    assert "1 decision is due" in page


def test_the_voice_of_the_week_is_spread_over_needs(viewer: Client) -> None:
    quiet, clean = (
        Need.objects.create(name=name, created_at=timezone.now())
        for name in ("quiet machine", "easy cleaning")
    )
    old = _said("This was said long before the week that counts here.", "c0", days_ago=20)
    for place in range(3):
        item = _said(f"It wakes up my flatmate every morning, number {place}.", f"q{place}")
        Link.objects.create(item=item, need=quiet, confidence_share=0.9)
    item = _said("Cleaning the milk system takes me ten minutes each day.", "d1")
    Link.objects.create(item=item, need=clean, confidence_share=0.5)

    page = viewer.get("/").content.decode()

    assert page.count("It wakes up my flatmate") == 1
    assert "ten minutes each day" in page
    assert old.text not in page
    assert "quiet machine" in page


def test_without_needs_the_newest_words_of_different_people_are_shown(viewer: Client) -> None:
    _said("The first thing that this person said to us this week.", "c1")
    Item.objects.create(
        feedback_id="more", customer_id="c1", occurred_at=timezone.now(),
        text="The second thing that this person said to us this week.",
    )  # fmt: skip
    _said("short", "c2")

    page = viewer.get("/").content.decode()

    assert page.count("that this person said") == 1
    assert ">short<" not in page


def test_words_of_customers_cannot_become_markup(viewer: Client) -> None:
    _said("<script>alert(1)</script> and some more words to make it long enough.", "c1")

    assert "<script>alert(1)" not in viewer.get("/").content.decode()


def test_the_number_of_queries_does_not_grow(
    owner: Client, sample_reports: dict[str, Report], django_assert_max_num_queries: object
) -> None:
    for place in range(40):
        _said(f"Something long enough to be quoted, by person {place}.", f"c{place}")
    owner.get("/")

    with django_assert_max_num_queries(26):  # type: ignore[operator]
        owner.get("/")


def test_each_role_sees_what_waits_for_its_word_and_what_is_disputed_of_its_own(
    product_manager: Client, product_marketing_manager: Client, actor: Callable[[Role], Actor]
) -> None:
    _said("It is too loud", "c1")
    manager, marketing = (
        actor(role) for role in (Role.PRODUCT_MANAGER, Role.PRODUCT_MARKETING_MANAGER)
    )
    one = decisions.record(manager, what="Raise it", why="They pay", fits=["market_pricing"])

    assert (
        "waits for product marketing manager" in product_marketing_manager.get("/").content.decode()
    )
    assert "To agree on" not in product_manager.get("/").content.decode()
    decisions.answer(marketing, one, agrees=False, note="They do not")

    assert "disputed by product marketing manager" in product_manager.get("/").content.decode()
    assert "To agree on" not in product_marketing_manager.get("/").content.decode()


def test_both_who_plan_together_read_the_vision_at_home(
    as_: Callable[[Role], Client],
    actor: Callable[[Role], Actor],
    sample_reports: dict[str, Report],
) -> None:
    text = "By 2028 every office has good coffee."
    roadmap.write_vision(actor(Role.OWNER), Vision(pk=1), text=text, is_shared=False)

    reads = [role for role in Role if text in as_(role).get("/").content.decode()]

    assert reads == [Role.PRODUCT_MANAGER, Role.PRODUCT_MARKETING_MANAGER]
