"""A decision, the evidence of its day, and what was found when somebody looked again."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db import models

from fourfits import config
from fourfits_web.core import addresses
from fourfits_web.core.models import Record
from fourfits_web.core.roles import Role

SOON = datetime.timedelta(days=14)
_SIDES = {"PM": Role.PRODUCT_MANAGER, "PMM": Role.PRODUCT_MARKETING_MANAGER}


class Fit(models.TextChoices):
    """The four fits."""

    PRODUCT_MARKET = "product_market", "Product–market"
    PRODUCT_CHANNEL = "product_channel", "Product–channel"
    PRICING_CHANNEL = "pricing_channel", "Pricing–channel"
    MARKET_PRICING = "market_pricing", "Market–pricing"


def sides(fits: Iterable[str]) -> list[Role]:
    """The roles that answer for the fits.

    >>> [role.value for role in sides(["product_market"])], len(sides(["market_pricing"]))
    (['product_manager'], 2)
    """
    concerned = {_SIDES[sign] for fit in fits for sign in config.FIT_OWNERS[fit].split(" and ")}
    return [role for role in Role if role in concerned]


class Kind(models.TextChoices):
    """What a decision is about."""

    PRODUCT = "product", "What to build"
    PRICE = "price", "Price"
    CHANNEL = "channel", "Channel"
    SEGMENT = "segment", "Whom to serve"
    EXPERIMENT = "experiment", "Experiment"
    OTHER = "other", "Something else"


class Status(models.TextChoices):
    """Whether it holds."""

    STANDING = "standing", "Stands"
    REOPENED = "reopened", "Open again"
    WITHDRAWN = "withdrawn", "No longer stands"


class Decision(Record):
    """What was decided."""

    what = models.CharField(max_length=300)
    why = models.TextField()
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.PRODUCT)
    fits = models.JSONField(default=list, blank=True)
    """Which of the four fits it touches: values of `Fit`."""
    expected_effect = models.TextField(blank=True)
    look_again_on = models.DateField(null=True, blank=True, db_index=True)
    status = models.CharField(max_length=16, choices=Status, default=Status.STANDING)
    decided_by = models.ForeignKey(
        "members.Member", null=True, on_delete=models.PROTECT, related_name="+"
    )
    role = models.CharField(max_length=32, choices=Role, db_index=True)
    """The role in which they decided, which may be another today."""
    decided_at = models.DateTimeField(db_index=True)
    changed_at = models.DateTimeField(db_index=True)
    changed_by = models.ForeignKey(
        "members.Member", null=True, on_delete=models.PROTECT, related_name="+"
    )
    """Who took it, revised it or looked at it again last."""
    changed_role = models.CharField(max_length=32, choices=Role)
    words_role = models.CharField(max_length=32, choices=Role)
    """The role whose words it has: that of whoever took it or last revised what it says."""
    waits_for = models.CharField(max_length=80, blank=True)
    """Roles that answer for a fit which it touches and have not said a word, comma between them."""
    disputed_by = models.CharField(max_length=80, blank=True)
    """Roles among them that see it differently."""

    def __str__(self) -> str:
        return self.what

    def get_absolute_url(self) -> str:
        """Its page."""
        return addresses.to("decisions:decision", self.pk)

    @property
    def by(self) -> str:
        """Who decided."""
        return self.decided_by.name if self.decided_by else "Workspace"

    @property
    def newest(self) -> str:
        """Who decided or, if it changed since, who changed it."""
        if self.changed_at == self.decided_at:
            return self.by
        return f"changed by {self.changed_by.name if self.changed_by else 'Workspace'}"

    @property
    def fit_names(self) -> list[str]:
        """The fits that it touches, in words."""
        return [Fit(value).label for value in self.fits if value in Fit]

    @property
    def others(self) -> list[Role]:
        """The roles whose word counts beside that of the role whose words it has."""
        return [role for role in sides(self.fits) if role.value != self.words_role]

    @property
    def agreement(self) -> str:
        """Whose word is missing, or who sees it differently, in words."""
        told = ((self.disputed_by, "disputed by"), (self.waits_for, "waits for"))
        return "; ".join(
            f"{words} {' and '.join(Role(role).label.lower() for role in roles.split(','))}"
            for roles, words in told
            if roles
        )

    def look_state(self, today: datetime.date) -> str:
        """Whether it is time to look again: `due`, `soon`, `later`, or nothing."""
        if self.look_again_on is None or self.status == Status.WITHDRAWN:
            return ""
        if self.look_again_on <= today:
            return "due"
        return "soon" if self.look_again_on <= today + SOON else "later"


class Opinion(Record):
    """What a role says of a decision that it did not take, on a fit that it answers for."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=32, choices=Role)
    by = models.ForeignKey("members.Member", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    agrees = models.BooleanField()
    note = models.TextField(blank=True)
    stands = models.BooleanField(default=True)
    """Whether it is of the words that the decision has now, and the role's last."""

    def __str__(self) -> str:
        return "Agrees" if self.agrees else "Sees it differently"


class Evidence(Record):
    """A report or a record as it was on the day of the decision."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="+")
    label = models.CharField(max_length=300)
    url = models.CharField(max_length=500, blank=True)
    report = models.ForeignKey(
        "reports.Report", null=True, on_delete=models.PROTECT, related_name="+"
    )
    question = models.CharField(max_length=32, blank=True, db_index=True)
    """Key of the report's question, shared by all its runs."""
    record_kind = models.CharField(max_length=64, blank=True)
    record_id = models.CharField(max_length=64, blank=True)
    snapshot = models.JSONField(null=True)
    versions = models.JSONField(default=dict)
    as_of = models.DateTimeField()
    """The moment whose data it shows."""

    class Meta:
        indexes = (models.Index(fields=["record_kind", "record_id"]),)

    def __str__(self) -> str:
        return self.label


class Look(Record):
    """Somebody looked again: what happened, and whether the decision stands."""

    class Outcome(models.TextChoices):
        """What follows."""

        STANDS = "stands", "It stands"
        REOPENS = "reopens", "Open it again"
        ENDS = "ends", "It no longer stands"

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey("members.Member", null=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=32, choices=Role)
    happened = models.TextField()
    outcome = models.CharField(max_length=16, choices=Outcome)

    def __str__(self) -> str:
        return self.get_outcome_display()
