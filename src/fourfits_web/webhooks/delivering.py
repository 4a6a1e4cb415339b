"""From an action to its deliveries, and each delivery's way through time."""

from __future__ import annotations

import datetime
import json
import random
import uuid
from collections.abc import Iterable, Sequence
from email.utils import parsedate_to_datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from fourfits_web.core import actions, forgetting
from fourfits_web.core.models import AuditEntry
from fourfits_web.webhooks import queries, sending, signing
from fourfits_web.webhooks.models import Attempt, Delivery, Endpoint

_S, _M, _H = (datetime.timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours"))
WAITS = (5 * _S, 5 * _M, 30 * _M, 2 * _H, 5 * _H, 10 * _H, 14 * _H, 20 * _H, 24 * _H)
"""How long after each failure the next attempt comes (Standard Webhooks)."""
JITTER_SHARE = 0.1
BODIES_KEPT = datetime.timedelta(days=30)
"""How long a message is kept after it was taken or given up; that it was sent is kept for good."""
LATE = 2 * _M
"""A delivery that is so late has lost its worker."""


def hear(told: Sequence[tuple[AuditEntry, Any]]) -> None:
    """Write down who must hear of actions that are done together, in their own transaction.

    They hear how the record stands, or how it stood before it was removed.
    """
    wanting: dict[str, list[Endpoint]] = {}
    for entry, _ in told:
        event = actions.ACTIONS[entry.verb].event if entry.verb in actions.ACTIONS else ""
        if event and event not in wanting:
            wanting[event] = queries.wanting(event)
        if wanting.get(event):
            data = json.loads(entry.after) or json.loads(entry.before)
            _tell(wanting[event], event, entry.at, data)


def _tell(endpoints: Iterable[Endpoint], event: str, at: datetime.datetime, data: Any) -> None:
    message_id = f"msg_{uuid.uuid4().hex}"
    body = json.dumps({"type": event, "timestamp": at.isoformat(), "data": data}, default=str)
    for endpoint in endpoints:
        queue(endpoint, message_id, event, body)


def queue(endpoint: Endpoint, message_id: str, event: str, body: str) -> Delivery:
    """Write a delivery down and let a worker bring it."""
    now = timezone.now()
    delivery = Delivery.objects.create(
        endpoint=endpoint,
        message_id=message_id,
        event=event,
        body=body,
        created_at=now,
        next_at=now,
    )
    deliver.enqueue(str(delivery.pk))
    return delivery


@task()
def deliver(delivery_id: str) -> None:
    """Try once; a delivery that was brought, given up, or is not due is left alone."""
    now = timezone.now()
    claimed = Delivery.objects.filter(
        pk=delivery_id, status=Delivery.Status.WAITING, next_at__lte=now
    ).update(next_at=now + LATE)
    if not claimed:
        return
    delivery = Delivery.objects.select_related("endpoint").get(pk=delivery_id)
    endpoint = delivery.endpoint
    if not endpoint.is_active:
        _close(delivery, Delivery.Status.GIVEN_UP)
        return
    headers = signing.headers(endpoint, delivery.message_id, now, delivery.body)
    _note(delivery, sending.post(endpoint.url, headers, delivery.body), now)


def look() -> None:
    """Queue what is due again: after a wait, or because its worker died."""
    due = Delivery.objects.filter(status=Delivery.Status.WAITING, n_attempts__gt=0)
    due |= Delivery.objects.filter(
        status=Delivery.Status.WAITING, created_at__lt=timezone.now() - LATE
    )
    for pk in due.filter(next_at__lte=timezone.now()).values_list("pk", flat=True)[:500]:
        deliver.enqueue(str(pk))


def forget_bodies() -> None:
    """Empty a few of the messages that were kept long enough; the log of deliveries stays."""
    over = forgetting.some(Delivery.objects.filter(body_until__lt=timezone.now()))
    if over:
        Delivery.objects.filter(pk__in=over).update(body="", body_until=None)


def _note(delivery: Delivery, answer: sending.Answer, now: datetime.datetime) -> None:
    with transaction.atomic():
        Attempt.objects.create(
            delivery=delivery,
            at=now,
            answer=answer.status,
            problem=answer.problem,
            milliseconds=answer.milliseconds,
        )
        delivery.n_attempts += 1
        if answer.status is not None and 200 <= answer.status < 300:
            _close(delivery, Delivery.Status.DELIVERED)
        elif answer.status == 410:
            _pause(delivery.endpoint, "the receiver said that it is gone (410)")
            _close(delivery, Delivery.Status.GIVEN_UP)
        elif delivery.n_attempts > len(WAITS):
            _pause(delivery.endpoint, f"{delivery.n_attempts} attempts in vain")
            _close(delivery, Delivery.Status.GIVEN_UP)
        else:
            delivery.next_at = now + _wait(delivery.n_attempts, answer, now)
            delivery.save(update_fields=["n_attempts", "next_at"])


def _wait(n: int, answer: sending.Answer, now: datetime.datetime) -> datetime.timedelta:
    """The plan's wait, with jitter so that receivers are not hit all at once, or what they asked."""
    planned = WAITS[n - 1] * (1 + random.uniform(0, JITTER_SHARE))  # noqa: S311 - no secret
    return max(planned, min(_asked(answer.retry_after, now), WAITS[-1]))


def _asked(retry_after: str, now: datetime.datetime) -> datetime.timedelta:
    if retry_after.isdecimal():
        return datetime.timedelta(seconds=min(int(retry_after), 86_400))
    try:
        return max(parsedate_to_datetime(retry_after) - now, datetime.timedelta())
    except (ValueError, TypeError):
        return datetime.timedelta()


def _close(delivery: Delivery, status: str) -> None:
    delivery.status, delivery.next_at = status, None
    delivery.body_until = timezone.now() + BODIES_KEPT
    delivery.save(update_fields=["status", "next_at", "n_attempts", "body_until"])


def _pause(endpoint: Endpoint, why: str) -> None:
    Endpoint.objects.filter(pk=endpoint.pk).update(is_active=False, paused_because=why)
