from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.db.models import Q
from django.test import RequestFactory
from django.utils import timezone
from django_htmx.middleware import HtmxDetails
from pytest_django import DjangoAssertNumQueries

from fourfits_web.core import lists
from fourfits_web.core.models import Job
from fourfits_web.core.roles import Role

NOW = timezone.now()
TITLES = ("Import orders", "Compute <b>RFM</b>", "Import people", "=SUM(A1)")
STATES = {"queued": "Waiting", "done": ("Done", "good"), "failed": ("Failed", "bad")}

COLUMNS = (
    lists.Column("title", "Job", link=True, sort="title"),
    lists.Column("status", "Status", labels=STATES),
    lists.Column("attempts", "Runs", kind="number", sort="attempts"),
    lists.Column("created_at", "Asked", kind="ago", sort="created_at"),
    lists.Column("step", "Step", shown=False),
)
FILTERS = (
    lists.Choice("status", "Status", options=[("queued", "Waiting"), ("done", "Done")]),
    lists.Range("runs", "Runs", field="attempts"),
    lists.Days("asked", "Asked", field="created_at"),
    lists.Text("about", "About", field="title"),
)
JOBS = lists.List(
    key="tried",
    title="Jobs",
    noun="job",
    columns=COLUMNS,
    filters=(*FILTERS, lists.Flag("new", "Never ran", when=Q(attempts=0))),
    search=("title", "step"),
    default_sort="-created_at",
    open=lambda row: f"/jobs/{row.pk}/",
    empty=lists.Empty("No jobs", "They come with imports.", ("Import", "core:jobs"), "data.import"),
    size=25,
)
ROWS = lists.List(
    key="rows",
    title="Rows",
    columns=COLUMNS,
    filters=(*FILTERS, lists.Flag("new", "Never ran", when=lambda row: row["attempts"] == 0)),
    search=("title", "step"),
    default_sort="-created_at",
    row_id="title",
    size=25,
)
Listing = lists.Listing
At = Callable[..., Listing]


def fields(number: int) -> dict[str, Any]:
    """The fields of the job with this number: the higher, the older."""
    return {
        "title": f"{TITLES[number % 4]} {number}",
        "status": ("queued", "done", "failed")[number % 3],
        "attempts": number % 5,
        "created_at": NOW - datetime.timedelta(days=number),
        "step": "",
    }


@pytest.fixture
def request_at(member: Any) -> Callable[..., Any]:
    """A request of a member to an address of the list."""

    def make(query: str = "", role: Role = Role.OWNER, **headers: str) -> Any:
        request: Any = RequestFactory().get(f"/list/?{query}", headers=headers)
        request.user = member(role)
        request.session = {}
        request._messages = FallbackStorage(request)
        request.htmx = HtmxDetails(request)
        return request

    return make


def _sixty_jobs() -> None:
    Job.objects.bulk_create(
        Job(kind="test", actor_kind="workspace", actor_name="Workspace", **fields(number))
        for number in range(60)
    )


@pytest.fixture(params=["database", "memory"])
def at(request: pytest.FixtureRequest, request_at: Any) -> At:
    """The list at an address, with sixty rows in the database or at hand: both must behave alike."""
    if request.param == "memory":
        rows = [fields(number) for number in range(60)]
        return lambda query="", **options: ROWS.listing(request_at(query, **options), rows)
    _sixty_jobs()
    return lambda query="", **options: JOBS.listing(request_at(query, **options), Job.objects.all())


def titles(listing: Listing) -> list[str]:
    """Titles of the rows of the page."""
    found = listing.records[: listing.size]
    return [row["title"] if isinstance(row, dict) else row.title for row in found]


def test_a_list_shows_the_newest_first(at: At) -> None:
    listing = at()

    assert titles(listing)[:2] == ["Import orders 0", "Compute <b>RFM</b> 1"]
    assert listing.count_words in {"60 jobs", "60 rows"}
    assert listing.span_words == "1–25 of 60"
    assert (listing.previous_url, listing.next_url) == ("", "/list/?page=2")


def test_a_list_has_pages(at: At) -> None:
    last = at("page=3")

    assert len(last.rows) == 10
    assert (last.previous_url, last.next_url) == ("/list/?page=2", "")
    assert last.count == 60


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999", "²"])
def test_a_list_takes_no_nonsense_for_a_page(at: At, page: str) -> None:
    assert at(f"page={page}").number == 1


