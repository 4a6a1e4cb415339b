"""When work is done and who does it."""

from fourfits.roadmap.forecast import ForecastResult, forecast

__all__ = ["ForecastResult", "forecast"]
