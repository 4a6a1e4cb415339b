"""The figures by which a product is steered."""

from fourfits.kpis.retention import RetentionResult, retention
from fourfits.kpis.survival import SurvivalResult, survival

__all__ = ["RetentionResult", "SurvivalResult", "retention", "survival"]
