"""What every part of the API holds, whatever is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from fourfits_web.core import api
from fourfits_web.core.roles import Role
from fourfits_web.feedback.models import Item
from fourfits_web.project.api import api as described

assert api

pytestmark = pytest.mark.django_db
Ask = Callable[..., Any]


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
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("the insides")

    monkeypatch.setattr("fourfits_web.feedback.api.queries.items", fail)
    monkeypatch.setattr(Client, "check_exception", lambda *_: None)  # as a server would

    answer = ask("get", "/feedback")

    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "internal_server_error"
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
