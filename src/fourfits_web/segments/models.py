"""Ways of dividing customers, copied from the lake, with what people say of the segments."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from fourfits_web.core import addresses, display
from fourfits_web.core.models import Record


class Sums(Record):
    """What people add up to: numbers, and how often each value of an attribute occurs."""

    n_people = models.IntegerField(default=0)
    n_buyers = models.IntegerField(default=0)
    n_orders = models.BigIntegerField(default=0)
    revenue_amount = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    n_valued = models.IntegerField(default=0)
    """People whose value is known."""
    value_amount = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    n_repeaters = models.IntegerField(default=0)
    """People who bought more than once: of those who bought once, P(alive) tells nothing."""
    alive_sum = models.FloatField(default=0.0)
    profile = models.JSONField(default=dict)
    """Attribute → `n` people of whom it is known, and `values`: `[value, n]`, most frequent first."""

    class Meta:
        abstract = True

    @property
    def alive_share(self) -> float | None:
        """P(alive) of the average person who bought more than once."""
        return self.alive_sum / self.n_repeaters if self.n_repeaters else None

    @property
    def value_each(self) -> float | None:
        """Value of the average person whose value is known."""
        return float(self.value_amount) / self.n_valued if self.n_valued else None


class Segmentation(Sums):
    """A way of dividing customers."""

    name = models.CharField(max_length=200, unique=True)

    def __str__(self) -> str:
        known = {"rfm": "Buying behaviour", "market": "Market"}
        return known.get(self.name, display.titled(self.name.replace("_", " ")))

    @property
    def is_rfm(self) -> bool:
        """Whether it divides by recency, frequency and money."""
        return self.name == "rfm"


class Segment(Sums):
    """A part of the customers; `label` and `description` are people's words."""

    segmentation = models.ForeignKey(Segmentation, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    label = models.CharField(max_length=100, blank=True)
    description = models.TextField(blank=True)
    described_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    described_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["segmentation", "name"], name="segments_segment_once"),
        )

    def __str__(self) -> str:
        return self.label or display.titled(self.name)

    def get_absolute_url(self) -> str:
        """The segment's page."""
        return addresses.to("segments:segment", self.pk)

    def share_of(self, whole: Any, measure: str) -> float:
        """Its part of a sum over everybody."""
        total = float(getattr(whole, measure))
        return float(getattr(self, measure)) / total if total else 0.0


class Membership(Record):
    """Who is in which segment."""

    segmentation = models.CharField(max_length=200)
    segment = models.CharField(max_length=200)
    customer_id = models.CharField(max_length=200, db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["segmentation", "segment", "customer_id"], name="segments_membership_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.customer_id} in {self.segment}"
