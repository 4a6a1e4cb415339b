"""Writes about feedback."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction

from fourfits.errors import ParameterError
from fourfits_web.core import audit
from fourfits_web.core.actors import Actor
from fourfits_web.core.errors import ConflictError, RefusedError
from fourfits_web.core.models import AuditEntry
from fourfits_web.core.roles import Role
from fourfits_web.feedback import actions, queries
from fourfits_web.feedback.models import Item, Lake, Status, Tagging

Said = Callable[..., Item]


def test_receive_takes_an_item_in_with_one_entry_in_the_log(sorter: Actor) -> None:
    item = actions.receive(sorter, text="It is too loud", source="review", customer_id="C1")

    assert Item.objects.get() == item
    assert (item.status, item.lake, item.added_by) == (Status.OPEN, Lake.WAITING, sorter.name)
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.subject_id) == ("feedback.receive", str(item.pk))


def test_receive_gives_the_standing_item_when_the_same_id_comes_again(sorter: Actor) -> None:
    first = actions.receive(sorter, text="Too loud", feedback_id="t-1")

    again = actions.receive(sorter, text="Too loud", feedback_id="t-1")

    assert again == first
    assert AuditEntry.objects.count() == 1


def test_receive_refuses_other_words_under_the_same_id(sorter: Actor) -> None:
    actions.receive(sorter, text="Too loud", feedback_id="t-1")

    with pytest.raises(ConflictError, match="t-1 stands already"):
        actions.receive(sorter, text="Too quiet", feedback_id="t-1")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"text": "  "}, "needs words"),
        ({"text": "x", "source": "rumour"}, "source holds 'rumour'"),
        ({"text": "x", "strength": "huge"}, "strength holds 'huge'"),
    ],
)
def test_receive_refuses_what_the_contract_refuses(
    sorter: Actor, fields: dict[str, str], reason: str
) -> None:
    with pytest.raises(ParameterError, match=reason):
        actions.receive(sorter, **fields)  # type: ignore[arg-type]


def test_receive_refuses_a_viewer(actor: Callable[[Role], Actor]) -> None:
    with pytest.raises(RefusedError, match="A viewer may not add feedback"):
        actions.receive(actor(Role.VIEWER), text="Too loud")

    assert not Item.objects.exists()


def test_what_is_received_together_stands_with_an_entry_for_each(sorter: Actor) -> None:
    actions.receive(sorter, text="Stands", feedback_id="a")
    drafts = [
        actions.Draft(text="Too loud", feedback_id="b"),
        actions.Draft(text="  "),
        actions.Draft(text="Stands", feedback_id="a"),
        actions.Draft(text="Other words", feedback_id="a"),
        actions.Draft(text="Too loud", feedback_id="b"),
        actions.Draft(text="Too dear"),
        actions.Draft(text="Too dear"),
    ]

    taken = actions.receive_all(sorter, drafts)

    told = [one.text if isinstance(one, Item) else type(one) for one in taken]
    assert told == [
        "Too loud", ParameterError, "Stands", ConflictError, "Too loud", "Too dear", "Too dear",
    ]  # fmt: skip
    assert taken[0] is taken[4]
    assert Item.objects.count() == AuditEntry.objects.count() == 4
    subjects = set(AuditEntry.objects.values_list("subject_id", flat=True))
    assert subjects == {str(pk) for pk in Item.objects.values_list("pk", flat=True)}
    assert audit.verify().whole


def test_an_item_that_came_through_another_door_at_that_moment_is_stored_once(
    sorter: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    look, seen = queries.with_feedback_ids, []

    def as_before_the_other_came(ids: set[str]) -> dict[str, Item]:
        seen.append(ids)
        return {} if len(seen) == 1 else look(ids)

    first = actions.receive(sorter, text="Too loud", feedback_id="t-1")
    monkeypatch.setattr(queries, "with_feedback_ids", as_before_the_other_came)

    with transaction.atomic():
        taken = actions.receive_all(
            sorter,
            [actions.Draft(text="Too loud", feedback_id="t-1"), actions.Draft(text="Too dear")],
        )

    assert taken[0] == first
    assert Item.objects.count() == AuditEntry.objects.count() == 2


def test_assign_says_who_looks_after_it(said: Said, sorter: Actor) -> None:
    item = actions.assign(sorter, said("Too loud"), to=sorter.member)

    item.refresh_from_db()
    assert item.assignee == sorter.member
    assert item.touched_at is not None


def test_tag_adds_and_removes_in_one_form(said: Said, sorter: Actor) -> None:
    item = actions.tag(sorter, said("Too loud"), add=["Noise ", "  NOISE", "needs  reply"])
    actions.tag(sorter, item, add=["grinder"], remove=["Noise"])

    item.refresh_from_db()
    assert item.tags == ["needs reply", "grinder"]
    assert set(Tagging.objects.values_list("name", flat=True)) == {"needs reply", "grinder"}


def test_tag_refuses_more_than_a_handful(said: Said, sorter: Actor) -> None:
    with pytest.raises(ParameterError, match="can have 20 tags"):
        actions.tag(sorter, said("Too loud"), add=[f"tag {n}" for n in range(21)])


@pytest.mark.parametrize("act", ["assign", "mark", "tag"])
def test_sorting_refuses_a_viewer(act: str, said: Said, actor: Callable[[Role], Actor]) -> None:
    fields = {"assign": {"to": None}, "mark": {"status": Status.CLOSED}, "tag": {"add": ["x"]}}[act]

    with pytest.raises(RefusedError, match="may not assign, tag and link"):
        getattr(actions, act)(actor(Role.VIEWER), said("Too loud"), **fields)


def test_undo_puts_items_back_as_they_were(said: Said, sorter: Actor) -> None:
    items = [said("one"), said("two")]
    actions.tag(sorter, items[0], add=["kept"])
    actions.together(
        sorter, items, lambda item: actions.mark(sorter, item, status=Status.CLOSED), "Closed 2"
    )

    n = actions.undo(sorter)

    assert n == 2
    assert set(Item.objects.values_list("status", flat=True)) == {"open"}
    assert Item.objects.get(pk=items[0].pk).tags == ["kept"]


def test_undo_leaves_alone_what_others_have_changed_since(
    said: Said, sorter: Actor, actor: Callable[[Role], Actor]
) -> None:
    item = said("one")
    actions.together(
        sorter, [item], lambda each: actions.mark(sorter, each, status=Status.CLOSED), "Closed"
    )
    actions.tag(actor(Role.ANALYST), Item.objects.get(), add=["mine"])

    n = actions.undo(sorter)

    assert n == 0
    assert Item.objects.get().status == Status.CLOSED


def test_undo_has_nothing_to_do_twice(said: Said, sorter: Actor) -> None:
    actions.together(
        sorter, [said("x")], lambda each: actions.tag(sorter, each, add=["a"]), "Tagged"
    )
    actions.undo(sorter)

    with pytest.raises(ConflictError, match="nothing to undo"):
        actions.undo(sorter)


def test_acting_together_is_all_or_nothing(said: Said, sorter: Actor) -> None:
    items = [said("one"), said("two")]

    def fail_at_the_second(item: Item) -> Item:
        if item == items[1]:
            raise ConflictError("no")
        return actions.mark(sorter, item, status=Status.CLOSED)

    with pytest.raises(ConflictError):
        actions.together(sorter, items, fail_at_the_second, "Closed")

    assert not Item.objects.filter(status=Status.CLOSED).exists()


@pytest.mark.django_db(transaction=True)
def test_who_stores_lets_the_next_in_whether_it_went_well_or_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the power goes")

    with monkeypatch.context() as patch:
        patch.setattr("fourfits_web.core.actions.registry.announce", fail)
        with pytest.raises(RuntimeError):
            actions.receive(Actor.workspace("api"), text="lost")

    for text in ("one", "two"):
        actions.receive(Actor.workspace("api"), text=text)

    assert list(Item.objects.order_by("pk").values_list("text", flat=True)) == ["one", "two"]
