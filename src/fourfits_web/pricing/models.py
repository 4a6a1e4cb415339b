"""The prices of plans, as they were changed; `config.toml` in the home holds those that count."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from fourfits_web.core.models import Record


class PriceList(Record):
    """Monthly prices by plan from one moment on."""

    prices = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField(db_index=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    def __str__(self) -> str:
        return ", ".join(f"{plan} {price:g}" for plan, price in self.prices.items()) or "no prices"

    @property
    def words(self) -> str:
        """What changed: `Plus 19 → 21, Team new at 129`."""
        said = []
        for plan in {**self.before, **self.prices}:
            old, new = self.before.get(plan), self.prices.get(plan)
            if old == new:
                continue
            if old is None:
                said.append(f"{plan} new at {new:g}")
            else:
                said.append(f"{plan} {old:g} → {new:g}" if new is not None else f"{plan} dropped")
        return ", ".join(said) or "no price changed"
