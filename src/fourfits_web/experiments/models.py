"""Experiments: what people say of them, and who was exposed according to the lake."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from fourfits_web.core import addresses
from fourfits_web.core.models import Record


class State(models.TextChoices):
    """How far an experiment is, as its owner says."""

    PLANNED = "planned", "Planned"
    RUNNING = "running", "Running"
    STOPPED = "stopped", "Stopped"
    DECIDED = "decided", "Decided"


class Experiment(Record):
    """One experiment; `experiment_id` is what exposures call it."""

    experiment_id = models.CharField(max_length=200, unique=True)
    name = models.CharField(max_length=200)
    hypothesis = models.TextField(blank=True)
    state = models.CharField(max_length=16, choices=State, default=State.RUNNING)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked = models.JSONField(default=dict)
    """Settings of the analysis that were chosen for it; none are the usual ones."""
    arms = models.JSONField(default=dict)
    n_units = models.PositiveBigIntegerField(default=0)
    first_exposed_at = models.DateTimeField(null=True)
    last_exposed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["-last_exposed_at"]),)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page."""
        return addresses.to("experiments:experiment", self.pk)
