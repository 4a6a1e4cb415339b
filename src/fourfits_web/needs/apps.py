"""What customers need."""

from django.apps import AppConfig


class NeedsConfig(AppConfig):
    """Needs."""

    name = "fourfits_web.needs"
    label = "needs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Stand in the menu and the palette, on pages of feedback and customers, after imports."""
        from fourfits_web.core import lists, registry
        from fourfits_web.feedback import inbox
        from fourfits_web.needs import counting, jobs, panels
        from fourfits_web.reports import running

        registry.menu(
            section="Customers", title="Needs", url_name="needs:list", icon="bulb", keys="d",
            place=50,
        )  # fmt: skip
        registry.creation(title="Need", url_name="needs:add", keys="n", permission="needs.shape")
        registry.palette("Needs", panels.palette)
        registry.panel(
            "feedback.item", template="needs/_of_item.html", context=panels.of_item, place=10
        )
        carried = "needs/_carried.html"
        registry.panel("customers.person", template=carried, context=panels.of_person, place=50)
        registry.panel("customers.account", template=carried, context=panels.of_account, place=50)
        running.derive_by("assignments", jobs.derive)
        registry.mirror(
            name="needs", tables=frozenset({"feedback"}), run=jobs.after_feedback, place=60
        )
        registry.mirror(
            name="Figures of needs", tables=counting.TABLES, run=jobs.after_customers, place=61
        )
        inbox.extend(
            columns=(panels.column(),),
            filters=panels.filters,
            bulk=(
                lists.Bulk(
                    "Link", "needs:link_several", "feedback.sort", "needs/_link_to.html", key="l"
                ),
            ),
            prepare=panels.prepare,
        )
