"""A sample company whose truth is known: for trying, for teaching, for testing."""

from __future__ import annotations

from fourfits.samples.company import NAME, TODAY, Company, company
from fourfits.samples.truth import Truth

__all__ = ["NAME", "TODAY", "Company", "Truth", "company"]
