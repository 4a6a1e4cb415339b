"""Reads for Home: what is gathered here from other slices and from nowhere else."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Count, F
from django.urls import reverse

from fourfits import config
from fourfits_web.channels import analyses as channel_words
from fourfits_web.channels import queries as channels
from fourfits_web.core import addresses, prepared
from fourfits_web.core.roles import Role
from fourfits_web.data import queries as data
from fourfits_web.features import queries as features
from fourfits_web.feedback import queries as feedback
from fourfits_web.feedback.models import Item
from fourfits_web.needs.models import Link, Need, Status
from fourfits_web.reports import queries as reports
from fourfits_web.roadmap import queries as roadmap
from fourfits_web.roadmap.models import Item as Planned

OTHER = {
    Role.PRODUCT_MANAGER: Role.PRODUCT_MARKETING_MANAGER,
    Role.PRODUCT_MARKETING_MANAGER: Role.PRODUCT_MANAGER,
}
WEEK = datetime.timedelta(days=7)
QUOTES = 5
LENGTH = (40, 320)
"""A quote that says something and can be read at a glance, in characters."""
KEPT_SECONDS = 86_400
_QUOTED = (
    "item__text", "item__source", "item__customer_id", "item__account_id", "need__name",
)  # fmt: skip
_FINISHES = ("finish_50_on", "finish_70_on", "finish_85_on", "finish_95_on")
_RANKS = ("standing__rank", "standing__rank_low", "standing__rank_high")
MOST = 10
"""Rows that a part of the page shows at most."""
CHOSEN_SECONDS = 300
"""So long the same quotes are shown, while nobody says anything new."""


def is_empty() -> bool:
    """Whether there is nothing to show yet: neither customer data nor feedback."""
    return not reports.versions_now() and not feedback.items()[:1]


@dataclass(frozen=True, kw_only=True)
class Voice:
    """Something that a customer said, and the need that it speaks of."""

    item: Any
    need: Any

    @property
    def address(self) -> str:
        """The page of what was said."""
        return addresses.to("feedback:item", self.item.pk)

    @property
    def need_address(self) -> str:
        """The page of the need."""
        return addresses.to("needs:need", self.need.pk)


def voices() -> tuple[list[Voice], datetime.date | None, datetime.date | None]:
    """Quotes of the newest week of feedback, one for each need that it speaks of most.

    Returns:
        The quotes, and the first and the last day of that week.
    """
    last = _last_said.first()
    if last is None:
        return [], None, None
    (at,) = last
    key = f"home.voices:{at.timestamp()}"
    chosen: tuple[list[int], list[int]] | None = cache.get(key)
    if chosen is None:
        links = _spoken(at - WEEK)
        chosen = links, [] if links else _plain(at - WEEK)
        cache.set(key, chosen, CHOSEN_SECONDS)
    found = _again(*chosen)
    feedback.with_voices([voice.item for voice in found])
    return found, (at - WEEK).date(), at.date()


_last_said = prepared.Question(
    lambda: Item.objects.order_by("-occurred_at").values_list("occurred_at")[:1]
)
_chosen_links = prepared.Question(
    lambda links: Link.objects.filter(pk__in=links).select_related("item", "need").only(*_QUOTED)
)


def _again(links: list[int], items: list[int]) -> list[Voice]:
    """The chosen quotes as they are now; what was erased since is left out."""
    known = {link.pk: Voice(item=link.item, need=link.need) for link in _chosen_links(links)}
    plain = feedback.items().in_bulk(items) if items else {}
    spoken = [known[link] for link in links if link in known]
    return spoken + [Voice(item=plain[item], need=None) for item in items if item in plain]


def _spoken(since: datetime.datetime) -> list[int]:
    """One link of an item to each of the needs that are spoken of most.

    Words of a need hold better what it is about than how sure an item's place is: among thousands
    some praise stands as surely in a need as what asks for it.
    """
    links = Link.objects.filter(holds=True, item__occurred_at__gt=since)
    links = links.filter(need__status__in=[Status.PROPOSED, Status.ACCEPTED])
    counted = links.values("need").annotate(n=Count("pk")).order_by("-n", "need")[:QUOTES]
    order = [row["need"] for row in counted]
    surest = F("confidence_share").desc(nulls_first=True)
    near = links.filter(need__in=order).select_related("item").order_by(surest, "pk")
    word = {need.pk: _first_word(need) for need in Need.objects.filter(pk__in=order)}
    telling = sorted(near[:400], key=lambda link: word[link.need_id] not in link.item.text.lower())
    chosen: dict[int, int] = {}
    heard: set[str] = set()
    for link in telling:
        speaker = link.item.customer_id or str(link.item.pk)
        if link.need_id in chosen or speaker in heard or not _readable(link.item.text):
            continue
        chosen[link.need_id] = link.pk
        heard.add(speaker)
    return [chosen[need] for need in order if need in chosen]


def _first_word(need: Need) -> str:
    """What is said most often of those who have a need, and of others seldom."""
    words: str = need.figures.get("keywords") or ""
    return words.partition(",")[0].lower()


def _plain(since: datetime.datetime) -> list[int]:
    """Where no needs were found yet: the newest words, each of somebody else."""
    chosen: dict[str, int] = {}
    for item in feedback.items().filter(occurred_at__gt=since).order_by("-occurred_at")[:100]:
        if _readable(item.text):
            chosen.setdefault(item.customer_id or str(item.pk), item.pk)
        if len(chosen) == QUOTES:
            break
    return list(chosen.values())


def _readable(text: str) -> bool:
    return LENGTH[0] <= len(text) <= LENGTH[1]


def at_risk(limit: int) -> list[Planned]:
    """Work whose promised day holds with less than 85 %, the soonest first."""
    found: list[Planned] = _at_risk()
    return found[:limit]


_at_risk = prepared.Question(
    lambda: (
        roadmap.items()
        .filter(finish_85_on__gt=F("feature__release_on"), feature__release_on__isnull=False)
        .select_related(None)
        .select_related("feature")
        .only(*_FINISHES, "feature__name", "feature__release_on")
        .order_by("feature__release_on", "pk")[:MOST]
    )
)


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """A feature at the top of the ranking, and where it stood before."""

    feature: Any
    rank: int
    before: int | None

    @property
    def change(self) -> str:
        """`up 3`, `down 1`, `new`, or nothing."""
        if self.before is None or self.before == self.rank:
            return ""
        moved = self.before - self.rank
        return f"{'up' if moved > 0 else 'down'} {abs(moved)}"


def top(limit: int) -> list[Ranked]:
    """The top of the ranking, with how each feature moved since the run before."""
    before = _ranks_before()
    return [
        Ranked(feature=one, rank=one.standing.rank or 0, before=before.get(one.feature_id))
        for one in _top()[:limit]
    ]


_top = prepared.Question(
    lambda: (
        features.features()
        .filter(standing__rank__isnull=False)
        .exclude(status="shipped")
        .select_related(None)
        .select_related("standing")
        .only("feature_id", "name", "need", *_RANKS)
        .order_by("standing__rank")[:MOST]
    )
)


def _ranks_before() -> dict[str, int]:
    """Ranks in the newest run that stood on other data than today's; read once for each run."""
    newest = reports.stored("ranking", light=True)
    if newest is None:
        return {}
    key = f"home.ranks:{newest.pk}:{newest.computed_at.timestamp()}"
    known: dict[str, int] | None = cache.get(key)
    if known is None:
        runs = [run for run in reports.history(newest) if run.as_of is None and not run.refused]
        earlier = next((run for run in runs if run.versions != newest.versions), None)
        rows = earlier.rows if earlier else []
        known = {str(row["feature_id"]): int(row["rank"]) for row in rows if row.get("rank")}
        cache.set(key, known, KEPT_SECONDS)
    return known


