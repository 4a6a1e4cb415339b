"""From feedback in the lake to needs, and from people's decisions back to the lake."""

from __future__ import annotations

from pathlib import Path

import pytest

from fourfits import lake, tables
from fourfits_web.core import jobs as queue
from fourfits_web.core.actors import Actor
from fourfits_web.core.models import Job
from fourfits_web.data import mirroring
from fourfits_web.data import queries as data
from fourfits_web.needs import actions, queries
from fourfits_web.needs.models import Need, Run


def assigned(home: Path) -> set[str]:
    rows = lake.Lake(home / "lake").read("assignments")
    return set() if rows is None else set(rows["theme"].to_pylist())


@pytest.fixture
def found(own_sample_home: Path) -> Path:
    """The sample company, copied, looked through and counted."""
    mirroring.note(data.source(), tables.CANONICAL)
    mirroring.copy(["feedback"], lambda share, step: None)
    queue.run_waiting()
    return own_sample_home


def test_needs_are_found_counted_and_written_to_the_lake(found: Path) -> None:
    needs = list(queries.active())

    assert Run.objects.get().n_items > 1_900
    assert assigned(found) == {need.name for need in needs}
    first = needs[0]
    assert first.people is not None
    assert first.people >= first.n_people > 0
    assert len(first.months) == 12
    assert queries.quotes(first, 3)


def test_what_people_decide_reaches_the_lake_and_survives_the_next_look(
    found: Path, shaper: Actor
) -> None:
    first, second = list(queries.active())[:2]
    actions.rename(shaper, first, name="Named by people")
    actions.merge(shaper, second, into=Need.objects.get(pk=first.pk))
    queue.run_waiting()

    names = assigned(found)
    assert "Named by people" in names
    assert second.name not in names
    actions.look(shaper)
    queue.run_waiting()

    assert Run.objects.count() == 2
    assert assigned(found) == {need.name for need in queries.active()}
    assert Need.objects.get(pk=first.pk).name == "Named by people"
    assert not Job.objects.filter(status=Job.Status.FAILED).exists()


def test_copying_feedback_that_did_not_change_looks_at_nothing_anew(found: Path) -> None:
    mirroring.copy(["feedback"], lambda share, step: None)
    queue.run_waiting()

    assert Run.objects.count() == 1
