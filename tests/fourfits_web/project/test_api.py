"""The API through its door: whole requests, whole answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from fourfits_web.core.actors import Actor
from fourfits_web.core.models import AuditEntry
from fourfits_web.core.roles import Role
from fourfits_web.feedback.models import Item
from fourfits_web.members import actions
from fourfits_web.project import api

assert api

pytestmark = pytest.mark.django_db
Actors = Callable[[Role], Actor]
Ask = Callable[..., Any]
SCOPES = ("workspace.read", "feedback.add")


def test_feedback_is_handed_in_read_and_sorted(ask: Ask) -> None:
    given = ask("post", "/feedback", {"text": "The export is slow.", "source": "review"})
    one = given.json()["data"]
    read = ask("get", f"/feedback/{one['id']}").json()["data"]
    sorted_ = ask("patch", f"/feedback/{one['id']}", {"status": "sorted", "add_tags": ["export"]})

    assert given.status_code == 201
    assert read == one
    assert (sorted_.json()["data"]["status"], sorted_.json()["data"]["tags"]) == (
        "sorted",
        ["export"],
    )
    assert AuditEntry.objects.filter(verb="feedback.receive", door="api").count() == 1


def test_a_list_is_walked_to_its_end_by_its_cursor(ask: Ask) -> None:
    for number in range(5):
        ask("post", "/feedback", {"text": f"Number {number}"})
    seen: list[str] = []
    path = "/feedback?limit=2"
    while True:
        answer = ask("get", path).json()
        seen += [one["text"] for one in answer["data"]]
        pagination = answer["meta"]["pagination"]
        if not pagination["hasMore"]:
            break
        path = f"/feedback?limit=2&cursor={pagination['cursor']}"

    assert seen == [f"Number {number}" for number in (4, 3, 2, 1, 0)]
    assert pagination["cursor"] is None


@pytest.mark.parametrize("cursor", ["x", "W10", "e30", "WzFlOTk5LDFlOTk5XQ"])
def test_a_cursor_that_was_not_given_is_refused(ask: Ask, cursor: str) -> None:
    answer = ask("get", f"/feedback?cursor={cursor}")

    assert answer.status_code == 400
    assert "cursor" in answer.json()["error"]["message"]


def test_a_request_that_is_sent_again_is_done_once(ask: Ask, actor: Actors) -> None:
    secret = actions.new_key()
    actions.issue_key(
        actor(Role.OWNER), name="P", member=actor(Role.OWNER).member, scopes=SCOPES, secret=secret
    )

    def post(body: dict[str, str]) -> Any:
        headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "k1"}
        return Client().post(
            "/api/v1/feedback", body, content_type="application/json", headers=headers
        )

    first, again, other = post({"text": "Once"}), post({"text": "Once"}), post({"text": "Other"})

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert first.json() == again.json()
    assert Item.objects.count() == 1


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("post", "/feedback", {"text": ""}, 422, "invalid"),
        ("post", "/feedback", {"text": "x", "colour": "red"}, 422, "invalid"),
        ("get", "/feedback/need_1", None, 404, "not_found"),
        ("get", "/customers/nobody", None, 404, "not_found"),
        ("post", "/reports", {"analysis": "nonsense"}, 400, "parameter"),
        ("get", "/jobs/job_x", None, 404, "not_found"),
    ],
)
def test_errors_have_one_shape(
    ask: Ask, method: str, path: str, body: Any, *, status: int, code: str
) -> None:
    answer = ask(method, path, body)

    assert answer.status_code == status
    assert answer.json()["error"]["code"] == code
    assert answer.json()["error"]["message"].endswith(".")


def test_a_key_does_no_more_than_its_scopes_and_its_role(ask: Ask) -> None:
    read_only = ask("post", "/feedback", {"text": "x"}, scopes=("workspace.read",))
    viewer = ask("post", "/feedback", {"text": "x"}, role=Role.VIEWER)

    assert (read_only.status_code, viewer.status_code) == (403, 403)
    assert "scope feedback.add" in read_only.json()["error"]["details"]["hint"]
    assert not Item.objects.exists()


def test_too_many_requests_are_told_when_to_come_again(
    ask: Ask, settings: Any, actor: Actors
) -> None:
    settings.API_REQUESTS_PER_MINUTE = 2
    secret = actions.new_key()
    actions.issue_key(
        actor(Role.OWNER), name="P", member=actor(Role.OWNER).member, scopes=SCOPES, secret=secret
    )

    answers = [
        Client().get("/api/v1/feedback", headers={"Authorization": f"Bearer {secret}"})
        for _ in range(4)
    ]

    refused = [one for one in answers if one.status_code == 429]
    assert refused
    assert 0 < int(refused[-1]["Retry-After"]) <= 61
    assert refused[-1].json()["error"]["code"] == "too_many_requests"


def test_a_feature_is_added_scored_and_decided_upon(ask: Ask) -> None:
    added = ask("post", "/features", {"name": "Faster export"}).json()["data"]
    changed = ask("patch", f"/features/{added['id']}", {"status": "planned"}).json()["data"]
    decided = ask(
        "post",
        "/decisions",
        {"what": "Build the export", "why": "It is asked for", "fits": ["product_market"]},
    )

    assert changed["status"] == "planned"
    assert decided.status_code == 201
    assert ask("get", f"/decisions/{decided.json()['data']['id']}").json() == decided.json()
    assert ask("get", "/features").json()["data"][0]["name"] == "Faster export"
    assert ask("get", "/roadmap").status_code == ask("get", "/releases").status_code == 200


def test_the_description_and_the_page_for_people_name_every_operation(owner: Client) -> None:
    described = owner.get("/api/v1/openapi.json").json()
    page = owner.get("/api/v1/docs/").content.decode()

    assert described["openapi"].startswith("3.1")
    for path in described["paths"]:
        assert path in page


def test_a_stranger_is_told_of_keys_rather_than_sent_to_sign_in(stranger: Client) -> None:
    for head in ({}, {"Authorization": "Bearer ff_nobodys"}):
        answer = stranger.get("/api/v1/openapi.json", headers=head)

        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "unauthenticated"
