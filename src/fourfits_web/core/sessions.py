"""Sessions in the database, asked for in words that stand: each page begins with one."""

from __future__ import annotations

import datetime
import re
from typing import Any, cast

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends import db
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from fourfits_web.core import forgetting
from fourfits_web.core.actors import client_address
from fourfits_web.core.models import Session
from fourfits_web.core.prepared import Question

BEGAN = "began"
"""Where a session's data say when, from where and by what it began."""
_BROWSERS = {
    "Edge": r"Edg(e|A|iOS)?/",
    "Opera": r"OPR/|Opera",
    "Samsung Internet": r"SamsungBrowser/",
    "Firefox": r"Firefox/|FxiOS/",
    "Chrome": r"Chrome/|CriOS/",
    "Safari": r"Safari/",
}
_SYSTEMS = {
    "iPhone": r"iPhone",
    "iPad": r"iPad",
    "Android": r"Android",
    "Windows": r"Windows",
    "ChromeOS": r"CrOS",
    "Mac": r"Macintosh|Mac OS X",
    "Linux": r"Linux|X11",
}

_session = Question(lambda key: Session.objects.filter(session_key=key))


class SessionStore(db.SessionStore):
    """Django's store, found more quickly, and by whose it is."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """The rows that know whose they are."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row; it follows the session when its key changes, as it does with the password."""
        row = cast("Session", super().create_model_instance(data))
        row.actor_id = data.get(SESSION_KEY, "")
        row.used_on = timezone.now().date()
        at, row.address, row.device = data.get(BEGAN, (None, "", ""))
        row.began_at = datetime.datetime.fromisoformat(at) if at else None
        return row

    def _get_session_from_db(self) -> Session | None:
        found: Session | None = _session.first(self.session_key or "")
        now = timezone.now()
        if found is None or found.expire_date <= now:
            self._session_key = None
            return None
        if found.used_on != now.date():
            Session.objects.filter(pk=found.pk).update(used_on=now.date())
        return found

    @classmethod
    def clear_expired(cls) -> None:
        """Remove every session that is over, as `clearsessions` asks."""
        while forget_over():
            pass


@receiver(user_logged_in)
def note_beginning(request: HttpRequest, **_: Any) -> None:
    """Keep with a session what its member knows it by."""
    device = device_of(request.headers.get("User-Agent", ""))
    request.session[BEGAN] = (timezone.now().isoformat(), client_address(request)[:64], device)


def standing(member: Any, now: datetime.datetime) -> list[Session]:
    """The sessions in which a member is signed in, newest first.

    Those that began before the password was changed let nobody in any more.
    """
    rows = Session.objects.filter(actor_id=str(member.pk), expire_date__gt=now)
    valid = member.get_session_auth_hash()
    found = [row for row in rows if row.get_decoded().get(HASH_SESSION_KEY) == valid]
    return sorted(found, key=_newest_first)


def device_of(agent: str) -> str:
    """Browser and system in words; what a browser says of itself is long, and meant for programs.

    >>> device_of("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")
    'Firefox on Linux'
    >>> device_of("curl/8.5.0")
    ''
    """
    browser, system = (_first(known, agent) for known in (_BROWSERS, _SYSTEMS))
    return f"{browser or 'A browser'} on {system}" if system else browser


def forget_over() -> int:
    """Remove a few of the sessions that are over, and say how many."""
    return forgetting.remove_some(Session.objects.filter(expire_date__lt=timezone.now()))


def _newest_first(row: Session) -> tuple[int, float]:
    used, began = row.used_on, row.began_at
    return (-used.toordinal() if used else 0, -began.timestamp() if began else 0.0)


def _first(known: dict[str, str], agent: str) -> str:
    return next((name for name, mark in known.items() if re.search(mark, agent)), "")
