"""The frame."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """What every slice stands on."""

    name = "fourfits_web.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the frame's own pages in the menu."""
        from fourfits_web.core import api_replies, job_actions, jobs, registry, sessions  # noqa: F401

        registry.tick(jobs.recover)
        registry.tick(jobs.forget_tasks)
        registry.tick(api_replies.forget_old)
        registry.tick(sessions.forget_over)
        registry.menu(
            section="Workspace", title="Background work", url_name="core:jobs", icon="progress",
            keys="b", place=80,
        )  # fmt: skip
        registry.menu(
            section="Workspace", title="Audit log", url_name="core:audit", icon="history",
            keys="l", place=90, permission="audit.read",
        )  # fmt: skip
