"""What customers answer when they are asked."""

from fourfits.surveys.nps import NpsResult, nps

__all__ = ["NpsResult", "nps"]