def test_a_page_beyond_the_last_is_empty(at: At) -> None:
    listing = at("page=9")

    assert listing.rows == []
    assert listing.count == 60


def test_a_list_is_sorted_by_a_column(at: At) -> None:
    listing = at("sort=attempts")

    assert listing.heads[2]["order"] == "ascending"
    assert listing.heads[2]["url"] == "/list/?sort=-attempts"
    assert int(titles(listing)[0].split()[-1]) % 5 == 0


def test_a_column_that_cannot_be_sorted_is_not(at: At) -> None:
    assert titles(at("sort=status")) == titles(at())


def test_a_list_is_searched(at: At) -> None:
    listing = at("q=import+orders")

    assert listing.count == 15
    assert listing.chips[0]["words"] == "“import orders”"
    assert listing.chips[0]["without"] == "/list/"


def test_filters_narrow_together(at: At) -> None:
    listing = at("status=done&runs_min=1&runs_max=2&asked=30d")

    assert sorted(int(title.split()[-1]) for title in titles(listing)) == [1, 7, 16, 22]
    assert [chip["words"] for chip in listing.chips] == ["Done", "1 to 2", "last 30 days"]
    assert listing.clear_url == "/list/"


def test_several_choices_widen(at: At) -> None:
    assert at("status=done&status=queued").count == 40
    assert at("status=done,queued").count == 40


def test_an_unknown_choice_is_not_asked_for(at: At) -> None:
    assert at("status=%27%3B--").count == 60


def test_a_flag_holds_a_condition(at: At) -> None:
    assert at("new=1").count == 12


def test_days_have_both_ends(at: At) -> None:
    day = timezone.localdate() - datetime.timedelta(days=3)

    listing = at(f"asked_from={day}&asked_to={day}")

    assert listing.count == 1
    assert listing.chips[0]["words"].count(str(day.year)) == 2


@pytest.mark.parametrize(
    "nonsense", ["runs_min=x", "runs_min=nan", "asked=never", "asked_from=2026-99-99"]
)
def test_nonsense_filters_nothing(at: At, nonsense: str) -> None:
    assert at(nonsense).count == 60


def test_columns_are_chosen_in_the_address(at: At) -> None:
    listing = at("columns=title,step,no-such")

    assert [column.name for column in listing.columns] == ["title", "step"]
    assert listing.address() == "/list/?columns=title,step"


def test_the_address_holds_only_what_is_not_usual(at: At) -> None:
    listing = at(
        "q=&sort=-created_at&columns=title,status,attempts,created_at&size=25&page=1&about="
    )

    assert listing.query == ""
    assert listing.is_usual


def test_the_address_keeps_all_that_was_chosen(at: At) -> None:
    query = "q=import&status=queued&status=done&runs_min=1&sort=title&columns=title,step&size=50"

    assert at(query).query == query


def test_text_is_escaped(at: At) -> None:
    listing = at("q=RFM")

    assert "&lt;b&gt;RFM&lt;/b&gt;" in listing.rows[0].cells
    assert "<b>" not in listing.rows[0].cells


def test_a_cell_knows_its_state(at: At) -> None:
    assert '<span class="status good">Done</span>' in at().rows[1].cells


def test_nothing_found_offers_to_clear(owner: Any) -> None:
    page = owner.get("/audit/?q=nobody-wrote-this").content.decode()

    assert "Nothing matches" in page
    assert 'href="/audit/">Clear filters' in page


def test_an_empty_list_teaches_the_first_step(request_at: Any) -> None:
    for_owner = JOBS.answer(request_at(), Job.objects.none())
    for_viewer = JOBS.answer(request_at(role=Role.VIEWER), Job.objects.none())

    assert b"They come with imports." in for_owner.content  # type: ignore[attr-defined]
    assert b'btn-primary" href="/jobs/">Import' in for_owner.content  # type: ignore[attr-defined]
    assert b">Import</a>" not in for_viewer.content  # type: ignore[attr-defined]


def test_htmx_gets_the_rows_alone(request_at: Any) -> None:
    answer: Any = JOBS.answer(request_at(**{"HX-Request": "true"}), Job.objects.none())

    assert answer.content.startswith(b'<div class="results" id="list"')


