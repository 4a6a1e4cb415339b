"""Finding people and accounts, and reading timelines."""

from __future__ import annotations

import json

import pytest

from fourfits_web.customers import queries
from fourfits_web.customers.models import Person, Timeline, Word


@pytest.fixture
def jose(db: None) -> Person:
    """Somebody with an accent, an apostrophe and an address."""
    for word in ("jose", "o'neil", "o", "neil", "jose@example.org", "c-7"):
        Word.objects.create(of="person", word=word, key="C-7")
    return Person.objects.create(
        customer_id="C-7", name="José O'Neil", email="jose@example.org", digest=1
    )


@pytest.mark.parametrize("text", ["jos", "José", "o'ne", "NEIL", "jose@ex", "c-7", "neil jose"])
def test_a_person_is_found_by_the_beginnings_of_words(jose: Person, text: str) -> None:
    assert queries.found_by("person", text, 5) == ["C-7"]
    assert list(queries.matching(Person.objects.all(), "person", text)) == [jose]


@pytest.mark.parametrize("text", ["ose", "jose smith", "%", "_", "zzz"])
def test_other_words_find_nobody(jose: Person, text: str) -> None:
    assert queries.found_by("person", text, 5) == []
    assert not queries.matching(Person.objects.all(), "person", text).exists()


def test_nothing_typed_finds_nobody(jose: Person) -> None:
    assert queries.found_by("person", "  ", 5) == []


def test_a_word_of_many_is_looked_for_in_the_rows(
    jose: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "BROAD", 0)

    assert list(queries.matching(Person.objects.all(), "person", "example")) == []
    assert list(queries.matching(Person.objects.all(), "person", "jose@")) == [jose]


@pytest.fixture
def long_timeline(db: None) -> int:
    """A timeline of several parts; every tenth moment is an order."""
    n = 2 * Timeline.PART + 7
    told = [[n - i, "order" if i % 10 == 0 else "usage", str(i), None] for i in range(n)]
    for part in range(3):
        some = told[part * Timeline.PART : (part + 1) * Timeline.PART]
        Timeline.objects.create(
            of="person", key="a", part=part, moments=json.dumps(some), digest=part
        )
    return n


def test_stretches_follow_each_other_without_gap_or_overlap(long_timeline: int) -> None:
    titles, start = [], 0
    while start is not None:
        stretch = queries.moments("person", "a", start=start, n=90)
        titles += [one.title for one in stretch.moments]
        start = stretch.older

    assert titles == [str(i) for i in range(long_timeline)]


def test_one_kind_is_followed_through_every_part(long_timeline: int) -> None:
    titles, start = [], 0
    while start is not None:
        stretch = queries.moments("person", "a", start=start, kind="order", n=25)
        titles += [one.title for one in stretch.moments]
        start = stretch.older

    assert titles == [str(i) for i in range(0, long_timeline, 10)]
