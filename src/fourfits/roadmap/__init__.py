"""When work is done and who does it."""

from fourfits.roadmap.allocation import AllocationResult, allocation, assign
from fourfits.roadmap.forecast import ForecastResult, forecast

__all__ = ["AllocationResult", "ForecastResult", "allocation", "assign", "forecast"]
