"""Noting who was told, and what they answered: what the actions do and refuse."""

from __future__ import annotations

import json

import pytest

from fourfits.errors import ParameterError
from fourfits_web.core import audit
from fourfits_web.core.errors import ConflictError
from fourfits_web.core.models import AuditEntry
from fourfits_web.features import actions as features
from fourfits_web.feedback.models import Item as Said
from fourfits_web.needs import queries as needs
from fourfits_web.roadmap import asked, telling
from fourfits_web.roadmap.models import Asker, Note

from .conftest import Asking

pytestmark = pytest.mark.django_db


def state(asking: Asking, key: str) -> str:
    behind = asked.needs_behind([asking.feature])[asking.feature.pk]
    person = asked.one(asking.feature.pk, behind, key)
    assert person is not None
    found: str = person.asked.state  # type: ignore[attr-defined]
    return found


def tell(asking: Asking, *people: str) -> Note:
    return telling.tell(asking.us, asking.feature, people=people, channel="email")


def answer(asking: Asking, kind: str, *people: str, words: str = "") -> Note:
    return telling.answer(asking.us, asking.feature, people=people, kind=kind, words=words)


def test_those_who_asked_are_noted_as_told_once(asking: Asking) -> None:
    for key in ("C1", "C2", "C3"):
        asking.says(key)

    first = tell(asking, "C1", "C2")
    second = tell(asking, "C2", "C3", "C2")

    assert (first.n_people, second.n_people) == (2, 1)
    assert [state(asking, key) for key in ("C1", "C2", "C3")] == ["told"] * 3
    assert Asker.objects.get(customer_id="C2").told == first
    with pytest.raises(ConflictError, match="told already"):
        tell(asking, "C1")
    assert Note.objects.count() == 2


def test_who_did_not_ask_is_left_out(asking: Asking) -> None:
    asking.says("C1")
    asking.person("C2")

    assert tell(asking, "C1", "C2", "nobody").n_people == 1
    assert not Asker.objects.filter(customer_id="C2").exists()


def test_what_has_not_shipped_cannot_be_told(asking: Asking) -> None:
    asking.says("C1")
    features.change(asking.us, asking.feature, status="building")

    with pytest.raises(ConflictError, match="has not shipped"):
        tell(asking, "C1")
    with pytest.raises(ConflictError, match="has not shipped"):
        answer(asking, "helped", "C1")


def test_a_channel_or_an_answer_that_there_is_not_is_refused(asking: Asking) -> None:
    asking.says("C1")

    with pytest.raises(ParameterError, match="no channel 'owl'"):
        telling.tell(asking.us, asking.feature, people=["C1"], channel="owl")
    with pytest.raises(ParameterError, match="no answer 'told'"):
        answer(asking, "told", "C1")
    assert not Note.objects.exists()


def test_the_newest_answer_counts_and_tells_who_was_not_told(asking: Asking) -> None:
    asking.says("C1")
    asking.says("C2")
    told = tell(asking, "C1")

    answer(asking, "not_helped", "C1", words="Still slow.")
    both = answer(asking, "helped", "C1", "C2", words="Now it does.")

    one, two = Asker.objects.order_by("customer_id")
    assert (one.state, one.words, one.told) == ("helped", "Now it does.", told)
    assert (two.state, two.told) == ("helped", both)


def test_taking_back_goes_one_step_at_a_time(asking: Asking) -> None:
    asking.says("C1")
    tell(asking, "C1")
    answer(asking, "not_helped", "C1", words="Still slow.")
    answer(asking, "helped", "C1")

    seen = [state(asking, "C1")]
    for _ in range(3):
        telling.take_back(asking.us, asking.feature, people=["C1"])
        seen.append(state(asking, "C1"))

    assert seen == ["helped", "not_helped", "told", "waiting"]
    with pytest.raises(ConflictError, match="Nothing is noted"):
        telling.take_back(asking.us, asking.feature, people=["C1"])


def test_undo_takes_back_all_that_was_noted_at_once(asking: Asking) -> None:
    for key in ("C1", "C2"):
        asking.says(key)
    tell(asking, "C1")
    mistaken = answer(asking, "helped", "C1", "C2")

    telling.undo(asking.us, mistaken)

    assert (state(asking, "C1"), state(asking, "C2")) == ("told", "waiting")
    assert [note.kind for note in Note.objects.all()] == ["told"]


