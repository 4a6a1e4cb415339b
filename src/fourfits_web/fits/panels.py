"""What the fits show on pages of lower slices."""

from __future__ import annotations

import datetime
import functools
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from fourfits_web.core import naming
from fourfits_web.features import queries as features
from fourfits_web.fits import queries
from fourfits_web.fits.analyses import conflicts, scorecard
from fourfits_web.reports import queries as reports

NEEDS_SHOWN = 3
"""Needs that the page of a decision names."""


def market_pricing(request: HttpRequest, study: Any) -> dict[str, Any] | None:
    """The market-pricing fit, on the page of the price study."""
    return _brief("market_pricing")


def of_channel(request: HttpRequest, channel: Any) -> dict[str, Any] | None:
    """The product-channel fit of one channel, with its evidence."""
    report = queries.newest_scorecard()
    if report is None or report.refused:
        return None
    fit = _product_channel(report.pk, report.computed_at)
    group = (
        next((each for each in fit.groups if ("channel", channel) in each.parts), None)
        if fit
        else None
    )
    if group is None or group.gauge is None:
        return None
    return {"fit": fit, "group": group, "report": report}


@functools.lru_cache(maxsize=2)
def _product_channel(number: int, computed_at: datetime.datetime) -> scorecard.Fit | None:
    """The fit as a run found it, which does not change: read once by each process."""
    report = reports.read_once(number, computed_at)
    return scorecard.read(report, {}, {}).get("product_channel")


def of_feature(request: HttpRequest, feature: Any) -> dict[str, Any] | None:
    """Conflicts that concern a feature, on its page."""
    found = queries.about_feature(feature.feature_id)
    if not found:
        return None
    currency = settings.WORKSPACE.currency
    names = naming.segments()
    return {"cards": [conflicts.card(one, currency, names) for one in found]}


def behind(request: HttpRequest, decision: Any) -> dict[str, Any] | None:
    """The customers behind a decision: who has the needs that its evidence leads to."""
    found = queries.needs_behind(decision)
    if not found:
        return None
    shown = found[:NEEDS_SHOWN]
    return {**features.heard([{"need": need} for need in shown]), "n_more": len(found) - len(shown)}


def _brief(name: str) -> dict[str, Any] | None:
    score = queries.today().get(name)
    if score is None:
        return None
    trend, owner = queries.trends().get(name, []), queries.owners().get(name)
    return {"fit": scorecard.brief(score, trend, owner, naming.segments())}
