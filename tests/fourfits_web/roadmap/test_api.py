"""The roadmap of programs: places and releases."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from fourfits_web.core.actors import Actor
from fourfits_web.core.models import AuditEntry
from fourfits_web.core.roles import Role, may
from fourfits_web.features import actions as features
from fourfits_web.features.models import Feature
from fourfits_web.roadmap import actions, api
from fourfits_web.roadmap.models import Item, Release
from fourfits_web.webhooks.models import Delivery, Endpoint

from .conftest import Asking

assert api

pytestmark = pytest.mark.django_db
Ask = Callable[..., Any]


@pytest.fixture
def export(actor: Callable[[Role], Actor]) -> Feature:
    """A feature that nobody has planned."""
    return features.add(actor(Role.OWNER), name="Faster export")


@pytest.fixture
def placed(actor: Callable[[Role], Actor], export: Feature) -> Item:
    """The feature's place: next."""
    return actions.put(actor(Role.OWNER), export, lane="next")


@pytest.fixture
def spring(actor: Callable[[Role], Actor]) -> Release:
    """A release that is ahead."""
    return actions.plan_release(actor(Role.OWNER), name="Spring")


def by_api() -> list[str]:
    return list(AuditEntry.objects.filter(door="api").order_by("pk").values_list("verb", flat=True))


def test_a_feature_is_put_on_the_roadmap_and_read_there(ask: Ask, export: Feature) -> None:
    put = ask("post", "/roadmap", {"feature": f"feature_{export.pk}", "lane": "next"})
    one = ask("get", f"/roadmap/{put.json()['data']['id']}")

    item = Item.objects.get()
    assert put.status_code == 201
    assert put.json() == one.json()
    assert one.json()["data"] == {
        "id": f"roadmap_{item.pk}", "feature": f"feature_{export.pk}", "name": "Faster export",
        "lane": "next", "place": 0, "team": "", "release": None, "is_shared": False,
        "planned_on": None, "finish_50_on": None, "finish_85_on": None, "chance": "",
    }  # fmt: skip
    assert ask("get", f"/features/feature_{export.pk}").json()["data"]["status"] == "planned"
    assert by_api() == ["roadmap.place"]


def test_a_place_is_moved_described_and_put_into_a_release(
    ask: Ask, actor: Callable[[Role], Actor], placed: Item, spring: Release
) -> None:
    other = actions.put(
        actor(Role.OWNER), features.add(actor(Role.OWNER), name="Colours"), lane="now"
    )
    path = f"/roadmap/roadmap_{placed.pk}"

    moved = ask("patch", path, {"lane": "now", "place": 0}).json()["data"]
    named = ask("patch", path, {
        "team": "Core", "release": f"release_{spring.pk}", "is_shared": True, "shared_name": "Quick",
    }).json()["data"]  # fmt: skip
    down = ask("patch", path, {"place": 1}).json()["data"]
    alone = ask("patch", path, {"release": None}).json()["data"]

    placed.refresh_from_db()
    assert (moved["lane"], moved["place"]) == ("now", 0)
    assert (named["team"], named["release"], named["is_shared"]) == (
        "Core", f"release_{spring.pk}", True,
    )  # fmt: skip
    assert (down["lane"], down["place"], alone["release"]) == ("now", 1, None)
    assert placed.shared_name == "Quick"
    assert Item.objects.get(pk=other.pk).place == 0
    assert by_api() == [
        "roadmap.place", "roadmap.assign_release", "roadmap.describe", "roadmap.place",
        "roadmap.assign_release",
    ]  # fmt: skip


def test_half_a_change_of_a_place_is_none(
    ask: Ask, actor: Callable[[Role], Actor], placed: Item, spring: Release
) -> None:
    actions.ship_release(actor(Role.OWNER), spring, shipped_on=spring.created_at.date())
    body = {"lane": "now", "release": f"release_{spring.pk}"}

    answer = ask("patch", f"/roadmap/roadmap_{placed.pk}", body)

    placed.refresh_from_db()
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "conflict")
    assert placed.lane == "next"
    assert by_api() == []


