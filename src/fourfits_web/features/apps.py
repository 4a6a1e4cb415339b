"""Features."""

from django.apps import AppConfig


class FeaturesConfig(AppConfig):
    """What is asked for and planned."""

    name = "fourfits_web.features"
    label = "features"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the frame of pages, panels, palette and mirror; hear of reports and needs."""
        from fourfits_web.core import registry
        from fourfits_web.features import analyses, jobs, panels
        from fourfits_web.reports import running

        registry.menu(
            section="Product", title="Features", url_name="features:list", icon="bulb", keys="f",
            place=30,
        )  # fmt: skip
        registry.creation(
            title="Feature", url_name="features:new", keys="e", permission="features.change"
        )
        registry.palette("Features", panels.palette)
        registry.panel(
            "needs.need", template="features/_for_need.html", context=panels.for_need, place=30
        )
        registry.panel(
            "customers.account",
            template="features/_waited_for.html",
            context=panels.waited_for,
            place=40,
        )
        registry.mirror(name="Features", tables=frozenset({"features"}), run=jobs.mirror, place=60)
        registry.follow(panels.follow_need)
        for analysis in ("ranking", "demand"):
            running.when_kept(analysis, analyses.keep)
