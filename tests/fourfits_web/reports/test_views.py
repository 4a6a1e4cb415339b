"""Pages about reports, through the browser's door."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fourfits_web.core import jobs, registry
from fourfits_web.core.actors import Actor
from fourfits_web.core.models import AuditEntry, Job
from fourfits_web.core.roles import Role
from fourfits_web.data.models import TableState
from fourfits_web.reports import queries
from fourfits_web.reports.models import Report

pytestmark = pytest.mark.django_db
Computed = Callable[..., Report]
Actors = Callable[[Role], Actor]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def stale(computed: Computed) -> Report:
    """A report under which the data changed since."""
    report = computed("nps", by="segment")
    TableState.objects.filter(name="responses").update(version=99)
    return report


def _body(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_list_says_of_each_question_whether_it_is_fresh_stale_or_refused(
    viewer: Client, computed: Computed
) -> None:
    computed("nps", by="segment")
    computed("lifetime_value", by="nonsense")
    computed("pmf")
    TableState.objects.filter(name="memberships").update(version=99)

    page = _body(viewer.get(reverse("reports:list")))

    assert "Home baristas recommend most, NPS 44 (32 to 56)" in page
    assert "Out of date" in page
    assert "Up to date" in page
    assert "Refused" in page
    assert "Not asked yet" in page
    assert "Compute all" not in page


def test_the_list_costs_as_many_queries_with_many_reports_as_with_few(
    viewer: Client, computed: Computed
) -> None:
    computed("nps", by="segment")
    with CaptureQueriesContext(connection) as few:
        viewer.get(reverse("reports:list"))
    for by in (None, "country", "plan"):
        computed("nps", by=by)
    with CaptureQueriesContext(connection) as many:
        viewer.get(reverse("reports:list"))

    assert len(many) == len(few)


def test_a_report_page_shows_the_number_and_all_under_it(
    viewer: Client, computed: Computed
) -> None:
    report = computed("nps", by="segment")

    page = _body(viewer.get(reverse("reports:report", args=[report.pk])))

    assert "<h1>Net promoter score by segment</h1>" in page
    assert '<td class="n">44.0</td><td class="ends">32.0 to 56.0</td>' in page
    assert '<th scope="col" class="n" title="promoters_share">Promoters (9 and 10)</th>' in page
    assert "Reichheld (2003)" in page
    assert "Respondents answered independently" in page
    assert "SELECT" in page
    assert "<td>Responses</td>" in page
    assert "data-chart-spec" in page
    assert "Compute again" not in page


def test_what_is_kept_of_a_report_holds_nothing_of_its_reader(
    owner: Client, viewer: Client, computed: Computed
) -> None:
    page = reverse("reports:report", args=[computed("nps", by="segment").pk])

    seen, read = _body(owner.get(page)), _body(viewer.get(page))

    assert "Compute again" in seen
    assert "Compute again" not in read
    assert "<table" in read
    assert "csrfmiddlewaretoken" not in read.partition("<main")[2]


def test_a_refused_report_says_why_and_offers_no_export(viewer: Client, computed: Computed) -> None:
    report = computed("nps", by="nonsense")

    page = _body(viewer.get(reverse("reports:report", args=[report.pk])))

    assert "There is no answer." in page
    assert "nonsense" in page
    assert "Export" not in page


def test_two_runs_are_compared_number_by_number(viewer: Client, computed: Computed) -> None:
    first, second = computed("nps", by="segment"), computed("nps", by="segment")

    page = _body(
        viewer.get(reverse("reports:report", args=[second.pk]), {"against": str(first.pk)})
    )

    assert "This run and that of" in page
    assert "no, the intervals overlap" in page


def test_a_report_of_another_question_is_not_compared(viewer: Client, computed: Computed) -> None:
    nps, pmf = computed("nps"), computed("pmf")

    page = _body(viewer.get(reverse("reports:report", args=[nps.pk]), {"against": str(pmf.pk)}))

    assert "This run and that of" not in page


def test_computing_again_is_shown_on_the_page_until_it_leads_to_the_new_run(
    product_manager: Client, stale: Report
) -> None:
    started = product_manager.post(reverse("reports:refresh", args=[stale.pk]))
    waiting = _body(product_manager.get(started["Location"]))
    job = Job.objects.latest("created_at")
    under_way = product_manager.get(reverse("reports:progress", args=[job.pk]), headers=HTMX)
    jobs.run_waiting()
    over = product_manager.get(reverse("reports:progress", args=[job.pk]), headers=HTMX)

    newest = queries.stored("nps", {"by": "segment"})
    assert newest is not None
    assert newest.pk != stale.pk
    assert reverse("reports:progress", args=[job.pk]) in waiting
    assert "waiting for its turn" in _body(under_way)
    assert over["HX-Redirect"] == reverse("reports:report", args=[newest.pk])


def test_the_line_under_a_stale_number_asks_for_a_new_one_by_itself(
    product_manager: Client, stale: Report
) -> None:
    address = reverse("reports:refresh", args=[stale.pk])

    first = _body(product_manager.post(address, {"auto": "1"}, headers=HTMX))
    again = _body(product_manager.post(address, {"auto": "1"}, headers=HTMX))
    job = Job.objects.get(status=Job.Status.QUEUED)
    jobs.run_waiting()
    after = _body(
        product_manager.get(
            reverse("reports:source", args=[stale.pk]), {"job": str(job.pk)}, headers=HTMX
        )
    )

    assert "Computing" in first
    assert "Computing" in again
    assert "New numbers are ready" in after
    assert AuditEntry.objects.filter(verb="report.refresh").count() == 2  # the fixture's, and one


def test_the_line_does_not_ask_again_and_again_after_a_failure(
    product_manager: Client, stale: Report
) -> None:
    address = reverse("reports:refresh", args=[stale.pk])
    product_manager.post(address, {"auto": "1"}, headers=HTMX)
    Job.objects.filter(status=Job.Status.QUEUED).update(status=Job.Status.FAILED)

    line = _body(product_manager.post(address, {"auto": "1"}, headers=HTMX))

    assert not Job.objects.filter(status=Job.Status.QUEUED).exists()
    assert 'hx-trigger="load"' not in line
    assert "Compute again" in line


def test_the_line_of_a_reader_only_says_that_it_is_stale(viewer: Client, stale: Report) -> None:
    line = _body(viewer.get(reverse("reports:source", args=[stale.pk]), headers=HTMX))
    refused = viewer.post(reverse("reports:refresh", args=[stale.pk]), {"auto": "1"}, headers=HTMX)

    assert "Data or program changed since" in line
    assert "Compute again" not in line
    assert 'hx-trigger="load"' not in line
    assert refused.status_code == 403


def test_other_settings_are_computed_from_a_form(
    product_manager: Client, computed: Computed
) -> None:
    report = computed("nps", by="segment")
    address = reverse("reports:ask", args=["nps"])
    form = _body(product_manager.get(address, {"like": str(report.pk)}))

    asked = product_manager.post(
        address,
        {"before": json.dumps(report.asked), "by": "country", "score": "value_number",
         "confidence": "0.95"},
    )  # fmt: skip
    jobs.run_waiting()

    assert 'value="segment"' in form
    assert asked.status_code == 302
    assert queries.stored("nps", {"by": "country"}) is not None


def test_a_report_can_be_asked_of_the_data_of_an_earlier_day(
    product_manager: Client, computed: Computed
) -> None:
    report = computed("nps")
    moment = report.computed_at.strftime("%Y-%m-%dT%H:%M")

    product_manager.post(
        reverse("reports:ask", args=["nps"]),
        {"before": "{}", "score": "value_number", "confidence": "0.95", "data_of": moment},
    )
    jobs.run_waiting()

    newest = Report.objects.latest("pk")
    assert newest.as_of is not None
    assert newest.key == report.key


def test_settings_that_are_not_numbers_are_refused_beside_their_field(
    product_manager: Client, sample_home: Path
) -> None:
    answer = product_manager.post(reverse("reports:ask", args=["nps"]), {"confidence": "much"})

    assert answer.status_code == 422
    assert "Enter a number" in _body(answer)


def test_a_reader_sees_the_analysis_but_cannot_run_it(viewer: Client) -> None:
    page = viewer.get(reverse("reports:ask", args=["nps"]))
    posted = viewer.post(reverse("reports:ask", args=["nps"]), {})

    assert "Your role reads reports" in _body(page)
    assert posted.status_code == 403
    assert not Job.objects.exists()


def test_everything_is_computed_by_one_button(
    product_manager: Client, viewer: Client, sample_home: Path
) -> None:
    started = product_manager.post(reverse("reports:compute_all"))
    refused = viewer.post(reverse("reports:compute_all"))

    page = _body(product_manager.get(started["Location"]))
    assert refused.status_code == 403
    assert Job.objects.get().kind == "reports.compute_all"
    assert "Compute every report" in page


@pytest.mark.parametrize(
    ("form", "kind"),
    [("csv", "text/csv"), ("json", "application/json"), ("svg", "image/svg"), ("png", "image/png"),
     ("parquet", "parquet")],
)  # fmt: skip
def test_a_report_is_exported_as_a_file(
    viewer: Client, computed: Computed, form: str, kind: str
) -> None:
    report = computed("nps", by="segment")

    answer = viewer.get(reverse("reports:export", args=[report.pk, form]))

    assert answer.status_code == 200
    assert kind in answer["Content-Type"]
    assert answer["Content-Disposition"].startswith("attachment;")
    assert f".{form}" in answer["Content-Disposition"]


def test_a_form_that_there_is_not_is_not_found(viewer: Client, computed: Computed) -> None:
    report = computed("nps")

    assert viewer.get(reverse("reports:export", args=[report.pk, "exe"])).status_code == 404
    assert viewer.get(reverse("reports:ask", args=["horoscope"])).status_code == 404
    assert viewer.get(reverse("reports:newest", args=["x"])).status_code == 404


def test_a_question_leads_to_its_newest_run(viewer: Client, computed: Computed) -> None:
    computed("nps")
    newest = computed("nps")

    answer = viewer.get(reverse("reports:newest", args=[newest.key]))

    assert answer["Location"] == reverse("reports:report", args=[newest.pk])


def test_strangers_see_nothing(stranger: Client, computed: Computed) -> None:
    report = computed("nps")

    answers = [
        stranger.get(reverse("reports:list")),
        stranger.get(reverse("reports:report", args=[report.pk])),
        stranger.get(reverse("reports:export", args=[report.pk, "csv"])),
    ]

    assert {answer.status_code for answer in answers} == {302}


@pytest.fixture
def panel() -> Iterator[None]:
    """A panel of an upper slice on the page of a report."""
    registry.panel(
        "reports.report",
        template="core/_empty.html",
        context=lambda _request, report: {"action": {"word": f"About {report}", "url": "/x/"}},
    )
    yield
    registry.PANELS["reports.report"].pop()


@pytest.mark.usefixtures("panel")
def test_upper_slices_bring_their_panels(viewer: Client, computed: Computed) -> None:
    report = computed("nps")

    page = _body(viewer.get(reverse("reports:report", args=[report.pk])))

    assert '<a class="btn" href="/x/">About Net promoter score</a>' in page


def test_the_palette_finds_reports(viewer: Client, actor: Actors) -> None:
    found = queries.found(actor(Role.VIEWER), "promoter", 5)

    assert [one.title for one in found] == ["Net promoter score"]