def test_a_page_costs_the_same_queries_however_many_rows(
    request_at: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n_rows in (30, 300):
        Job.objects.bulk_create(
            Job(kind="test", actor_kind="workspace", actor_name="Workspace", **fields(number))
            for number in range(n_rows)
        )
        request = request_at()

        with django_assert_num_queries(3):  # the rows, their number, the saved views
            JOBS.answer(request, Job.objects.all())


def test_a_list_counts_no_further_than_needed(
    request_at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fourfits_web.core.lists.listing.MOST_COUNTED", 40)
    listing = ROWS.listing(request_at(), [fields(number) for number in range(60)])

    assert listing.count_words == "40+ rows"
    assert listing.span_words == "1–25 of 40+"


def test_what_reached_the_most_that_is_counted_is_not_counted_again_at_once(
    request_at: Any, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr("fourfits_web.core.lists.listing.MOST_COUNTED", 40)
    _sixty_jobs()

    request = request_at()

    assert JOBS.listing(request, Job.objects.all()).count == 41
    with django_assert_num_queries(1):  # the rows
        assert JOBS.listing(request, Job.objects.all()).count == 41
    assert JOBS.listing(request_at(), Job.objects.filter(status="done")).count == 20
    assert JOBS.listing(request_at("page=2"), Job.objects.none()).count == 0


def test_deep_in_a_list_rows_keep_their_order(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    shallow = titles(at("page=2"))

    monkeypatch.setattr("fourfits_web.core.lists.sources._DEEP", 0)

    assert titles(at("page=2")) == shallow


def test_unknown_values_come_last_in_both_directions(request_at: Any, db: None) -> None:
    column = lists.Column("finished_at", "Over", sort="finished_at")
    declared = lists.List(key="over", title="Over", columns=(column, COLUMNS[0]))
    for number, over in enumerate([None, NOW, NOW - datetime.timedelta(days=1)]):
        named = {**fields(number), "finished_at": over}
        Job.objects.create(kind="test", actor_kind="workspace", actor_name="W", **named)

    def order(sort: str) -> list[Any]:
        found = declared.listing(request_at(f"sort={sort}"), Job.objects.all()).records
        return [row.finished_at for row in found]

    assert order("finished_at") == [NOW - datetime.timedelta(days=1), NOW, None]
    assert order("-finished_at") == [NOW, NOW - datetime.timedelta(days=1), None]


def test_prepare_sees_the_rows_of_a_page_at_once(request_at: Any) -> None:
    seen: list[int] = []
    declared = lists.List(
        key="seen", title="Seen", columns=COLUMNS, size=25, row_id="title", prepare=lambda rows: seen.append(len(rows))
    )  # fmt: skip

    declared.answer(request_at(), [fields(number) for number in range(60)])

    assert seen == [26]


def test_a_list_carries_along_what_its_page_reads(request_at: Any) -> None:
    filters = (lists.Kept("by", "Divided by"), *FILTERS)
    declared = lists.List(
        key="kept", title="Kept", columns=COLUMNS, filters=filters, search=["title"]
    )

    plain, narrowed = (
        declared.listing(request_at(query), [fields(1)])
        for query in ("by=a%26b", "by=a%26b&q=zzz&status=done")
    )

    assert plain.is_usual
    assert not plain.is_narrowed
    assert plain.usual_url == plain.clear_url == narrowed.clear_url == "/list/?by=a%26b"
    assert '<input type="hidden" name="by" value="a&amp;b">' in plain.controls
    assert [chip["title"] for chip in narrowed.chips] == ["Search", "Status"]
    assert narrowed.csv_url == "/list/?q=zzz&by=a%26b&status=done&format=csv"


def test_a_list_beside_the_answer_to_a_write_stays_at_its_own_address(request_at: Any) -> None:
    listing = ROWS.listing(request_at(), [fields(n) for n in range(60)], path="/jobs/")

    assert listing.next_url == "/jobs/?page=2"
    assert listing.csv_url == "/jobs/?format=csv"


def test_the_head_of_what_can_be_done_is_only_said_aloud(request_at: Any) -> None:
    columns = (*COLUMNS, lists.Column("do", "Do", render=lambda row: "", is_control=True))
    listing = lists.List(key="do", title="Do", columns=columns).listing(request_at(), [fields(1)])

    assert '<span class="visually-hidden">Do</span>' in listing.head
    assert '<td class="control"></td>' in listing.body
