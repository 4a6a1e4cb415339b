"""Experiments."""

from django.apps import AppConfig


class ExperimentsConfig(AppConfig):
    """What is tried, and what it did."""

    name = "fourfits_web.experiments"
    label = "experiments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register menu, palette and the mirror of exposures."""
        from fourfits_web.core import registry
        from fourfits_web.experiments import actions, mirrors, queries  # noqa: F401 - and actions

        registry.menu(
            section="Market", title="Experiments", url_name="experiments:list", icon="flask",
            keys="x", place=30,
        )  # fmt: skip
        registry.palette("Experiments", queries.found)
        registry.mirror(
            name="Experiments", tables=frozenset({"exposures"}), run=mirrors.run, place=80
        )
