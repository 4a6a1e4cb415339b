"""Telling other systems what happened."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """Webhooks."""

    name = "fourfits_web.webhooks"
    label = "webhooks"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to actions, look for what is due, stand in the menu."""
        from fourfits_web.core import registry
        from fourfits_web.webhooks import delivering

        registry.listen(delivering.hear)
        registry.tick(delivering.look)
        registry.tick(delivering.forget_bodies)
        registry.menu(
            section="Workspace",
            title="Webhooks",
            url_name="webhooks:list",
            icon="webhook",
            keys="w",
            place=75,
            permission="webhooks.manage",
        )
