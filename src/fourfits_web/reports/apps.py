"""Saved runs of analyses."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Every number leads here."""

    name = "fourfits_web.reports"
    label = "reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the jobs and the menu."""
        from fourfits_web.reports import running

        assert running
