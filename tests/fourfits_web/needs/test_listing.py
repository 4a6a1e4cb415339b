"""The list of looks for themes."""

from __future__ import annotations

import csv
import datetime

import pytest
from django.test import Client
from django.utils import timezone

from fourfits_web.needs.models import Run

pytestmark = pytest.mark.django_db
LIST = "/needs/looks/"
OUTCOMES = (
    {"born": [{"need": 1, "name": "Grindmaß", "n": 4, "from": None}], "kept": [], "faded": []},
    {"kept": [{"need": 1, "name": "Grindmaß"}], "faded": [{"need": 2, "name": "Name a gift"}]},
    {},
)


@pytest.fixture
def looks() -> list[Run]:
    """Three looks, a month apart, the first the oldest."""
    now = timezone.now()
    return [
        Run.objects.create(
            at=now - datetime.timedelta(days=30 * (2 - number)),
            n_items=100 * (number + 1),
            n_themes=10 - number,
            outcome=outcome,
        )
        for number, outcome in enumerate(OUTCOMES)
    ]


def _file(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"{LIST}?{query}&format=csv")
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    return list(csv.DictReader(lines))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [300, 200, 100]),
        ("sort=n_items", [100, 200, 300]),
        ("at=7d", [300]),
        ("n_items_min=150&n_themes_min=9", [200]),
        ("q=grindma%C3%9F", [200, 100]),
        ("q=GIFT", [200]),
        ("q=need", []),
    ],
)
def test_looks_are_searched_filtered_and_sorted(
    looks: list[Run], viewer: Client, query: str, found: list[int]
) -> None:
    assert [int(row["n_items"]) for row in _file(viewer, query)] == found


def test_looks_tell_how_many_needs_they_found_and_which(looks: list[Run], viewer: Client) -> None:
    rows = _file(viewer, "columns=n_kept,n_born,n_faded,born,faded")

    assert [[*row.values()] for row in rows] == [
        ["0", "0", "0", "", ""],
        ["1", "0", "1", "", "Name a gift"],
        ["0", "1", "0", "Grindmaß", ""],
    ]


def test_a_look_opens_on_its_own_page(looks: list[Run], viewer: Client) -> None:
    assert f'data-open="{LIST}{looks[0].pk}/"' in viewer.get(LIST).content.decode()


def test_before_the_first_look_the_page_says_how_one_comes(viewer: Client) -> None:
    assert "A look comes by itself" in viewer.get(LIST).content.decode()