def test_a_release_is_planned_changed_shipped(ask: Ask, placed: Item) -> None:
    planned = ask("post", "/releases", {"name": "May", "notice": "Two hours of pause"})
    path = f"/releases/{planned.json()['data']['id']}"
    ask("patch", f"/roadmap/roadmap_{placed.pk}", {"release": planned.json()["data"]["id"]})
    changed = ask("patch", path, {"release_on": "2026-05-04", "name": None}).json()["data"]
    dated = ask("get", f"/roadmap/roadmap_{placed.pk}").json()["data"]["planned_on"]
    emptied = ask("patch", path, {"release_on": None, "is_shared": True}).json()["data"]
    shipped = ask("post", f"{path}/ship", {"shipped_on": "2026-05-05"}).json()["data"]
    late = ask("patch", path, {"name": "June"})

    assert planned.status_code == 201
    assert (changed["name"], changed["release_on"]) == ("May", "2026-05-04")
    assert dated == "2026-05-04"
    assert (emptied["release_on"], emptied["notice"]) == (None, "Two hours of pause")
    assert shipped == {**emptied, "shipped_on": "2026-05-05"} == ask("get", path).json()["data"]
    assert Item.objects.get().lane == "done"
    assert late.status_code == 409
    assert by_api() == [
        "roadmap.plan_release", "roadmap.assign_release", "roadmap.change_release",
        "roadmap.change_release", "roadmap.ship_release",
    ]  # fmt: skip


def test_a_dropped_release_leaves_its_features_where_they_are(
    ask: Ask, actor: Callable[[Role], Actor], placed: Item, spring: Release
) -> None:
    actions.assign_release(actor(Role.OWNER), placed, release=spring)

    answer = ask("delete", f"/releases/release_{spring.pk}")

    placed.refresh_from_db()
    assert (answer.status_code, answer.json()["data"]["name"]) == (200, "Spring")
    assert (placed.lane, placed.release) == ("next", None)
    assert ask("get", f"/releases/release_{spring.pk}").status_code == 404


def test_other_systems_hear_the_same_as_of_the_pages(
    ask: Ask, export: Feature, spring: Release
) -> None:
    Endpoint.objects.create(
        url="https://example.org/", name="Shop", secret=b"", created_at=spring.created_at
    )

    ask("post", "/roadmap", {"feature": f"feature_{export.pk}"})
    ask("patch", f"/releases/release_{spring.pk}", {"name": "May"})
    ask("delete", f"/releases/release_{spring.pk}")

    heard = list(Delivery.objects.order_by("created_at"))
    assert [one.event for one in heard] == ["roadmap.moved", "release.changed", "release.dropped"]
    assert json.loads(heard[1].body)["data"]["name"] == "May"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("post", "/roadmap", {"feature": "feature_0"}, 404, "not_found"),
        ("post", "/roadmap", {"feature": "roadmap_1"}, 404, "not_found"),
        ("post", "/roadmap", {"feature": "feature_1", "lane": "soon"}, 422, "invalid"),
        ("patch", "/roadmap/roadmap_0", {"lane": "now"}, 404, "not_found"),
        ("patch", "/roadmap/{item}", {"place": -1}, 422, "invalid"),
        ("patch", "/roadmap/{item}", {"release": "release_0"}, 404, "not_found"),
        ("patch", "/roadmap/{item}", {"colour": "red"}, 422, "invalid"),
        ("post", "/releases", {"name": "  "}, 400, "parameter"),
        ("post", "/releases", {"name": "spring"}, 409, "conflict"),
        ("patch", "/releases/{release}", {"release_on": "soon"}, 422, "invalid"),
        ("post", "/releases/release_0/ship", {}, 404, "not_found"),
        ("delete", "/releases/release_0", None, 404, "not_found"),
    ],
)
def test_what_is_refused_is_refused_in_the_one_shape(
    ask: Ask, placed: Item, spring: Release, *, method: str, path: str, body: Any, status: int,
    code: str,
) -> None:  # fmt: skip
    filled = path.format(item=f"roadmap_{placed.pk}", release=f"release_{spring.pk}")

    answer = ask(method, filled, body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert by_api() == []


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("scopes", [("roadmap.plan",), ("workspace.read", "features.change")])
def test_only_who_may_plan_changes_the_roadmap(
    ask: Ask, placed: Item, spring: Release, role: Role, scopes: tuple[str, ...]
) -> None:
    item, release = f"/roadmap/roadmap_{placed.pk}", f"/releases/release_{spring.pk}"
    wrote = [
        ask("post", "/roadmap", {"feature": f"feature_{placed.feature_id}"}, role, scopes),
        ask("patch", item, {"lane": "later"}, role, scopes),
        ask("post", "/releases", {"name": "Autumn"}, role, scopes),
        ask("patch", release, {"name": "May"}, role, scopes),
        ask("post", f"{release}/ship", {}, role, scopes),
        ask("delete", release, None, role, scopes),
    ]

    if may(role, "roadmap.plan") and "roadmap.plan" in scopes:
        assert [one.status_code for one in wrote] == [201, 200, 201, 200, 200, 409]
    else:
        assert {one.status_code for one in wrote} == {403}
        assert by_api() == []


def test_who_asked_is_read_in_parts_and_noted_as_told(ask: Ask, asking: Asking) -> None:
    for key in ("C1", "C2", "C3"):
        asking.says(key)
    path = f"/features/feature_{asking.feature.pk}/asked"

    first = ask("get", f"{path}?limit=2").json()
    cursor = first["meta"]["pagination"]["cursor"]
    rest = ask("get", f"{path}?limit=2&cursor={cursor}").json()
    told = ask("post", path, {"kind": "told", "people": ["C1", "C2"], "channel": "email"})
    helped = ask("post", path, {"kind": "helped", "people": ["C2"], "words": "At last."})

    keys = [one["customer_id"] for one in first["data"] + rest["data"]]
    assert (keys, rest["meta"]["pagination"]["hasMore"]) == (["C1", "C2", "C3"], False)
    assert first["data"][0]["newest"]["text"] == "The export is slow."
    assert (told.status_code, told.json()["data"]["n_people"], helped.status_code) == (201, 2, 201)
    states = {one["customer_id"]: one["state"] for one in ask("get", path).json()["data"]}
    assert states == {"C1": "told", "C2": "helped", "C3": "waiting"}
    only = ask("get", f"{path}?state=helped").json()["data"]
    assert [(one["words"], one["channel"]) for one in only] == [("At last.", "email")]
    assert by_api() == ["feature.tell", "feature.answer"]


def test_what_was_noted_is_taken_back_by_api(ask: Ask, asking: Asking) -> None:
    asking.says("C1")
    path = f"/features/feature_{asking.feature.pk}/asked"
    note = ask("post", path, {"kind": "told", "people": ["C1"], "channel": "call"}).json()["data"]
    ask("post", path, {"kind": "helped", "people": ["C1"]})
    ask("post", path, {"kind": "taken_back", "people": ["C1"]})

    gone = ask("delete", f"{path}/{note['id']}")

    assert (gone.status_code, gone.json()["data"]) == (200, note)
    assert ask("get", path).json()["data"][0]["state"] == "waiting"
    assert ask("delete", f"{path}/{note['id']}").status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"kind": "told", "people": ["C1"]}, 400, "no channel"),
        ({"kind": "told", "people": ["C1", "C9"], "channel": "call"}, 400, "not C9"),
        ({"kind": "told", "people": [], "channel": "call"}, 422, "not allowed"),
        ({"kind": "loved", "people": ["C1"]}, 422, "not allowed"),
        ({"kind": "taken_back", "people": ["C1"]}, 409, "Nothing is noted"),
    ],
)
def test_what_cannot_be_noted_is_refused_in_words(
    ask: Ask, asking: Asking, body: dict[str, Any], status: int, words: str
) -> None:
    asking.says("C1")

    answer = ask("post", f"/features/feature_{asking.feature.pk}/asked", body)

    assert answer.status_code == status
    assert words in answer.json()["error"]["message"]


