"""Home."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """Where everybody starts."""

    name = "fourfits_web.home"
    label = "home"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the page at the head of the menu."""
        from fourfits_web.core import registry

        registry.menu(section="", title="Home", url_name="home", icon="home", keys="h", place=1)
