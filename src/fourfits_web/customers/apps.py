"""People and accounts."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Who the customers are."""

    name = "fourfits_web.customers"
    label = "customers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the pages in the menu, let the palette find people and accounts, copy after imports."""
        from django.conf import settings

        from fourfits_web.core import registry
        from fourfits_web.customers import mirrors, palette, reading

        registry.mirror(name="Customers", tables=reading.TABLES, run=mirrors.run, place=10)
        registry.menu(
            section="Customers", title="People", url_name="customers:people", icon="users",
            keys="p", place=10,
        )  # fmt: skip
        if settings.WORKSPACE.product_kind != "people":
            registry.menu(
                section="Customers", title="Accounts", url_name="customers:accounts",
                icon="building", keys="a", place=20,
            )  # fmt: skip
        registry.palette("Accounts", palette.accounts)
        registry.palette("People", palette.people)
