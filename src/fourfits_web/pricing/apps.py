"""Pricing."""

from django.apps import AppConfig


class PricingConfig(AppConfig):
    """What the market will pay, and what is asked of it."""

    name = "fourfits_web.pricing"
    label = "pricing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the page in the menu."""
        from fourfits_web.core import registry
        from fourfits_web.pricing import actions  # noqa: F401 - registers its action

        registry.menu(
            section="Market", title="Pricing", url_name="pricing:study", icon="tag", keys="y",
            place=10,
        )  # fmt: skip
