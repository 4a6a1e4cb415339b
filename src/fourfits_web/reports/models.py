"""A saved run of an analysis."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import models


def key_of(analysis: str, parameters: Mapping[str, Any]) -> str:
    """The same for the same question: an analysis with its settings."""
    text = json.dumps([analysis, parameters], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class Report(models.Model):
    """One run: the question, the data and code under it, and its answer or why there is none."""

    analysis = models.CharField(max_length=64)
    parameters = models.JSONField(default=dict)
    key = models.CharField(max_length=32)
    as_of = models.DateTimeField(null=True)
    versions = models.JSONField(default=dict)
    code_version = models.CharField(max_length=32)
    result = models.JSONField(null=True)
    chart = models.JSONField(null=True)
    queries = models.JSONField(default=list)
    refused = models.TextField(blank=True)
    hint = models.TextField(blank=True)
    seconds = models.FloatField()
    computed_at = models.DateTimeField()
    computed_for = models.CharField(max_length=200)

    class Meta:
        indexes = (models.Index(fields=["key", "as_of", "-computed_at"]),)

    def __str__(self) -> str:
        return self.analysis.replace("_", " ").capitalize()

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The result table."""
        return list((self.result or {}).get("rows", []))

    @property
    def summary(self) -> dict[str, Any]:
        """The headline numbers."""
        return dict((self.result or {}).get("summary", {}))

    @property
    def warnings(self) -> list[str]:
        """What limits the answer."""
        return list((self.result or {}).get("warnings", []))

    @property
    def n_rows_used(self) -> dict[str, int]:
        """Rows that went in, by table."""
        return dict((self.result or {}).get("data", {}))
