"""What customers said, and what the team did about it."""

from __future__ import annotations

from typing import Any

from django.db import models

from fourfits_web.core import display
from fourfits_web.core.models import Record

NAMED_BY = 80
"""So many letters of what was said stand where an item is named."""


class Source(models.TextChoices):
    """Where it was said."""

    REVIEW = "review", "Review"
    TICKET = "ticket", "Ticket"
    SURVEY = "survey", "Survey"
    SOCIAL = "social", "Social media"
    INTERVIEW = "interview", "Interview"
    SALES = "sales", "Sales"
    COMMUNITY = "community", "Community"
    BOARD = "board", "Board"


class Status(models.TextChoices):
    """How far the team is with it."""

    OPEN = "open", "Open"
    SORTED = "sorted", "Sorted"
    CLOSED = "closed", "Closed"


class Strength(models.TextChoices):
    """How much it matters to who said it."""

    CRITICAL = "critical", "Critical"
    IMPORTANT = "important", "Important"
    NICE_TO_HAVE = "nice to have", "Nice to have"


class Lake(models.TextChoices):
    """Whether the customer data hold the item too."""

    WAITING = "waiting", "Waits to be moved there"
    STANDING = "standing", "Stands there"
    GONE = "gone", "Stands there no longer"
    REFUSED = "refused", "Breaks the contract, stays here alone"


class Item(Record):
    """One piece of feedback: the words, who said them, and how far the team is.

    What was said never changes here; `status`, `assignee` and `tags` are the team's.
    """

    feedback_id = models.CharField(max_length=200, unique=True)
    customer_id = models.CharField(max_length=200, blank=True)
    account_id = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=32, choices=Source, blank=True)
    occurred_at = models.DateTimeField()
    title = models.TextField(blank=True)
    text = models.TextField()
    rating = models.FloatField(null=True)
    language = models.CharField(max_length=35, blank=True)
    url = models.TextField(blank=True)
    strength = models.CharField(max_length=16, choices=Strength, blank=True)

    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    assignee = models.ForeignKey(
        "members.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    tags = models.JSONField(default=list)

    added_by = models.CharField(max_length=200, blank=True)
    """Who or what handed it in, if it did not come with an import."""
    lake = models.CharField(max_length=8, choices=Lake, default=Lake.WAITING)
    touched_at = models.DateTimeField(null=True)
    """When somebody last worked on it; an import that is undone leaves such items standing."""

    person: Any = None
    account: Any = None
    """Who said it and for whom, once `queries.with_voices` has looked them up."""

    class Meta:
        indexes = (
            models.Index(fields=["occurred_at"]),
            models.Index(fields=["status", "occurred_at"]),
            models.Index(fields=["assignee", "occurred_at"]),
            models.Index(fields=["customer_id", "occurred_at"]),
            models.Index(fields=["account_id", "occurred_at"]),
            models.Index(
                fields=["id"], condition=models.Q(lake=Lake.WAITING), name="feedback_item_waiting"
            ),
        )

    def __str__(self) -> str:
        return display.shorten(self.title or self.text, NAMED_BY)

    @property
    def link(self) -> str:
        """The address where it stands, if it is one of the web; others may run when clicked."""
        return self.url if self.url.lower().startswith(("https://", "http://")) else ""


class Tagging(Record):
    """A tag of an item once more, where an index finds it; `Item.tags` is what people read."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["name", "item"], name="feedback_tagging_once"),
        )

    def __str__(self) -> str:
        return self.name


class Act(Record):
    """The last thing that a member did to items, and how these were before: what undo takes back."""

    member = models.OneToOneField("members.Member", on_delete=models.CASCADE, related_name="+")
    words = models.CharField(max_length=200)
    at = models.DateTimeField()
    before = models.JSONField()
    after = models.JSONField()

    def __str__(self) -> str:
        return self.words