def test_undo_leaves_those_of_whom_something_else_was_noted_since(asking: Asking) -> None:
    for key in ("C1", "C2"):
        asking.says(key)
    told = tell(asking, "C1", "C2")
    answer(asking, "helped", "C1")

    telling.undo(asking.us, told)

    told.refresh_from_db()
    assert (state(asking, "C1"), state(asking, "C2"), told.n_people) == ("helped", "waiting", 1)
    with pytest.raises(ConflictError, match="nothing to take back"):
        telling.undo(asking.us, told)


def test_undo_of_an_answer_that_another_replaced_takes_nothing_back(asking: Asking) -> None:
    for key in ("C1", "C2"):
        asking.says(key)
    tell(asking, "C1", "C2")
    first = answer(asking, "not_helped", "C1", "C2", words="Still slow.")
    second = answer(asking, "helped", "C1")

    telling.undo(asking.us, first)
    with pytest.raises(ConflictError, match="nothing to take back"):
        telling.undo(asking.us, first)
    assert (state(asking, "C1"), state(asking, "C2")) == ("helped", "told")
    telling.undo(asking.us, second)

    assert Asker.objects.get(customer_id="C1").words == "Still slow."
    assert state(asking, "C1") == "not_helped"


def test_what_was_taken_back_already_is_not_taken_back_again(asking: Asking) -> None:
    asking.says("C1")
    told = tell(asking, "C1")
    taken = telling.take_back(asking.us, asking.feature, people=["C1"])

    for note in (told, taken):
        with pytest.raises(ConflictError, match="nothing to take back"):
            telling.undo(asking.us, note)

    assert Note.objects.count() == 2


def test_an_answer_whose_note_is_gone_does_not_come_back(asking: Asking) -> None:
    asking.says("C1")
    tell(asking, "C1")
    first = answer(asking, "not_helped", "C1")
    second = answer(asking, "helped", "C1")

    first.delete()
    telling.undo(asking.us, second)

    assert state(asking, "C1") == "told"


def test_what_is_still_missing_becomes_feedback_on_the_need(asking: Asking) -> None:
    asking.says("C1")

    said = telling.answer_in_words(
        asking.us, asking.feature, customer_id="C1", kind="not_helped",
        words="It stops at 10,000 rows.", need=asking.need,
    )  # fmt: skip

    assert said is not None
    assert Said.objects.get(pk=said.pk).text == "It stops at 10,000 rows."
    assert [link.need for link in needs.links_of(said)] == [asking.need]
    assert state(asking, "C1") == "not_helped"


def test_the_log_says_how_many_and_names_nobody(asking: Asking) -> None:
    asking.says("C1")
    before = set(AuditEntry.objects.values_list("pk", flat=True))

    tell(asking, "C1")
    answer(asking, "not_helped", "C1", words="Still slow, says Ada.")

    entries = list(AuditEntry.objects.exclude(pk__in=before).order_by("pk"))
    assert [entry.verb for entry in entries] == ["feature.tell", "feature.answer"]
    assert [json.loads(entry.after)["n_people"] for entry in entries] == [1, 1]
    assert "C1" not in str([vars(entry) for entry in entries])
    assert "Ada" not in str([vars(entry) for entry in entries])
    assert audit.verify().whole


@pytest.mark.parametrize(
    ("subject", "text"), [("", "Hello"), ("Here", "  "), ("Here", "x" * 2_001), ("x" * 201, "Hi")]
)
def test_a_message_that_no_mail_program_takes_is_refused(
    asking: Asking, subject: str, text: str
) -> None:
    with pytest.raises(ParameterError, match="message"):
        telling.draft(asking.us, asking.feature, subject=subject, text=text)


def test_a_message_is_kept_for_its_feature(asking: Asking) -> None:
    telling.draft(asking.us, asking.feature, subject="It  is\nhere", text="Hello {name},\r\nit is.")

    kept = asked.drafted(asking.feature, "Maria")
    assert (kept.subject, kept.text) == ("It is here", "Hello {name},\nit is.")
