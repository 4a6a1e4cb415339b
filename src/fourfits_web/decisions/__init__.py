"""Decisions: what was decided, why, on which evidence of that day, and when to look again."""
