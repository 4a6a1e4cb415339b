"""A saved run of an analysis."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.text import capfirst

from fourfits_web.core import addresses, display
from fourfits_web.core.models import Record
from fourfits_web.core.naming import Names
from fourfits_web.reports import words


def key_of(analysis: str, asked: Mapping[str, Any]) -> str:
    """The same for the same question: an analysis with the settings that were asked."""
    text = json.dumps([analysis, asked], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _estimated(unit: str) -> str:
    """The unit of a headline number; earlier runs kept amounts to the cent."""
    return unit.replace("money:", "estimate:")


class Report(Record):
    """One run: the question, the data and code under it, and its answer or why there is none.

    A run is never changed; asking again adds another.
    """

    analysis = models.CharField(max_length=64)
    asked = models.JSONField(default=dict)
    """Settings as somebody asked them; with the analysis they are the question."""
    parameters = models.JSONField(default=dict)
    """Settings of the run: those asked, and those that the workspace added."""
    key = models.CharField(max_length=32)
    as_of = models.DateTimeField(null=True)
    versions = models.JSONField(default=dict)
    code_version = models.CharField(max_length=32)
    finding = models.TextField(blank=True)
    headline = models.JSONField(default=list)
    result = models.JSONField(null=True)
    chart = models.JSONField(null=True)
    queries = models.JSONField(default=list)
    quality = models.JSONField(default=list)
    refused = models.TextField(blank=True)
    hint = models.TextField(blank=True)
    seconds = models.FloatField()
    computed_at = models.DateTimeField()
    computed_for = models.CharField(max_length=200)

    stale: bool | None = None
    """Whether data or code under it have changed since; `None` until `queries` has looked."""

    class Meta:
        indexes = (models.Index(fields=["key", "as_of", "-computed_at"]),)

    def __str__(self) -> str:
        return words.question(self.analysis, self.asked)

    def get_absolute_url(self) -> str:
        """Its page."""
        return addresses.to("reports:report", self.pk)

    @property
    def names(self) -> Names:
        """People's words for the segments that it names; what is stored keeps those of the data."""
        return words.names(self.analysis, self.asked)

    @property
    def said(self) -> str:
        """The finding as pages show it."""
        return display.typeset(self.names.told(capfirst(self.finding)))

    @property
    def cautions(self) -> list[str]:
        """What limits the answer, as pages show it."""
        return [words.caution(self.names.told(each)) for each in self.warnings]

    @property
    def numbers(self) -> list[dict[str, Any]]:
        """The headline numbers as pages show them."""
        named = self.names.group
        return [
            {**item, "title": named(item["title"]), "unit": _estimated(item["unit"])}
            for item in self.headline
        ]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The result table; PostgreSQL forgets the order of columns, which is kept beside it."""
        result = self.result or {}
        names, rows = result.get("columns"), result.get("rows", [])
        if not names or not rows or list(rows[0]) == names:
            return list(rows)
        return [{name: row.get(name) for name in names} for row in rows]

    @property
    def summary(self) -> dict[str, Any]:
        """The headline numbers, as the analysis names them."""
        return dict((self.result or {}).get("summary", {}))

    @property
    def settings(self) -> dict[str, Any]:
        """Every parameter of the run, defaults included."""
        return dict((self.result or {}).get("parameters", self.parameters))

    @property
    def definition(self) -> str:
        """What the main number means."""
        return str((self.result or {}).get("definition", ""))

    @property
    def warnings(self) -> list[str]:
        """What limits the answer."""
        return list((self.result or {}).get("warnings", []))

    @property
    def n_rows_used(self) -> dict[str, int]:
        """Rows that went in, by table."""
        return dict((self.result or {}).get("data", {}))
