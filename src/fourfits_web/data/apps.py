"""Customer data."""

from django.apps import AppConfig


class DataConfig(AppConfig):
    """What came in, how good it is."""

    name = "fourfits_web.data"
    label = "data"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the jobs."""
        from fourfits_web.data import mirroring

        assert mirroring
