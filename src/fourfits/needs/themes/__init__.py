"""Themes: what customers speak of, found in their texts."""

from fourfits.needs.themes.analysis import themes
from fourfits.needs.themes.result import ThemesResult

__all__ = ["ThemesResult", "themes"]
