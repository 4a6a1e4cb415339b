"""The list of releases."""

from __future__ import annotations

from django.db.models import Q

from fourfits_web.core import addresses, lists
from fourfits_web.roadmap.models import Release


def _state(release: Release) -> str:
    return "shipped" if release.shipped_on else "ahead"


RELEASES = lists.List(
    key="releases",
    title="Releases",
    noun="release",
    lead="Work that reaches customers together, on a day that companies can plan with.",
    columns=(
        lists.Column("name", "Release", link=True, sort="name"),
        lists.Column(
            "state", "Status", value=_state,
            labels={"ahead": ("Ahead", "info"), "shipped": ("Shipped", "good")},
        ),
        lists.Column("release_on", "Date", kind="day", sort="release_on"),
        lists.Column("n_items", "Features", kind="number", sort="n_items"),
        lists.Column("is_shared", "Announced", kind="flag"),
        lists.Column("shipped_on", "Shipped on", kind="day", sort="shipped_on", shown=False),
    ),
    filters=(lists.Flag("ahead", "Only those ahead", when=Q(shipped_on=None)),),
    search=("name", "notice"),
    search_hint="Search releases",
    open=lambda release: addresses.to("roadmap:release", release.pk),
    empty=lists.Empty(
        "No releases yet",
        "Plan one, then put features of the roadmap into it.",
        action=("Plan a release", "roadmap:new_release"),
        permission="roadmap.plan",
        icon="rocket",
    ),
)  # fmt: skip
