"""Copying who is in which segment."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db.models import Sum

from fourfits import samples
from fourfits.segments import rfm
from fourfits_web.customers.models import Person
from fourfits_web.data import queries as data
from fourfits_web.segments import mirrors, queries
from fourfits_web.segments.models import Membership, Segment, Segmentation

SILENT: Any = lambda _share, _step: None  # noqa: E731 - a progress that nobody watches


def test_planted_segments_have_their_people(divided: Path, company: samples.Company) -> None:
    planted = Counter(company.tables["memberships"]["segment"].to_pylist())

    found = Segment.objects.filter(segmentation__name="market")

    assert dict(found.values_list("name", "n_people")) == planted


def test_segments_by_buying_are_those_of_the_library(
    divided: Path, company: samples.Company
) -> None:
    table = rfm(company.data().orders).table
    expected = dict(
        zip(table["segment"].to_pylist(), table["n_customers"].to_pylist(), strict=True)
    )

    found = Segment.objects.filter(segmentation__name="rfm")

    assert dict(found.values_list("name", "n_people")) == expected


def test_sums_of_a_segment_are_those_of_its_people(divided: Path) -> None:
    for one in Segment.objects.select_related("segmentation"):
        members = queries.people_in(one)
        people = members.query(*members.given)
        sums = people.aggregate(revenue=Sum("revenue_amount"), orders=Sum("n_orders"))
        assert abs(one.revenue_amount - sums["revenue"]) <= Decimal("0.01")
        assert one.n_orders == sums["orders"]
        assert one.n_repeaters == people.filter(n_orders__gt=1, alive_share__isnull=False).count()


def test_parts_of_a_way_of_dividing_make_its_whole(divided: Path) -> None:
    for whole in Segmentation.objects.all():
        parts = Segment.objects.filter(segmentation=whole)
        assert sum(one.n_people for one in parts) == whole.n_people
        for attribute, known in whole.profile.items():
            assert sum(one.profile.get(attribute, {"n": 0})["n"] for one in parts) == known["n"]


def test_a_second_run_keeps_rows_and_words(divided: Path) -> None:
    one = Segment.objects.get(segmentation__name="market", name="students")
    Segment.objects.filter(pk=one.pk).update(label="On a budget", described_at="2026-01-01T00:00Z")
    before = list(Membership.objects.order_by("pk").values_list())

    mirrors.run(data.source(), SILENT)

    assert list(Membership.objects.order_by("pk").values_list()) == before
    assert Segment.objects.get(name="students").pk == one.pk
    assert Segment.objects.get(name="students").label == "On a budget"


def test_a_described_segment_outlives_its_people(divided: Path) -> None:
    whole = Segmentation.objects.get(name="market")
    for name, at in (("kept", "2026-01-01T00:00Z"), ("forgotten", None)):
        Segment.objects.create(segmentation=whole, name=name, n_people=9, described_at=at)

    mirrors.run(data.source(), SILENT)

    assert Segment.objects.get(name="kept").n_people == 0
    assert not Segment.objects.filter(name="forgotten").exists()
    assert Person.objects.exists()
