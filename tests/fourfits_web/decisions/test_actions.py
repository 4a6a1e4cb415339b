"""Recording decisions, revising them, looking at them again."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest

from fourfits.errors import ParameterError
from fourfits_web.core.actors import Actor
from fourfits_web.core.errors import ConflictError, RefusedError
from fourfits_web.core.models import AuditEntry
from fourfits_web.core.roles import Role
from fourfits_web.decisions import actions, queries
from fourfits_web.decisions.models import Decision, Evidence, Status
from fourfits_web.reports.models import Report

pytestmark = pytest.mark.django_db
Actors = Callable[[Role], Actor]


def test_a_decision_keeps_who_in_which_role_and_the_versions_of_the_day(
    decision: Decision, report: Report
) -> None:
    [piece] = queries.evidence(decision)

    assert (decision.by, decision.role) == ("Product manager", "product_manager")
    assert decision.status == Status.STANDING
    assert (piece.report, piece.versions, piece.as_of) == (
        report,
        report.versions,
        report.computed_at,
    )
    assert piece.label == "Net promoter score by segment"


def test_each_write_leaves_one_entry(decision: Decision, actor: Actors) -> None:
    marketing = actor(Role.PRODUCT_MARKETING_MANAGER)

    actions.revise(marketing, decision, {"why": "Nobody recommends us"})
    actions.look_again(marketing, decision, happened="Nothing moved", outcome="reopens")

    verbs = AuditEntry.objects.filter(verb__startswith="decision.").order_by("id")
    assert [entry.verb for entry in verbs] == [
        "decision.record", "decision.revise", "decision.look_again",
    ]  # fmt: skip
    changed = {name: (before, after) for name, before, after in verbs[1].changes}
    assert changed["why"] == ("Students do not recommend us", "Nobody recommends us")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CONTRIBUTOR])
def test_who_only_reads_or_brings_feedback_cannot_decide(
    decision: Decision, actor: Actors, role: Role
) -> None:
    with pytest.raises(RefusedError):
        actions.record(actor(role), what="x", why="y")
    with pytest.raises(RefusedError):
        actions.revise(actor(role), decision, {"what": "x"})
    with pytest.raises(RefusedError):
        actions.look_again(actor(role), decision, happened="x")


def test_a_decision_says_what_and_why(actor: Actors) -> None:
    with pytest.raises(ParameterError, match="says what was decided"):
        actions.record(actor(Role.OWNER), what=" ", why="because")
    with pytest.raises(ParameterError, match="says why"):
        actions.record(actor(Role.OWNER), what="Do it", why="")
    with pytest.raises(ParameterError, match="none of the four fits"):
        actions.record(actor(Role.OWNER), what="Do it", why="because", fits=["luck"])


def test_looking_again_opens_ends_or_confirms(decision: Decision, actor: Actors) -> None:
    owner = actor(Role.OWNER)
    states = []
    for outcome in ("reopens", "stands", "ends"):
        actions.look_again(owner, decision, happened=outcome, outcome=outcome)
        states.append(decision.status)

    with pytest.raises(ConflictError):
        actions.look_again(owner, decision, happened="again", outcome="ends")
    assert states == [Status.REOPENED, Status.STANDING, Status.WITHDRAWN]
    assert [look.happened for look in queries.looks(decision)] == ["ends", "stands", "reopens"]
    assert decision.look_again_on is None


def test_a_revision_settles_what_was_open_again(decision: Decision, actor: Actors) -> None:
    owner = actor(Role.OWNER)
    actions.look_again(owner, decision, happened="It did not work", outcome="reopens")

    actions.revise(owner, decision, {"what": "Build the app first", "fits": ["market_pricing"]})

    decision.refresh_from_db()
    assert decision.status == Status.STANDING
    assert decision.fits == ["market_pricing"]


def test_evidence_that_is_added_twice_is_kept_once(
    decision: Decision, report: Report, actor: Actors
) -> None:
    actions.revise(actor(Role.OWNER), decision, {}, evidence=[report])

    assert Evidence.objects.filter(decision=decision).count() == 1


def test_a_record_is_kept_as_it_is_now(decision: Decision, actor: Actors) -> None:
    second = actions.record(actor(Role.OWNER), what="Next", why="y", evidence=[decision])

    [piece] = queries.evidence(second)
    assert (piece.record_kind, piece.record_id) == ("decisions.decision", str(decision.pk))
    assert piece.url == decision.get_absolute_url()
    assert piece.snapshot["why"] == "Students do not recommend us"


def test_only_fields_of_a_decision_can_be_revised(decision: Decision, actor: Actors) -> None:
    with pytest.raises(ParameterError, match="no decided_at"):
        actions.revise(
            actor(Role.OWNER), decision, {"decided_at": datetime.datetime.now(datetime.UTC)}
        )


@pytest.fixture
def both(actor: Actors) -> tuple[Actor, Actor]:
    """A product manager and a product marketing manager."""
    return actor(Role.PRODUCT_MANAGER), actor(Role.PRODUCT_MARKETING_MANAGER)


def _on(who: Actor, *fits: str) -> Decision:
    return actions.record(who, what="Sell by subscription", why="Few pay at once", fits=fits)


@pytest.mark.parametrize(
    ("fits", "by_manager", "by_marketing"),
    [
        ([], "", ""),
        (["product_market"], "", "product_manager"),
        (["pricing_channel"], "product_marketing_manager", ""),
        (["market_pricing"], "product_marketing_manager", "product_manager"),
        (["product_market", "pricing_channel"], "product_marketing_manager", "product_manager"),
    ],
)
def test_a_decision_waits_for_the_other_role_that_answers_for_its_fits(
    both: tuple[Actor, Actor], fits: list[str], by_manager: str, by_marketing: str
) -> None:
    assert [_on(who, *fits).waits_for for who in both] == [by_manager, by_marketing]


def test_who_took_a_decision_is_asked_when_another_role_revises_it(
    both: tuple[Actor, Actor],
) -> None:
    manager, marketing = both
    decision = _on(manager, "market_pricing")
    actions.answer(marketing, decision, agrees=True)

    actions.revise(marketing, decision, {"why": "Nobody pays at once"})

    assert decision.waits_for == "product_manager"
    with pytest.raises(ConflictError, match="you have no word"):
        actions.answer(marketing, decision, agrees=True)
    actions.answer(manager, decision, agrees=False, note="Some do")
    assert decision.agreement == "disputed by product manager"
    actions.revise(manager, decision, {"why": "Some pay at once"})
    assert decision.waits_for == "product_marketing_manager"


def test_nobody_waits_for_a_role_that_nobody_has(actor: Actors) -> None:
    assert _on(actor(Role.PRODUCT_MANAGER), "market_pricing").waits_for == ""


def test_an_owner_alone_decides_for_neither_of_both(
    both: tuple[Actor, Actor], actor: Actors
) -> None:
    decision = _on(actor(Role.OWNER), "market_pricing")

    assert decision.agreement == "waits for product manager and product marketing manager"
    with pytest.raises(ConflictError, match="As owner you have no word"):
        actions.answer(actor(Role.OWNER), decision, agrees=True)


def test_the_last_word_of_a_role_counts(both: tuple[Actor, Actor]) -> None:
    manager, marketing = both
    decision = _on(manager, "market_pricing")

    with pytest.raises(ParameterError, match="how you see it"):
        actions.answer(marketing, decision, agrees=False, note=" ")
    actions.answer(marketing, decision, agrees=False, note="Lower the price instead")
    assert decision.agreement == "disputed by product marketing manager"
    assert [queries.not_agreed(who.role) for who in both] == [[decision], []]

    actions.answer(marketing, decision, agrees=True)

    assert Decision.objects.get().agreement == ""
    assert queries.not_agreed() == []
    said = [(one.agrees, one.note, one.stands) for one in queries.opinions(decision)]
    assert said == [(True, "", True), (False, "Lower the price instead", False)]


def test_the_role_that_decided_has_no_word_of_its_own(both: tuple[Actor, Actor]) -> None:
    decision = _on(both[0], "market_pricing")

    with pytest.raises(ConflictError, match="it touches fits of product marketing manager"):
        actions.answer(both[0], decision, agrees=True)


def test_other_words_ask_again_and_more_evidence_does_not(
    both: tuple[Actor, Actor], report: Report
) -> None:
    manager, marketing = both
    decision = _on(manager, "market_pricing")
    actions.answer(marketing, decision, agrees=True)

    actions.revise(manager, decision, {"why": decision.why}, evidence=[report])
    assert queries.not_agreed() == []
    actions.revise(manager, decision, {"why": "Nobody pays at once"})

    assert queries.not_agreed("product_marketing_manager") == [decision]
    assert not any(one.stands for one in queries.opinions(decision))


def test_two_roles_that_answer_at_the_same_moment_are_both_heard(
    both: tuple[Actor, Actor], actor: Actors
) -> None:
    decision = _on(actor(Role.OWNER), "market_pricing")
    seen_before = Decision.objects.get(pk=decision.pk)

    actions.answer(both[0], decision, agrees=True)
    actions.answer(both[1], seen_before, agrees=False, note="Lower the price instead")

    assert Decision.objects.get().agreement == "disputed by product marketing manager"


def test_a_look_keeps_an_answer_that_came_meanwhile(both: tuple[Actor, Actor]) -> None:
    manager, marketing = both
    seen_before = _on(manager, "market_pricing")
    actions.answer(marketing, Decision.objects.get(), agrees=True)

    actions.look_again(manager, seen_before, happened="It works")

    assert queries.not_agreed() == []


def test_a_decision_that_stands_again_waits_for_the_other_role_again(
    both: tuple[Actor, Actor],
) -> None:
    decision = _on(both[0], "market_pricing")
    actions.look_again(both[0], decision, happened="It failed", outcome="ends")

    actions.look_again(both[0], decision, happened="It was the season", outcome="stands")

    assert queries.not_agreed("product_marketing_manager") == [decision]


def test_lines_that_end_another_way_are_the_same_words(both: tuple[Actor, Actor]) -> None:
    manager, marketing = both
    decision = actions.record(
        manager, what="Sell", why="Few pay.\nMany ask.", fits=["market_pricing"]
    )
    actions.answer(marketing, decision, agrees=True)

    actions.revise(manager, decision, {"why": "Few pay.\r\nMany ask."})

    assert queries.not_agreed() == []


def test_nobody_is_asked_about_what_no_longer_stands(both: tuple[Actor, Actor]) -> None:
    manager, marketing = both
    decision = _on(manager, "market_pricing")

    actions.look_again(manager, decision, happened="It failed", outcome="ends")

    assert queries.not_agreed() == []
    with pytest.raises(ConflictError, match="no longer stands"):
        actions.answer(marketing, decision, agrees=True)
