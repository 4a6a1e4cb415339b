"""What is done with features and the roadmap."""

from __future__ import annotations

from typing import Any

from fourfits_web.customers.models import Person
from fourfits_web.features import actions as features
from fourfits_web.features.models import Feature
from fourfits_web.needs import actions as needs
from fourfits_web.roadmap import actions as roadmap
from fourfits_web.roadmap import telling
from fourfits_web.roadmap.models import Note, Release, Vision
from rules.deeds import records
from rules.deeds.cases import Cases, Deed

case = Cases()


@case("feature.add")
def _() -> Deed:
    return lambda actor: features.add(actor, name="Faster export")


@case("feature.change")
def _() -> Deed:
    one = records.feature()
    return lambda actor: features.change(actor, one, status="planned")


@case("feature.link_need")
def _() -> Deed:
    one, need = records.feature(), records.need()
    return lambda actor: features.link_need(actor, one, need=need)


@case("feature.unlink_need")
def _() -> Deed:
    one, need = records.feature(), records.need()
    features.link_need(records.us(), one, need=need)
    return lambda actor: features.unlink_need(actor, one, need=need)


@case("feature.give_input")
def _() -> Deed:
    one = records.feature()
    return lambda actor: features.give_input(actor, one, name="effort", likely=2.0)


def _release() -> Release:
    return roadmap.plan_release(records.us(), name="Spring", release_on=records.TODAY)


def _planned() -> Any:
    item = roadmap.put(records.us(), records.feature(), lane="next")
    return roadmap.assign_release(records.us(), item, release=_release())


@case("roadmap.place")
def _() -> Deed:
    item = roadmap.put(records.us(), records.feature(), lane="next")
    return lambda actor: roadmap.move(actor, item, lane="now")


@case("roadmap.describe")
def _() -> Deed:
    item = roadmap.put(records.us(), records.feature(), lane="next")
    return lambda actor: roadmap.describe(actor, item, team="Web")


@case("roadmap.assign_release")
def _() -> Deed:
    item, release = roadmap.put(records.us(), records.feature(), lane="next"), _release()
    return lambda actor: roadmap.assign_release(actor, item, release=release)


@case("roadmap.write_vision")
def _() -> Deed:
    words = {"text": "Good coffee in every office.", "is_shared": True}
    return lambda actor: roadmap.write_vision(actor, Vision(pk=1), **words)


@case("roadmap.plan_release")
def _() -> Deed:
    return lambda actor: roadmap.plan_release(actor, name="Spring")


@case("roadmap.change_release")
def _() -> Deed:
    release = _planned().release
    return lambda actor: roadmap.change_release(
        actor, release, name="May", release_on=records.TODAY, notice="", is_shared=True
    )


@case("roadmap.ship_release")
def _() -> Deed:
    release = _planned().release
    return lambda actor: roadmap.ship_release(actor, release, shipped_on=records.TODAY)


@case("roadmap.drop_release")
def _() -> Deed:
    release = _planned().release
    return lambda actor: roadmap.drop_release(actor, release)


def _asked_for() -> Feature:
    """A shipped feature that C1 asked for."""
    one, need = records.feature(), records.need()
    features.link_need(records.us(), one, need=need)
    features.change(records.us(), one, status="shipped")
    needs.link(records.us(), records.item(), need=need)
    Person.objects.create(customer_id="C1", name="Ada", digest=0)
    return one


def _told(one: Feature) -> Note:
    return telling.tell(records.us(), one, people=["C1"], channel="call")


@case("feature.tell")
def _() -> Deed:
    one = _asked_for()
    return lambda actor: telling.tell(actor, one, people=["C1"], channel="email")


@case("feature.answer")
def _() -> Deed:
    one = _asked_for()
    return lambda actor: telling.answer(actor, one, people=["C1"], kind="helped", words="Yes.")


@case("feature.take_back")
def _() -> Deed:
    one = _asked_for()
    _told(one)
    return lambda actor: telling.take_back(actor, one, people=["C1"])


@case("feature.undo_note")
def _() -> Deed:
    note = _told(_asked_for())
    return lambda actor: telling.undo(actor, note)


@case("feature.draft_message")
def _() -> Deed:
    one = _asked_for()
    return lambda actor: telling.draft(actor, one, subject="It is here", text="Hello {name},")
