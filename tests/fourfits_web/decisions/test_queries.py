"""What is known about decisions."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from fourfits_web.core import jobs
from fourfits_web.core.actors import Actor
from fourfits_web.core.roles import Role
from fourfits_web.decisions import actions, queries
from fourfits_web.decisions.models import Decision
from fourfits_web.reports import actions as report_actions
from fourfits_web.reports import queries as reports
from fourfits_web.reports.models import Report

pytestmark = pytest.mark.django_db
Actors = Callable[[Role], Actor]


def test_decisions_about_a_report_are_found_from_any_run_of_its_question(
    decision: Decision, report: Report, actor: Actors
) -> None:
    report_actions.refresh(actor(Role.ANALYST), "nps", {"by": "segment"})
    jobs.run_waiting()

    newest = reports.stored("nps", {"by": "segment"})

    assert newest != report
    assert queries.about(newest) == [decision]


def test_decisions_about_a_record_are_found_from_it(decision: Decision, actor: Actors) -> None:
    second = actions.record(actor(Role.OWNER), what="Next", why="y", evidence=[decision])

    assert queries.about(decision) == [second]
    assert queries.about(second) == []
    assert queries.about(Decision()) == []


def test_a_home_asks_what_the_other_role_decided_since(decision: Decision, actor: Actors) -> None:
    before = decision.decided_at - datetime.timedelta(minutes=1)

    assert queries.since(before, Role.PRODUCT_MANAGER) == [decision]
    assert queries.since(before, Role.PRODUCT_MARKETING_MANAGER) == []
    assert queries.since(timezone.now()) == []
    assert decision.newest == "Product manager"
    actions.look_again(actor(Role.OWNER), decision, happened="x")
    assert queries.since(None) == [decision]
    assert decision.newest == "changed by Owner"


def test_who_took_a_decision_hears_of_what_others_make_of_it(
    decision: Decision, actor: Actors
) -> None:
    marketing, taker = actor(Role.PRODUCT_MARKETING_MANAGER), decision.decided_by_id
    theirs = functools.partial(queries.since, None, Role.PRODUCT_MARKETING_MANAGER, reader=taker)

    taken = theirs()
    actions.revise(marketing, decision, {"why": "Nobody pays at once"})
    revised = theirs()
    actions.revise(actor(Role.PRODUCT_MANAGER), decision, {"why": "Some do"})
    back = theirs()
    actions.look_again(actor(Role.OWNER), decision, happened="x")

    assert (taken, revised, back, theirs()) == ([], [decision], [], [decision])


def test_due_decisions_are_those_whose_day_has_come(decision: Decision, actor: Actors) -> None:
    assert queries.due(datetime.date(2031, 2, 28)) == []
    assert queries.due(datetime.date(2031, 3, 1)) == [decision]
    actions.look_again(
        actor(Role.OWNER), decision, happened="x", outcome="ends",
        look_again_on=datetime.date(2031, 1, 1),
    )  # fmt: skip
    assert queries.due(datetime.date(2031, 3, 1)) == []


def test_the_day_to_look_again_comes_near(decision: Decision) -> None:
    days = [datetime.date(2031, 1, 1), datetime.date(2031, 2, 20), datetime.date(2031, 3, 1)]

    assert [decision.look_state(day) for day in days] == ["later", "soon", "due"]


def test_the_address_of_a_new_decision_names_its_evidence(
    decision: Decision, report: Report
) -> None:
    of_report = parse_qs(urlsplit(queries.new_url(report, what="Do it")).query)
    of_record = parse_qs(urlsplit(queries.new_url(decision, url="/x/")).query)

    assert of_report == {"what": ["Do it"], "report": [str(report.pk)]}
    assert of_record == {"record": [f"decisions.decision:{decision.pk}"], "url": ["/x/"]}
    assert queries.new_url() == "/decisions/new/"
