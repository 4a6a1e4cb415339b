"""What is worded once says the same as what the ORM words each time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.forms import model_to_dict
from django.utils import timezone

from fourfits_web.core import prepared
from fourfits_web.core.models import KeptReply
from fourfits_web.core.roles import Role
from fourfits_web.feedback.models import Item, Source
from fourfits_web.members.models import Member

pytestmark = pytest.mark.django_db


def _item(feedback_id: str, **fields: Any) -> Item:
    return Item(feedback_id=feedback_id, text="Größe “%s” ?", occurred_at=timezone.now(), **fields)


def _held(record: Model) -> dict[str, Any]:
    return {**model_to_dict(record), "id": 0, "feedback_id": ""}


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"rating": 0.1, "tags": ["a", "ü"], "source": Source.REVIEW, "touched_at": timezone.now()},
    ],
)
def test_an_inserted_record_is_what_saving_it_would_have_stored(fields: dict[str, Any]) -> None:
    one, other = _item("one", **fields), _item("other", **fields)
    other.occurred_at = one.occurred_at
    other.save()

    prepared.insert([one])

    assert _held(Item.objects.get(pk=one.pk)) == _held(Item.objects.get(pk=other.pk))
    one.title = "changed"
    one.save()  # it knows that it stands
    assert Item.objects.count() == 2


def test_many_records_are_inserted_in_their_order_and_know_their_keys() -> None:
    items = [_item(f"f{number}") for number in range(prepared.ROWS * 2 + 7)]

    prepared.insert(items)

    assert {item.pk: item.feedback_id for item in items} == dict(
        Item.objects.values_list("pk", "feedback_id")
    )
    assert [item.pk for item in items] == sorted(item.pk for item in items)


def test_nothing_at_all_is_inserted_without_a_word() -> None:
    prepared.insert([])

    assert not Item.objects.exists()


def test_what_the_database_refuses_is_refused() -> None:
    prepared.insert([_item("one")])

    with pytest.raises(IntegrityError), transaction.atomic():
        prepared.insert([_item("two"), _item("one")])

    assert Item.objects.count() == 1


def test_a_question_is_answered_anew_each_time_for_what_is_given() -> None:
    of_source = prepared.Question(
        lambda source: (
            Item.objects.filter(status="open", source=source)
            .order_by("pk")
            .values_list("feedback_id", "occurred_at", "tags", "rating")
        )
    )
    before = of_source("review")
    items = [_item("a", source="review", tags=["x"], rating=4.0), _item("b", source="ticket")]
    prepared.insert(items)

    assert before == []
    assert of_source("review") == [("a", items[0].occurred_at, ["x"], 4.0)]
    assert of_source("ticket") == [("b", items[1].occurred_at, [], None)]
    assert of_source("it's %s; --") == []


def test_a_question_follows_keys_to_other_records(member: Callable[[Role], Member]) -> None:
    prepared.insert([_item("a", assignee=member(Role.ANALYST))])
    whose = prepared.Question(
        lambda feedback_id: Item.objects.filter(feedback_id=feedback_id).values_list(
            "assignee__name", "assignee__is_active", "assignee__date_joined"
        )
    )

    assert whose("a") == [("Analyst", True, member(Role.ANALYST).date_joined)]


def test_a_question_may_take_several_values_in_any_order() -> None:
    reply = {"request_hash": "", "status": 201, "body": "", "created_at": timezone.now()}
    prepared.insert([KeptReply(actor_id="1", key=key, **reply) for key in ("a", "b")])
    of = prepared.Question(
        lambda key, actor_id: KeptReply.objects.filter(actor_id=actor_id, key=key).values_list(
            "key", "status"
        )
    )

    assert of("b", "1") == [("b", 201)]
    assert of("1", "b") == []


def test_a_question_gives_whole_records_with_those_they_lead_to(
    member: Callable[[Role], Member],
) -> None:
    prepared.insert([_item("a", assignee=member(Role.ANALYST)), _item("b"), _item("c")])
    query = Item.objects.select_related("assignee").order_by("pk")
    of = prepared.Question(lambda ids: query.filter(feedback_id__in=ids))

    found = of(["b", "a", "nobody"])

    assert found == list(query.filter(feedback_id__in=["a", "b"]))
    assert [one.assignee and one.assignee.name for one in found] == ["Analyst", None]
    assert [one.get_deferred_fields() for one in found] == [set(), set()]
    assert of([]) == []


def test_a_question_takes_any_number_of_numbers_and_knows_which_is_which() -> None:
    prepared.insert([_item(f"f{number}", source="review") for number in range(9)])
    pks = list(Item.objects.order_by("pk").values_list("pk", flat=True))
    of = prepared.Question(
        lambda ids, source, but: (
            Item.objects.filter(pk__in=ids, source=source)
            .exclude(pk=but)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
    )

    for n in (1, 2, 3, 5, 8, 9):
        assert of(pks[:n], "review", pks[0]) == [(pk,) for pk in pks[1:n]]
    assert of(pks, "ticket", 0) == []
    assert of.first(pks, "review", pks[0]) == (pks[1],)
    assert of.first(pks, "ticket", 0) is None


def test_a_question_refuses_to_change_what_it_is_given() -> None:
    of = prepared.Question(lambda text: Item.objects.filter(title__icontains=text))

    with pytest.raises(ValueError, match="as it is given"):
        of("a")
