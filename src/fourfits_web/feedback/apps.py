"""What customers say."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    """Feedback."""

    name = "fourfits_web.feedback"
    label = "feedback"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Stand in the menu and the palette, on pages of customers, after imports."""
        from fourfits_web.core import registry
        from fourfits_web.feedback import jobs, mirror, palette, panels

        registry.menu(
            section="Customers", title="Feedback", url_name="feedback:inbox", icon="message-2",
            keys="v", place=40,
        )  # fmt: skip
        registry.creation(
            title="Feedback", url_name="feedback:add", keys="f", permission="feedback.add"
        )
        registry.palette("Feedback", palette.search)
        template = "feedback/_panel.html"
        registry.panel("customers.person", template=template, context=panels.of_person, place=40)
        registry.panel("customers.account", template=template, context=panels.of_account, place=40)
        registry.mirror(name="feedback", tables=mirror.TABLES, run=mirror.mirror, place=40)
        registry.tick(jobs.look)
