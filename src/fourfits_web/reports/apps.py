"""Saved runs of analyses."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Every number leads here."""

    name = "fourfits_web.reports"
    label = "reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the jobs, the menu and what the palette finds."""
        from fourfits_web.core import registry
        from fourfits_web.reports import queries, running  # noqa: F401 - registers its jobs

        registry.menu(
            section="Workspace",
            title="Reports",
            url_name="reports:list",
            icon="report-analytics",
            keys="o",
            place=20,
        )
        registry.palette("Reports", queries.found)
