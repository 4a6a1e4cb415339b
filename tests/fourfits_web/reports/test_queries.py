"""What is known about reports: the newest run, and whether it is stale."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fourfits_web.core import remembering
from fourfits_web.core.actors import Actor
from fourfits_web.core.roles import Role
from fourfits_web.data.models import TableState
from fourfits_web.reports import actions, queries
from fourfits_web.reports.models import Report

pytestmark = pytest.mark.django_db
Computed = Callable[..., Report]
Actors = Callable[[Role], Actor]


def test_a_report_is_fresh_while_nothing_under_it_changes(computed: Computed) -> None:
    report = computed("nps")

    assert report.stale is False
    assert not queries.is_stale(report)


def test_a_report_is_stale_when_a_table_under_it_changed(computed: Computed) -> None:
    report = computed("nps")

    TableState.objects.filter(name="orders").update(version=99)
    other_changed = queries.is_stale(report)
    TableState.objects.filter(name="responses").update(version=99)

    assert not other_changed
    assert queries.is_stale(report)


def test_a_report_by_groups_is_stale_when_the_groups_changed(computed: Computed) -> None:
    report = computed("nps", by="segment")

    TableState.objects.filter(name="memberships").update(version=99)

    assert queries.is_stale(report)


def test_a_report_is_stale_when_the_program_is_newer(computed: Computed) -> None:
    report = computed("nps")

    report.code_version = "0.0.1"

    assert queries.is_stale(report)


def test_a_run_on_an_earlier_day_is_never_stale_nor_stands_for_today(
    computed: Computed, actor: Actors
) -> None:
    report = computed("nps")
    Report.objects.filter(pk=report.pk).update(as_of=report.computed_at)
    report.refresh_from_db()

    TableState.objects.update(version=99)

    assert not queries.is_stale(report)
    assert queries.stored("nps") is None
    assert queries.on_the_day("nps", {}, report.computed_at) == report


def test_first_stored_passes_over_what_was_refused(computed: Computed) -> None:
    refused, answered = computed("nps", by="nonsense"), computed("nps")

    found = queries.first_stored("nps", {"by": "nonsense"}, {})

    assert refused.refused
    assert found == answered


def test_one_request_asks_for_the_versions_once(computed: Computed) -> None:
    computed("nps")
    computed("pmf")

    remembering._begin()
    with CaptureQueriesContext(connection) as asked:
        queries.stored("nps")
        queries.stored("pmf")
    remembering.forget()

    assert sum("data_tablestate" in one["sql"] for one in asked) == 1


def test_two_names_for_the_same_question_are_one_question(computed: Computed) -> None:
    first = computed("acquisition", by=["channel"])

    assert queries.stored("acquisition", {"by": ["channel"]}) == first
    assert queries.stored("acquisition", {"by": ["plan"]}) is None


def test_the_overview_shows_every_analysis_once(computed: Computed) -> None:
    computed("nps", by="segment")
    computed("nps", by="country")

    parts = queries.overview()

    questions = {q["analysis"]: q for part in parts for q in part["questions"]}
    assert sum(len(part["questions"]) for part in parts) == len(questions)
    assert questions["nps"]["report"].asked == {"by": "segment"}
    assert [other.asked for other in questions["nps"]["others"]] == [{"by": "country"}]
    assert questions["forecast"]["report"] is None


def test_a_standing_job_serves_whoever_asks_the_same(sample_home: Path, actor: Actors) -> None:
    first = actions.refresh(actor(Role.ANALYST), "nps", {})
    again = actions.refresh(actor(Role.OWNER), "nps", {})

    assert first == again
