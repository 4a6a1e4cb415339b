"""Writes about segments."""

from __future__ import annotations

from django.utils import timezone

from fourfits_web.core.actions import action
from fourfits_web.core.actors import Actor
from fourfits_web.segments.models import Segment


@action("segment.describe", may="segments.shape", event="segment.described")
def describe(actor: Actor, segment: Segment, *, label: str, description: str) -> Segment:
    """Give a segment a name and words of one's own; they stay when the data come anew."""
    segment.label = label.strip()
    segment.description = description.strip()
    segment.described_by = actor.member
    segment.described_at = timezone.now()
    segment.save(update_fields=["label", "description", "described_by", "described_at"])
    return segment
