"""Writes about prices."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from django.conf import settings
from django.utils import timezone

from fourfits import checks, config, errors
from fourfits_web.core.actions import action
from fourfits_web.core.actors import Actor
from fourfits_web.pricing.models import PriceList

MOST_PLANS = 50


@action("pricing.change", may="pricing.change", event="pricing.changed")
def change(actor: Actor, *, prices: Mapping[str, float], reason: str = "") -> PriceList:
    """Set the monthly price of every plan; plans that are not named have none from then on.

    Raises:
        ParameterError: If a price is not above zero, or there are too many plans.
    """
    named = {plan.strip(): float(price) for plan, price in prices.items() if plan.strip()}
    if len(named) > MOST_PLANS:
        raise errors.ParameterError(
            f"{len(named)} plans are named.", hint=f"name at most {MOST_PLANS}"
        )
    for plan, price in named.items():
        checks.positive(price, f"the price of {plan}")
    workspace = config.workspace(settings.HOME)
    changed = PriceList.objects.create(
        prices=named,
        before=dict(workspace.prices),
        reason=reason.strip(),
        changed_at=timezone.now(),
        changed_by=actor.member,
    )
    config.write_workspace(settings.HOME, dataclasses.replace(workspace, prices=named))
    return changed
