"""Where events go, and every attempt to bring them there."""

from __future__ import annotations

import uuid

from django.db import models

from fourfits_web.core.models import Record


class Endpoint(Record):
    """An address that hears of events; its secrets are kept encrypted."""

    SECRET_FIELDS = ("secret", "earlier_secret")

    url = models.URLField("address", max_length=500)
    name = models.CharField(max_length=100)
    events = models.JSONField(default=list)
    """Names of events; none means all."""
    secret = models.BinaryField()
    earlier_secret = models.BinaryField(null=True)
    """Signs beside the new one until the receiver knows that."""
    is_active = models.BooleanField(default=True)
    paused_because = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Delivery(Record):
    """One event for one endpoint, tried until it is taken or given up."""

    SECRET_FIELDS = ("body",)
    """The audit log keeps for ever what it holds; a message is kept for a while."""

    class Status(models.TextChoices):
        """How it stands."""

        WAITING = "waiting", "Waiting"
        DELIVERED = "delivered", "Delivered"
        GIVEN_UP = "given_up", "Given up"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="+")
    message_id = models.CharField(max_length=64, db_index=True)
    event = models.CharField(max_length=64)
    body = models.TextField()
    """The message; empty once it was removed."""
    body_until = models.DateTimeField(null=True, db_index=True)
    """When the message is removed; none while it may still be tried, and none once it is gone."""
    status = models.CharField(max_length=16, choices=Status, default=Status.WAITING)
    n_attempts = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(db_index=True)
    next_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        verbose_name_plural = "deliveries"

    def __str__(self) -> str:
        return self.event

    @property
    def has_body(self) -> bool:
        """Whether the message is still here to be read and sent again; asks for no body."""
        return self.status == self.Status.WAITING or self.body_until is not None


class Attempt(Record):
    """What the endpoint answered."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    answer = models.PositiveIntegerField(null=True)
    """Status of HTTP; none if nobody answered."""
    problem = models.CharField(max_length=300, blank=True)
    milliseconds = models.PositiveIntegerField()

    class Meta:
        ordering = ("at",)

    def __str__(self) -> str:
        return str(self.answer or self.problem)
