"""A session is found while it lasts, and only by its own key."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from fourfits_web.core import forgetting, registry, sessions
from fourfits_web.core.sessions import SessionStore

pytestmark = pytest.mark.django_db


def _kept() -> str:
    session = SessionStore()
    session["seen"] = "Monday"
    session.save()
    return str(session.session_key)


def test_what_a_session_holds_is_read_again() -> None:
    assert dict(SessionStore(_kept()).items()) == {"seen": "Monday"}


def test_a_session_that_is_over_holds_nothing_and_loses_its_key() -> None:
    key = _kept()
    Session.objects.update(expire_date=timezone.now() - datetime.timedelta(seconds=1))

    session = SessionStore(key)

    assert not dict(session.items())
    assert session.session_key is None


@pytest.mark.parametrize("key", ["", None, "0" * 32, "' OR 1=1 --"])
def test_a_key_that_nobody_was_given_opens_no_session(key: str | None) -> None:
    _kept()

    assert not dict(SessionStore(key).items())


def test_sessions_that_are_over_are_removed_a_few_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(forgetting, "ROWS", 2)
    for _ in range(5):
        _kept()
    Session.objects.update(expire_date=timezone.now() - datetime.timedelta(seconds=1))
    living = _kept()

    sessions.forget_over()
    after_one_look = Session.objects.count()
    call_command("clearsessions")

    assert after_one_look == 4
    assert [one.session_key for one in Session.objects.all()] == [living]
    assert sessions.forget_over in registry.TICKS
