"""Pages of segments."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from fourfits_web.core.roles import Role
from fourfits_web.customers.models import Person
from fourfits_web.data.models import TableState
from fourfits_web.segments import queries
from fourfits_web.segments.models import Membership, Segment, Segmentation


def _of(name: str) -> Segment:
    return Segment.objects.select_related("segmentation").get(name=name)


@pytest.mark.parametrize("role", list(Role))
def test_every_role_reads(divided: Path, as_: Callable[[Role], Client], role: Role) -> None:
    client, one, other = as_(role), _of("students"), _of("households")

    for address in (
        reverse("segments:list"),
        f"{reverse('segments:list')}?by=rfm",
        reverse("segments:segment", args=[one.pk]),
        reverse("segments:people", args=[one.pk]),
        reverse("segments:compare"),
        f"{reverse('segments:compare')}?a={one.pk}&b={other.pk}",
    ):
        assert client.get(address).status_code == 200, address


def test_a_stranger_is_sent_to_sign_in(stranger: Client) -> None:
    for name, args in (("list", []), ("segment", [1]), ("people", [1]), ("compare", [])):
        assert stranger.get(reverse(f"segments:{name}", args=args)).status_code == 302


def test_before_any_import_the_page_says_what_to_do(
    db: None, viewer: Client, product_manager: Client
) -> None:
    assert "not divided yet" in viewer.get("/segments/").content.decode()
    assert "<button" in product_manager.get("/segments/").content.decode()


def test_only_makers_describe(divided: Path, viewer: Client, product_manager: Client) -> None:
    address = reverse("segments:describe", args=[_of("students").pk])
    words = {"label": "On a budget", "description": "Two semesters."}

    assert viewer.post(address, words).status_code == 403
    assert _of("students").label == ""

    assert product_manager.post(address, words).status_code == 302
    page = product_manager.get(_of("students").get_absolute_url()).content.decode()
    assert "On a budget" in page
    assert "students in the data" in page
    assert "described it" in page


def test_a_name_too_long_is_refused_beside_its_field(
    divided: Path, product_manager: Client
) -> None:
    address = reverse("segments:describe", args=[_of("students").pk])

    assert product_manager.post(address, {"label": "x" * 101}).status_code == 422


def test_people_of_a_segment_are_its_members(divided: Path, viewer: Client) -> None:
    one = _of("students")

    answer = viewer.get(reverse("segments:people", args=[one.pk]))

    assert answer.context["listing"].count == one.n_people


def test_those_worth_most_are_found_in_any_way_of_dividing(divided: Path) -> None:
    for one in Segment.objects.select_related("segmentation"):
        members = Membership.objects.filter(segmentation=one.segmentation.name, segment=one.name)
        theirs = Person.objects.filter(customer_id__in=members.values("customer_id"))
        expected = list(theirs.order_by("-value_amount", "-pk")[: queries.WORTH_MOST])

        assert queries.worth_most(one) == expected


def test_without_versions_who_is_in_a_segment_is_sought_at_each_look(
    divided: Path, viewer: Client
) -> None:
    one = Segment.objects.filter(segmentation__name="rfm")[0]
    address = reverse("segments:people", args=[one.pk])
    before = viewer.get(address).context["listing"].count
    first = queries.worth_most(one)[0]
    Membership.objects.filter(segment=one.name, customer_id=first.customer_id).delete()

    assert viewer.get(address).context["listing"].count == before - 1
    assert queries.worth_most(one)[0] != first


def test_who_is_in_a_segment_is_sought_anew_when_the_data_change(
    divided: Path, viewer: Client
) -> None:
    TableState.objects.create(name="memberships", version=1, n_rows=1, changed_at=timezone.now())
    one = Segment.objects.filter(segmentation__name="rfm")[0]
    address = reverse("segments:people", args=[one.pk])
    before = viewer.get(address).context["listing"].count
    first = queries.worth_most(one)[0]
    Membership.objects.filter(segment=one.name, customer_id=first.customer_id).delete()

    assert viewer.get(address).context["listing"].count == before
    TableState.objects.update(version=F("version") + 1)

    assert viewer.get(address).context["listing"].count == before - 1
    assert queries.worth_most(one)[0] != first


def test_traits_compare_shares_with_everybody(divided: Path, viewer: Client) -> None:
    answer = viewer.get(_of("students").get_absolute_url())

    ages = next(trait for trait in answer.context["traits"] if trait.title == "Age")
    young = next(value for value in ages.values if value.name == "20 to 29")
    assert young.share > young.whole
    assert young.tone == "more"


def test_until_somebody_chooses_the_two_that_bring_most_stand_beside_each_other(
    divided: Path, viewer: Client
) -> None:
    answer = viewer.get("/segments/compare/")

    first = Segment.objects.select_related("segmentation").order_by("segmentation__name").first()
    assert first is not None
    by_revenue = Segment.objects.filter(segmentation=first.segmentation).order_by("-revenue_amount")
    assert [answer.context[side] for side in "ab"] == list(by_revenue[:2])
    assert "Size and worth" in answer.content.decode()


@pytest.mark.parametrize("address", ["/segments/", "/segments/compare/"])
def test_without_orders_the_way_to_segments_begins_with_an_import(
    db: None, address: str, as_: Callable[[Role], Client], viewer: Client
) -> None:
    asked = as_(Role.ANALYST).get(address).content.decode()
    read = viewer.get(address).content.decode()

    assert 'href="/data/import/">Import data' in asked
    assert 'action="/segments/compute/"' not in asked
    assert "once somebody has imported orders" in read


@pytest.mark.parametrize("address", ["/segments/", "/segments/compare/"])
def test_with_orders_customers_can_be_divided(
    db: None, address: str, as_: Callable[[Role], Client]
) -> None:
    TableState.objects.create(name="orders", version=0, n_rows=3, changed_at=timezone.now())

    assert 'action="/segments/compute/"' in as_(Role.ANALYST).get(address).content.decode()


def test_a_segment_beside_itself_is_told(divided: Path, viewer: Client) -> None:
    one = Segment.objects.order_by("pk").first()
    assert one is not None

    page = viewer.get(f"/segments/compare/?a={one.pk}&b={one.pk}").content.decode()

    assert "Both sides are the same segment" in page
    assert "is gone" not in page


def test_an_unknown_side_asks_to_choose(divided: Path, viewer: Client) -> None:
    page = viewer.get("/segments/compare/?a=x&b=999999").content.decode()

    assert "Choose two segments" in page
    assert "A segment of this address is gone" in page


def test_names_are_shown_as_text(db: None, viewer: Client) -> None:
    whole = Segmentation.objects.create(name="<script>a</script>")
    one = Segment.objects.create(
        segmentation=whole, name="<script>b</script>", label="<script>c</script>"
    )

    for address in ("/segments/", one.get_absolute_url(), f"/segments/compare/?a={one.pk}"):
        page = viewer.get(address).content.decode()
        assert not any(f"<script>{letter}" in page for letter in "abc")


def test_a_person_shows_their_segments(divided: Path, viewer: Client) -> None:
    page = viewer.get("/customers/people/C0001756/").content.decode()

    assert _of("large workplaces").get_absolute_url() in page


def test_queries_do_not_grow_with_segments(divided: Path, viewer: Client) -> None:
    counts = []
    for name in ("market", "rfm"):
        viewer.get(f"/segments/?by={name}")
        with CaptureQueriesContext(connection) as asked:
            viewer.get(f"/segments/?by={name}")
        counts.append(len(asked))

    assert max(counts) <= 12
