"""Who works here."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """Members, roles, invitations, keys."""

    name = "fourfits_web.members"
    label = "members"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the members' pages in the menu; tell jobs who asked; hear allauth."""
        from fourfits_web.core import jobs, registry
        from fourfits_web.members import queries, second_factor  # noqa: F401 - it listens

        jobs.ASKERS.update(member=queries.asker, key=queries.asker_by_key)
        registry.menu(
            section="Workspace", title="Members", url_name="members:list", icon="users-group",
            keys="m", place=60,
        )  # fmt: skip
        registry.menu(
            section="Workspace", title="API keys", url_name="members:keys", icon="key",
            keys="k", place=70, permission="keys.manage",
        )  # fmt: skip
