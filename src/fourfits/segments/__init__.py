"""How customers divide into groups that deserve different treatment."""

from fourfits.segments.rfm import RfmResult, rfm

__all__ = ["RfmResult", "rfm"]
