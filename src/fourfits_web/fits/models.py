"""What is remembered of the fits from run to run, and what people say to them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from fourfits_web.core import addresses
from fourfits_web.core.models import Record


class Score(Record):
    """A fit over all its groups, as one run found it; a run that says the same adds no second one.

    Without a score the data carried no evidence, and `finding` says what was missing.
    """

    fit = models.CharField(max_length=32)
    report = models.ForeignKey("reports.Report", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    score = models.FloatField(null=True)
    score_low = models.FloatField(null=True)
    score_high = models.FloatField(null=True)
    n_judged = models.PositiveIntegerField(null=True)
    finding = models.TextField(blank=True)

    class Meta:
        indexes = (models.Index(fields=["fit", "-at"]),)

    def __str__(self) -> str:
        return f"{self.fit} {'–' if self.score is None else f'{self.score:.0f}'}"


class Owner(Record):
    """The member who answers for a fit."""

    fit = models.CharField(max_length=32, unique=True)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.fit.replace('_', '–')}: {self.member or 'nobody'}"


class Conflict(Record):
    """A contradiction between the plan and the fits, with the numbers of the newest run that saw it."""

    key = models.CharField(max_length=300, unique=True)
    kind = models.CharField(max_length=32)
    title = models.CharField(max_length=300)
    sentence = models.TextField()
    segment = models.CharField(max_length=200, blank=True)
    channel = models.CharField(max_length=200, blank=True)
    size_amount = models.FloatField()
    size_low = models.FloatField()
    size_high = models.FloatField()
    probability = models.FloatField()
    owners = models.CharField(max_length=32)
    features = models.JSONField(default=list)
    remedies = models.JSONField(default=list)
    report = models.ForeignKey(
        "reports.Report", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    first_seen_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)
    """When a run first no longer found it."""

    given: list[Answer]
    """Its answers, newest first, where `queries` read them with it."""

    class Meta:
        indexes = (models.Index(fields=["gone_at", "-size_amount"]),)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page."""
        return addresses.to("fits:conflict", self.pk)

    @property
    def feature_ids(self) -> list[str]:
        """The features concerned."""
        return [feature["feature_id"] for feature in self.features]


class Answer(Record):
    """What the team says to a conflict, with its numbers of that day; the newest one counts."""

    conflict = models.ForeignKey(Conflict, on_delete=models.CASCADE, related_name="answers")
    decision = models.ForeignKey(
        "decisions.Decision", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    note = models.TextField(blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()
    size_amount = models.FloatField()
    size_low = models.FloatField()
    size_high = models.FloatField()
    feature_ids = models.JSONField(default=list)

    class Meta:
        indexes = (models.Index(fields=["conflict", "-at"]),)

    def __str__(self) -> str:
        return f"answer to {self.conflict}"
