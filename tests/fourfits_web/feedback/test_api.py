"""Feedback of programs: many items at once, each taken or refused by itself."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from typing import Any

import pytest

from fourfits_web.core import audit
from fourfits_web.core.models import AuditEntry
from fourfits_web.core.roles import Role, may
from fourfits_web.feedback import actions
from fourfits_web.feedback.api import MOST_AT_ONCE
from fourfits_web.feedback.models import Item
from fourfits_web.webhooks.models import Delivery, Endpoint

pytestmark = pytest.mark.django_db
Ask = Callable[..., Any]
FEEDBACK = ("feedback.add", "workspace.read")


def received() -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(verb="feedback.receive").order_by("pk"))


def test_each_item_of_a_batch_is_taken_or_refused_by_itself_and_told_in_order(ask: Ask) -> None:
    ask("post", "/feedback", {"text": "It is loud.", "feedback_id": "t-1"})

    answer = ask("post", "/feedback/batch", {"feedback": [
        {"text": "The export is slow.", "source": "review", "feedback_id": "t-2", "rating": 2},
        {"text": ""},
        {"text": "It is loud.", "feedback_id": "t-1"},
        {"text": "It is quiet.", "feedback_id": "t-1"},
        {"text": "  "},
        {"text": "x", "colour": "red"},
        "no object",
        {"text": "The export is slow.", "feedback_id": "t-2"},
        {"text": chr(0)},
    ]})  # fmt: skip

    told = answer.json()
    loud, slow = Item.objects.get(feedback_id="t-1"), Item.objects.get(feedback_id="t-2")
    assert answer.status_code == 207
    assert [one["id"] for one in told["data"]] == [
        f"feedback_{slow.pk}", None, f"feedback_{loud.pk}", None, None, None, None,
        f"feedback_{slow.pk}", None,
    ]  # fmt: skip
    problems = [one["error"] for one in told["data"] if one["error"]]
    assert [one["code"] for one in problems] == [
        "invalid", "conflict", "parameter", "invalid", "invalid", "invalid",
    ]  # fmt: skip
    assert problems[0]["details"][0]["field"] == "text"
    assert all(set(one) == {"code", "message", "details"} for one in problems)
    assert (told["n_taken"], told["n_refused"]) == (3, 6)
    assert (slow.source, slow.rating) == ("review", 2.0)
    assert Item.objects.count() == 2


def test_each_item_of_a_batch_leaves_one_entry_and_one_event(ask: Ask) -> None:
    Endpoint.objects.create(
        url="https://example.org/", name="Shop", secret=b"", created_at="2026-01-01T00:00Z"
    )

    ask("post", "/feedback/batch", {"feedback": [{"text": f"Number {n}"} for n in range(12)]})

    entries = received()
    assert [entry.subject_name for entry in entries] == [f"Number {n}" for n in range(12)]
    assert {(entry.door, entry.actor_kind) for entry in entries} == {("api", "key")}
    assert audit.verify().whole
    told = [json.loads(one.body)["data"]["text"] for one in Delivery.objects.order_by("created_at")]
    assert sorted(told) == sorted(f"Number {n}" for n in range(12))
    assert set(Delivery.objects.values_list("event", flat=True)) == {"feedback.received"}


def test_a_batch_is_stored_whole_or_not_at_all(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("the power goes")

    monkeypatch.setattr("fourfits_web.core.actions.registry.announce", fail)

    with pytest.raises(RuntimeError):
        actions.receive_all(
            actions.Actor.workspace("api"), [actions.Draft(text="a"), actions.Draft(text="b")]
        )

    assert not Item.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_batch_asks_the_database_as_often_for_many_items_as_for_two_and_once_less_for_one(
    ask: Ask, django_assert_num_queries: Any, actor: Callable[[Role], Any]
) -> None:
    owner = actor(Role.OWNER)
    for n_items, n_asked in ((1, 6), (2, 7), (100, 7)):
        drafts = [actions.Draft(text="x", feedback_id=f"{n_items}-{n}") for n in range(n_items)]
        with django_assert_num_queries(n_asked):
            actions.receive_all(owner, drafts)


def test_a_batch_that_is_sent_again_is_stored_once(ask: Ask) -> None:
    body = {"feedback": [{"text": f"Number {n}", "feedback_id": f"t-{n}"} for n in range(3)]}

    first, again = ask("post", "/feedback/batch", body), ask("post", "/feedback/batch", body)

    assert first.json() == again.json()
    assert Item.objects.count() == len(received()) == 3


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"feedback": []},
        {"feedback": {}},
        {"feedback": [{"text": "x"}] * (MOST_AT_ONCE + 1)},
        {"feedback": [{"text": "x"}], "colour": "red"},
    ],
)
def test_what_is_no_batch_is_refused_whole(ask: Ask, body: dict[str, Any]) -> None:
    answer = ask("post", "/feedback/batch", body)

    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "invalid"
    assert not Item.objects.exists()


@pytest.mark.slow
def test_a_batch_is_as_large_as_it_says_and_no_larger(ask: Ask, settings: Any) -> None:
    whole = ask("post", "/feedback/batch", {"feedback": [{"text": "x"}] * MOST_AT_ONCE})
    settings.BODY_LIMIT_BYTES = 1_000

    refused = ask("post", "/feedback/batch", {"feedback": [{"text": "x" * 100}] * 10})

    assert (whole.json()["n_taken"], Item.objects.count()) == (MOST_AT_ONCE, MOST_AT_ONCE)
    assert (refused.status_code, refused.json()["error"]["code"]) == (413, "too_large")


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("scopes", [FEEDBACK, ("workspace.read",)])
def test_only_who_may_add_feedback_hands_in_a_batch(
    ask: Ask, role: Role, scopes: tuple[str, ...]
) -> None:
    answer = ask("post", "/feedback/batch", {"feedback": [{"text": "x"}]}, role, scopes)

    allowed = may(role, "feedback.add") and "feedback.add" in scopes
    assert answer.status_code == (207 if allowed else 403)
    assert Item.objects.exists() == allowed
    if not allowed:
        assert answer.json()["error"]["code"] == "refused"


def test_ten_items_count_as_one_request(ask: Ask, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3
    key = ask_with_one_key(ask)

    answers = [key({"feedback": [{"text": "x"}] * n}) for n in (20, 10, 1)]

    assert [one.status_code for one in answers] == [207, 207, 429]
    assert answers[2].json()["error"]["code"] == "too_many_requests"
    assert int(answers[2]["Retry-After"]) > 0
    assert Item.objects.count() == 30


@pytest.mark.slow
def test_a_batch_larger_than_the_limit_passes_in_a_fresh_minute(ask: Ask, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3
    key = ask_with_one_key(ask)

    answers = [key({"feedback": [{"text": "x"}] * n}) for n in (1_000, 1)]

    assert [one.status_code for one in answers] == [207, 429]


def ask_with_one_key(ask: Ask) -> Callable[[dict[str, Any]], Any]:
    """Batches by one and the same key, from the start of a minute."""
    from django.test import Client

    from fourfits_web.core import counting
    from fourfits_web.core.actors import Actor
    from fourfits_web.members import actions as members
    from fourfits_web.members.models import Member

    owner = Member.objects.create_user("o@example.org", name="Owner", role=Role.OWNER)
    secret = members.new_key()
    actor = Actor.member_at(owner, "page")
    members.issue_key(actor, name="P", member=owner, scopes=FEEDBACK, secret=secret)
    shutil.rmtree(counting.place(), ignore_errors=True)
    headers = {"Authorization": f"Bearer {secret}"}
    return lambda body: Client().post(
        "/api/v1/feedback/batch", body, content_type="application/json", headers=headers
    )
