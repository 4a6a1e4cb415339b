"""Writes about webhooks."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.utils import timezone

from fourfits.errors import ParameterError
from fourfits_web.core.actions import action
from fourfits_web.core.actors import Actor
from fourfits_web.core.errors import ConflictError
from fourfits_web.webhooks import delivering, queries, sending, signing
from fourfits_web.webhooks.models import Delivery, Endpoint


@action("webhook.add", may="webhooks.manage")
def add(actor: Actor, *, name: str, url: str, events: Iterable[str], secret: str) -> Endpoint:
    """Let an address hear of events; where it leads is checked now and before every call."""
    sending.checked(url)
    return Endpoint.objects.create(
        name=name,
        url=url,
        events=_known(events),
        secret=signing.encrypted(secret),
        created_at=timezone.now(),
    )


@action("webhook.change", may="webhooks.manage")
def change(
    actor: Actor, endpoint: Endpoint, *, name: str, url: str, events: Iterable[str]
) -> Endpoint:
    """Change what is sent where."""
    sending.checked(url)
    endpoint.name, endpoint.url, endpoint.events = name, url, _known(events)
    endpoint.save(update_fields=["name", "url", "events"])
    return endpoint


@action("webhook.rotate", may="webhooks.manage")
def rotate(actor: Actor, endpoint: Endpoint, *, secret: str) -> Endpoint:
    """Sign with a new secret, and with the one before it too until the next change."""
    endpoint.earlier_secret, endpoint.secret = endpoint.secret, signing.encrypted(secret)
    endpoint.save(update_fields=["earlier_secret", "secret"])
    return endpoint


@action("webhook.pause", may="webhooks.manage")
def pause(actor: Actor, endpoint: Endpoint) -> Endpoint:
    """Send nothing more there."""
    endpoint.is_active, endpoint.paused_because = False, "paused by hand"
    endpoint.save(update_fields=["is_active", "paused_because"])
    return endpoint


@action("webhook.resume", may="webhooks.manage")
def resume(actor: Actor, endpoint: Endpoint) -> Endpoint:
    """Send there again."""
    endpoint.is_active, endpoint.paused_because = True, ""
    endpoint.save(update_fields=["is_active", "paused_because"])
    return endpoint


@action("webhook.remove", may="webhooks.manage")
def remove(actor: Actor, endpoint: Endpoint) -> None:
    """Forget the address and the log of its deliveries."""
    endpoint.delete()


@action("webhook.replay", may="webhooks.manage")
def replay(actor: Actor, delivery: Delivery) -> Delivery:
    """Bring the same message again; its id stays, so that the receiver can tell."""
    if not delivery.has_body:
        days = delivering.BODIES_KEPT.days
        raise ConflictError(
            f"The message is gone: it is kept for {days} days after it was taken or given up.",
            hint="fetch what it was about by the API, or send a trial message",
        )
    return delivering.queue(delivery.endpoint, delivery.message_id, delivery.event, delivery.body)


@action("webhook.test", may="webhooks.manage")
def test(actor: Actor, endpoint: Endpoint) -> Delivery:
    """Send a message that says nothing but that it came."""
    now = timezone.now()
    body = f'{{"type": "{queries.TEST}", "timestamp": "{now.isoformat()}", "data": {{}}}}'
    return delivering.queue(endpoint, f"msg_{uuid.uuid4().hex}", queries.TEST, body)


def _known(events: Iterable[str]) -> list[str]:
    wanted = sorted(set(events))
    unknown = sorted(set(wanted) - set(queries.events()))
    if unknown:
        raise ParameterError(
            f"There is no event {', '.join(unknown)}.",
            hint=f"there are {', '.join(queries.events())}",
        )
    return wanted
