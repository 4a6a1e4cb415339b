"""Segments."""

from django.apps import AppConfig


class SegmentsConfig(AppConfig):
    """Who belongs together."""

    name = "fourfits_web.segments"
    label = "segments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the pages in the menu, show segments of a person, copy after imports, tell their names."""
        from fourfits_web.core import naming, registry
        from fourfits_web.segments import mirrors, panels, queries

        registry.mirror(name="Segments", tables=mirrors.TABLES, run=mirrors.run, place=20)
        registry.menu(
            section="Customers", title="Segments", url_name="segments:list", icon="chart-pie-2",
            keys="s", place=30,
        )  # fmt: skip
        registry.palette("Segments", panels.palette)
        registry.panel(
            "customers.person", template="segments/_panel.html", context=panels.of_person, place=10
        )
        naming.segments_are(queries.named)
