"""Channels."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """What each channel costs and brings."""

    name = "fourfits_web.channels"
    label = "channels"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the page in the menu, and let the palette find channels."""
        from fourfits_web.channels import queries
        from fourfits_web.core import registry

        registry.menu(
            section="Market", title="Channels", url_name="channels:list", icon="speakerphone",
            keys="c", place=20,
        )  # fmt: skip
        registry.palette("Channels", queries.found)
