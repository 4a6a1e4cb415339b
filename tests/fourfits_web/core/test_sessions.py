"""A session is found while it lasts, and only by its own key."""

from __future__ import annotations

import datetime
import importlib
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from fourfits_web.core import forgetting, registry, sessions
from fourfits_web.core.models import Session
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


def test_a_session_is_noted_as_used_once_a_day(django_assert_num_queries: Any) -> None:
    key = _kept()
    Session.objects.update(used_on=datetime.date(2020, 1, 1))

    with django_assert_num_queries(2):
        SessionStore(key).load()
    with django_assert_num_queries(1):
        SessionStore(key).load()

    assert Session.objects.get().used_on == timezone.now().date()


CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0"


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36", "Chrome on Windows"),
        (f"Mozilla/5.0 (X11; CrOS x86_64) {CHROME} Safari/537.36", "Chrome on ChromeOS"),
        (f"Mozilla/5.0 (Windows NT 10.0) {CHROME} Safari/537.36 Edg/126.0", "Edge on Windows"),
        (f"Mozilla/5.0 (Linux; Android 14) {CHROME} Mobile Safari/537.36", "Chrome on Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14.5) Firefox/127.0", "Firefox on Mac"),
        ("Something (X11)", "A browser on Linux"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_a_device_is_told_in_words(agent: str, device: str) -> None:
    assert sessions.device_of(agent) == device


def test_who_is_signed_in_stays_so_when_sessions_learn_whose_they_are() -> None:
    take_over = importlib.import_module("fourfits_web.core.migrations.0004_session").take_over
    session = SessionStore()
    session[SESSION_KEY] = "7"
    session.save()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_session SELECT session_key, session_data, expire_date "
            "FROM core_session"
        )
    Session.objects.all().delete()

    take_over(apps, SimpleNamespace(connection=connection))

    assert SessionStore(session.session_key)[SESSION_KEY] == "7"
    assert [one.actor_id for one in Session.objects.all()] == ["7"]


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
