"""Contradictions between the plan and the fits: one module per kind."""

from __future__ import annotations

from fourfits.fits.conflicts.analysis import ConflictsResult, conflicts
from fourfits.fits.conflicts.found import Conflict, Feature, Remedy

__all__ = ["Conflict", "ConflictsResult", "Feature", "Remedy", "conflicts"]
