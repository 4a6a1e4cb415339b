"""Replies kept for requests that are sent again; after a day they are forgotten."""

from __future__ import annotations

import datetime
import json
from typing import Any

from django.utils import timezone

from fourfits_web.core import forgetting, prepared
from fourfits_web.core.actors import Actor
from fourfits_web.core.models import KeptReply

KEPT = datetime.timedelta(days=1)

_of = prepared.Question(
    lambda actor_id, key: KeptReply.objects.filter(actor_id=actor_id, key=key).values_list(
        "request_hash", "status", "body"
    )
)


def kept(actor: Actor, key: str) -> KeptReply | None:
    """What was answered to the key."""
    for request_hash, status, body in _of(actor.id, key):
        return KeptReply(request_hash=request_hash, status=status, body=body)
    return None


def keep(actor: Actor, key: str, request_hash: str, status: int, body: Any) -> None:
    """Remember an answer, in the transaction of what it answers."""
    reply = KeptReply(
        actor_id=actor.id,
        key=key,
        request_hash=request_hash,
        status=status,
        body=json.dumps(body, default=str),
        created_at=timezone.now(),
    )
    prepared.insert([reply])


def forget_old() -> None:
    """Remove replies that nobody will ask for again."""
    forgetting.remove_some(KeptReply.objects.filter(created_at__lt=timezone.now() - KEPT))
