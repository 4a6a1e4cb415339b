"""Who asked for a feature: whatever becomes of needs, runs, imports and people."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fourfits import lake, sources
from fourfits_web.customers.models import Person
from fourfits_web.data import mirroring
from fourfits_web.features import actions as features
from fourfits_web.features.models import Feature
from fourfits_web.feedback.models import Item as Said
from fourfits_web.needs import actions as needs
from fourfits_web.needs import continuing
from fourfits_web.needs.models import Link, Need
from fourfits_web.roadmap import actions, asked, jobs, telling
from fourfits_web.roadmap.models import Asker, Note

from .conftest import NOW, Asking

pytestmark = pytest.mark.django_db


def who(asking: Asking, *states: str) -> list[str]:
    pk = asking.feature.pk
    behind = asked.needs_behind([asking.feature])[pk]
    found = asked.people([pk], behind)
    if states:
        found = found.filter(asked.in_state(pk, states))
    return list(found.order_by("customer_id").values_list("customer_id", flat=True))


def tell(asking: Asking, *people: str) -> None:
    telling.tell(asking.us, asking.feature, people=people, channel="call")


def run(asking: Asking, themes: dict[str, list[Said]]) -> None:
    """A look for themes that found these, whatever stood before."""
    names = list(themes)
    theme_of = {
        item.feedback_id: place for place, name in enumerate(names) for item in themes[name]
    }
    found = continuing.Found(names=names, theme_of=theme_of, sure=dict.fromkeys(theme_of, 0.9))
    needs.take(asking.us, found=found, report=None)


def test_who_speaks_of_a_need_of_the_feature_asked_for_it_once(asking: Asking) -> None:
    asking.says("C1")
    asking.says("C1", "Still slow.")
    asking.says("C2", need=needs.add(asking.us, name="Something else"))
    asking.says("", "Nobody says it.")

    assert who(asking) == ["C1"]
    behind = asked.needs_behind([asking.feature])[asking.feature.pk]
    person = asked.one(asking.feature.pk, behind, "C1")
    assert person is not None
    assert person.asked.n_said == 2  # type: ignore[attr-defined]
    assert person.asked.newest.text == "Still slow."  # type: ignore[attr-defined]


def test_without_a_link_the_need_of_the_data_counts(asking: Asking) -> None:
    imported = Feature.objects.create(
        feature_id="F9", name="Bulk", need=asking.need.name, created_at=NOW, changed_at=NOW
    )
    other = Feature.objects.create(feature_id="F8", name="None", created_at=NOW, changed_at=NOW)

    behind = asked.needs_behind([imported, other, asking.feature])

    assert behind == {
        imported.pk: (asking.need.pk,), other.pk: (), asking.feature.pk: (asking.need.pk,)
    }  # fmt: skip


def test_states_divide_those_who_asked(asking: Asking) -> None:
    for key in ("C1", "C2", "C3", "C4"):
        asking.says(key)
    tell(asking, "C2", "C3", "C4")
    telling.answer(asking.us, asking.feature, people=["C3"], kind="helped")
    telling.answer(asking.us, asking.feature, people=["C4"], kind="not_helped")

    assert [who(asking, state) for state, _ in asked.STATES] == [["C1"], ["C2"], ["C3"], ["C4"]]
    assert who(asking, "waiting", "helped") == ["C1", "C3"]


def test_a_merger_keeps_who_was_told_and_brings_those_of_both(asking: Asking) -> None:
    other = needs.add(asking.us, name="Quick downloads")
    asking.says("C1")
    asking.says("C2", need=other)
    tell(asking, "C1")

    needs.merge(asking.us, asking.need, into=other)

    asking.feature.refresh_from_db()
    assert who(asking) == ["C1", "C2"]
    assert who(asking, "told") == ["C1"]
    assert who(asking, "waiting") == ["C2"]

    needs.unmerge(asking.us, Need.objects.get(pk=asking.need.pk))

    assert who(asking) == ["C1"], "what came along goes back"
    assert who(asking, "told") == ["C1"]


def test_a_run_that_moves_what_somebody_said_does_not_forget_that_they_were_told(
    asking: Asking,
) -> None:
    told, waiting = asking.says("C1"), asking.says("C2")
    others = [asking.says(key) for key in ("C3", "C4", "C5")]
    tell(asking, "C1")
    Link.objects.update(origin=Link.Origin.MACHINE)
    Need.objects.update(is_shaped=False, is_named=False, status="proposed")

    run(asking, {"Exports that end": others, "A theme of its own": [told, waiting]})

    assert who(asking) == ["C1", "C3", "C4", "C5"]
    assert who(asking, "told") == ["C1"]
    assert asked.summary(asking.feature).n_people == 4


def test_who_takes_a_link_away_takes_the_asking_away(asking: Asking) -> None:
    said = asking.says("C1")

    needs.unlink(asking.us, said, need=asking.need)

    assert who(asking) == []


def test_the_summary_counts_people_accounts_and_answers(asking: Asking) -> None:
    for key, account in (("C1", "A1"), ("C2", "A1"), ("C3", "")):
        asking.person(key, account)
        asking.says(key)
    tell(asking, "C1", "C2")
    telling.answer(asking.us, asking.feature, people=["C1"], kind="helped")

    summary = asked.summary(asking.feature)

    assert (summary.n_people, summary.n_accounts, summary.n_told) == (3, 1, 2)
    assert (summary.n_waiting, summary.n_answered, summary.n_helped) == (1, 1, 1)
    assert summary.helped is not None
    assert summary.helped["low"] == pytest.approx(0.2065, abs=1e-4), "Wilson, 1 of 1"
    assert summary.helped["high"] == 1


def test_without_answers_there_is_no_share(asking: Asking) -> None:
    asking.says("C1")
    tell(asking, "C1")

    assert asked.summary(asking.feature).helped is None


def test_the_summary_follows_at_once(asking: Asking) -> None:
    asking.says("C1")
    before = asked.summary(asking.feature)
    second = asking.says("C2")
    between = asked.summary(asking.feature)
    needs.unlink(asking.us, second, need=asking.need)
    tell(asking, "C1")

    after = asked.summary(asking.feature)

    assert [one.n_people for one in (before, between, after)] == [1, 2, 1]
    assert [one.n_told for one in (before, between, after)] == [0, 0, 1]


def test_summaries_of_many_features_ask_as_much_as_of_one(asking: Asking) -> None:
    found = [asking.feature]
    for number in range(6):
        one = features.add(asking.us, name=f"Feature {number}")
        need = needs.add(asking.us, name=f"Need {number}")
        features.link_need(asking.us, one, need=need)
        asking.says(f"P{number}", need=need)
        found.append(one)
    with CaptureQueriesContext(connection) as of_one:
        asked.summaries(found[1:2])

    with CaptureQueriesContext(connection) as of_many:
        sums = asked.summaries(found)

    assert len(of_many) == len(of_one)
    assert [sums[one.pk].n_people for one in found] == [0, 1, 1, 1, 1, 1, 1]


def test_what_shipped_is_untold_until_everybody_is_told(asking: Asking) -> None:
    assert asked.untold() == [], "nobody asked"
    asking.says("C1")
    asking.says("C2")
    cache.clear()
    features.add(asking.us, name="Ahead")

    seen = []
    for each in ("C1", "C2"):
        seen.append([(one.name, sums.n_waiting) for one, sums in asked.untold()])
        tell(asking, each)

    assert seen == [[("Faster export", 2)], [("Faster export", 1)]]
    assert asked.untold() == []


def test_what_is_taken_back_of_an_older_note_is_untold_again_at_once(asking: Asking) -> None:
    for key in ("C1", "C2", "C3"):
        asking.says(key)
    older = telling.tell(asking.us, asking.feature, people=["C1", "C2"], channel="call")
    telling.answer(asking.us, asking.feature, people=["C2"], kind="helped")
    before = [sums.n_waiting for _, sums in asked.untold()]

    telling.undo(asking.us, older)

    assert (before, [sums.n_waiting for _, sums in asked.untold()]) == ([1], [2])


def test_somebody_whom_the_data_do_not_know_is_not_shown(asking: Asking) -> None:
    asking.says("C1")
    tell(asking, "C1")
    Person.objects.all().delete()

    assert who(asking) == []
    assert asked.summary(asking.feature) == asked.Summary()
    assert asked.unknown_to_the_data() == {"C1"}


def test_a_message_names_feature_release_and_its_day(asking: Asking) -> None:
    item = actions.put(asking.us, asking.feature, lane="next")
    release = actions.plan_release(asking.us, name="Spring")
    actions.assign_release(asking.us, item, release=release)
    actions.ship_release(asking.us, release, shipped_on=datetime.date(2026, 3, 1))

    message = asked.drafted(asking.feature, "Maria")

    assert message.subject == "Faster export is here"
    assert "Faster export came with Spring, on 1 March 2026." in message.text
    assert message.text.startswith("Hello {name},")
    assert message.text.endswith("Maria")
    assert asked.addressed(message.text, "Ada").startswith("Hello Ada,")


@pytest.mark.slow
def test_an_erased_person_vanishes_here_and_an_undone_import_forgets_nobody(
    asking: Asking, own_sample_home: Path
) -> None:
    mirroring.copy((), lambda _share, _step: None)
    people = list(
        Said.objects.exclude(customer_id="").order_by("customer_id")
        .values_list("customer_id", flat=True).distinct()[:3]
    )  # fmt: skip
    for each in people:
        needs.link(asking.us, Said.objects.filter(customer_id=each)[0], need=asking.need)
    telling.answer(asking.us, asking.feature, people=people, kind="not_helped", words="Not for us.")

    lake.Lake(own_sample_home / "lake").forget("customer_id", people[0])
    mirroring.copy((), lambda _share, _step: None)

    assert who(asking) == people[1:]
    assert not Said.objects.filter(customer_id=people[0]).exists(), "though people linked it"
    assert sorted(Asker.objects.values_list("customer_id", flat=True)) == people[1:]
    assert Note.objects.get().n_people == 3, "how many it was is no word about anybody"

    Person.objects.filter(customer_id=people[1]).delete()  # as after an undone import
    jobs.forget_erased(sources.open(own_sample_home), lambda _share, _step: None)

    assert sorted(Asker.objects.values_list("customer_id", flat=True)) == people[1:]


def test_what_was_said_last_is_kept_until_somebody_says_more(asking: Asking) -> None:
    asking.person("C3")
    asking.says("C3", "Slow.")
    asking.says("C3", "Slower.")
    pk = asking.feature.pk
    behind = asked.needs_behind([asking.feature])[pk]

    def told(mark: str) -> tuple[str, int]:
        found = asked.one(pk, behind, "C3")
        assert found is not None
        asked.look_up([found], pk, behind, mark)
        return found.asked.newest.text, found.asked.n_said  # type: ignore[attr-defined]

    assert told("today") == told("today") == ("Slower.", 2)
    Said.objects.filter(text="Slower.").update(text="Much slower.")
    assert told("today") == ("Much slower.", 2)
    asking.says("C3", "Slowest.")
    assert told("today") == ("Much slower.", 2)
    assert told("tomorrow") == told("") == ("Slowest.", 3)


@pytest.mark.slow
def test_a_hundred_thousand_items_are_listed_in_few_queries(asking: Asking) -> None:
    n = 100_000
    Person.objects.bulk_create(
        [Person(customer_id=f"P{k}", name=f"Person {k}", digest=0) for k in range(n // 20)]
    )
    said = Said.objects.bulk_create(
        [
            Said(feedback_id=f"F{k}", customer_id=f"P{k % (n // 20)}", text="Slow.",
                 occurred_at=NOW + datetime.timedelta(minutes=k))
            for k in range(n)
        ],
        batch_size=5_000,
    )  # fmt: skip
    elsewhere = Need.objects.create(name="Else", status="accepted", created_at=NOW)
    Link.objects.bulk_create(
        [
            Link(item=one, need=asking.need if k % 4 == 0 else elsewhere)
            for k, one in enumerate(said)
        ],
        batch_size=5_000,
    )

    with CaptureQueriesContext(connection) as queries:
        summary = asked.summary(asking.feature)
        note = telling.tell(asking.us, asking.feature, people=who(asking), channel="email")

    assert summary.n_people == note.n_people == 1_250
    assert sum(float(each["time"]) for each in queries) < 5
