"""A session is found while it lasts, and only by its own key."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

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
