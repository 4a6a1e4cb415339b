"""Rows that are drawn in Python escape whatever people, files and other systems may have sent."""

from __future__ import annotations

import datetime

import pytest

from fourfits_web.customers import drawing
from fourfits_web.customers.models import Person
from fourfits_web.customers.timeline import Entry

EVIL = "<script>'\"&"
ESCAPED = "&lt;script&gt;&#x27;&quot;&amp;"
AT = datetime.datetime(2026, 3, 5, 9, 30, tzinfo=datetime.UTC)


@pytest.mark.parametrize("is_quote", [True, False])
def test_an_event_escapes_all_that_is_told(is_quote: bool) -> None:
    told = dict.fromkeys(("title", "detail", "currency", "per", "who", "who_url"), EVIL)

    drawn = drawing.events([Entry(at=AT, icon="phone", amount=1.0, is_quote=is_quote, **told)])

    assert "<script" not in drawn
    assert drawn.count(ESCAPED) == 6


def test_an_event_tells_its_day_and_its_moment() -> None:
    drawn = drawing.events([Entry(at=AT, icon="phone", title="Call", detail="d" * 161)])

    assert (
        '<time datetime="2026-03-05T09:30:00+00:00" title="5 Mar 2026, 09:30">5 Mar</time>' in drawn
    )
    assert f'title="{"d" * 161}"' in drawn
    assert " by " not in drawn


def test_a_member_of_a_committee_is_escaped_and_leads_to_its_page() -> None:
    evil = Person(customer_id="a b", name=EVIL, job_title=EVIL, buying_role=EVIL)
    champion = Person(customer_id="c", name="Buyer", buying_role="champion")

    drawn = drawing.committee([evil, champion])

    assert "<script" not in drawn
    assert drawn.count(ESCAPED) == 3
    assert '<a href="/customers/people/a%20b/">' in drawn
    assert '<span class="tag good">Champion</span>' in drawn
