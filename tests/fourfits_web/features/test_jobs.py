"""Features between workspace and lake."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone

import fourfits
from fourfits import imports
from fourfits_web.core import jobs
from fourfits_web.core.actors import Actor
from fourfits_web.core.models import Job
from fourfits_web.core.roles import Role
from fourfits_web.data import mirroring
from fourfits_web.data import queries as data
from fourfits_web.features import actions
from fourfits_web.features.models import Feature, ScoreInput

Act = Callable[[Role], Actor]
pytestmark = pytest.mark.django_db


def mirrored() -> None:
    mirroring.copy({"features"}, lambda share, step: None)


def in_lake(home: Path, feature_id: str) -> dict[str, object]:
    rows = fourfits.open(home).features.to_pyarrow().to_pylist()
    return next(row for row in rows if row["feature_id"] == feature_id)


def test_imported_features_appear_with_their_inputs(sample_home: Path) -> None:
    mirrored()

    feature = Feature.objects.get(feature_id="F01")
    assert (feature.name, feature.status) == ("Pay monthly for the machine", "building")
    assert feature.effort_low is not None
    stated = ScoreInput.objects.filter(feature=feature).values_list("name", flat=True)
    assert sorted(stated) == ["confidence", "effort", "impact", "reach"]
    assert Feature.objects.count() == 21


def test_a_mirror_that_runs_twice_writes_nothing_twice(sample_home: Path) -> None:
    mirrored()
    before = Feature.objects.count(), ScoreInput.objects.count()

    mirrored()

    assert (Feature.objects.count(), ScoreInput.objects.count()) == before
    assert not Job.objects.filter(kind=actions.WRITE_BACK).exists()


def test_what_people_change_is_written_back_and_the_rest_stays(
    own_sample_home: Path, actor: Act
) -> None:
    mirrored()
    before = in_lake(own_sample_home, "F01")
    feature = Feature.objects.get(feature_id="F01")
    actions.change(actor(Role.PRODUCT_MANAGER), feature, status="planned")
    actions.give_input(
        actor(Role.PRODUCT_MANAGER), feature, name="reach", likely=80, low=60, high=120
    )
    actions.give_input(actor(Role.PRODUCT_MANAGER), feature, name="job_size", likely=8)

    jobs.run_waiting()

    after = in_lake(own_sample_home, "F01")
    told = {"status": "planned", "reach": 80.0, "reach_low": 60.0, "reach_high": 120.0}
    assert {name: after[name] for name in told} == told
    assert after["job_size"] == 8
    kept = ("name", "need", "segment", "impact", "effort_likely", "release_on", "product_id")
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert not Feature.objects.filter(is_unwritten=True).exists()


def test_a_feature_made_here_stands_in_the_lake_and_is_ranked(
    own_sample_home: Path, actor: Act
) -> None:
    mirrored()
    planner = actor(Role.PRODUCT_MANAGER)
    feature = actions.add(planner, name="Scan the beans", kind="capability", status="planned")
    for name, likely in (("reach", 500), ("impact", 3), ("confidence", 1), ("effort", 0.5)):
        actions.give_input(planner, feature, name=name, likely=likely)

    jobs.run_waiting()

    assert in_lake(own_sample_home, feature.feature_id)["name"] == "Scan the beans"
    feature = Feature.objects.select_related("standing").get(pk=feature.pk)
    assert feature.standing.rank == 1
    assert feature.standing.score == 3000


def test_writing_back_twice_writes_once(own_sample_home: Path, actor: Act) -> None:
    mirrored()
    feature = Feature.objects.get(feature_id="F02")
    actions.change(actor(Role.PRODUCT_MANAGER), feature, segment="households")
    jobs.run_waiting()
    version = data.versions()["features"]

    Feature.objects.update(is_unwritten=True)  # a worker that died before it could tell
    actions.write_back_soon(Actor.workspace())
    jobs.run_waiting()

    assert in_lake(own_sample_home, "F02")["segment"] == "households"
    rows = fourfits.open(own_sample_home).features.to_pyarrow().to_pylist()
    assert len(rows) == len({row["feature_id"] for row in rows}) == 21
    assert data.versions()["features"] >= version


def test_a_value_that_comes_back_to_what_it_was_is_written_again(
    own_sample_home: Path, actor: Act
) -> None:
    mirrored()
    planner = actor(Role.PRODUCT_MANAGER)
    feature = Feature.objects.get(feature_id="F03")
    for segment in ("households", "students", "households"):
        actions.change(planner, feature, segment=segment)
        jobs.run_waiting()

    assert in_lake(own_sample_home, "F03")["segment"] == "households"


def test_what_people_changed_wins_over_a_later_import(
    own_sample_home: Path, actor: Act, tmp_path: Path
) -> None:
    mirrored()
    planner = actor(Role.PRODUCT_MANAGER)
    feature = Feature.objects.get(feature_id="F04")
    actions.change(planner, feature, name="One invoice a month")
    actions.give_input(planner, feature, name="reach", likely=12)
    jobs.run_waiting()
    file = tmp_path / "features.csv"
    file.write_text("feature_id,name,segment,reach\nF04,Named by a file,small offices,99\n")
    imports.import_file(file, "features", home=own_sample_home, now=timezone.now())

    mirrored()
    feature.refresh_from_db()
    shown = (feature.name, feature.segment, feature.reach)
    jobs.run_waiting()

    assert shown == ("One invoice a month", "small offices", 12)
    row = in_lake(own_sample_home, "F04")
    assert (row["name"], row["segment"], row["reach"]) == (
        "One invoice a month",
        "small offices",
        12,
    )
    files = ScoreInput.objects.filter(feature=feature, name="reach", origin="import")
    assert 99 in set(files.values_list("likely", flat=True))


def test_an_undone_import_takes_its_features_unless_people_worked_on_them(
    own_sample_home: Path, actor: Act, tmp_path: Path
) -> None:
    file = tmp_path / "more.csv"
    file.write_text("feature_id,name\nX1,Untouched\nX2,Worked on\n")
    now = timezone.now()
    batch = imports.import_file(file, "features", home=own_sample_home, now=now).batch_id
    mirrored()
    actions.change(
        actor(Role.PRODUCT_MANAGER), Feature.objects.get(feature_id="X2"), segment="students"
    )
    assert batch is not None
    imports.undo(batch, home=own_sample_home, now=now)

    mirrored()
    jobs.run_waiting()

    assert not Feature.objects.filter(feature_id="X1").exists()
    assert in_lake(own_sample_home, "X2")["segment"] == "students"


@pytest.mark.slow
def test_the_first_feature_of_an_empty_home_makes_its_lake(empty_home: Path, actor: Act) -> None:
    actions.add(actor(Role.OWNER), name="The very first")

    jobs.run_waiting()

    assert Job.objects.get(kind=actions.WRITE_BACK).status == Job.Status.DONE
    rows = fourfits.open(empty_home).features.to_pyarrow().to_pylist()
    assert [row["name"] for row in rows] == ["The very first"]
