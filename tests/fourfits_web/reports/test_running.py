"""Running analyses and keeping what they say."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from fourfits import sources
from fourfits_web.core import jobs
from fourfits_web.core.actors import Actor
from fourfits_web.core.models import Job
from fourfits_web.core.roles import Role
from fourfits_web.reports import actions, queries, running, words
from fourfits_web.reports.models import Report

pytestmark = pytest.mark.django_db
Computed = Callable[..., Report]
Actors = Callable[[Role], Actor]


@pytest.fixture
def heard() -> Iterator[list[Report]]:
    """Runs that a listener heard of."""
    seen: list[Report] = []
    running.when_kept("nps", seen.append)
    yield seen
    running.LISTENERS["nps"].remove(seen.append)


def test_a_run_keeps_all_that_is_needed_to_believe_it(computed: Computed) -> None:
    report = computed("nps", by="segment")

    assert len(report.rows) == 5
    assert report.definition
    assert report.finding.startswith("home baristas recommend most")
    assert set(report.versions) == {"responses", "memberships", "customers", "accounts"}
    assert report.n_rows_used == {"responses": 748}
    assert {row["table"] for row in report.quality} >= {"responses", "customers"}
    assert "SELECT" in report.queries[0]
    assert report.chart is not None
    assert report.headline[0]["title"] == "home baristas"


def test_what_the_data_cannot_answer_is_kept_in_words(computed: Computed) -> None:
    report = computed("nps", by="nonsense")

    assert "nonsense" in report.refused
    assert report.hint
    assert report.rows == []
    assert Job.objects.latest("created_at").status == Job.Status.DONE


def test_an_empty_home_refuses_in_words(empty_home: Path, actor: Actors) -> None:
    empty_home.mkdir()
    actions.refresh(actor(Role.ANALYST), "nps", {})
    jobs.run_waiting()

    report = queries.stored("nps")

    assert report is not None
    assert "no data for responses" in report.refused


def test_listeners_hear_of_every_run(computed: Computed, heard: list[Report]) -> None:
    answered, refused = computed("nps"), computed("nps", by="nonsense")

    assert heard == [answered, refused]


def test_themes_are_named_after_the_needs_of_features(own_sample_home: Path, actor: Actors) -> None:
    actions.refresh(actor(Role.ANALYST), "themes", {})
    jobs.run_waiting()

    report = queries.stored("themes")

    assert report is not None
    assert report.asked == {}
    assert "quiet machine" in report.parameters["known"]
    assert "quiet machine" in {row["theme"] for row in report.rows}
    assert "assignments" in sources.open(own_sample_home)


def test_the_whole_loop_is_computed_and_kept_question_by_question(
    own_sample_home: Path, actor: Actors
) -> None:
    job = actions.refresh_all(actor(Role.ANALYST))
    jobs.run_waiting()

    job.refresh_from_db()
    asked = [analysis for analysis, _ in words.loop()]
    home = sources.open(own_sample_home)
    assert job.status == Job.Status.DONE
    assert job.result == {"reports": len(asked), "refused": 0}
    assert {"memberships", "assignments", "values"} <= set(home)
    assert home.memberships.segmentation.nunique().to_pyarrow().as_py() == 2
    for analysis in asked:
        report = queries.first_stored(analysis, *words.usual(analysis))
        assert report is not None
        assert report.stale is False, analysis
    assert all(f" {title}\n" in job.log for _, title in words.loop())


def test_running_the_loop_twice_does_no_harm(own_sample_home: Path, actor: Actors) -> None:
    for _ in range(2):
        actions.refresh_all(actor(Role.ANALYST))
        jobs.run_waiting()

    runs = Report.objects.filter(analysis="demand").order_by("pk")
    first, second = runs
    assert first.rows == second.rows
    assert first.versions == second.versions
    assert not queries.is_stale(first)


def test_a_segmentation_that_people_made_stays_the_first(own_sample_home: Path) -> None:
    source = sources.open(own_sample_home)
    result = running.answered(source, "rfm", {})[0]
    assert result is not None
    derived = result.derived()
    assert derived is not None

    displaces = running._would_displace(source, derived)

    assert not displaces


def test_a_run_on_an_earlier_moment_meets_the_versions_of_then(
    own_sample_home: Path, actor: Actors
) -> None:
    analyst = actor(Role.ANALYST)
    actions.refresh(analyst, "rfm", {})
    jobs.run_waiting()
    first = queries.stored("rfm")
    assert first is not None
    _lose_orders(own_sample_home)
    actions.refresh(analyst, "rfm", {})
    jobs.run_waiting()
    actions.refresh(analyst, "rfm", {}, as_of=first.computed_at)
    jobs.run_waiting()

    now, then = queries.stored("rfm"), queries.on_the_day("rfm", {}, first.computed_at)

    assert now is not None
    assert then is not None
    assert then.versions == first.versions
    assert [row["n_customers"] for row in then.rows] == [row["n_customers"] for row in first.rows]
    assert then.headline[0]["value"] == pytest.approx(first.headline[0]["value"])
    assert now.n_rows_used["orders"] < first.n_rows_used["orders"]
    assert now.computed_at - first.computed_at < datetime.timedelta(minutes=10)
    assert timezone.is_aware(then.computed_at)


def _lose_orders(home: Path) -> None:
    """Half of the orders are gone, as after an undo."""
    from fourfits import lake

    store = lake.Lake(home / "lake")
    orders = store.read("orders")
    assert orders is not None
    store.replace("orders", orders.slice(0, len(orders) // 2))
