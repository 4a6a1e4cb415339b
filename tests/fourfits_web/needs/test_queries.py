"""What is asked about needs."""

from __future__ import annotations

import pytest
from django.utils import timezone

from fourfits_web.feedback.models import Item
from fourfits_web.needs import queries
from fourfits_web.needs.models import Link, Need, Status

pytestmark = pytest.mark.django_db


def test_a_customer_speaks_of_needs_that_stand_most_first() -> None:
    now = timezone.now()
    said = [
        Item.objects.create(
            feedback_id=f"f{n}", text="words", occurred_at=now, customer_id="c1", account_id="a1"
        )
        for n in range(3)
    ]
    status_and_n = {
        "often": (Status.ACCEPTED, 3),
        "once": (Status.PROPOSED, 1),
        "dropped": (Status.DROPPED, 2),
    }
    for name, (status, n) in status_and_n.items():
        need = Need.objects.create(name=name, status=status, created_at=now)
        Link.objects.bulk_create(Link(item=item, need=need) for item in said[:n])
    once = Need.objects.get(name="once")
    Link.objects.create(item=said[1], need=once, holds=False)

    for spoken in (queries.spoken_of_by_account("a1"), queries.spoken_of_by_person("c1")):
        assert [(need.name, n) for need, n in spoken] == [("often", 3), ("once", 1)]
    assert queries.spoken_of_by_account("a2") == []
