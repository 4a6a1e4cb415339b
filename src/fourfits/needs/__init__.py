"""What customers need, found in their words."""

from fourfits.needs.matching import Matching, carried, match
from fourfits.needs.themes import TallyResult, ThemesResult, tally, themes

__all__ = [
    "Matching",
    "TallyResult",
    "ThemesResult",
    "carried",
    "match",
    "tally",
    "themes",
]
