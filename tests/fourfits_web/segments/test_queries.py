"""What people call a segment is what every page calls it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

import worked_in
from fourfits_web.core.actors import Actor
from fourfits_web.core.roles import Role
from fourfits_web.segments import actions, queries
from fourfits_web.segments.models import Segment, Segmentation

NAME, LABEL = "small offices", "Desks by the dozen"
KNOWN_FROM_THE_DATA = {"segments:segment", "segments:describe", "segments:list", "core:audit_entry"}
"""Pages that say on purpose what the data call a segment, or keep what was done."""


@pytest.mark.slow
def test_no_page_uses_the_name_of_the_data_once_people_gave_another(
    filled: None, owner: Client, actor: Callable[[Role], Actor]
) -> None:
    segment = Segment.objects.get(name=NAME, segmentation__name="market")
    paths = dict(worked_in.pages(owner))
    before = {name: _words(owner, path) for name, path in paths.items()}

    actions.describe(actor(Role.OWNER), segment, label=LABEL, description="")

    after = {name: _words(owner, path) for name, path in paths.items()}
    named = {name for name, words in before.items() if NAME in words.lower()}
    assert {"fits:four", "pricing:study", "roadmap:board"} <= named
    left = {name for name, words in after.items() if NAME in words.lower()}
    assert left <= KNOWN_FROM_THE_DATA
    assert {name for name in named if LABEL not in after[name]} <= KNOWN_FROM_THE_DATA


def _words(client: Client, path: str) -> str:
    """What a page says and draws; values that its forms send are not said."""
    page = client.get(path).content.decode().partition("<main")[2]
    return re.sub(r'(value|href|hx-[a-z]+|action)="[^"]*"', "", page)


def test_a_label_counts_for_its_own_way_of_dividing(
    db: None, actor: Callable[[Role], Actor]
) -> None:
    for way, label in (("market", "Families"), ("rfm", "")):
        segmentation = Segmentation.objects.create(name=way)
        segment = Segment.objects.create(segmentation=segmentation, name="home")
        actions.describe(actor(Role.OWNER), segment, label=label, description="")

    named = queries.named()

    assert named[""]("home") == named["market"]("home") == "Families"
    assert "rfm" not in named
