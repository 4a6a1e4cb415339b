"""Home, by role."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from fourfits_web.core import naming
from fourfits_web.core.actors import Actor
from fourfits_web.core.pages import may, page
from fourfits_web.core.roles import Role
from fourfits_web.decisions import queries as decisions
from fourfits_web.fits import queries as fits
from fourfits_web.fits.analyses import conflicts, scorecard
from fourfits_web.home import queries
from fourfits_web.members import actions as members
from fourfits_web.members.models import Member
from fourfits_web.roadmap import asked
from fourfits_web.roadmap import queries as roadmap

OWN = {
    Role.PRODUCT_MANAGER: ("product_market", "product_channel", "market_pricing"),
    Role.PRODUCT_MARKETING_MANAGER: ("pricing_channel", "product_channel", "market_pricing"),
}
"""The fits that a role answers for, alone or with the other."""
SIGNS = {Role.PRODUCT_MANAGER: "PM", Role.PRODUCT_MARKETING_MANAGER: "PMM"}
VISIT = datetime.timedelta(minutes=30)
"""So long after the last look a member is back for another visit."""
DECISIONS, CONFLICTS, RANKED, LINES = 6, 4, 6, 4


@require_GET
@may("workspace.read")
def home(request: HttpRequest) -> HttpResponse:
    """What the member should see first; an empty workspace shows how to fill it."""
    actor = Actor.of(request)
    if queries.is_empty():
        return page(request, "home/first.html", {})
    today = timezone.localdate()
    since = _since(request, actor.member)
    context = _fits(actor) | _conflicts(actor) | _news(actor, since) | _voices()
    context["due"] = decisions.due(today, limit=DECISIONS)
    theirs = actor.role.value if actor.role in queries.OTHER else None
    context["to_agree"] = decisions.not_agreed(theirs)[:DECISIONS]
    context["stale"] = queries.stale_tables(today)
    if actor.may("features.change"):
        context["untold"] = asked.untold()[:LINES]
    if actor.role in queries.OTHER:
        context["vision"] = roadmap.vision().text
    if actor.role != Role.PRODUCT_MARKETING_MANAGER:
        context |= {"top": queries.top(RANKED), "at_risk": queries.at_risk(LINES)}
    if actor.role != Role.PRODUCT_MANAGER:
        context["channels"] = queries.channel_lines(LINES)
    return page(request, "home/home.html", context)


def _since(request: HttpRequest, member: Member) -> datetime.datetime | None:
    """When the visit before this one ended; noted once a visit, so that a reload loses nothing."""
    seen, now = member.seen_at, timezone.now()
    if seen is None or now - seen > VISIT:
        request.session["visited_before"] = seen.isoformat() if seen else ""
    if seen is None or now - seen > VISIT / 10:
        members.seen(member, now)
    before = request.session.get("visited_before", "")
    return datetime.datetime.fromisoformat(before) if before else None


def _fits(actor: Actor) -> dict[str, Any]:
    """The fits that the member answers for, from their remembered scores."""
    owners, own = fits.owners(), OWN.get(actor.role, tuple(scorecard.KINDS))
    named = [fit for fit, owner in owners.items() if owner.member_id == actor.member.pk]
    shown = dict.fromkeys([*(name for name in scorecard.KINDS if name in own), *named])
    scores, trends, names = fits.today(), fits.trends(), naming.segments()
    answers_for = [(fit, owner.member_id, str(owner.member)) for fit, owner in owners.items()]
    return {
        "fits_drawn_of": f"{fits.newest_score()} {answers_for} {list(shown)} {names.pairs}",
        "fits": [
            scorecard.brief(scores[name], trends.get(name, []), owners.get(name), names)
            for name in shown
            if name in scores
        ],
    }


def _conflicts(actor: Actor) -> dict[str, Any]:
    """Open conflicts that wait for the member's role, those that both settle first."""
    currency, sign = settings.WORKSPACE.currency, SIGNS.get(actor.role)
    cards = [conflicts.card(one, currency, naming.segments()) for one in fits.conflicts()]
    mine = [
        card
        for card in cards
        if card.is_open and (sign is None or sign in card.conflict.owners.split(" and "))
    ]
    if sign is not None:  # what both settle is agreed on first; others see the largest first
        mine.sort(key=lambda card: not card.is_shared)
    return {"cards": mine[:CONFLICTS], "n_cards": len(mine), "n_conflicts": len(cards)}


def _news(actor: Actor, since: datetime.datetime | None) -> dict[str, Any]:
    """What the other role decided or changed since the last visit; before a second one, the latest."""
    other = queries.OTHER.get(actor.role)
    theirs = other.value if other else None
    news = decisions.since(since, theirs, reader=actor.member.pk, limit=DECISIONS)
    return {"news": news, "since": since, "other": other}


def _voices() -> dict[str, Any]:
    found, first, last = queries.voices()
    said = [(one.item.pk, str(one.need), str(one.item.account)) for one in found]
    return {"voices": found, "first": first, "last": last, "voices_drawn_of": f"{last} {said}"}
