"""What customers answer when they are asked."""

from fourfits.surveys.nps import NpsResult, nps
from fourfits.surveys.pmf import PmfResult, pmf

__all__ = ["NpsResult", "PmfResult", "nps", "pmf"]
