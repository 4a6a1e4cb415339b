"""What customers need, found in their words."""

from fourfits.needs.themes import ThemesResult, themes

__all__ = ["ThemesResult", "themes"]
