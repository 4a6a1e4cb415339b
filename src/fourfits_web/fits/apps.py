"""The four fits."""

from django.apps import AppConfig


class FitsConfig(AppConfig):
    """The page by which product and marketing keep in step."""

    name = "fourfits_web.fits"
    label = "fits"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the page in the menu, and remember what each run of the scorecard finds."""
        from fourfits_web.core import registry
        from fourfits_web.fits import actions, panels
        from fourfits_web.reports import running

        running.when_kept("scorecard", actions.note_scores)
        running.when_kept("conflicts", actions.note_conflicts)
        registry.follow(actions.answered_by_decision)
        registry.panel(
            "pricing.study", template="fits/_on_pricing.html", context=panels.market_pricing
        )
        registry.panel(
            "channels.channel", template="fits/_on_channel.html", context=panels.of_channel
        )
        registry.panel(
            "features.feature", template="fits/_on_feature.html", context=panels.of_feature, place=5
        )
        registry.panel(
            "decisions.decision", template="fits/_behind_decision.html", context=panels.behind
        )
        registry.menu(
            section="Fits", title="Four fits", url_name="fits:four", icon="layout-grid", keys="t",
        )  # fmt: skip
