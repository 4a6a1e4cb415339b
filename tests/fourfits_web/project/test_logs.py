"""The server's log opens no door."""

from __future__ import annotations

import logging

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from fourfits_web.core.actors import Actor
from fourfits_web.core.roles import Role
from fourfits_web.members import actions
from fourfits_web.members.models import new_secret
from fourfits_web.project import logs

SECRET = "8hS0kQ-_sMx3"  # noqa: S105 - of nobody


def _said(message: str, *args: object) -> str:
    record = logging.LogRecord("x", logging.WARNING, "", 0, message, args, None)
    assert logs.SecretsHidden().filter(record)
    return record.getMessage()


@pytest.mark.parametrize(
    "path",
    [
        f"/members/join/{SECRET}/",
        f"/members/link/{SECRET}/",
        f"/sign-in/password/reset/key/{SECRET}/",
    ],
)
def test_what_lets_its_bearer_in_is_left_out(path: str) -> None:
    assert _said("%s: %s", "Gone", path) == f"Gone: {path.replace(SECRET, '(hidden)')}"


def test_other_lines_stay_as_they_are() -> None:
    assert _said("%s: %s", "Not Found", "/members/keys/?q=1") == "Not Found: /members/keys/?q=1"
    assert _said("100 %") == "100 %"


@pytest.mark.django_db
def test_an_invitation_that_is_answered_wrongly_does_not_stand_in_the_log(
    stranger: Client, caplog: pytest.LogCaptureFixture
) -> None:
    handler, secret = settings.LOGGING["handlers"]["terminal"], new_secret()
    actions.invite(
        Actor.workspace("command"), email="new@example.org", role=Role.VIEWER, secret=secret
    )
    caplog.handler.addFilter(logs.SecretsHidden())

    stranger.post(reverse("members:join", args=[secret]), {"name": "New", "password": "short"})

    assert settings.LOGGING["filters"][handler["filters"][0]]["()"].endswith("SecretsHidden")
    assert "/members/join/(hidden)/" in caplog.text
    assert secret not in caplog.text
