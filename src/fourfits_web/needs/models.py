"""Needs, which feedback speaks of them, and the runs that looked for themes."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Lower

from fourfits_web.core.models import Record


class Status(models.TextChoices):
    """What became of it."""

    PROPOSED = "proposed", "Proposed"
    ACCEPTED = "accepted", "Accepted"
    DROPPED = "dropped", "Dropped"
    MERGED = "merged", "Merged"
    FADED = "faded", "Faded"


STANDING = (Status.PROPOSED, Status.ACCEPTED)
"""Statuses of needs that count; those of `dropped` keep their items, so that they stay dropped."""


class Need(Record):
    """Something that customers need, as the machine found it or as people shaped it.

    The figures are those of the newest count; pages read them from here, the reports of the count
    say how they came about.
    """

    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    status = models.CharField(max_length=16, choices=Status, default=Status.PROPOSED)
    is_named = models.BooleanField(default=False)
    """Whether a person gave the name."""
    is_shaped = models.BooleanField(default=False)
    """Whether a person decided anything about it; what runs must keep together then."""
    found_as = models.CharField(max_length=200, blank=True)
    """What the machine called it; empty if a person made it."""
    merged_into = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    n_items = models.IntegerField(default=0)
    n_people = models.IntegerField(default=0)
    n_accounts = models.IntegerField(default=0)
    people = models.FloatField(null=True)
    account_amount = models.FloatField(null=True)
    is_carried = models.BooleanField(default=False)
    """Whether one account holds more than half of the money."""
    trend_ratio = models.FloatField(null=True)
    figures = models.JSONField(default=dict)
    """The need's rows of the newest `tally` and `demand`, as they came."""
    counted_at = models.DateTimeField(null=True)
    parts = models.JSONField(default=dict)
    """What the machine found when it was asked for parts: `found` or why it was `refused`. Of a need
    that was merged, the keys of its own parts that went `along`."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                Lower("name"),
                condition=models.Q(status__in=["proposed", "accepted"]),
                name="needs_need_name_once",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_standing(self) -> bool:
        """Whether it counts."""
        return self.status in STANDING

    @property
    def months(self) -> list[int]:
        """Items of each of the last twelve months."""
        return list(self.figures.get("months") or [])


class Link(Record):
    """An item of feedback speaks of a need or, where it does not hold, surely does not.

    What a person said stays whatever a run finds.
    """

    class Origin(models.TextChoices):
        """Who says so."""

        MACHINE = "machine", "Machine"
        PERSON = "person", "Person"

    item = models.ForeignKey("feedback.Item", on_delete=models.CASCADE, related_name="+")
    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="+")
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.PERSON)
    holds = models.BooleanField(default=True)
    confidence_share = models.FloatField(null=True)
    came_from = models.ForeignKey(Need, null=True, on_delete=models.SET_NULL, related_name="+")
    """The need that was merged into this one and brought the item along."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["item", "need"], name="needs_link_once"),)
        indexes = (models.Index(fields=["need", "holds", "item"]),)

    def __str__(self) -> str:
        return f"{self.item_id} {'speaks' if self.holds else 'does not speak'} of {self.need_id}"


class Run(Record):
    """One look for themes, and how what it found continues the needs that stood."""

    report = models.ForeignKey(
        "reports.Report", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()
    n_items = models.IntegerField()
    n_themes = models.IntegerField()
    last_item = models.BigIntegerField(default=0)
    """The newest item that it knew; items after it tell nothing about what continues what."""
    outcome = models.JSONField(default=dict)
    """Lists of `{need, name, …}` by what happened: kept, born, faded, joined, returned."""

    def __str__(self) -> str:
        return f"Look of {self.at:%d %b %Y, %H:%M}"

    def of(self, what: str) -> list[dict[str, Any]]:
        """What happened to needs in one way."""
        return list(self.outcome.get(what, []))
