"""Writes about features."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from fourfits.errors import ParameterError, RangeError
from fourfits_web.core import jobs
from fourfits_web.core.actions import action
from fourfits_web.core.actors import Actor
from fourfits_web.core.errors import ConflictError
from fourfits_web.core.models import Job
from fourfits_web.features import queries
from fourfits_web.features.models import Feature, Kind, Link, ScoreInput, Status, Strength
from fourfits_web.features.scales import SCALES
from fourfits_web.needs import queries as needs

if TYPE_CHECKING:
    from fourfits_web.needs.models import Need

WRITE_BACK = "features.write_back"
SOON = datetime.timedelta(seconds=10)
"""How long changes wait, so that one writing serves several of them."""
CHANGEABLE = (
    "name", "description", "product_id", "kind", "status", "need", "segment", "release_on", "owner",
)  # fmt: skip
IN_LAKE = ("name", "product_id", "kind", "status", "need", "segment", "release_on")
"""Columns of the lake that people change by hand; inputs of scores are stated apart."""


@action("feature.add", may="features.change", event="feature.added")
def add(actor: Actor, /, *, name: str, **fields: Any) -> Feature:
    """Add a feature that somebody asks for; it stands in the lake a moment later."""
    now = timezone.now()
    feature = Feature(
        feature_id=f"W-{secrets.token_hex(4)}",
        is_unwritten=True,
        own=list(IN_LAKE),
        created_at=now,
        changed_at=now,
    )
    _set(feature, {"name": name, **fields})
    feature.save(force_insert=True)
    write_back_soon(actor)
    return feature


@action("feature.change", may="features.change", event="feature.changed")
def change(actor: Actor, /, feature: Feature, **fields: Any) -> Feature:
    """Change what is said about a feature; what people say here goes before what an import says."""
    feature.refresh_from_db()
    _set(feature, fields)
    touch(actor, feature, *fields)
    return feature


@action("feature.link_need", may="features.change")
def link_need(
    actor: Actor, feature: Feature, *, need: Need, strength: str = Strength.IMPORTANT
) -> Feature:
    """Say that a feature answers a need, and how much it matters for it."""
    _one_of(strength, Strength, "strength")
    _keep_named(feature)
    Link.objects.update_or_create(
        feature=feature,
        need=need,
        defaults={
            "strength": strength,
            "author": actor.member,
            "linked_at": timezone.now(),
            "came_from": None,
        },
    )
    return _follow_links(actor, feature)


@action("feature.unlink_need", may="features.change")
def unlink_need(actor: Actor, feature: Feature, *, need: Need) -> Feature:
    """Take the link to a need away.

    Raises:
        ConflictError: If somebody took it away already.
    """
    gone, _ = Link.objects.filter(feature=feature, need=need).delete()
    if not gone:
        raise ConflictError(f"{feature} is no longer linked to {need}.")
    return _follow_links(actor, feature)


@action("feature.give_input", may="features.score")
def give_input(
    actor: Actor,
    feature: Feature,
    *,
    name: str,
    likely: float,
    low: float | None = None,
    high: float | None = None,
    source: str = "",
    confidence_share: float | None = None,
) -> Feature:
    """State one input of the score; earlier statements stay visible.

    Raises:
        RangeError: If a value lies outside of the input's scale, or the ends do not enclose it.
    """
    check_input(name, likely=likely, low=low, high=high, confidence_share=confidence_share)
    feature.refresh_from_db()
    ScoreInput.objects.create(
        feature=feature,
        name=name,
        low=low,
        likely=likely,
        high=high,
        source=source.strip()[:300],
        author=actor.member,
        confidence_share=confidence_share,
        given_at=timezone.now(),
    )
    show_inputs(feature, queries.counting(queries.statements(feature)))
    touch(actor, feature, name)
    return feature


def check_input(
    name: str,
    *,
    likely: float,
    low: float | None = None,
    high: float | None = None,
    confidence_share: float | None = None,
) -> None:
    """Refuse a statement that its scale does not take.

    Raises:
        ParameterError: If there is no such input.
        RangeError: If a value lies outside.
    """
    if name not in SCALES:
        raise ParameterError(f"There is no input {name}.", hint=f"one of {', '.join(SCALES)}")
    scale = SCALES[name]
    if not scale.takes(likely):
        raise RangeError(f"{scale.title} is {likely:g}, must be {scale.rule}.", hint=scale.hint)
    if (low is None) != (high is None):
        raise RangeError(f"{scale.title} has only one end.", hint="state both ends, or neither")
    if low is not None and high is not None and not 0 <= low <= likely <= high:
        raise RangeError(
            f"{scale.title} is {likely:g}, its ends are {low:g} and {high:g}; they must enclose it."
        )
    if confidence_share is not None and not 0 < confidence_share <= 1:
        raise RangeError("The confidence must be more than 0% and at most 100%.")


def follow_plan(
    actor: Actor, feature: Feature, *, status: str, release_on: datetime.date | None
) -> None:
    """Bring status and date in line with the roadmap; part of the roadmap's action, not one itself."""
    feature.refresh_from_db()
    if (feature.status, feature.release_on) == (status, release_on):
        return
    changed = [
        name
        for name, value in (("status", status), ("release_on", release_on))
        if getattr(feature, name) != value
    ]
    feature.status, feature.release_on = status, release_on
    touch(actor, feature, *changed)


