"""What nobody needs is removed in slices, the rest stays; the guide says what and when."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from fourfits_web.core import api_replies, forgetting, jobs
from fourfits_web.core.models import KeptReply
from fourfits_web.webhooks import delivering

pytestmark = pytest.mark.django_db


def test_a_look_removes_a_slice_and_the_next_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "ROWS", 2)
    now = timezone.now()
    for n in range(6):
        KeptReply.objects.create(
            actor_id="1", key=str(n), request_hash="", status=200, body="{}",
            created_at=now - datetime.timedelta(hours=n),
        )  # fmt: skip
    old = KeptReply.objects.filter(created_at__lt=now - datetime.timedelta(hours=2, minutes=30))

    removed = [forgetting.remove_some(old) for _ in range(3)]

    assert removed == [2, 1, 0]
    assert set(KeptReply.objects.values_list("key", flat=True)) == {"0", "1", "2"}


def test_the_guide_says_how_long_what_is_kept() -> None:
    guide = Path(__file__).parents[3] / "docs" / "guides" / "workspace.md"
    text = guide.read_text("utf-8")

    assert f"{settings.SESSION_COOKIE_AGE // 86_400} days after the last sign-in" in text
    assert f"{delivering.BODIES_KEPT.days} days after they were taken" in text
    assert api_replies.KEPT == jobs.TASKS_KEPT == datetime.timedelta(days=1)
    assert text.count("after a day") == 2
