"""The roadmap."""

from django.apps import AppConfig


class RoadmapConfig(AppConfig):
    """Now, next, later; releases; forecasts."""

    name = "fourfits_web.roadmap"
    label = "roadmap"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the frame of pages, panels, palette and mirror; follow features."""
        from fourfits_web.core import registry
        from fourfits_web.customers import reading
        from fourfits_web.roadmap import jobs, panels

        registry.menu(
            section="Product", title="Roadmap", url_name="roadmap:board", icon="map-2", keys="r",
            place=40,
        )  # fmt: skip
        registry.menu(
            section="Product", title="Releases", url_name="roadmap:releases", icon="rocket",
            place=50,
        )  # fmt: skip
        registry.creation(
            title="Release", url_name="roadmap:new_release", keys="r", permission="roadmap.plan"
        )
        registry.palette("Releases", panels.palette)
        registry.panel(
            "features.feature", template="roadmap/_on_feature.html", context=panels.on_feature,
            place=10,
        )  # fmt: skip
        registry.panel(
            "features.feature", template="roadmap/_asked_on_feature.html",
            context=panels.asked_for, place=5,
        )  # fmt: skip
        registry.mirror(
            name="Who was told", tables=reading.TABLES, run=jobs.forget_erased, place=15
        )
        registry.mirror(
            name="Roadmap", tables=frozenset({"features", "deliveries"}), run=jobs.mirror, place=70
        )
        registry.follow(jobs.follow_feature)
