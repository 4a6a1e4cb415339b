"""What the workspace knows of the lake without asking it."""

from __future__ import annotations

from django.db import models


class TableState(models.Model):
    """The newest version of a table of the lake, noted after every import, undo and analysis."""

    name = models.CharField(max_length=64, primary_key=True)
    version = models.BigIntegerField()
    n_rows = models.BigIntegerField()
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
