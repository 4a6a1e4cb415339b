"""Reads about customer data."""

from __future__ import annotations

import datetime

from django.conf import settings

from fourfits import sources
from fourfits_web.data.models import TableState


def states() -> dict[str, TableState]:
    """Every table that holds data, by name."""
    return {state.name: state for state in TableState.objects.order_by("name")}


def versions() -> dict[str, int]:
    """The newest version of each table."""
    return dict(TableState.objects.values_list("name", "version"))


def source(as_of: datetime.datetime | None = None) -> sources.Data:
    """The customer data themselves, for jobs; pages read their mirrors instead."""
    return sources.open(settings.HOME, as_of=as_of)
