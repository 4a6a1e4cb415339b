"""People and accounts."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Who the customers are."""

    name = "fourfits_web.customers"
    label = "customers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Copy after imports."""
        from fourfits_web.core import registry
        from fourfits_web.customers import mirrors, reading

        registry.mirror(name="Customers", tables=reading.TABLES, run=mirrors.run, place=10)
        registry.menu(
            section="Customers", title="People", url_name="customers:people", icon="users",
            keys="p", place=10,
        )  # fmt: skip
        registry.menu(
            section="Customers", title="Accounts", url_name="customers:accounts", icon="building",
            keys="a", place=20,
        )  # fmt: skip
