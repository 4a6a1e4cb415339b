"""Decisions for programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fourfits_web.core.actors import Actor
from fourfits_web.core.roles import Role

pytestmark = pytest.mark.django_db


def test_the_other_role_answers_a_decision(
    ask: Callable[..., Any], actor: Callable[[Role], Actor]
) -> None:
    marketing = actor(Role.PRODUCT_MARKETING_MANAGER).role
    given = {"what": "Raise the price", "why": "They pay", "fits": ["market_pricing"]}
    decided = ask("post", "/decisions", given).json()["data"]
    path = f"/decisions/{decided['id']}"
    assert decided["waits_for"] == [marketing.value]
    assert decided["opinions"] == []

    refused = ask("post", f"{path}/answers", {"agrees": True})
    wordless = ask("post", f"{path}/answers", {"agrees": False}, role=marketing)
    answered = ask(
        "post", f"{path}/answers", {"agrees": False, "note": "They leave"}, role=marketing
    )

    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "conflict")
    assert (wordless.status_code, wordless.json()["error"]["code"]) == (400, "parameter")
    assert answered.status_code == 201
    told = ask("get", path).json()["data"]
    assert told == answered.json()["data"]
    assert (told["waits_for"], told["disputed_by"]) == ([], [marketing.value])
    [opinion] = told["opinions"]
    assert (opinion["role"], opinion["agrees"], opinion["note"]) == (
        marketing.value,
        False,
        "They leave",
    )
    assert "opinions" not in ask("get", "/decisions").json()["data"][0]
