"""Moving work on the board, planning releases."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable

import pytest
from django.db import connection

from fourfits.errors import ParameterError
from fourfits_web.core.actors import Actor
from fourfits_web.core.errors import ConflictError, RefusedError
from fourfits_web.core.models import AuditEntry
from fourfits_web.core.roles import Role
from fourfits_web.features import actions as features
from fourfits_web.features.models import Feature
from fourfits_web.roadmap import actions
from fourfits_web.roadmap.models import Item, Release

from .conftest import NOW, Order, Place

Act = Callable[[Role], Actor]
TODAY = datetime.date(2026, 1, 5)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"place": 0}, ["c", "a", "b"]),
        ({"place": 1}, ["a", "c", "b"]),
        ({"place": 99}, ["a", "b", "c"]),
        ({}, ["a", "b", "c"]),
    ],
)
def test_an_item_goes_where_it_is_put(
    place: Place, order: Order, actor: Act, where: dict[str, int], expected: list[str]
) -> None:
    *_, last = place("next", "a", "b", "c")

    actions.move(actor(Role.PRODUCT_MANAGER), last, lane="next", **where)

    assert order("next") == expected


@pytest.mark.django_db
def test_an_item_follows_another_whatever_place_is_said(
    place: Place, order: Order, actor: Act
) -> None:
    a, _, c = place("next", "a", "b", "c")

    actions.move(actor(Role.PRODUCT_MANAGER), c, lane="next", place=7, after=a.pk)

    assert order("next") == ["a", "c", "b"]


@pytest.mark.django_db
def test_both_lanes_stay_without_gaps(place: Place, order: Order, actor: Act) -> None:
    _, b, _ = place("next", "a", "b", "c")
    place("now", "x", "y")

    actions.move(actor(Role.PRODUCT_MANAGER), b, lane="now", place=1)

    assert order("now") == ["x", "b", "y"]
    assert order("next") == ["a", "c"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lane", "status"),
    [("now", "building"), ("next", "planned"), ("later", "planned"), ("off", "idea")],
)
def test_the_status_follows_the_place(place: Place, actor: Act, lane: str, status: str) -> None:
    (item,) = place("later" if lane != "later" else "now", "a")

    actions.move(actor(Role.PRODUCT_MANAGER), item, lane=lane)

    feature = Feature.objects.get()
    assert feature.status == status
    assert feature.is_unwritten


@pytest.mark.django_db
def test_a_move_is_one_entry_with_both_places(place: Place, actor: Act) -> None:
    a, _ = place("next", "a", "b")
    before = AuditEntry.objects.count()

    actions.move(actor(Role.PRODUCT_MANAGER), a, lane="now")

    entry = AuditEntry.objects.latest("pk")
    assert AuditEntry.objects.count() == before + 1
    assert entry.verb == "roadmap.place"
    assert ("lane", "next", "now") in entry.changes


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.PRODUCT_MARKETING_MANAGER, Role.ANALYST, Role.VIEWER])
def test_who_does_not_plan_cannot_move(place: Place, order: Order, actor: Act, role: Role) -> None:
    a, _ = place("next", "a", "b")

    with pytest.raises(RefusedError, match="may not move work on the roadmap"):
        actions.move(actor(role), a, lane="now")
    assert order("next") == ["a", "b"]


@pytest.mark.django_db
def test_an_unknown_lane_is_refused(place: Place, actor: Act) -> None:
    (item,) = place("next", "a")

    with pytest.raises(ParameterError, match="no lane 'soon'"):
        actions.move(actor(Role.OWNER), item, lane="soon")


@pytest.mark.django_db
def test_a_mover_who_saw_an_older_board_leaves_a_whole_order(
    place: Place, order: Order, actor: Act
) -> None:
    a, b, c = place("next", "a", "b", "c")
    planner = actor(Role.PRODUCT_MANAGER)
    seen = Item.objects.get(pk=b.pk)
    actions.move(planner, b, lane="now")
    actions.move(planner, a, lane="now", place=0)

    actions.move(planner, seen, lane="next", place=1, after=a.pk)  # "a" is no longer there

    assert order("now") == ["a"]
    assert order("next") == ["c", "b"]
    assert c.pk


@pytest.mark.skipif(
    connection.vendor == "sqlite",
    reason="threads share one SQLite in memory, which refuses instead of waiting",
)
@pytest.mark.django_db(transaction=True)
def test_two_who_move_at_once_leave_a_whole_order(place: Place, order: Order, actor: Act) -> None:
    names = list("abcdefgh")
    items = place("next", *names)
    planner = actor(Role.PRODUCT_MANAGER)
    wrong: list[Exception] = []

    def shuffle(mine: list[Item], to: str) -> None:
        try:
            for number, item in enumerate(mine):
                actions.move(planner, item, lane="next", place=0)
                actions.move(planner, item, lane=to, place=number % 2)
        except Exception as problem:  # noqa: BLE001 - told to the test below
            wrong.append(problem)
        finally:
            connection.close()

    movers = [
        threading.Thread(target=shuffle, args=(items[:4], "now")),
        threading.Thread(target=shuffle, args=(items[2:6], "later")),
    ]
    for mover in movers:
        mover.start()
    for mover in movers:
        mover.join()

    assert wrong == []
    assert sorted(order("now") + order("next") + order("later")) == names


@pytest.mark.django_db
def test_the_board_follows_a_status_that_people_change(actor: Act) -> None:
    planner = actor(Role.PRODUCT_MANAGER)
    feature = features.add(planner, name="a", status="planned")
    assert Item.objects.get().lane == "later"

    features.change(planner, feature, status="building")
    assert Item.objects.get().lane == "now"

    features.change(planner, feature, status="dropped")
    assert Item.objects.get().lane == "off"


@pytest.mark.django_db
def test_planned_work_stands_next_when_its_date_is_near(db: None) -> None:
    near, far = (
        Feature.objects.create(
            feature_id=name,
            name=name,
            status="planned",
            created_at=NOW,
            changed_at=NOW,
            release_on=TODAY + datetime.timedelta(days=days),
        )
        for name, days in (("near", 30), ("far", 300))
    )

    moved = actions.follow([near, far], TODAY)
    again = actions.follow([near, far], TODAY)

    assert (moved, again) == (2, 0)
    lanes = dict(Item.objects.values_list("feature__name", "lane"))
    assert lanes == {"near": "next", "far": "later"}


@pytest.mark.django_db
def test_a_release_gives_its_date_to_its_features(place: Place, actor: Act) -> None:
    planner, day = actor(Role.PRODUCT_MANAGER), datetime.date(2026, 6, 1)
    (item,) = place("next", "a")
    release = actions.plan_release(planner, name="Summer", release_on=day)
    actions.assign_release(planner, item, release=release)
    assert Feature.objects.get().release_on == day

    later = datetime.date(2026, 7, 1)
    actions.change_release(
        planner, release, name="Summer", release_on=later, notice="", is_shared=False
    )

    assert Feature.objects.get().release_on == later


@pytest.mark.django_db
def test_a_shipped_release_ships_its_features_and_stays_as_it_is(
    place: Place, order: Order, actor: Act
) -> None:
    planner = actor(Role.PRODUCT_MANAGER)
    a, _ = place("now", "a", "b")
    release = actions.plan_release(planner, name="Spring")
    actions.assign_release(planner, a, release=release)

    actions.ship_release(planner, release, shipped_on=TODAY)

    assert Feature.objects.get(name="a").status == "shipped"
    assert order("now") == ["b"]
    for again in (
        lambda: actions.ship_release(planner, release, shipped_on=TODAY),
        lambda: actions.drop_release(planner, release),
    ):
        with pytest.raises(ConflictError, match="has shipped"):
            again()


@pytest.mark.django_db
def test_a_dropped_release_leaves_its_items_on_the_board(
    place: Place, order: Order, actor: Act
) -> None:
    planner = actor(Role.PRODUCT_MANAGER)
    (item,) = place("next", "a")
    release = actions.plan_release(planner, name="Autumn")
    actions.assign_release(planner, item, release=release)

    actions.drop_release(planner, release)

    assert order("next") == ["a"]
    assert Item.objects.get().release is None


@pytest.mark.django_db
def test_two_releases_cannot_have_one_name(actor: Act) -> None:
    actions.plan_release(actor(Role.OWNER), name="Summer")

    with pytest.raises(ConflictError, match="“summer” already"):
        actions.plan_release(actor(Role.OWNER), name="summer")
    assert Release.objects.count() == 1