@dataclass(frozen=True, kw_only=True)
class Line:
    """A channel and what its numbers allow to say."""

    row: Mapping[str, Any]
    words: str
    tone: str

    @property
    def address(self) -> str:
        """The channel's page."""
        return addresses.to("channels:channel", self.row["channel"])


def channel_lines(limit: int) -> list[Line]:
    """Channels that lose most and one that could take more, each with its verdict."""
    report = channels.answered()
    told = []
    for row in report.rows if report else []:
        words, tone = channel_words.verdict(row)
        if row["channel"]:
            told.append(Line(row=row, words=words, tone=tone))
    losing = [each for each in told if each.tone in {"bad", "warn"}]
    losing.sort(key=lambda each: -(each.row["spend_amount"] or 0))
    more = [each for each in told if each.tone == "info"]
    more.sort(key=lambda each: -(each.row["ltv_to_cac"] or 0))
    return [*losing[: limit - 1], *more[:1]]


def stale_tables(today: datetime.date) -> list[dict[str, Any]]:
    """Tables whose newest row is long past, the oldest first."""
    newest_at = data.last_checked_at()
    if newest_at is None:
        return []
    key = f"home.stale:{newest_at.timestamp()}:{today}"
    known: list[dict[str, Any]] | None = cache.get(key)
    if known is None:
        known = _stale(today)
        cache.set(key, known, KEPT_SECONDS)
    return known


def _stale(today: datetime.date) -> list[dict[str, Any]]:
    check, found = data.newest_check(), []
    for name, row in data.whole_tables(check).items():
        days = row.get("fresh_days")
        if check is None or days is None:
            continue
        newest = (check.checked_at - datetime.timedelta(days=days)).date()
        if (today - newest).days > config.FRESH_DAYS:
            found.append(
                {"name": name, "newest": newest, "url": reverse("data:table", args=[name])}
            )
    return sorted(found, key=lambda row: row["newest"])
