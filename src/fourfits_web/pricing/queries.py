"""Reads about prices."""

from __future__ import annotations

from django.conf import settings

from fourfits import config
from fourfits_web.core import prepared
from fourfits_web.pricing.models import PriceList
from fourfits_web.reports import queries as reports
from fourfits_web.reports.models import Report

STUDIED: tuple[dict[str, str], ...] = ({"by": "segment"}, {})
"""The settings under which the price study is computed, in this order."""
CHANGES_SHOWN = 10


def study() -> Report | None:
    """The newest price study that has an answer, else the one that was refused."""
    found = reports.first_stored("van_westendorp", *STUDIED, light=True)
    if found is not None:
        return found
    asked = (reports.stored("van_westendorp", each, light=True) for each in STUDIED)
    return next((report for report in asked if report is not None), None)


def scorecard() -> Report | None:
    """The newest scorecard: it knows who accepts which price."""
    report = reports.stored("scorecard", light=True)
    return report if report is not None and not report.refused else None


def prices() -> dict[str, float]:
    """Today's monthly prices by plan."""
    return dict(config.workspace(settings.HOME).prices)


def changes() -> list[PriceList]:
    """How prices were changed here, newest first."""
    return _changes()


_changes = prepared.Question(
    lambda: PriceList.objects.select_related("changed_by").order_by("-changed_at")[:CHANGES_SHOWN]
)
