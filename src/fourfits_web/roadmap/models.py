"""The product vision, releases, the place of each feature, and who was told that it has shipped."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.db import models

from fourfits_web.core import addresses, naming
from fourfits_web.core.models import Record
from fourfits_web.features.models import Status


class Lane(models.TextChoices):
    """Columns of the board, and two places beside it."""

    NOW = "now", "Now"
    NEXT = "next", "Next"
    LATER = "later", "Later"
    DONE = "done", "Shipped"
    OFF = "off", "Not on the roadmap"


BOARD = (Lane.NOW, Lane.NEXT, Lane.LATER)
QUEUE = (Lane.NOW, Lane.NEXT)
"""Lanes whose order is the order in which work is done; what is later has no order yet."""

STATUS_OF: Mapping[str, str] = {
    Lane.NOW: Status.BUILDING,
    Lane.NEXT: Status.PLANNED,
    Lane.LATER: Status.PLANNED,
    Lane.DONE: Status.SHIPPED,
    Lane.OFF: Status.IDEA,
}
"""What a place on the roadmap says of a feature; the only place where the two are joined."""

MEANING: Mapping[str, str] = {
    Lane.NOW: "Being built",
    Lane.NEXT: "Planned, in this order",
    Lane.LATER: "Planned, order open",
}


class Vision(Record):
    """What should be true, for whom and by when: one for the workspace, under the number 1."""

    MOST = 600
    """Characters: what is longer nobody keeps in mind."""

    text = models.CharField(max_length=MOST, blank=True)
    is_shared = models.BooleanField(default=False)
    """Whether it stands in the shared view, too."""
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return "Product vision"

    def get_absolute_url(self) -> str:
        return addresses.page("roadmap:vision")


class Release(Record):
    """Work that reaches customers together, on a day that companies can plan with."""

    name = models.CharField(max_length=120, unique=True)
    release_on = models.DateField(null=True, blank=True)
    notice = models.TextField(blank=True)
    """What companies are told ahead of it; part of the shared view."""
    is_shared = models.BooleanField(default=False)
    shipped_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return addresses.to("roadmap:release", self.pk)


class Item(Record):
    """A feature's place on the roadmap, and when it can be done."""

    class Size(models.TextChoices):
        """Where the size of the work comes from."""

        ITEMS = "items", "open work items"
        ESTIMATE = "estimate", "its estimate"

    feature = models.OneToOneField("features.Feature", on_delete=models.CASCADE, related_name="+")
    lane = models.CharField(max_length=8, choices=Lane, default=Lane.OFF)
    place = models.PositiveIntegerField(default=0)
    team = models.CharField(max_length=80, blank=True)
    release = models.ForeignKey(
        Release, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_shared = models.BooleanField(default=False)
    shared_name = models.CharField(max_length=200, blank=True)
    shared_note = models.CharField(max_length=500, blank=True)
    moved_at = models.DateTimeField()

    # Computed from deliveries and the order of the queue
    work_team = models.CharField(max_length=80, blank=True)
    n_open = models.PositiveIntegerField(null=True)
    n_ahead = models.PositiveIntegerField(null=True)
    size_from = models.CharField(max_length=8, choices=Size, blank=True)
    feature_work_share = models.FloatField(null=True)
    finish_50_on = models.DateField(null=True)
    finish_70_on = models.DateField(null=True)
    finish_85_on = models.DateField(null=True)
    finish_95_on = models.DateField(null=True)
    forecast_from = models.DateField(null=True)
    forecast = models.ForeignKey(
        "reports.Report", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    COMPUTED = (
        "work_team", "n_open", "n_ahead", "size_from", "feature_work_share", "finish_50_on",
        "finish_70_on", "finish_85_on", "finish_95_on", "forecast_from", "forecast",
    )  # fmt: skip

    class Meta:
        indexes = (models.Index(fields=["lane", "place"]),)

    def __str__(self) -> str:
        return str(self.feature)

    def get_absolute_url(self) -> str:
        return addresses.to("features:feature", self.feature_id)

    @property
    def doer(self) -> str:
        """The team that does it: as people say, else as the work items say."""
        return self.team or self.work_team

    @property
    def drawn_of(self) -> str:
        """What its card on the board shows, as one text."""
        feature, release = self.feature, self.release
        standing = getattr(feature, "standing", None)  # a feature without any report has none
        ranked = standing and (
            standing.rank, standing.rank_low, standing.rank_high, standing.carried_by_one_account
        )  # fmt: skip
        segment = naming.segments()(feature.segment)
        named = (feature.name, feature.need, segment, release and release.name, self.doer)
        dated = (feature.release_on, self.finish_50_on, self.finish_85_on, self.chance, self.lane)
        return repr((self.pk, feature.pk, self.release_id, *named, *dated, ranked, self.is_shared))

    @property
    def chance(self) -> str:
        """How likely its planned date holds, as far as the forecast's levels tell."""
        planned = self.feature.release_on
        if planned is None or self.finish_50_on is None:
            return ""
        reached = [
            level
            for level, day in (
                ("95%", self.finish_95_on), ("85%", self.finish_85_on),
                ("70%", self.finish_70_on), ("50%", self.finish_50_on),
            )
            if day is not None and day <= planned
        ]  # fmt: skip
        return f"at least {reached[0]}" if reached else "less than 50%"

    @property
    def basis(self) -> str:
        """What its forecast rests on: how much work there is, and what comes before it."""
        items = "work item" if self.n_open == 1 else "work items"
        said = f"{self.n_open or 0:,} " + (
            f"open {items}" if self.size_from == "items" else f"{items} by its estimate"
        )
        if self.n_ahead:
            said += f", {self.n_ahead:,} before it in the queue of {self.doer or 'all teams'}"
        return said

    @property
    def tone(self) -> str:
        """How the chance looks: good from 85 %, bad below 50 %."""
        return {"at least 95%": "good", "at least 85%": "good", "less than 50%": "bad"}.get(
            self.chance, "warn"
        )


class Channel(models.TextChoices):
    """How people were told."""

    EMAIL = "email", "By e-mail"
    CALL = "call", "By phone"
    MEETING = "meeting", "In a meeting"
    PRODUCT = "product", "In the product"
    OTHER = "other", "Another way"


class Note(Record):
    """What was noted at once of people who asked for a feature: that they were told, what they answered.

    It names nobody, because the log keeps what it holds for good.
    """

    class Kind(models.TextChoices):
        """What was noted."""

        TOLD = "told", "Told"
        HELPED = "helped", "It helped"
        NOT_HELPED = "not_helped", "It did not help"
        TAKEN_BACK = "taken_back", "Taken back"

    feature = models.ForeignKey("features.Feature", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind)
    channel = models.CharField(max_length=16, choices=Channel, blank=True)
    n_people = models.PositiveIntegerField(default=0)
    author = models.ForeignKey(
        "members.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["feature", "-at"]),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.n_people} who asked for {self.feature}"


class Asker(Record):
    """Somebody who asked for a feature and was told of it; whoever was not told yet has no row.

    Who asked is never stored: it follows from what feedback speaks of, whatever becomes of needs.
    """

    feature = models.ForeignKey("features.Feature", on_delete=models.CASCADE, related_name="+")
    customer_id = models.CharField(max_length=200)
    told = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="+")
    answer = models.ForeignKey(Note, null=True, on_delete=models.SET_NULL, related_name="+")
    words = models.TextField(blank=True)
    """What they answered; stands here and nowhere else, so that it goes when they are erased."""
    before = models.JSONField(null=True)
    """The answer that the newest one replaced, as `answer` and `words`."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["feature", "customer_id"], name="roadmap_asker_once"),
        )
        indexes = (models.Index(fields=["customer_id"]),)

    def __str__(self) -> str:
        return f"one who asked for {self.feature}"

    @property
    def state(self) -> str:
        """How far it is: told, or what they answered."""
        return self.answer.kind if self.answer is not None else Note.Kind.TOLD.value


class Message(Record):
    """What those who asked for a feature are written; `{name}` is the place for the name."""

    feature = models.OneToOneField("features.Feature", on_delete=models.CASCADE, related_name="+")
    subject = models.CharField(max_length=200)
    text = models.TextField()
    author = models.ForeignKey(
        "members.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"message about {self.feature}"
