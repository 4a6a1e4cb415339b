"""Themes: what customers speak of, found in their texts or counted as they stand."""

from fourfits.needs.themes.analysis import themes
from fourfits.needs.themes.result import ThemesResult
from fourfits.needs.themes.tally import TallyResult, tally

__all__ = ["TallyResult", "ThemesResult", "tally", "themes"]