def test_a_key_without_the_scope_only_reads_who_asked(ask: Ask, asking: Asking) -> None:
    asking.says("C1")
    path = f"/features/feature_{asking.feature.pk}/asked"
    body = {"kind": "told", "people": ["C1"], "channel": "call"}

    assert ask("get", path, scopes=("workspace.read",)).status_code == 200
    assert ask("post", path, body, scopes=("workspace.read",)).status_code == 403
    assert ask("get", path, scopes=("feedback.add",)).status_code == 403


def test_webhooks_hear_that_a_release_shipped_and_that_people_were_told(
    ask: Ask, asking: Asking, spring: Release
) -> None:
    asking.says("C1")
    Endpoint.objects.create(
        url="https://example.org/", name="Shop", secret=b"", created_at=spring.created_at
    )

    ask("post", f"/releases/release_{spring.pk}/ship", {})
    ask(
        "post", f"/features/feature_{asking.feature.pk}/asked",
        {"kind": "told", "people": ["C1"], "channel": "email"},
    )  # fmt: skip

    heard = dict(Delivery.objects.values_list("event", "body"))
    assert set(heard) == {"release.shipped", "feature.told"}
    assert json.loads(heard["feature.told"])["data"]["n_people"] == 1
    assert "C1" not in heard["feature.told"]


def test_a_program_reads_the_vision_and_writes_it_where_its_role_plans(ask: Ask) -> None:
    empty = ask("get", "/vision").json()["data"]
    refused = ask("put", "/vision", {"text": "Mine."}, role=Role.PRODUCT_MARKETING_MANAGER)
    written = ask("put", "/vision", {"text": " Good coffee. ", "is_shared": True})
    long = ask("put", "/vision", {"text": "x" * 601})

    assert empty == {"text": "", "is_shared": False, "changed_by": None, "changed_at": None}
    assert (refused.status_code, long.status_code) == (403, 422)
    assert written.json()["data"]["text"] == "Good coffee."
    assert ask("get", "/vision", role=Role.VIEWER).json()["data"]["is_shared"]
    assert AuditEntry.objects.filter(verb="roadmap.write_vision").count() == 1
