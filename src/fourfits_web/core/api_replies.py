"""Replies kept for requests that are sent again; after a day they are forgotten."""

from __future__ import annotations

import datetime

from django.utils import timezone

from fourfits_web.core.models import KeptReply

KEPT = datetime.timedelta(days=1)


def forget_old() -> None:
    """Remove replies that nobody will ask for again."""
    KeptReply.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
