"""Features, the needs that they answer, what their scores are made of, and where they stand."""

from __future__ import annotations

from typing import Any

from django.db import models

from fourfits_web.core import addresses
from fourfits_web.core.models import Record
from fourfits_web.features import scales


class Status(models.TextChoices):
    """How far a feature is. The only place where these words stand; the lake holds the same."""

    IDEA = "idea", "Idea"
    PLANNED = "planned", "Planned"
    BUILDING = "building", "Building"
    SHIPPED = "shipped", "Shipped"
    DROPPED = "dropped", "Dropped"

    @classmethod
    def read(cls, text: str | None) -> str:
        """The status that an import means; a word that is not known stays as it is.

        >>> Status.read("In progress"), Status.read(None), Status.read("Parked")
        ('building', 'idea', 'parked')
        """
        word = (text or cls.IDEA).strip().lower().replace("_", " ")
        return _MEANT.get(word, word)[:32]


_MEANT = {
    "": Status.IDEA.value,
    "candidate": Status.IDEA.value,
    "new": Status.IDEA.value,
    "under consideration": Status.IDEA.value,
    "committed": Status.PLANNED.value,
    "next": Status.PLANNED.value,
    "to do": Status.PLANNED.value,
    "in development": Status.BUILDING.value,
    "in progress": Status.BUILDING.value,
    "started": Status.BUILDING.value,
    "done": Status.SHIPPED.value,
    "live": Status.SHIPPED.value,
    "released": Status.SHIPPED.value,
    "cancelled": Status.DROPPED.value,
    "rejected": Status.DROPPED.value,
    "won't do": Status.DROPPED.value,
}

AHEAD = (Status.IDEA, Status.PLANNED, Status.BUILDING)
"""Work that is still ahead, and is therefore ranked."""


class Kind(models.TextChoices):
    """What kind of work a feature is, as the contract of the lake has it."""

    CAPABILITY = "capability", "Capability"
    USABILITY = "usability", "Usability"
    DEFECT = "defect", "Defect"
    ENABLING = "enabling", "Enabling"


class Feature(Record):
    """What is asked for and planned: a row of the lake's `features`, as people changed it here."""

    feature_id = models.CharField(max_length=200, unique=True)
    name = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    product_id = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=16, choices=Kind, blank=True, db_index=True)
    status = models.CharField(max_length=32, default=Status.IDEA, db_index=True)
    need = models.CharField(max_length=300, blank=True, db_index=True)
    segment = models.CharField(max_length=200, blank=True)
    release_on = models.DateField(null=True, blank=True)
    reach = models.FloatField(null=True)
    impact = models.FloatField(null=True)
    confidence_share = models.FloatField(null=True)
    effort_low = models.FloatField(null=True)
    effort_likely = models.FloatField(null=True)
    effort_high = models.FloatField(null=True)
    owner = models.ForeignKey(
        "members.Member", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    own = models.JSONField(default=list)
    """Columns that people changed here: an import leaves them alone."""
    is_imported = models.BooleanField(default=False)
    is_unwritten = models.BooleanField(default=False, db_index=True)
    """Whether the lake does not know the newest change yet."""
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return addresses.to("features:feature", self.pk)

    @property
    def status_word(self) -> str:
        """The status as people read it."""
        return dict(Status.choices).get(self.status, self.status.capitalize())


class Strength(models.TextChoices):
    """How much a feature matters for a need."""

    CRITICAL = "critical", "Critical"
    IMPORTANT = "important", "Important"
    NICE_TO_HAVE = "nice_to_have", "Nice to have"


class Link(Record):
    """A need that a feature answers, as people said."""

    feature = models.ForeignKey(Feature, on_delete=models.CASCADE, related_name="+")
    need = models.ForeignKey("needs.Need", on_delete=models.CASCADE, related_name="+")
    strength = models.CharField(max_length=16, choices=Strength, default=Strength.IMPORTANT)
    author = models.ForeignKey(
        "members.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    linked_at = models.DateTimeField()
    came_from = models.ForeignKey(
        "needs.Need", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    """The need that was merged into this one and brought the feature along."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["feature", "need"], name="features_link_once"),
        )

    def __str__(self) -> str:
        return f"{self.feature} answers {self.need}"


class ScoreInput(Record):
    """One statement about one input of a score. The newest counts; a person's goes before a file's."""

    class Origin(models.TextChoices):
        """Who stated it."""

        IMPORT = "import", "Import"
        PERSON = "person", "Person"

    feature = models.ForeignKey(Feature, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(
        max_length=32, choices=[(scale.name, scale.title) for scale in scales.SCALES.values()]
    )
    low = models.FloatField(null=True)
    likely = models.FloatField()
    high = models.FloatField(null=True)
    source = models.CharField(max_length=300, blank=True)
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.PERSON)
    author = models.ForeignKey(
        "members.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    confidence_share = models.FloatField(null=True)
    given_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["feature", "name", "-given_at"]),)

    def __str__(self) -> str:
        return f"{self.scale.title} of {self.feature_id}: {self.likely:g}"

    @property
    def scale(self) -> scales.Scale:
        """What the input is."""
        return scales.SCALES[self.name]

    @property
    def range(self) -> tuple[float | None, float | None]:
        """Its ends: as stated; else as wide as its confidence says; else none.

        At a confidence of 80 % the truth lies between 0.8 and 1.25 times the stated value, which is
        how the ranking reads the confidence of a whole feature.
        """
        if self.low is not None and self.high is not None:
            return self.low, self.high
        sure = self.confidence_share
        if not sure or sure >= 1 or not self.scale.has_range:
            return None, None
        return self.likely * sure, self.likely / sure


class Standing(Record):
    """Where a feature stands in the newest stored reports: what the list shows and sorts by."""

    feature = models.OneToOneField(
        Feature, primary_key=True, on_delete=models.CASCADE, related_name="standing"
    )
    score = models.FloatField(null=True, db_index=True)
    score_low = models.FloatField(null=True)
    score_high = models.FloatField(null=True)
    rank = models.PositiveIntegerField(null=True, db_index=True)
    expected_rank = models.FloatField(null=True)
    rank_low = models.PositiveIntegerField(null=True)
    rank_high = models.PositiveIntegerField(null=True)
    p_top_k = models.FloatField(null=True)
    top_input = models.CharField(max_length=64, blank=True, default="")
    top_input_share = models.FloatField(null=True)
    value_of_learning = models.FloatField(null=True)
    people = models.FloatField(null=True, db_index=True)
    people_low = models.FloatField(null=True)
    people_high = models.FloatField(null=True)
    n_people = models.PositiveIntegerField(null=True)
    silent_share = models.FloatField(null=True)
    account_amount = models.FloatField(null=True, db_index=True)
    account_amount_low = models.FloatField(null=True)
    account_amount_high = models.FloatField(null=True)
    n_accounts = models.PositiveIntegerField(null=True)
    largest_account_share = models.FloatField(null=True)
    carried_by_one_account = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"standing of {self.feature_id}"

    @property
    def learn(self) -> dict[str, Any] | None:
        """What to learn first about it, if learning it could change what is chosen."""
        if not self.value_of_learning or not self.top_input:
            return None
        return {
            "input": scales.title_of(self.top_input),
            "share": self.top_input_share,
            "value": self.value_of_learning,
            "how": scales.how_to_learn(self.top_input),
        }
