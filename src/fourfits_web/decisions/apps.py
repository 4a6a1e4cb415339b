"""Decisions."""

from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    """What was decided, and on what."""

    name = "fourfits_web.decisions"
    label = "decisions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register menu, creation, palette, and the panel on reports."""
        from fourfits_web.core import registry
        from fourfits_web.decisions import (
            actions,  # noqa: F401 - registers its actions
            panels,
            queries,
        )

        registry.menu(
            section="Fits",
            title="Decisions",
            url_name="decisions:list",
            icon="gavel",
            keys="e",
            place=60,
        )
        registry.creation(
            title="Record a decision",
            url_name="decisions:new",
            keys="d",
            permission="decisions.record",
        )
        registry.palette("Decisions", queries.found)
        registry.panel("reports.report", template="decisions/_about.html", context=panels.about)
