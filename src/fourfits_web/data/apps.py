"""Customer data."""

from django.apps import AppConfig


class DataConfig(AppConfig):
    """What came in, how good it is."""

    name = "fourfits_web.data"
    label = "data"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the jobs, the pages, and what the worker looks for."""
        from fourfits import tables
        from fourfits_web.core import registry
        from fourfits_web.data import jobs, mirroring, mirrors, panels

        registry.menu(
            section="Workspace", title="Data", url_name="data:start", icon="database", keys="i",
            place=10,
        )  # fmt: skip
        registry.creation(
            title="Import data", url_name="data:bring", keys="i", permission="data.import"
        )
        registry.palette("Data", panels.found)
        registry.mirror(
            name="Imports",
            tables=frozenset({*tables.CANONICAL, "batches", "quarantine"}),
            run=mirrors.imports,
            place=5,
        )
        registry.large_body("data:upload")
        registry.large_body("api:hand_in_file")
        registry.tick(mirroring.notice)
        registry.tick(jobs.sweep)
