"""How a program shows its key."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from fourfits_web.core.actors import Actor, client_address
from fourfits_web.members import queries
from fourfits_web.members.models import Key


class ByKey(HttpBearer):
    """`Authorization: Bearer <key>`."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Who acts by the key; the day of its use is noted once a day."""
        key = queries.live_key(token)
        if key is None:
            return None
        today = timezone.now().date()
        if key.used_on != today:
            Key.objects.filter(pk=key.pk).update(used_on=today)
        actor = queries.actor_of_key(key, client_address(request))
        request.actor = actor  # type: ignore[attr-defined]
        return actor
