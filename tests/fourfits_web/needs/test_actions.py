"""What people decide about needs, and that it stays after every run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest
from django.utils import timezone

from fourfits_web.core.actors import Actor
from fourfits_web.core.errors import ConflictError, RefusedError
from fourfits_web.core.models import AuditEntry, Job
from fourfits_web.core.roles import Role
from fourfits_web.feedback.models import Item
from fourfits_web.feedback.models import Status as Sorting
from fourfits_web.needs import actions, queries
from fourfits_web.needs.models import Link, Need, Run, Status

Finds = Callable[[Mapping[str, Sequence[int]]], Run]
LOUD, SLOW = range(8), range(8, 16)


def members(name: str) -> list[int]:
    links = Link.objects.filter(need__name=name, holds=True).select_related("item")
    return sorted(int(link.item.feedback_id[1:]) for link in links)


def named(name: str) -> Need:
    return Need.objects.get(name=name)


def test_a_run_proposes_its_themes(finds: Finds) -> None:
    run = finds({"loud, noise": LOUD, "slow, wait": SLOW})

    assert {need.name: need.status for need in Need.objects.all()} == {
        "loud, noise": Status.PROPOSED, "slow, wait": Status.PROPOSED,
    }  # fmt: skip
    assert members("loud, noise") == list(LOUD)
    assert [row["n"] for row in run.of("born")] == [8, 8]


def test_a_run_leaves_needs_to_be_counted_anew(finds: Finds) -> None:
    finds({"loud, noise": LOUD})
    Need.objects.update(counted_at=timezone.now())

    finds({"loud, noise": [*LOUD, 9], "slow, wait": SLOW})

    assert set(Need.objects.values_list("counted_at", flat=True)) == {None}


def test_a_name_that_a_person_gave_stays_after_the_next_run(finds: Finds, shaper: Actor) -> None:
    finds({"loud, noise": LOUD, "slow, wait": SLOW})
    actions.rename(shaper, named("loud, noise"), name="Quiet machine")

    run = finds({"noise, grinder": range(7), "slow, wait": SLOW})

    assert {need.name for need in queries.active()} == {"Quiet machine", "slow, wait"}
    assert len(run.of("kept")) == 2
    assert members("Quiet machine") == list(LOUD)


def test_a_merger_stays_after_the_next_run_finds_the_parts_again(
    finds: Finds, shaper: Actor
) -> None:
    finds({"loud": range(5), "noise": range(5, 10), "slow": range(10, 16)})
    actions.merge(shaper, named("noise"), into=named("loud"))

    finds({"loud": range(5), "noise": range(5, 10), "slow": range(10, 16)})

    assert {need.name for need in queries.active()} == {"loud", "slow"}
    assert members("loud") == list(range(10))


def test_a_merger_stays_after_a_run_puts_a_part_of_it_elsewhere(
    finds: Finds, shaper: Actor
) -> None:
    finds({"loud": range(5), "noise": range(5, 10), "slow": range(10, 16)})
    actions.merge(shaper, named("noise"), into=named("loud"))

    finds({"loud": range(5), "slow": range(5, 16)})

    assert members("loud") == list(range(10))
    assert members("slow") == list(range(10, 16))


def test_a_merger_takes_in_what_is_said_later_and_gives_it_back(
    finds: Finds, shaper: Actor
) -> None:
    finds({"loud": range(5), "noise": range(5, 10), "slow": range(10, 16)})
    merged = actions.merge(shaper, named("noise"), into=named("loud"))

    found = finds({"loud": range(5), "noise": [*range(5, 10), 16, 17], "slow": range(10, 16)})

    assert members("loud") == [*range(10), 16, 17]
    assert [one["name"] for one in found.of("kept")] == ["loud", "loud", "slow"]
    actions.unmerge(shaper, queries.need(merged.pk))
    assert (members("loud"), members("noise")) == (list(range(5)), [*range(5, 10), 16, 17])


def test_a_merger_can_be_taken_back(finds: Finds, shaper: Actor) -> None:
    finds({"loud": range(5), "noise": range(5, 10)})
    merged = actions.merge(shaper, named("noise"), into=named("loud"))

    actions.unmerge(shaper, queries.need(merged.pk))

    assert (members("loud"), members("noise")) == (list(range(5)), list(range(5, 10)))


CHAIN = {"loud": range(5), "noise": range(5, 10), "slow": range(10, 16)}


def parts() -> list[list[int]]:
    return [members(name) for name in CHAIN]


@pytest.mark.parametrize("first", ["loud", "noise"])
def test_mergers_in_a_chain_are_taken_back_in_any_order_and_lose_nothing(
    finds: Finds, shaper: Actor, first: str
) -> None:
    finds(CHAIN)
    actions.merge(shaper, named("loud"), into=named("noise"))
    actions.merge(shaper, named("noise"), into=named("slow"))
    finds(CHAIN)
    assert parts() == [[], [], list(range(16))]

    actions.unmerge(shaper, named(first))

    if first == "noise":  # as it was before: with its own part
        assert parts() == [[], list(range(10)), list(range(10, 16))]
        actions.unmerge(shaper, named("loud"))
    else:
        assert parts() == [list(range(5)), [], list(range(5, 16))]
        actions.unmerge(shaper, named("noise"))
    finds(CHAIN)
    assert parts() == [list(map(int, items)) for items in CHAIN.values()]


@pytest.mark.parametrize("holds", [True, False])
def test_what_speaks_of_both_counts_once_and_comes_back_to_both(
    finds: Finds, shaper: Actor, *, holds: bool
) -> None:
    finds(CHAIN)
    item = Item.objects.get(feedback_id="f12")
    say = actions.link if holds else actions.unlink
    say(shaper, item, need=named("noise"))
    before = list(
        Link.objects.order_by("item", "need").values_list("item", "need", "origin", "holds")
    )

    merged = actions.merge(shaper, named("noise"), into=named("slow"))
    assert members("slow") == [n for n in range(5, 16) if n != 12 or holds]
    assert named("slow").n_items == 11 - (not holds)
    actions.unmerge(shaper, queries.need(merged.pk))

    after = list(
        Link.objects.order_by("item", "need").values_list("item", "need", "origin", "holds")
    )
    assert after == before


def test_a_split_stays_after_the_next_run_finds_both_as_one(finds: Finds, shaper: Actor) -> None:
    finds({"loud": range(10)})
    chosen = Item.objects.filter(feedback_id__in=["f00", "f01", "f02"]).values_list("pk", flat=True)
    actions.split(shaper, named("loud"), name="Quiet steam", items=chosen)

    finds({"loud": range(10)})

    assert members("Quiet steam") == [0, 1, 2]
    assert members("loud") == list(range(3, 10))


def test_a_dropped_need_is_not_proposed_again(finds: Finds, shaper: Actor) -> None:
    finds({"praise": LOUD, "slow": SLOW})
    actions.drop(shaper, named("praise"))

    finds({"thanks, great": LOUD, "slow": SLOW})

    assert [need.name for need in queries.active()] == ["slow"]


def test_an_accepted_need_keeps_its_items_when_a_run_no_longer_tells_it(
    finds: Finds, shaper: Actor
) -> None:
    finds({"loud": range(10), "squeak": range(10, 15)})
    actions.accept(shaper, named("squeak"))

    run = finds({"loud": range(15)})

    assert members("squeak") == list(range(10, 15))
    assert [row["name"] for row in run.of("joined")] == ["squeak"]


def test_what_nobody_shaped_fades_and_comes_back(finds: Finds) -> None:
    finds({"loud": LOUD, "slow": SLOW})

    run = finds({"loud": LOUD})
    assert [row["name"] for row in run.of("faded")] == ["slow"]
    assert named("slow").status == Status.FADED
    finds({"loud": LOUD, "slow": SLOW})

    assert named("slow").status == Status.PROPOSED


def test_items_that_a_person_linked_or_took_apart_keep_that(
    finds: Finds, items: list[Item], shaper: Actor
) -> None:
    finds({"loud": LOUD, "slow": SLOW})
    actions.unlink(shaper, items[0], need=named("loud"))
    actions.link(shaper, items[19], need=named("loud"))

    for _ in range(2):
        finds({"loud": LOUD, "slow": [*SLOW, 19]})

    assert members("loud") == [*range(1, 8), 19]
    assert Item.objects.get(pk=items[19].pk).status == Sorting.SORTED


def test_a_theme_joins_the_need_that_people_named_so(finds: Finds, shaper: Actor) -> None:
    added = actions.add(shaper, name="Quiet machine")

    finds({"quiet machine": LOUD, "slow": SLOW})

    assert members("Quiet machine") == list(LOUD)
    assert queries.active().filter(pk=added.pk, status=Status.ACCEPTED).exists()


def test_two_needs_cannot_have_one_name(finds: Finds, shaper: Actor) -> None:
    finds({"loud": LOUD, "slow": SLOW})

    with pytest.raises(ConflictError, match="“slow” already"):
        actions.rename(shaper, named("loud"), name=" SLOW ")


def test_each_decision_leaves_one_entry_and_asks_for_one_count(finds: Finds, shaper: Actor) -> None:
    finds({"loud": LOUD, "slow": SLOW})
    n = AuditEntry.objects.count()

    actions.accept(shaper, named("loud"))
    actions.rename(shaper, named("slow"), name="Faster")

    assert AuditEntry.objects.count() == n + 2
    assert Job.objects.filter(kind="needs.count").count() == 1


@pytest.mark.parametrize("act", ["accept", "drop", "propose"])
def test_shaping_refuses_a_contributor(
    act: str, finds: Finds, actor: Callable[[Role], Actor]
) -> None:
    finds({"loud": LOUD})

    with pytest.raises(RefusedError):
        getattr(actions, act)(actor(Role.CONTRIBUTOR), named("loud"))
