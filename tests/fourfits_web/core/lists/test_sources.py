"""A query that stands is answered as one that is worded anew each time."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, Q, QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fourfits_web.core.lists import Standing, sources
from fourfits_web.needs.models import Need

pytestmark = pytest.mark.django_db

NOW = timezone.now()
N = 9


def described(status: str = "proposed") -> QuerySet[Need]:
    """Needs with a record that they lead to, a field less and something computed for each."""
    known = Need.objects.select_related("merged_into").defer("parts").filter(status=status)
    return known.annotate(is_large=Q(n_people__gt=4), twice=F("n_people") * 2)


def nothing() -> QuerySet[Need]:
    """A query that is known to find nothing."""
    return Need.objects.none()


def held(record: Any) -> dict[str, Any]:
    """All that a record says of itself and of the one that it leads to."""
    own = {name: value for name, value in vars(record).items() if name != "_state"}
    return {**own, "merged_into": record.merged_into and record.merged_into.name}


@pytest.fixture(autouse=True)
def needs() -> list[Need]:
    """Some, each merged into the one before; one figure in three is unknown."""
    made: list[Need] = []
    for number in range(N):
        one = Need.objects.create(
            name=f"Need {number}",
            n_people=number,
            people=None if number % 3 == 0 else number % 4,
            figures={"months": [number]},
            merged_into=made[-1] if made else None,
            created_at=NOW + datetime.timedelta(days=number),
        )
        made.append(one)
    return made


@pytest.mark.parametrize("down", [False, True])
@pytest.mark.parametrize("fields", [("created_at",), ("people", "n_people"), ("merged_into.name",)])
def test_records_are_those_of_the_query_in_order(fields: tuple[str, ...], down: bool) -> None:
    standing = sources.rows(Standing(described, ("proposed",))).sorted(fields, down=down)
    plain = sources.rows(described()).sorted(fields, down=down)

    for start, n in ((0, 4), (4, 4), (8, 4), (20, 4), (0, 4)):
        found = standing.part(start, n)
        assert [held(one) for one in found] == [held(one) for one in plain.part(start, n)]
        assert [one.get_deferred_fields() for one in found] == [{"parts"}] * len(found)
    assert standing.count(100) == plain.count(100) == N
    assert standing.count(3) == plain.count(3) == 3


def test_what_is_new_is_found(needs: list[Need]) -> None:
    standing = Standing(described)
    before = len(sources.rows(standing).part(0, 50))

    Need.objects.create(name="Another", created_at=NOW)
    Need.objects.filter(pk=needs[0].pk).update(status="dropped", name="Renamed")

    assert before == N
    assert {one.name for one in sources.rows(standing).part(0, 50)} == {
        "Another",
        *(f"Need {number}" for number in range(1, N)),
    }
    assert sources.rows(standing).count(100) == N


def test_what_is_given_is_told_apart(needs: list[Need]) -> None:
    Need.objects.filter(pk=needs[4].pk).update(status="accepted")

    for status, n in (("proposed", N - 1), ("accepted", 1), ("proposed", N - 1), ("dropped", 0)):
        rows = sources.rows(Standing(described, (status,)))
        assert (len(rows.part(0, 50)), rows.count(100)) == (n, n)


def test_what_narrows_it_narrows_this_one_alone() -> None:
    rows = sources.rows(Standing(described))

    assert [one.n_people for one in rows.where("n_people", "gte", 7).part(0, 9)] == [7, 8]
    assert [one.n_people for one in rows.matching(("name",), "need 3").part(0, 9)] == [3]
    assert rows.when(Q(is_large=True)).count(100) == 4
    assert [one.n_people for one in rows.where("people", "in", [None, 1]).part(0, 9)] == [
        0,
        1,
        3,
        5,
        6,
    ]
    assert len(rows.part(0, 9)) == N


def test_a_page_is_worded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = sources.rows(Standing(described)).sorted(["name"], down=False)
    asked.part(0, 5)
    monkeypatch.setattr(QuerySet, "order_by", None)

    with CaptureQueriesContext(
        connection,
    ) as questions:
        again = sources.rows(Standing(described)).sorted(["name"], down=False)
        assert [one.n_people for one in again.part(0, 5)] == [0, 1, 2, 3, 4]

    assert len(questions) == 1


def test_statements_that_are_kept_do_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "_MOST_KEPT", 3)
    rows = sources.rows(Standing(described)).sorted(["n_people"], down=False)

    for start in range(N):
        assert [one.n_people for one in rows.part(start, 1)] == [start]
        assert isinstance(rows, sources.Query)
        assert len(rows.kept or {}) <= 3


def test_a_query_that_is_known_to_find_nothing_is_not_asked() -> None:
    rows = sources.rows(Standing(nothing))

    with CaptureQueriesContext(connection) as questions:
        assert rows.part(0, 10) == []
        assert rows.count(10) == 0

    assert not questions.captured_queries


def every() -> QuerySet[Need]:
    """All needs, as plain records."""
    return Need.objects.all()


def names(rows: sources.Rows, start: int = 0, n: int = 3) -> list[str]:
    """What the records of a part are called."""
    return [one.name for one in rows.part(start, n)]


def test_how_many_rows_there_are_is_kept_until_the_mark_changes() -> None:
    def counted(mark: str, limit: int = 50) -> int:
        return sources.rows(Standing(every, mark=mark)).count(limit)

    assert counted("a") == N
    Need.objects.filter(name="Need 0").delete()

    assert counted("a") == N
    assert counted("a", limit=3) == 3, "a count that ends earlier is another one"
    assert counted("b") == counted("") == N - 1
    narrowed = sources.rows(Standing(every, mark="a")).where("n_people", "gte", 0)
    assert narrowed.count(50) == N - 1, "a part is always asked"


def test_fields_that_a_marked_query_leaves_out_are_left_out() -> None:
    for _ in range(2):  # asked, then found again by their keys
        found = sources.rows(Standing(described, ("proposed",), mark="c")).part(0, 3)
        assert [one.get_deferred_fields() for one in found] == [{"parts"}] * 3


def test_which_rows_stand_on_a_page_is_kept_until_the_mark_changes() -> None:
    def marked(mark: str) -> sources.Rows:
        return sources.rows(Standing(every, mark=mark)).sorted(("n_people",), down=True)

    assert names(marked("a")) == ["Need 8", "Need 7", "Need 6"]
    Need.objects.filter(name="Need 0").update(n_people=99)
    Need.objects.filter(name="Need 7").update(name="Need seven")
    Need.objects.filter(name="Need 6").delete()

    assert names(marked("a")) == ["Need 8", "Need seven"], "what they say is asked each time"
    assert names(marked("b")) == ["Need 0", "Need 8", "Need seven"]
    assert names(marked("a").where("n_people", "gte", 90)) == ["Need 0"], "a part is always asked"
    assert names(sources.rows(Standing(every)).sorted(("n_people",), down=True))[0] == "Need 0"
