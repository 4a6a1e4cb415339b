"""Pages of the roadmap, through the browser's door."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from fourfits_web.core import display
from fourfits_web.core.actors import Actor
from fourfits_web.core.roles import Role
from fourfits_web.features import actions as features
from fourfits_web.features.models import Feature, Standing
from fourfits_web.roadmap import actions, queries
from fourfits_web.roadmap.models import Item, Release, Vision

from .conftest import NOW, Asking, Order, Place

Act = Callable[[Role], Actor]
pytestmark = pytest.mark.django_db


def page(client: Client, name: str, *args: Any, **query: Any) -> str:
    answer = client.get(reverse(f"roadmap:{name}", args=args), query)
    assert answer.status_code == 200
    text: str = answer.content.decode()
    return text


def moved(client: Client, query: str = "", **values: Any) -> Any:
    """What the board's script posts."""
    address = reverse("roadmap:move") + query
    return client.post(address, values, headers={"HX-Request": "true"})


def test_the_board_shows_lanes_with_their_cards(viewer: Client, place: Place) -> None:
    place("now", "Export")
    place("later", "Roles")

    text = page(viewer, "board")

    assert text.index("Export") < text.index("Roles")
    assert "data-move-url" not in text, "who may not plan has nothing to drag"


def test_an_empty_board_says_what_to_do(product_manager: Client, db: None) -> None:
    assert "Nothing is planned yet" in page(product_manager, "board")


def test_a_release_asks_as_many_questions_for_three_features_as_for_one(
    viewer: Client, place: Place, actor: Act
) -> None:
    planner = actor(Role.PRODUCT_MANAGER)
    first, *others = place("next", "a", "b", "c")
    spring = actions.plan_release(
        planner, name="Spring", release_on=None, notice="", is_shared=False
    )
    actions.assign_release(planner, first, release=spring)

    def asked() -> int:
        page(viewer, "release", spring.pk)
        with CaptureQueriesContext(connection) as questions:
            page(viewer, "release", spring.pk)
        return len(questions)

    of_one = asked()
    for item in others:
        actions.assign_release(planner, item, release=spring)

    assert asked() == of_one


def test_the_timeline_says_what_is_missing(product_manager: Client, place: Place) -> None:
    empty = page(product_manager, "timeline")
    place("next", "Export")
    planned = page(product_manager, "timeline")
    feature = product_manager.get(f"/features/{Feature.objects.get().pk}/").content.decode()

    assert "Nothing is planned yet" in empty
    assert "Nothing matches" in page(product_manager, "timeline", need="none of these")
    for text in (planned, feature):
        assert "No forecast: it needs finished work of a team to learn from" in text


def test_a_card_is_moved_by_post_and_the_answer_offers_the_way_back(
    product_manager: Client, place: Place, order: Order
) -> None:
    *_, c = place("next", "a", "b", "c")

    answer = moved(product_manager, item=c.pk, lane="now", place=0, after="")
    notice = answer.content.decode().partition('role="status"')[2].partition("</form>")[0]
    undo = dict(re.findall(r'name="(item|lane|place|exact)" value="([^"]*)"', notice))

    assert answer.status_code == 200
    assert answer.content.decode().startswith('<div id="roadmap"')
    assert (order("now"), order("next")) == (["c"], ["a", "b"])
    assert undo == {"item": str(c.pk), "lane": "next", "place": "2", "exact": "1"}
    moved(product_manager, **undo)
    assert (order("now"), order("next")) == ([], ["a", "b", "c"])


def test_under_a_filter_the_top_is_the_first_card_that_is_shown(
    product_manager: Client, place: Place, order: Order
) -> None:
    *_, d = place("next", "a", "b", "c", "d")
    Feature.objects.filter(name__in="cd").update(segment="offices")

    moved(product_manager, "?segment=offices", item=d.pk, lane="next", place=0, after="")

    assert order("next") == ["a", "b", "d", "c"]


def test_without_javascript_a_button_moves_the_card(
    product_manager: Client, place: Place, order: Order
) -> None:
    (item,) = place("next", "a")

    answer = product_manager.post(reverse("roadmap:move"), {"item": item.pk, "lane": "now"})

    assert answer["Location"] == reverse("roadmap:board")
    assert order("now") == ["a"]


@pytest.mark.parametrize("role", [Role.PRODUCT_MARKETING_MANAGER, Role.ANALYST, Role.VIEWER])
def test_who_may_not_plan_is_refused_in_words(
    as_: Callable[[Role], Client], place: Place, order: Order, role: Role
) -> None:
    (item,) = place("next", "a")

    answer = moved(as_(role), item=item.pk, lane="now", place=0)

    assert answer.status_code == 403
    assert "may not move work on the roadmap" in answer.content.decode()
    assert order("next") == ["a"]


