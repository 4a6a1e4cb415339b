"""What people say about prices."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms


class PricesForm(forms.Form):
    """A monthly price for each plan, and one plan more."""

    new_plan = forms.CharField(required=False, max_length=100, label="Another plan")
    new_price = forms.FloatField(required=False, label="Its price a month", min_value=0)
    reason = forms.CharField(
        required=False, max_length=300, help_text="Stands beside the change from now on."
    )

    def __init__(
        self, *args: Any, plans: Iterable[str], today: Mapping[str, float], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.plans = list(plans)
        for place, plan in enumerate(self.plans):
            self.fields[f"price_{place}"] = forms.FloatField(
                required=False,
                min_value=0,
                label=plan,
                initial=f"{today[plan]:g}" if plan in today else None,
                widget=forms.NumberInput({"step": "any", "inputmode": "decimal"}),
            )
        self.order_fields([f"price_{place}" for place in range(len(self.plans))])

    def clean(self) -> dict[str, Any]:
        """A plan without a name, or a name without a price, is half a plan."""
        cleaned = super().clean() or {}
        plan, price = (cleaned.get("new_plan") or "").strip(), cleaned.get("new_price")
        if plan and price is None:
            self.add_error("new_price", "Say what it costs.")
        if price is not None and not plan:
            self.add_error("new_plan", "Say which plan.")
        for name, value in list(cleaned.items()):
            if isinstance(value, float) and not (value > 0 and math.isfinite(value)):
                self.add_error(name, "A price is above zero.")
        return cleaned

    @property
    def prices(self) -> dict[str, float]:
        """The prices that were given, by plan."""
        given = [
            (plan, self.cleaned_data.get(f"price_{place}")) for place, plan in enumerate(self.plans)
        ]
        given.append((self.cleaned_data["new_plan"].strip(), self.cleaned_data["new_price"]))
        return {plan: price for plan, price in given if plan and price is not None}
