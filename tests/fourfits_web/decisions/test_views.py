"""Pages about decisions, through the browser's door."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from fourfits import lake
from fourfits_web.core import jobs
from fourfits_web.core.actors import Actor
from fourfits_web.core.roles import Role
from fourfits_web.decisions import actions, queries
from fourfits_web.decisions.models import Decision, Evidence, Status
from fourfits_web.reports import actions as report_actions
from fourfits_web.reports import queries as reports
from fourfits_web.reports.models import Report

pytestmark = pytest.mark.django_db
Actors = Callable[[Role], Actor]
FORM = {"what": "Stop display ads", "why": "They do not pay", "kind": "channel"}


def _body(answer: Any) -> str:
    return str(answer.content.decode())


def test_an_empty_list_says_what_to_do_first(product_manager: Client, viewer: Client) -> None:
    page, of_viewer = (
        _body(who.get(reverse("decisions:list"))) for who in (product_manager, viewer)
    )

    assert "No decisions yet" in page
    assert reverse("decisions:new") in page
    assert "Record a decision" not in of_viewer


def test_the_list_is_narrowed_by_words_people_roles_and_the_day_to_look(
    viewer: Client, decision: Decision, actor: Actors
) -> None:
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    actions.record(
        actor(Role.PRODUCT_MARKETING_MANAGER), what="Stop display ads", why="They do not pay",
        kind="channel", look_again_on=yesterday,
    )  # fmt: skip

    def shown(**query: str) -> tuple[bool, bool]:
        page = _body(viewer.get(reverse("decisions:list"), query))
        return "Build the quiet grinder first" in page, "Stop display ads" in page

    assert shown() == (True, True)
    assert shown(q="grinder") == (True, False)
    assert shown(look="due") == (False, True)
    assert shown(look="later") == (True, False)
    assert shown(role="product_marketing_manager") == (False, True)
    assert shown(kind="product") == (True, False)
    assert shown(by=str(decision.decided_by_id)) == (True, False)


def test_the_list_costs_as_many_queries_with_many_as_with_few(
    viewer: Client, decision: Decision, actor: Actors
) -> None:
    with CaptureQueriesContext(connection) as few:
        viewer.get(reverse("decisions:list"))
    for role in (Role.OWNER, Role.ANALYST, Role.PRODUCT_MARKETING_MANAGER):
        actions.record(actor(role), what="x", why="y", evidence=[decision])
    with CaptureQueriesContext(connection) as many:
        viewer.get(reverse("decisions:list"))

    assert len(many) == len(few)


def test_any_page_can_offer_to_record_a_decision(product_manager: Client, report: Report) -> None:
    address = queries.new_url(report, what="Build it", why="NPS", url="/reports/1/")

    page = _body(product_manager.get(address))
    recorded = product_manager.post(
        reverse("decisions:new"), {**FORM, "report": str(report.pk), "fits": ["product_channel"]}
    )

    decision = Decision.objects.get()
    assert 'value="Build it"' in page
    assert "Net promoter score by segment" in page
    assert recorded["Location"] == decision.get_absolute_url()
    assert decision.fits == ["product_channel"]
    assert [piece.report for piece in queries.evidence(decision)] == [report]


def test_reports_are_chosen_as_evidence_in_the_form(
    product_manager: Client, report: Report
) -> None:
    product_manager.post(reverse("decisions:new"), {**FORM, "reports": [str(report.pk)]})

    [piece] = Evidence.objects.all()
    assert piece.report == report


def test_evidence_that_does_not_exist_or_is_private_is_left_out(product_manager: Client) -> None:
    given = {**FORM, "report": ["99", "x"], "record": ["members.member:1", "?"],
             "url": "https://elsewhere.example/"}  # fmt: skip

    product_manager.post(reverse("decisions:new"), given)

    assert Decision.objects.count() == 1
    assert not Evidence.objects.exists()


def test_a_decision_without_a_reason_is_refused_beside_the_field(product_manager: Client) -> None:
    answer = product_manager.post(reverse("decisions:new"), {**FORM, "why": ""})

    assert answer.status_code == 422
    assert "This field is required" in _body(answer)
    assert not Decision.objects.exists()


def test_the_page_tells_the_whole_story(viewer: Client, decision: Decision, actor: Actors) -> None:
    actions.look_again(actor(Role.OWNER), decision, happened="NPS <b>rose</b>", outcome="reopens")

    page = _body(viewer.get(decision.get_absolute_url()))

    assert "Students do not recommend us" in page
    assert "NPS of students at 0 by March" in page
    assert "Net promoter score by segment" in page
    assert "NPS &lt;b&gt;rose&lt;/b&gt;" in page
    assert "Open again" in page
    assert "Product–market" in page
    assert "Revise" not in page


def test_a_manager_looks_again_and_revises(
    product_marketing_manager: Client, decision: Decision
) -> None:
    looked = product_marketing_manager.post(
        reverse("decisions:look_again", args=[decision.pk]),
        {"happened": "Nothing came of it", "outcome": "reopens", "look_again_on": "2032-01-01"},
    )
    revised = product_marketing_manager.post(
        reverse("decisions:revise", args=[decision.pk]),
        {**FORM, "kind": "product", "fits": ["product_market"], "look_again_on": "2032-01-01"},
    )

    decision.refresh_from_db()
    assert (looked.status_code, revised.status_code) == (302, 302)
    assert (decision.what, decision.status) == ("Stop display ads", Status.STANDING)
    assert decision.look_again_on == datetime.date(2032, 1, 1)


def test_looking_again_asks_what_happened(product_manager: Client, decision: Decision) -> None:
    answer = product_manager.post(
        reverse("decisions:look_again", args=[decision.pk]), {"happened": "", "outcome": "stands"}
    )

    assert answer.status_code == 422
    assert "This field is required" in _body(answer)


@pytest.mark.parametrize("name", ["revise", "look_again"])
def test_a_reader_changes_nothing(viewer: Client, decision: Decision, name: str) -> None:
    answer = viewer.post(reverse(f"decisions:{name}", args=[decision.pk]), FORM)

    assert answer.status_code == 403
    assert viewer.get(reverse("decisions:new")).status_code == 403


def test_strangers_see_nothing(stranger: Client, decision: Decision) -> None:
    assert stranger.get(decision.get_absolute_url()).status_code == 302
    assert stranger.get(reverse("decisions:list")).status_code == 302


def test_a_decision_is_seen_with_the_data_of_its_day_after_the_data_changed(
    product_manager: Client,
    decision: Decision,
    report: Report,
    own_sample_home: Path,
    actor: Actors,
) -> None:
    [piece] = queries.evidence(decision)
    address = reverse("decisions:evidence", args=[decision.pk, piece.pk])
    _lose_answers(own_sample_home)
    report_actions.refresh(actor(Role.ANALYST), "nps", {"by": "segment"})
    jobs.run_waiting()

    before = _body(product_manager.get(address))
    started = product_manager.post(reverse("decisions:compute_again", args=[decision.pk, piece.pk]))
    waiting = _body(product_manager.get(started["Location"]))
    jobs.run_waiting()
    after = _body(product_manager.get(address))

    today = reports.stored("nps", {"by": "segment"})
    again = reports.on_the_day("nps", {"by": "segment"}, piece.as_of)
    report.refresh_from_db()
    assert today is not None
    assert again is not None
    assert again.versions == report.versions
    assert [row["nps"] for row in again.rows] == pytest.approx([row["nps"] for row in report.rows])
    assert today.n_rows_used["responses"] < report.n_rows_used["responses"]
    assert "Today" in before
    assert "44.0 <span" in before
    assert "Computing on the data of that day" in waiting
    assert "Computed again on that day’s data" in after
    assert after.count("44.0 <span") == 2
    assert "Compute on the data of that day" not in after


def test_a_run_that_failed_on_the_data_of_that_day_says_so(
    product_manager: Client, decision: Decision, own_sample_home: Path
) -> None:
    [piece] = queries.evidence(decision)
    address = reverse("decisions:evidence", args=[decision.pk, piece.pk])
    Evidence.objects.update(as_of=datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC))

    product_manager.post(reverse("decisions:compute_again", args=[decision.pk, piece.pk]))
    jobs.run_waiting()

    page = _body(product_manager.get(address))
    assert "On the data of that day: There was no data for responses as of 2001-01-01" in page


def test_a_record_is_seen_as_the_log_had_it_that_day(
    viewer: Client, decision: Decision, actor: Actors
) -> None:
    second = actions.record(actor(Role.OWNER), what="Next", why="y", evidence=[decision])
    actions.revise(actor(Role.OWNER), decision, {"what": "Build the app first"})
    [piece] = queries.evidence(second)

    page = _body(viewer.get(reverse("decisions:evidence", args=[second.pk, piece.pk])))

    assert "from the audit log" in page
    assert "Build the quiet grinder first" in page
    assert "<strong>Build the app first</strong>" in page


def test_evidence_of_another_decision_is_not_found(viewer: Client, decision: Decision) -> None:
    [piece] = queries.evidence(decision)

    assert viewer.get(reverse("decisions:evidence", args=[99, piece.pk])).status_code == 404


def test_the_report_shows_what_rests_on_it(
    product_manager: Client, viewer: Client, decision: Decision, report: Report
) -> None:
    address = reverse("reports:report", args=[report.pk])

    page, of_viewer = _body(product_manager.get(address)), _body(viewer.get(address))

    assert "Decisions that rest on this" in page
    assert "Build the quiet grinder first" in of_viewer
    assert f"{reverse('decisions:new')}?url=" in page
    assert "Record a decision" not in of_viewer


def test_the_palette_finds_decisions(decision: Decision, actor: Actors) -> None:
    [found] = queries.found(actor(Role.VIEWER), "grinder", 5)

    assert found.url == decision.get_absolute_url()


def _lose_answers(home: Path) -> None:
    """Half of the answers are gone, as after an undo."""
    store = lake.Lake(home / "lake")
    responses = store.read("responses")
    assert responses is not None
    store.replace("responses", responses.take(list(range(0, len(responses), 2))))


def test_the_other_role_agrees_or_says_how_it_sees_it(
    product_manager: Client, product_marketing_manager: Client, viewer: Client
) -> None:
    product_manager.post(reverse("decisions:new"), {**FORM, "fits": ["market_pricing"]})
    decision = Decision.objects.get()
    address = reverse("decisions:answer", args=[decision.pk])

    asked = _body(product_marketing_manager.get(decision.get_absolute_url()))
    assert "Has not said a word yet" in asked
    assert address in asked
    for who in (product_manager, viewer):
        assert address not in _body(who.get(decision.get_absolute_url()))

    refused = product_marketing_manager.post(address, {"agrees": "no", "note": ""})
    assert refused.status_code == 422
    assert "Say what you would do instead" in _body(refused)
    product_marketing_manager.post(address, {"agrees": "no", "note": "<b>Lower</b> it"})

    shown = _body(product_manager.get(decision.get_absolute_url()))
    assert "Sees it differently" in shown
    assert "&lt;b&gt;Lower&lt;/b&gt; it" in shown
    listed = reverse("decisions:list")
    assert "Disputed by product marketing manager" in _body(viewer.get(listed))
    for state, n in (("disputed", 1), ("product_marketing_manager", 0)):
        assert viewer.get(listed, {"agreement": state}).context["listing"].count == n


def test_who_comes_into_the_role_later_is_offered_a_word_and_told_of_none(
    product_manager: Client, actor: Actors
) -> None:
    product_manager.post(reverse("decisions:new"), {**FORM, "fits": ["market_pricing"]})
    newcomer = Client()
    newcomer.force_login(actor(Role.PRODUCT_MARKETING_MANAGER).member)

    page = _body(newcomer.get(Decision.objects.get().get_absolute_url()))

    assert "Your word" in page
    assert "Say otherwise" not in page


def test_a_decision_that_concerns_one_role_asks_nobody(
    product_manager: Client, product_marketing_manager: Client
) -> None:
    product_manager.post(reverse("decisions:new"), {**FORM, "fits": ["product_market"]})

    page = product_marketing_manager.get(Decision.objects.get().get_absolute_url())

    assert "Agreement" not in _body(page)