@pytest.mark.parametrize("values", [{}, {"item": "x", "lane": "now"}, {"item": 1, "lane": "soon"}])
def test_a_move_that_makes_no_sense_is_not_found(
    product_manager: Client, values: dict[str, Any]
) -> None:
    assert moved(product_manager, **values).status_code == 404


def test_the_board_narrows_by_what_the_address_says(viewer: Client, place: Place) -> None:
    place("now", "Export", "Roles")
    Feature.objects.filter(name="Export").update(segment="offices", kind="usability")
    Item.objects.filter(feature__name="Roles").update(work_team="app")

    for query, shown, hidden in (
        ({"segment": "offices"}, "Export", "Roles"),
        ({"kind": "usability"}, "Export", "Roles"),
        ({"team": "app"}, "Roles", "Export"),
    ):
        text = page(viewer, "board", **query)
        assert shown in text
        assert hidden not in text


def test_the_shared_view_hides_what_is_internal(
    product_manager: Client, place: Place, actor: Act
) -> None:
    planner = actor(Role.PRODUCT_MANAGER)
    inside, outside, renamed = place("next", "Secret engine", "Export", "Roles for Harbour Ltd")
    release = actions.plan_release(planner, name="Big customer day", release_on=None)
    actions.assign_release(planner, outside, release=release)
    actions.describe(planner, outside, is_shared=True)
    actions.describe(planner, renamed, is_shared=True, shared_name="Roles")
    Feature.objects.update(
        need="asked by Harbour Ltd", description="worth 40,000", segment="whales"
    )
    for feature in Feature.objects.all():
        Standing.objects.create(
            feature=feature, rank=1, rank_low=1, rank_high=2, account_amount=41_234,
            carried_by_one_account=True,
        )  # fmt: skip
    Item.objects.update(finish_50_on="2026-03-01", finish_85_on="2026-04-01", team="secret team")

    text = page(product_manager, "shared").partition('id="shared"')[2]

    assert "Export" in text
    assert "Roles" in text
    for hidden in ("Secret engine", "Harbour", "41", "40,000", "whales", "secret team", "Rank",
                   "one account", "Big customer day", "2026"):  # fmt: skip
        assert hidden not in text
    assert inside.is_shared is False


def test_everybody_reads_the_shared_view_where_the_settings_open_it(
    stranger: Client, place: Place, actor: Act, settings: Any
) -> None:
    _inside, outside = place("next", "Secret engine", "Export")
    actions.describe(actor(Role.PRODUCT_MANAGER), outside, is_shared=True)
    closed = stranger.get(reverse("roadmap:public"))

    settings.PUBLIC_ROADMAP = True
    text = page(stranger, "public")
    posted = stranger.post(reverse("roadmap:public"))

    assert (closed.status_code, posted.status_code) == (404, 405)
    assert "Export" in text
    assert "Secret engine" not in text
    assert 'href="/roadmap/' not in text


def test_members_hear_whether_everybody_reads_the_shared_view(
    viewer: Client, settings: Any
) -> None:
    closed = page(viewer, "shared")
    settings.PUBLIC_ROADMAP = True

    assert "Only members see it so far" in closed
    assert 'href="http://testserver/roadmap/public/"' in page(viewer, "shared")


def test_an_announced_release_stands_in_the_shared_view_with_its_notice(
    viewer: Client, place: Place, actor: Act
) -> None:
    planner = actor(Role.PRODUCT_MANAGER)
    (item,) = place("next", "Export")
    release = actions.plan_release(
        planner, name="Summer", release_on=datetime.date(2026, 7, 1), is_shared=True,
        notice="Update your machines by June.",
    )  # fmt: skip
    actions.assign_release(planner, item, release=release)
    actions.describe(planner, item, is_shared=True)

    text = page(viewer, "shared")

    assert "Summer, 1 Jul 2026" in text
    assert "Update your machines by June." in text
    actions.ship_release(planner, release, shipped_on=timezone.localdate())
    shipped = page(viewer, "shared")
    assert f"Summer, {display.day(timezone.localdate())}" in shipped, (
        "the day it came, not the plan"
    )
    assert "1 Jul 2026" not in shipped


def test_a_second_release_is_planned_from_the_list(
    product_manager: Client, viewer: Client, actor: Act
) -> None:
    actions.plan_release(actor(Role.OWNER), name="Spring")

    assert reverse("roadmap:new_release") in page(product_manager, "releases")
    assert "Plan a release" not in page(viewer, "releases")


