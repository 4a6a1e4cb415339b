"""Reads about channels: all of it comes from stored reports."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from fourfits_web.core import registry
from fourfits_web.core.actors import Actor
from fourfits_web.reports import queries as reports
from fourfits_web.reports.models import Report

DIVISIONS: dict[str, list[str]] = {
    "channel": ["channel"],
    "segment": ["channel", "segment"],
    "plan": ["channel", "plan"],
}
"""How the costs are divided, and what is asked of the analysis for it."""


def economics(division: str = "channel", *, light: bool = False) -> Report | None:
    """The newest run of the division; for channels alone also one that was refused."""
    asked = {"by": DIVISIONS[division]}
    report = reports.stored("acquisition", asked, light=light)
    if report is None and division == "channel":
        return reports.stored("acquisition", {}, light=light)
    return report


def answered(division: str = "channel", *, light: bool = True) -> Report | None:
    """The newest run of the division, where the data carry one."""
    report = economics(division, light=light)
    return report if report is not None and not report.refused else None


def row(report: Report, channel: str) -> dict[str, Any] | None:
    """What a run says of one channel as a whole."""
    return next((each for each in report.rows if each.get("channel") == channel), None)


def scorecard() -> Report | None:
    """The newest scorecard: it knows every channel by plan and segment."""
    report = reports.stored("scorecard", light=True)
    return report if report is not None and not report.refused else None


def found(actor: Actor, text: str, limit: int) -> list[registry.Found]:
    """Channels whose name holds the text, for the palette."""
    report = answered()
    names = [str(each.get("channel") or "") for each in report.rows] if report else []
    return [
        registry.Found(title=name, url=reverse("channels:channel", args=[name]))
        for name in names
        if name and text.casefold() in name.casefold()
    ][:limit]
