"""What entries of the audit log say in words."""

from __future__ import annotations

import pytest
from django.test import Client

from fourfits_web.core import deeds
from fourfits_web.core.models import AuditEntry


def test_what_is_no_moment_stays_as_it_was_written() -> None:
    assert deeds.value("2026-11 to 2026-12") == "2026-11 to 2026-12"
    assert deeds.value("ab12-cd-ef, some id") == "ab12-cd-ef, some id"


@pytest.mark.django_db
def test_an_entry_is_read_without_knowing_the_code(owner: Client) -> None:
    owner.post("/views/save/", {"key": "audit", "name": "Mine", "query": ""})
    entry = AuditEntry.objects.latest("pk")

    page = owner.get(f"/audit/{entry.pk}/").content.decode()

    assert "<h1>Saved a view: " in page
    assert "<code>view.saved</code>" in page
    assert "<dt>Through</dt><dd>Page" in page
