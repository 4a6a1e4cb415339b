"""What every part of the API holds, whatever is sent."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from fourfits_web.core import api, api_replies
from fourfits_web.core.actors import Actor
from fourfits_web.core.models import KeptReply
from fourfits_web.core.roles import Role
from fourfits_web.customers.models import Person
from fourfits_web.feedback.models import Item
from fourfits_web.members import actions as members
from fourfits_web.project.api import api as described

assert api

pytestmark = pytest.mark.django_db
Ask = Callable[..., Any]
Post = Callable[[dict[str, str], str], Any]


def _program(owner: Actor) -> Post:
    """A program with one key of its own, which hands feedback in under an `Idempotency-Key`."""
    secret = members.new_key()
    members.issue_key(owner, name="P", member=owner.member, scopes=["feedback.add"], secret=secret)

    def post(body: dict[str, str], key: str) -> Any:
        return Client().post(
            "/api/v1/feedback",
            body,
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": key},
        )

    return post


@pytest.fixture
def key(actor: Callable[[Role], Actor]) -> Post:
    """A program that hands feedback in."""
    return _program(actor(Role.OWNER))


@pytest.fixture
def other_key(actor: Callable[[Role], Actor]) -> Post:
    """Another one."""
    return _program(actor(Role.OWNER))


@pytest.mark.parametrize(
    "body",
    [
        '{"text": "a\\u0000b"}',
        '{"text": "\\ud800"}',
        '{"text": "x", "rating": NaN}',
        '{"text": "x", "rating": 1e999}',
        '{"text": "x", "occurred_at": "0001-01-01T00:00:00+14:00"}',
        '{"text": "x", "occurred_at": "9999-12-31T23:59:59-14:00"}',
        '{"text": "x", "tags": ["y"]}',
    ],
)
def test_what_cannot_be_kept_is_refused_in_words(ask: Ask, body: str) -> None:
    answer = ask("post", "/feedback", body)

    assert answer.status_code == 422
    assert answer.json()["error"]["details"][0]["problem"]
    assert not Item.objects.exists()


@pytest.mark.parametrize("body", ["", "{", "[" * 100_000, '{"text": ' + "9" * 5_000 + "}", "\xff"])
def test_what_is_no_json_is_refused(ask: Ask, body: str) -> None:
    answer = ask("post", "/feedback", body.encode("latin-1"))

    assert answer.status_code in {400, 422}
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "path",
    ["/feedback?customer_id=a%00b", "/customers/a%00b", "/feedback?cursor=%00"],
)
def test_an_address_with_a_nul_is_refused(ask: Ask, path: str) -> None:
    assert ask("get", path).status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/nowhere", 404, "not_found"),
        ("delete", "/customers", 405, "method_not_allowed"),
        ("get", "/feedback/feedback_99999999999999999999", 404, "not_found"),
        ("get", "/jobs?status=asleep", 422, "invalid"),
        ("get", "/feedback?limit=0", 422, "invalid"),
    ],
)
def test_every_refusal_has_the_one_shape(
    ask: Ask, method: str, path: str, *, status: int, code: str
) -> None:
    answer = ask(method, path)

    assert answer.status_code == status
    assert set(answer.json()["error"]) == {"code", "message", "details"}
    assert answer.json()["error"]["code"] == code


def test_a_mistake_of_the_program_is_told_in_shape_and_without_its_insides(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("the insides")

    monkeypatch.setattr("fourfits_web.feedback.api.queries.items", fail)
    monkeypatch.setattr(Client, "check_exception", lambda *_: None)  # as a server would

    answer = ask("get", "/feedback")

    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "internal_server_error"
    assert answer.json()["error"]["details"]["reference"] in caplog.text
    assert "insides" not in answer.content.decode()


def test_a_moment_without_a_zone_is_one_of_utc(ask: Ask) -> None:
    here = ask("post", "/feedback", {"text": "x", "occurred_at": "2026-03-01T12:00:00"})
    there = ask("post", "/feedback", {"text": "x", "occurred_at": "2026-03-01T12:00:00+02:00"})

    assert here.json()["data"]["occurred_at"] == "2026-03-01T12:00:00Z"
    assert there.json()["data"]["occurred_at"] == "2026-03-01T10:00:00Z"


def test_background_work_is_walked_by_its_cursor(ask: Ask) -> None:
    for analysis in ("nps", "rfm", "pmf"):
        ask("post", "/reports", {"analysis": analysis})
    titles: list[str] = []
    path = "/jobs?limit=1"
    while True:
        answer = ask("get", path).json()
        titles += [job["title"] for job in answer["data"]]
        following = answer["meta"]["pagination"]["cursor"]
        if following is None:
            break
        path = f"/jobs?limit=1&cursor={following}"

    assert len(titles) == len(set(titles)) == 3


def test_every_operation_is_described_with_its_refusals_and_who_may_call_it(owner: Client) -> None:
    schema = owner.get("/api/v1/openapi.json").json()

    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], (method, path)
            assert operation["description"].rstrip().endswith("."), (method, path)
            assert operation["security"], (method, path)
            assert {"400", "401", "403", "404", "409", "413", "422", "429"} <= set(
                operation["responses"]
            )


@pytest.mark.slow
def test_every_operation_refuses_a_key_without_scopes(ask: Ask) -> None:
    known = {"item_id": "feedback_1", "need_id": "need_1"}
    for path, methods in described.get_openapi_schema()["paths"].items():
        for method in methods:
            filled = path.removeprefix("/api/v1").format_map(_Ids(known))
            answer = ask(method, filled, {}, role=Role.OWNER, scopes=("self.change",))
            assert answer.status_code in {403, 422}, (method, path, answer.status_code)


class _Ids(dict[str, str]):
    """Some id for every name."""

    def __missing__(self, name: str) -> str:
        return f"{name.removesuffix('_id')}_1"


def _done_once(view: Any) -> bool:
    """Whether `api.idempotent` stands somewhere around the operation."""
    wrapper = api.idempotent(lambda _: None).__code__
    while view is not None:
        if view.__code__ is wrapper:
            return True
        view = getattr(view, "__wrapped__", None)
    return False


def test_every_post_can_be_sent_again(owner: Client) -> None:
    posts = {
        path: operation.view_func
        for _, router in described._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
        if "POST" in operation.methods
    }
    schema = owner.get("/api/v1/openapi.json").json()["paths"]

    assert len(posts) > 20
    assert [path for path, view in posts.items() if not _done_once(view)] == []
    for path in posts:
        parameters = schema[f"/api/v1{path}"]["post"]["parameters"]
        assert "Idempotency-Key" in {each["name"] for each in parameters}, path


def test_what_was_refused_is_not_remembered_under_its_key(key: Post) -> None:
    refused, done = key({"text": ""}, "k"), key({"text": "It is slow."}, "k")

    assert (refused.status_code, done.status_code) == (422, 201)


def test_programs_do_not_see_each_others_replies(key: Post, other_key: Post) -> None:
    mine, theirs = key({"text": "Mine"}, "k"), other_key({"text": "Theirs"}, "k")

    assert (mine.status_code, theirs.status_code) == (201, 201)
    assert theirs.json()["data"]["text"] == "Theirs"


def test_replies_are_remembered_for_a_day(key: Post) -> None:
    first = key({"text": "Once"}, "k").json()
    api_replies.forget_old()
    within = key({"text": "Once"}, "k").json()
    KeptReply.objects.update(created_at=timezone.now() - datetime.timedelta(days=1, minutes=1))

    api_replies.forget_old()
    after = key({"text": "Once"}, "k").json()

    assert within == first
    assert after["data"]["id"] != first["data"]["id"]


def test_who_asked_too_often_holds_up_nobody_else(
    key: Post, other_key: Post, settings: Any
) -> None:
    settings.API_REQUESTS_PER_MINUTE = 1

    # a new minute may begin in between
    mine = {key({"text": "x"}, f"k{number}").status_code for number in range(4)}

    assert 429 in mine
    assert other_key({"text": "x"}, "k").status_code == 201


def test_a_list_by_names_is_walked_whole_whatever_comes_in_meanwhile(ask: Ask) -> None:
    for name in ("C10", "C2", "c2", "Ä1", "C1"):
        Person.objects.create(customer_id=name, digest=0)
    seen: list[str] = []
    path = "/customers?limit=2"
    while True:
        answer = ask("get", path).json()
        seen += [each["customer_id"] for each in answer["data"]]
        cursor = answer["meta"]["pagination"]["cursor"]
        if cursor is None:
            break
        Person.objects.get_or_create(customer_id="A0", digest=0)  # before all that was shown
        path = f"/customers?limit=2&cursor={cursor}"

    assert sorted(seen) == sorted(["C10", "C2", "c2", "Ä1", "C1"])


@pytest.mark.parametrize("limit", ["0", "201", "-1", "x"])
def test_a_part_of_a_list_has_one_to_two_hundred_rows(ask: Ask, limit: str) -> None:
    answer = ask("get", f"/feedback?limit={limit}")

    assert answer.status_code == 422
    assert answer.json()["error"]["details"][0]["field"].endswith("limit")


def test_what_is_wrong_is_named_as_it_was_sent(key: Post) -> None:
    answer = key({"text": "x", "source": "carrier pigeon"}, "k")

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["error"]["details"]] == ["body.source"]


def test_a_key_that_is_too_long_is_refused_and_not_cut(key: Post) -> None:
    answer = key({"text": "x"}, "k" * 129)

    assert answer.status_code == 400
    assert "129 characters" in answer.json()["error"]["message"]
    assert not Item.objects.exists()


def test_what_cannot_be_remembered_is_not_done_either(
    key: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(api_replies, "keep", fail)
    monkeypatch.setattr(Client, "check_exception", lambda *_: None)  # as a server would

    assert key({"text": "x"}, "k").status_code == 500
    assert not Item.objects.exists()