def test_a_release_is_planned_filled_and_shipped(
    product_manager: Client, place: Place, order: Order
) -> None:
    (item,) = place("now", "Export")
    answer = product_manager.post(
        reverse("roadmap:new_release"), {"name": "Summer", "release_on": "2026-07-01"}
    )
    release = Release.objects.get()
    product_manager.post(
        reverse("roadmap:item", args=[item.pk]),
        {"lane": "now", "release": release.pk, "team": "app"},
    )
    text = page(product_manager, "release", release.pk)
    product_manager.post(reverse("roadmap:ship_release", args=[release.pk]))

    assert answer["Location"] == reverse("roadmap:release", args=[release.pk])
    assert "Export" in text
    assert order("now") == []
    assert "Shipped on" in page(product_manager, "release", release.pk)


def test_those_who_asked_are_spoken_of_where_some_did(
    product_manager: Client, asking: Asking, place: Place
) -> None:
    def ship(name: str, feature: Feature) -> str:
        us = asking.us
        features.change(us, feature, status="planned")
        item = queries.item_of(feature) or actions.put(us, feature, lane="now")
        release = actions.plan_release(us, name=name)
        actions.assign_release(us, item, release=release)
        answer = product_manager.post(
            reverse("roadmap:ship_release", args=[release.pk]), follow=True
        )
        return answer.content.decode()

    asking.says("C1")
    (unasked,) = place("now", "Export")

    assert "do not know yet" in ship("Spring", asking.feature)
    assert "do not know yet" not in ship("Summer", unasked.feature)


def test_a_move_by_the_form_is_offered_to_be_taken_back_once(
    product_manager: Client, place: Place, order: Order
) -> None:
    (item,) = place("now", "Export")
    answer = product_manager.post(reverse("roadmap:item", args=[item.pk]), {"lane": "later"})
    first, second = (page(product_manager, "board") for _ in range(2))

    assert answer["Location"] == reverse("roadmap:board")
    assert order("later") == ["Export"]
    assert "“Export” is at “Later” now." in first
    assert 'name="lane" value="now"' in first
    assert "“Export” is at" not in second


def test_the_form_puts_an_item_at_a_position(
    product_manager: Client, place: Place, order: Order
) -> None:
    items = place("now", "A", "B", "C")
    place("next", "D", "E")
    form = reverse("roadmap:item", args=[items[2].pk])

    product_manager.post(form, {"lane": "now", "position": "1"})
    first = order("now")
    product_manager.post(form, {"lane": "now", "position": ""})
    last = order("now")
    product_manager.post(form, {"lane": "next", "position": "3"})

    assert (first, last) == (["C", "A", "B"], ["A", "B", "C"])
    assert order("next") == ["D", "E", "C"], "the position that it had is not carried over"


def test_two_who_change_an_item_lose_nothing(
    product_manager: Client, place: Place, order: Order
) -> None:
    item, _ = place("now", "A", "B")
    form = reverse("roadmap:item", args=[item.pk])
    opened = re.search(r'name="seen" value="([^"]+)"', product_manager.get(form).content.decode())
    assert opened is not None
    sent = {"lane": "now", "position": "1", "seen": opened[1]}

    product_manager.post(reverse("roadmap:move"), {"item": item.pk, "lane": "next"})
    product_manager.post(form, {**sent, "team": "app"})
    product_manager.post(form, {**sent, "shared_note": "Soon.\r\nPromised."})

    item.refresh_from_db()
    assert (item.team, item.shared_note) == ("app", "Soon.\nPromised.")
    assert order("next") == ["A"], "who wrote a note did not move it back"


def test_an_item_stays_in_the_release_that_has_shipped_it(
    product_manager: Client, place: Place, actor: Act
) -> None:
    (item,) = place("now", "A")
    planner = actor(Role.PRODUCT_MANAGER)
    release = actions.plan_release(planner, name="Spring")
    actions.assign_release(planner, item, release=release)
    actions.ship_release(planner, release, shipped_on=datetime.date(2026, 3, 1))
    form = reverse("roadmap:item", args=[item.pk])

    drawn = product_manager.get(form).content.decode()
    product_manager.post(form, {"lane": "done", "release": release.pk, "shared_note": "Out."})

    item.refresh_from_db()
    assert f'<option value="{release.pk}" selected>Spring</option>' in drawn
    assert (item.release, item.shared_note) == (release, "Out.")


def test_the_forms_of_the_roadmap_are_closed_to_a_viewer(viewer: Client, place: Place) -> None:
    (item,) = place("now", "Export")
    for address in (
        reverse("roadmap:new_release"),
        reverse("roadmap:item", args=[item.pk]),
    ):
        assert viewer.get(address).status_code == 403


