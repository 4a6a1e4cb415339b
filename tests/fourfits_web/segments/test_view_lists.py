"""The list of segments, by size and by buying."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.test import Client

from fourfits_web.reports.models import Report
from fourfits_web.segments.models import Segment, Segmentation

LIST = "/segments/"


def _file(client: Client, query: str) -> list[dict[str, str]]:
    answer = client.get(f"{LIST}?{query}&format=csv")
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    return list(csv.DictReader(lines))


def test_segments_that_bring_most_stand_first(divided: Path, viewer: Client) -> None:
    shares = [float(row["revenue_share"]) for row in _file(viewer, "by=market")]

    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1)


def test_segments_are_searched_filtered_and_sorted(divided: Path, viewer: Client) -> None:
    by_name = [row["name"] for row in _file(viewer, "by=market&sort=name")]
    large = [row for row in _file(viewer, "by=market") if int(row["n_people"]) >= 200]

    assert by_name == sorted(by_name, key=str.casefold)
    assert [row["name"] for row in _file(viewer, "q=STUD")] == ["Students"]
    assert [*map(str, _file(viewer, "by=market&people_min=200"))] == [*map(str, large)]
    assert all(float(row["revenue_share"]) <= 0.2 for row in _file(viewer, "revenue_share_max=20"))


def test_the_address_keeps_the_way_of_dividing(divided: Path, viewer: Client) -> None:
    page = viewer.get(f"{LIST}?by=rfm&q=nobody").content.decode()

    assert '<input type="hidden" name="by" value="rfm">' in page
    assert f'href="{LIST}?by=rfm">Clear filters</a>' in page


def test_the_report_of_buying_is_a_list_too(filled: None, viewer: Client) -> None:
    report = Report.objects.get(analysis="rfm")

    rows = _file(
        viewer, "by=rfm&columns=name,n_customers,customers_share,currency&sort=-n_customers"
    )

    assert len(rows) == len(report.rows)
    assert [int(row["n_customers"]) for row in rows] == sorted(
        (row["n_customers"] for row in report.rows), reverse=True
    )
    assert all(len(row["customers_share"].split()) == 3 for row in rows)


def test_a_segment_that_no_longer_stands_has_no_page(filled: None, viewer: Client) -> None:
    gone = Segment.objects.filter(segmentation__name="rfm").first()
    assert gone is not None
    address, name = gone.get_absolute_url(), str(gone)
    gone.delete()

    page = viewer.get(f"{LIST}?by=rfm").content.decode()

    assert name.casefold() in page.casefold()
    assert f'href="{address}"' not in page


def test_a_way_without_segments_says_what_to_do(db: None, viewer: Client) -> None:
    Segmentation.objects.create(name="market")

    assert "Nobody is in a segment" in viewer.get(LIST).content.decode()