def merge_need(actor: Actor, *, need: Need, into: Need) -> None:
    """Follow a need into the one that it became a part of.

    A feature that answers both keeps its link to the part, for the day that stands again.
    """
    linked = Link.objects.values("feature")
    for feature in Feature.objects.filter(need=need.name).exclude(pk__in=linked):
        Link.objects.create(feature=feature, need=need, linked_at=timezone.now())
    there = list(Link.objects.filter(need=into).values_list("feature_id", flat=True))
    brought = Link.objects.filter(need=need).exclude(feature__in=there)
    brought.update(need=into, came_from=Coalesce(F("came_from"), Value(need.pk)))
    rename_need(actor, before=need.name, after=into.name)


def unmerge_need(actor: Actor, *, need: Need, out_of: int, along: Collection[int] = ()) -> None:
    """Follow a need that stands on its own again: features that it brought along come back with it.

    Args:
        actor: Who does it.
        need: The need that was merged.
        out_of: The key of the one that it was a part of.
        along: Keys of its own parts, which go with it.
    """
    kept = list(Link.objects.filter(need=need).values_list("feature_id", flat=True))
    moved = Link.objects.filter(need=out_of, came_from__in=[need.pk, *along])
    moved = moved.exclude(feature__in=kept)
    pks = [*kept, *moved.values_list("feature_id", flat=True)]
    moved.update(need=need)
    Link.objects.filter(need=need, came_from=need).update(came_from=None)
    for feature in Feature.objects.filter(pk__in=pks):
        _follow_links(actor, feature)


def rename_need(actor: Actor, *, before: str, after: str) -> int:
    """Follow a need to its new name; returns how many features had the old one."""
    found = list(Feature.objects.filter(need=before))
    for feature in found:
        feature.need = after
        touch(actor, feature, "need")
    return len(found)


def show_inputs(feature: Feature, counting: Mapping[str, ScoreInput]) -> None:
    """Put the inputs that count into the columns that lists show; the caller saves."""
    for name, column in (
        ("reach", "reach"), ("impact", "impact"), ("confidence", "confidence_share"),
    ):  # fmt: skip
        stated = counting.get(name)
        setattr(feature, column, None if stated is None else stated.likely)
    effort = counting.get("effort")
    low, high = effort.range if effort else (None, None)
    feature.effort_low, feature.effort_high = low, high
    feature.effort_likely = effort.likely if effort else None


def touch(actor: Actor, feature: Feature, *columns: str) -> None:
    """Save a feature whose columns people changed, and have it written to the lake."""
    feature.own = sorted({*feature.own, *columns} - {"description", "owner"})
    feature.changed_at, feature.is_unwritten = timezone.now(), True
    feature.save()
    write_back_soon(actor)


def write_back_soon(actor: Actor) -> None:
    """Queue one writing of the lake for all changes until it starts."""
    waits = Job.objects.filter(kind=WRITE_BACK, status=Job.Status.QUEUED)
    if not waits.exists():
        title = "Write features to the customer data"
        jobs.start(actor, WRITE_BACK, title, url="/features/", after=SOON)


def _set(feature: Feature, fields: Mapping[str, Any]) -> None:
    unknown = set(fields) - set(CHANGEABLE)
    if unknown:
        raise ParameterError(f"A feature has no {', '.join(sorted(unknown))} to change.")
    for name, value in fields.items():
        setattr(feature, name, value.strip() if isinstance(value, str) else value)
    if not feature.name:
        raise ParameterError("A feature needs a name.")
    if "status" in fields:
        _one_of(feature.status, Status, "status")
    if fields.get("kind"):
        _one_of(feature.kind, Kind, "kind")


def _one_of(value: str, words: type[Status | Kind | Strength], what: str) -> None:
    if value not in words.values:
        raise ParameterError(f"The {what} is {value!r}, must be one of {', '.join(words.values)}.")


def _keep_named(feature: Feature) -> None:
    """The need that an import named stays beside the first one that a person links."""
    named = needs.named(feature.need)
    if named is not None and not Link.objects.filter(feature=feature).exists():
        Link.objects.create(feature=feature, need=named, linked_at=timezone.now())


def _follow_links(actor: Actor, feature: Feature) -> Feature:
    """The lake holds one need per feature: the one for which it matters most."""
    feature.refresh_from_db()
    links = queries.links(feature)
    feature.need = links[0].need.name if links else ""
    touch(actor, feature, "need")
    return feature
