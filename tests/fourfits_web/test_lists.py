"""Every page of records is a list like all others, or says here why it is none.

The pages are looked at in a workspace that has been worked in. Whatever shows a table shows it as a
`List`, or stands below with the reason; each list can be searched, filtered, sorted and exported.
"""

from __future__ import annotations

import pytest
from django.test import Client
from django.test.utils import ContextList

import worked_in
from fourfits_web.core.lists import Listing
from fourfits_web.members.models import Invitation, Key, Member
from fourfits_web.webhooks.models import Endpoint

NO_LISTS = {
    "api_docs": "describes the API",
    "channels:channel": "the parts of one channel",
    "core:audit_entry": "the fields of one entry",
    "customers:account": "the parts of one account",
    "data:bring": "the contracts, of which there are as many as tables",
    "data:quality": "marks of the tables, each with its files",
    "data:start": "the tables, of which there are as many as contracts, and files on their way in",
    "data:table": "the columns and first rows of one table",
    "decisions:evidence": "what one report said on a day",
    "experiments:experiment": "the measures of one experiment",
    "features:feature": "the inputs of one feature",
    "features:ranking": "one report's chart as a table; the list of features holds all",
    "fits:four": "the grid of the four fits",
    "members:profile": "the browsers in which one member is signed in",
    "members:roles": "permissions by role",
    "needs:need": "the segments of one need",
    "needs:split": "a form that chooses among the items of one need",
    "pricing:study": "one study's answers",
    "reports:report": "one report's rows, with files of its own",
    "segments:compare": "numbers and traits of two segments beside each other",
    "segments:segment": "the parts of one segment",
}
SECRETS = {name for model in (Endpoint, Invitation, Key, Member) for name in model.SECRET_FIELDS}


@pytest.mark.slow
def test_each_page_of_records_is_a_list_or_says_why_not(filled: None, owner: Client) -> None:
    lists, others = {}, set()
    for name, path in worked_in.pages(owner):
        answer = owner.get(path)
        listing = _listing(answer.context)
        if listing is not None:
            lists[name] = (path, listing)
        elif b"<table" in answer.content:
            others.add(name)

    assert others == set(NO_LISTS)
    for name, (path, listing) in lists.items():
        declared, columns = listing.declared, [column.name for column in listing.declared.columns]
        assert declared.search, name
        assert declared.filters, name
        assert any(column.sort for column in declared.columns), name
        assert declared.empty.text, name
        assert len(set(columns)) == len(columns), name
        answer = owner.get(path, {"format": "csv", "columns": ",".join(columns)})
        assert answer["Content-Type"].startswith("text/csv"), name
        head = b"".join(answer.streaming_content).decode().splitlines()[0]  # type: ignore[attr-defined]
        assert not SECRETS & set(head.split(",")), name


def _listing(context: ContextList | None) -> Listing | None:
    found = context.get("listing") if context else None
    return found if isinstance(found, Listing) else None
