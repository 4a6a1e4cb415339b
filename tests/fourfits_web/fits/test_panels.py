"""What the fits show on pages of lower slices: the customers behind a decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from fourfits_web.core.actors import Actor
from fourfits_web.core.roles import Role
from fourfits_web.customers.models import Account, Person
from fourfits_web.decisions import actions as decisions
from fourfits_web.features import actions as features
from fourfits_web.features.models import Feature
from fourfits_web.feedback import actions as feedback
from fourfits_web.fits import panels
from fourfits_web.fits.models import Conflict
from fourfits_web.needs import actions as needs
from fourfits_web.needs.models import Need

assert panels

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner(actor: Callable[[Role], Actor]) -> Actor:
    """A product manager, who decides."""
    return actor(Role.PRODUCT_MANAGER)


@pytest.fixture
def quiet(planner: Actor) -> Need:
    """A need of a person of an account."""
    Account.objects.create(account_id="A1", name="Harbour offices", digest=0)
    Person.objects.create(customer_id="C1", account_id="A1", name="Office manager", digest=0)
    need = needs.add(planner, name="quiet machine")
    said = feedback.receive(
        planner, text="It is <b>too loud</b> for our office.", customer_id="C1", account_id="A1"
    )
    needs.link(planner, said, need=need)
    return need


@pytest.fixture
def grinder(planner: Actor, quiet: Need) -> Feature:
    """A feature that answers it."""
    feature = features.add(planner, name="Quiet grinder")
    features.link_need(planner, feature, need=quiet)
    return feature


def _conflict(feature: Feature) -> Conflict:
    now = timezone.now()
    return Conflict.objects.create(
        key="k", kind="price", title="Too dear", sentence="They do not accept it.", size_amount=1,
        size_low=0, size_high=2, probability=0.9, owners="PM", first_seen_at=now, seen_at=now,
        features=[{"feature_id": feature.feature_id, "name": feature.name}],
    )  # fmt: skip


def _page(client: Client, planner: Actor, *evidence: Any) -> str:
    decision = decisions.record(
        planner, what="Build it", why="They ask for it", evidence=[*evidence]
    )
    return client.get(decision.get_absolute_url()).content.decode()


@pytest.mark.parametrize("leads", ["need", "feature", "conflict"])
def test_a_decision_shows_the_customers_behind_its_evidence(
    leads: str, viewer: Client, planner: Actor, quiet: Need, grinder: Feature
) -> None:
    evidence = {"need": quiet, "feature": grinder, "conflict": _conflict(grinder)}[leads]

    page = _page(viewer, planner, evidence)

    shown = page[page.index("Customers behind it") :]
    assert f'href="/needs/{quiet.pk}/">quiet machine</a>' in shown
    assert "It is &lt;b&gt;too loud&lt;/b&gt; for our office." in shown
    assert 'href="/customers/people/C1/">Office manager</a>' in shown
    assert 'href="/customers/accounts/A1/">Harbour offices</a>' in shown


def test_what_a_need_became_part_of_stands_for_it(
    viewer: Client, planner: Actor, quiet: Need
) -> None:
    whole = needs.add(planner, name="calm office")
    needs.merge(planner, quiet, into=whole)

    page = _page(viewer, planner, quiet)

    assert f'href="/needs/{whole.pk}/">calm office</a>' in page
    assert "too loud" in page


def test_a_feature_leads_to_the_need_that_the_customer_data_name(
    viewer: Client, planner: Actor, quiet: Need
) -> None:
    feature = features.add(planner, name="Quiet grinder")
    Feature.objects.filter(pk=feature.pk).update(need=quiet.name)
    feature.refresh_from_db()

    assert "too loud" in _page(viewer, planner, feature)


def test_a_decision_on_nothing_that_customers_said_shows_none(
    viewer: Client, planner: Actor, quiet: Need
) -> None:
    assert "Customers behind it" not in _page(viewer, planner)
    assert "Customers behind it" not in _page(
        viewer, planner, features.add(planner, name="Something else")
    )


def test_needs_beyond_the_first_are_counted(viewer: Client, planner: Actor, quiet: Need) -> None:
    more = [needs.add(planner, name=f"need {number}") for number in range(4)]

    assert "And 2 more needs." in _page(viewer, planner, quiet, *more)
