"""What is done with segments, feedback and needs."""

from __future__ import annotations

from fourfits_web.features import actions as features
from fourfits_web.feedback import actions as feedback
from fourfits_web.feedback.models import Item, Status
from fourfits_web.needs import actions as needs
from fourfits_web.needs.continuing import Found
from fourfits_web.needs.models import Need
from fourfits_web.segments import actions as segments
from fourfits_web.segments.models import Segment, Segmentation
from rules.deeds import records
from rules.deeds.cases import Cases, Deed

case = Cases()


@case("segment.describe")
def _() -> Deed:
    one = Segment.objects.create(segmentation=Segmentation.objects.create(name="rfm"), name="555")
    return lambda actor: segments.describe(actor, one, label="Best", description="")


@case("feedback.receive")
def _() -> Deed:
    return lambda actor: feedback.receive(actor, text="The export is slow.")


@case("feedback.moved")
def _() -> Deed:
    one = records.item()
    return lambda actor: feedback.note_moved(actor, [one], there={one.feedback_id})


@case("feedback.assign")
def _() -> Deed:
    one = records.item()
    return lambda actor: feedback.assign(actor, one, to=actor.member)


@case("feedback.mark")
def _() -> Deed:
    one = records.item()
    return lambda actor: feedback.mark(actor, one, status=Status.CLOSED)


@case("feedback.tag")
def _() -> Deed:
    one = records.item()
    return lambda actor: feedback.tag(actor, one, add=["export"])


@case("feedback.undo")
def _() -> Deed:
    one = feedback.mark(records.us(), records.item(), status=Status.CLOSED)
    return lambda actor: feedback.restore(actor, one, status="open", assignee_id=None, tags=[])


def _spoken_of() -> tuple[Need, Item]:
    one, item = records.need(), records.item()
    needs.link(records.us(), item, need=one)
    return one, item


@case("need.add")
def _() -> Deed:
    return lambda actor: needs.add(actor, name="Export")


case.on("need.accept", records.need, needs.accept)


@case("need.rename")
def _() -> Deed:
    one = records.need()
    # A name that stands with features too.
    features.link_need(records.us(), records.feature(), need=one)
    return lambda actor: needs.rename(actor, one, name="Faster export")


@case("need.describe")
def _() -> Deed:
    one = records.need()
    return lambda actor: needs.describe(actor, one, description="Of whole lists")


case.on("need.drop", records.need, needs.drop)


@case("need.propose")
def _() -> Deed:
    one = needs.drop(records.us(), records.need())
    return lambda actor: needs.propose(actor, one)


@case("need.merge")
def _() -> Deed:
    one, _ = _spoken_of()
    features.link_need(records.us(), records.feature(), need=one)
    other = records.need("Import")
    return lambda actor: needs.merge(actor, one, into=other)


@case("need.unmerge")
def _() -> Deed:
    one, _ = _spoken_of()
    needs.merge(records.us(), one, into=records.need("Import"))
    return lambda actor: needs.unmerge(actor, one)


@case("need.split")
def _() -> Deed:
    one, item = _spoken_of()
    return lambda actor: needs.split(actor, one, name="Export of pictures", items=[item.pk])


@case("need.link")
def _() -> Deed:
    one, item = records.need(), records.item()
    return lambda actor: needs.link(actor, item, need=one)


@case("need.unlink")
def _() -> Deed:
    one, item = _spoken_of()
    return lambda actor: needs.unlink(actor, item, need=one)


@case("need.run")
def _() -> Deed:
    item = records.item()
    run = Found(names=["slow export"], theme_of={item.feedback_id: 0}, sure={})
    return lambda actor: needs.take(actor, found=run, report=None)


@case("need.parts")
def _() -> Deed:
    one = records.need()
    return lambda actor: needs.note_parts(actor, one, parts={"found": []})
