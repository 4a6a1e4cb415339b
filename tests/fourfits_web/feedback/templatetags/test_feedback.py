"""How feedback reads within a page."""

from __future__ import annotations

import datetime
from typing import Any

from fourfits_web.customers.models import Account, Person
from fourfits_web.feedback.models import Item
from fourfits_web.feedback.templatetags import feedback
from fourfits_web.feedback.templatetags.feedback import QUOTED, quote

SAID = datetime.datetime(2025, 3, 2, 9, tzinfo=datetime.UTC)
WHO = (
    '<a href="/customers/people/c%2F1/">Buyer &lt;1&gt;</a>, '
    '<a href="/customers/accounts/a1/">Shop &amp; Co</a>'
)


def said(*, by_somebody: bool = True, **fields: Any) -> Item:
    """What somebody said whose names would end a tag, or nobody that is known."""
    known = {"pk": 7, "text": "Export <fails>", "source": "ticket", "occurred_at": SAID}
    item = Item(**known | fields)
    item.person = item.account = None  # type: ignore[assignment]
    if by_somebody:
        item.customer_id, item.account_id = "c/1", "a1"
        item.person = Person(customer_id="c/1", name="Buyer <1>")
        item.account = Account(account_id="a1", name="Shop & Co")
    return item


def test_a_quote_leads_to_its_page_and_says_by_whom() -> None:
    drawn = quote(said())

    assert drawn.startswith(
        '<blockquote class="quote"><p><a class="row-link" href="/feedback/7/">Export &lt;fails&gt;'
        f'</a></p><footer>{WHO} · Ticket · <time datetime="2025-03-02T'
    )
    assert drawn.endswith("</time></footer></blockquote>")


def test_what_is_not_known_of_a_quote_is_left_out() -> None:
    assert "<footer><time" in quote(said(by_somebody=False, source=""))
    assert "<footer>Own &lt;word&gt; · <time" in quote(said(by_somebody=False, source="Own <word>"))


def test_a_long_quote_ends_with_dots() -> None:
    assert f">{'a' * QUOTED}…</a>" in quote(said(text="a" * (QUOTED + 1)))
    assert f">{'a' * QUOTED}</a>" in quote(said(text="a" * QUOTED))


def test_a_quote_of_a_list_remembers_the_list() -> None:
    assert 'href="/feedback/7/?tab=all&amp;need=3">Export' in quote(said(), "?tab=all&need=3")


def test_beside_an_account_an_item_names_the_person_alone() -> None:
    drawn = feedback.said(said(title="<Title>"))

    assert drawn.startswith(
        '<li><a class="row-link" href="/feedback/7/"><span class="two-lines">&lt;Title&gt; '
        '<span class="said">Export &lt;fails&gt;</span></span></a><small class="text-secondary">Buyer &lt;1&gt; · Ticket · <time '
    )
    assert '<small class="text-secondary"><time ' in feedback.said(
        said(by_somebody=False, source="")
    )
