"""Reads about webhooks."""

from __future__ import annotations

from django.db.models import QuerySet

from fourfits_web.core import actions, prepared
from fourfits_web.webhooks.models import Delivery, Endpoint

TEST = "webhook.tested"


def endpoints() -> QuerySet[Endpoint]:
    """All of them, by name."""
    return Endpoint.objects.order_by("name", "pk")


def events() -> list[str]:
    """Every event that can be heard of."""
    return sorted({one.event for one in actions.ACTIONS.values() if one.event})


_active = prepared.Question(
    lambda: Endpoint.objects.filter(is_active=True).values_list("pk", "events")
)


def wanting(event: str) -> list[Endpoint]:
    """Active endpoints that hear of an event; every action asks, so that most cost one read."""
    wanted = [pk for pk, events in _active() if not events or event in events]
    return list(Endpoint.objects.filter(pk__in=wanted)) if wanted else []


def deliveries(endpoint_id: int) -> QuerySet[Delivery]:
    """What was brought there, newest first."""
    return Delivery.objects.filter(endpoint=endpoint_id).defer("body").order_by("-created_at")