def test_a_feature_shows_its_place_and_can_be_put_on_the_roadmap(
    product_manager: Client, place: Place, order: Order
) -> None:
    place("next", "Export")
    idea = Feature.objects.create(feature_id="i", name="Idea", created_at=NOW, changed_at=NOW)

    planned = product_manager.get(Feature.objects.get(name="Export").get_absolute_url())
    open_ = product_manager.get(idea.get_absolute_url()).content.decode()
    product_manager.post(reverse("roadmap:put"), {"feature": idea.pk, "lane": "next"})

    assert "Next, 1" in planned.content.decode()
    assert "Not on the roadmap." in open_
    assert order("next") == ["Export", "Idea"]


def test_the_palette_finds_releases(viewer: Client, actor: Act) -> None:
    release = actions.plan_release(actor(Role.OWNER), name="Summer of beans")

    text = viewer.get(reverse("core:palette"), {"q": "beans"}).content.decode()

    assert reverse("roadmap:release", args=[release.pk]) in text


@pytest.mark.slow
def test_pages_ask_as_many_queries_for_a_thousand_items_as_for_ten(
    product_manager: Client, db: None
) -> None:
    addresses = [reverse(f"roadmap:{name}") for name in ("board", "timeline", "shared", "releases")]

    def grow(n: int, start: int) -> list[int]:
        features = Feature.objects.bulk_create(
            Feature(
                feature_id=f"F{number}",
                name=f"Feature {number}",
                need="need",
                release_on=datetime.date(2026, 1 + number % 12, 1),
                created_at=NOW,
                changed_at=NOW,
            )
            for number in range(start, start + n)
        )
        Item.objects.bulk_create(
            Item(
                feature=feature,
                lane=("now", "next", "later")[place % 3],
                place=place,
                is_shared=True,
                moved_at=NOW,
            )
            for place, feature in enumerate(features)
        )
        counts = []
        for address in addresses:
            product_manager.get(address)
            with CaptureQueriesContext(connection) as seen:
                assert product_manager.get(address).status_code == 200
            counts.append(len(seen))
        return counts

    few = grow(10, 0)

    assert grow(990, 10) == few
    assert max(few) <= 12


def test_the_vision_stands_above_the_plan_and_tells_how_it_changed(
    product_manager: Client, viewer: Client
) -> None:
    words = "By 2028 every office has good coffee."

    teaches = page(product_manager, "board")
    product_manager.post(reverse("roadmap:vision"), {"text": "Coffee <b>everywhere</b>."})
    product_manager.post(reverse("roadmap:vision"), {"text": words})

    assert "Write the vision" in teaches
    board = page(viewer, "board")
    assert words in board
    assert "changed by Product manager on" in board
    assert "everywhere" not in board
    told = page(viewer, "vision")
    assert "Product manager wrote “Coffee &lt;b&gt;everywhere&lt;/b&gt;.”" in told
    assert "<textarea" not in told


def test_whoever_does_not_plan_is_neither_asked_for_a_vision_nor_may_write_one(
    viewer: Client, product_marketing_manager: Client
) -> None:
    refused = product_marketing_manager.post(reverse("roadmap:vision"), {"text": "Mine."})

    assert refused.status_code == 403
    assert "vision" not in page(viewer, "board").partition("<main")[2].lower()
    assert "There is no vision yet" in page(viewer, "vision")


def test_a_vision_too_long_to_keep_in_mind_is_refused(product_manager: Client) -> None:
    answer = product_manager.post(reverse("roadmap:vision"), {"text": "x" * 601})

    assert answer.status_code == 422
    assert not Vision.objects.exists()


def test_a_vision_may_be_as_long_as_allowed_over_several_lines(product_manager: Client) -> None:
    text = "x" * 299 + "\r\n" + "y" * 300

    product_manager.post(reverse("roadmap:vision"), {"text": text})

    assert Vision.objects.get().text == text.replace("\r\n", "\n")


def test_outsiders_read_the_vision_once_it_is_shared(
    stranger: Client, product_manager: Client, settings: Any
) -> None:
    settings.PUBLIC_ROADMAP = True
    words = {"text": "Good coffee for everybody."}

    product_manager.post(reverse("roadmap:vision"), words)
    kept = page(stranger, "public")
    product_manager.post(reverse("roadmap:vision"), {**words, "is_shared": "on"})

    assert words["text"] not in kept
    told = page(stranger, "public")
    assert words["text"] in told
    assert "Product manager" not in told
