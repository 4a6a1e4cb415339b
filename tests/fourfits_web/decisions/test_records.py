"""Records as evidence."""

from __future__ import annotations

import pytest

from fourfits_web.decisions import records
from fourfits_web.decisions.models import Decision

pytestmark = pytest.mark.django_db


def test_a_record_is_found_by_its_name(decision: Decision) -> None:
    assert records.named(records.name_of(decision)) == decision


@pytest.mark.parametrize(
    "name",
    ["members.member:1", "members.key:1", "core.auditentry:1", "auth.permission:1", "webhooks.x:1",
     "decisions.decision:99999", "decisions.decision:x", "decisions.nothing:1", "nothing", ""],
)  # fmt: skip
def test_what_is_private_or_absent_is_no_evidence(decision: Decision, name: str) -> None:
    assert records.named(name) is None


def test_fields_are_compared_in_words(decision: Decision) -> None:
    then = records.plain(decision)
    decision.what, decision.fits, decision.look_again_on = "Something else", [], None

    compared = records.compared("decisions.decision", then, records.plain(decision))

    fields = {name: (before, now, differs) for name, before, now, differs in compared}
    assert fields["what"] == ("Build the quiet grinder first", "Something else", True)
    assert fields["fits"] == ("product market", "–", True)
    assert fields["look again on"] == ("1 Mar 2031", "–", True)
    assert fields["role"] == ("Product manager", "Product manager", False)
    assert fields["decided by"] == ("Product manager", "Product manager", False)


def test_a_record_that_is_gone_differs_in_nothing(decision: Decision) -> None:
    compared = records.compared("decisions.decision", records.plain(decision), None)

    assert not any(differs for *_, differs in compared)
