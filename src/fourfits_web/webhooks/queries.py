"""Reads about webhooks."""

from __future__ import annotations

from django.db.models import QuerySet

from fourfits_web.core import actions
from fourfits_web.webhooks.models import Delivery, Endpoint

TEST = "webhook.tested"


def endpoints() -> QuerySet[Endpoint]:
    """All of them, by name."""
    return Endpoint.objects.order_by("name", "pk")


def events() -> list[str]:
    """Every event that can be heard of."""
    return sorted({one.event for one in actions.ACTIONS.values() if one.event})


def deliveries(endpoint: Endpoint) -> QuerySet[Delivery]:
    """What was brought there, newest first."""
    found = Delivery.objects.filter(endpoint=endpoint).prefetch_related("attempts")
    return found.order_by("-created_at")
