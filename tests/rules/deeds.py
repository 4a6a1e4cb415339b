"""One deed for each action: what must be there before, and the call that does it.

A case prepares the records in a workspace and returns a function of the actor. An action without a
case fails `test_actions.py`: write one here.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from fourfits import imports
from fourfits_web.core import job_actions, jobs
from fourfits_web.core.actors import Actor
from fourfits_web.core.lists import saved
from fourfits_web.core.models import Job
from fourfits_web.core.roles import Role
from fourfits_web.data import actions as data
from fourfits_web.data import queries as data_queries
from fourfits_web.data.models import Batch, Quarantined, Upload
from fourfits_web.decisions import actions as decisions
from fourfits_web.decisions.models import Decision
from fourfits_web.experiments import actions as experiments
from fourfits_web.experiments.models import Experiment, State
from fourfits_web.features import actions as features
from fourfits_web.features.models import Feature
from fourfits_web.feedback import actions as feedback
from fourfits_web.feedback.models import Item, Status
from fourfits_web.fits import actions as fits
from fourfits_web.fits.models import Conflict, Owner
from fourfits_web.members import actions as members
from fourfits_web.members.models import Invitation, Key, Member, SignInLink
from fourfits_web.needs import actions as needs
from fourfits_web.needs.continuing import Found
from fourfits_web.needs.models import Need
from fourfits_web.pricing import actions as pricing
from fourfits_web.reports import actions as reports
from fourfits_web.roadmap import actions as roadmap
from fourfits_web.roadmap.models import Release
from fourfits_web.segments import actions as segments
from fourfits_web.segments.models import Segment, Segmentation
from fourfits_web.webhooks import actions as webhooks
from fourfits_web.webhooks import signing
from fourfits_web.webhooks.models import Delivery, Endpoint

Deed = Callable[[Actor], Any]
CASES: dict[str, Callable[[], Deed]] = {}
TODAY = datetime.date(2026, 3, 1)
SECRET = members.new_key()


def case(verb: str) -> Callable[[Callable[[], Deed]], Callable[[], Deed]]:
    """Register the case of an action."""

    def wrap(prepare: Callable[[], Deed]) -> Callable[[], Deed]:
        assert verb not in CASES
        CASES[verb] = prepare
        return prepare

    return wrap


def _us() -> Actor:
    return Actor.workspace("command")


def _member(role: Role = Role.OWNER, email: str = "somebody@example.org") -> Member:
    found = Member.objects.filter(email=email).first()
    return found or Member.objects.create_user(email, name=role.label, role=role)


def _as_member() -> Actor:
    return Actor.member_at(_member(), "page")


# ------------------------------------------------------------------------------ frame and members


@case("view.saved")
def _() -> Deed:
    return lambda actor: saved.save_view(actor, key="needs", name="Mine", query="q=x")


@case("view.forgotten")
def _() -> Deed:
    view = saved.save_view(_as_member(), key="needs", name="Mine", query="q=x")
    return lambda actor: saved.forget_view(actor, view)


@case("job.cancel")
def _() -> Deed:
    row = jobs.start(_us(), "x", "x")
    return lambda actor: job_actions.cancel(actor, row)


@case("job.retry")
def _() -> Deed:
    row = jobs.start(_us(), "x", "x")
    Job.objects.update(status=Job.Status.FAILED)
    return lambda actor: job_actions.retry(actor, row)


@case("member.add")
def _() -> Deed:
    return lambda actor: members.add(actor, email="n@example.org", name="New", role=Role.VIEWER)


@case("member.change_role")
def _() -> Deed:
    one = _member(Role.VIEWER)
    return lambda actor: members.change_role(actor, one, role=Role.ANALYST)


@case("member.leave")
def _() -> Deed:
    one = _member(Role.VIEWER)
    return lambda actor: members.deactivate(actor, one)


@case("member.return")
def _() -> Deed:
    one = _member(Role.VIEWER)
    members.deactivate(_us(), one)
    return lambda actor: members.activate(actor, one)


@case("member.rename")
def _() -> Deed:
    return lambda actor: members.rename(actor, actor.member, name="Another name")


def _invitation() -> Invitation:
    return members.invite(_us(), email="i@example.org", role=Role.VIEWER, secret=SECRET)


@case("invitation.send")
def _() -> Deed:
    return lambda actor: members.invite(
        actor, email="i@example.org", role=Role.VIEWER, secret=SECRET
    )


@case("invitation.revoke")
def _() -> Deed:
    one = _invitation()
    return lambda actor: members.revoke_invitation(actor, one)


@case("invitation.accept")
def _() -> Deed:
    one = _invitation()
    return lambda actor: members._accept(actor, one, name="Invited", password="x" * 12)


def _link() -> SignInLink:
    return members.make_link(_us(), _member(), secret=SECRET, loopback_only=True)


@case("link.make")
def _() -> Deed:
    one = _member()
    return lambda actor: members.make_link(actor, one, secret=SECRET, loopback_only=True)


@case("link.use")
def _() -> Deed:
    one = _link()
    return lambda actor: members.use_link(actor, one)


def _key() -> Key:
    return members.issue_key(
        _us(), name="Key", member=_member(), scopes=["workspace.read"], secret=SECRET
    )


@case("key.issue")
def _() -> Deed:
    one = _member()
    return lambda actor: members.issue_key(
        actor, name="Key", member=one, scopes=["workspace.read"], secret=SECRET
    )


@case("key.revoke")
def _() -> Deed:
    one = _key()
    return lambda actor: members.revoke_key(actor, one)


# ------------------------------------------------------------------------------------------- data


def _upload(status: Upload.Status = Upload.Status.CHECKED) -> Upload:
    return Upload.objects.create(
        name="x.csv", path="x.csv", size_bytes=1, status=status, table="orders", member=_member(),
        created_at=timezone.now(),
    )  # fmt: skip


def _batch() -> Batch:
    return Batch.objects.create(
        batch_id="orders-1", table="orders", file="x.csv", imported_at=timezone.now(), n_read=2,
        n_added=1, n_changed=0, n_known=0, n_quarantined=1,
    )  # fmt: skip


def _row() -> Quarantined:
    return Quarantined.objects.create(
        batch=_batch(), line=3, table="orders", column="quantity", value="six", reason="no number"
    )


@case("data.upload")
def _() -> Deed:
    return lambda actor: data.receive(
        actor, name="x.csv", path="x.csv", size_bytes=1, is_copy=False
    )


@case("data.map")
def _() -> Deed:
    one = _upload()
    return lambda actor: data.choose(
        actor, one, table="orders", mapping={}, left_out=[], date_order="day"
    )


@case("data.check")
def _() -> Deed:
    one = _upload()
    return lambda actor: data.check(actor, one)


@case("data.import")
def _() -> Deed:
    one = _upload()
    return lambda actor: data.start_import(actor, one)


@case("data.imported")
def _() -> Deed:
    one = _upload(Upload.Status.IMPORTING)
    done = imports.ImportReport(table="orders", file="x.csv", batch_id="orders-1", n_read=1)
    return lambda actor: data.note_import(actor, one, report=done, now=timezone.now())


@case("data.discard")
def _() -> Deed:
    one = _upload()
    return lambda actor: data.discard(actor, one)


@case("data.undo")
def _() -> Deed:
    one = _batch()
    return lambda actor: data.start_undo(actor, one)


@case("data.undone")
def _() -> Deed:
    one = _batch()
    return lambda actor: data.note_undo(actor, one, undone_at=timezone.now())


@case("data.mend")
def _() -> Deed:
    one = _row()
    return lambda actor: data.correct(actor, one, corrections={"quantity": "6"}, also_alike=True)


@case("data.rerun")
def _() -> Deed:
    one = _row()
    return lambda actor: data.run_again(actor, [one])


@case("data.set_aside")
def _() -> Deed:
    one = _row()
    return lambda actor: data.set_aside(actor, [one])


@case("data.take_back")
def _() -> Deed:
    one = _row()
    data.set_aside(_us(), [one])
    return lambda actor: data.take_back(actor, [one])


@case("data.mended")
def _() -> Deed:
    one = _row().batch
    done = imports.MendReport(batch="orders-1", table="orders", batch_id="orders-2", landed=(3,))
    return lambda actor: data.note_mend(actor, one, report=done, now=timezone.now())


@case("data.check_quality")
def _() -> Deed:
    return data.check_quality


@case("settings.change_workspace")
def _() -> Deed:
    record = data_queries.workspace_settings()
    return lambda actor: data.change_settings(
        actor, record, name="Ours", currency="EUR", product_kind="both", fiscal_start_month=4
    )


# --------------------------------------------------------------------------- reports and decisions


@case("report.refresh")
def _() -> Deed:
    return lambda actor: reports.refresh(actor, "nps", {})


@case("report.refresh_all")
def _() -> Deed:
    return reports.refresh_all


def _decision() -> Decision:
    return decisions.record(_us(), what="Build it", why="It is asked for")


@case("decision.record")
def _() -> Deed:
    return lambda actor: decisions.record(actor, what="Build it", why="It is asked for")


@case("decision.revise")
def _() -> Deed:
    one = _decision()
    return lambda actor: decisions.revise(actor, one, {"what": "Buy it"})


@case("decision.look_again")
def _() -> Deed:
    one = _decision()
    return lambda actor: decisions.look_again(actor, one, happened="It helped")


# ---------------------------------------------------------------------------- customers' voice


@case("segment.describe")
def _() -> Deed:
    one = Segment.objects.create(segmentation=Segmentation.objects.create(name="rfm"), name="555")
    return lambda actor: segments.describe(actor, one, label="Best", description="")


def _item() -> Item:
    return feedback.receive(_us(), text="The export is slow.", customer_id="C1")


@case("feedback.receive")
def _() -> Deed:
    return lambda actor: feedback.receive(actor, text="The export is slow.")


@case("feedback.moved")
def _() -> Deed:
    one = _item()
    return lambda actor: feedback.note_moved(actor, [one], there={one.feedback_id})


@case("feedback.assign")
def _() -> Deed:
    one = _item()
    return lambda actor: feedback.assign(actor, one, to=actor.member)


@case("feedback.mark")
def _() -> Deed:
    one = _item()
    return lambda actor: feedback.mark(actor, one, status=Status.CLOSED)


@case("feedback.tag")
def _() -> Deed:
    one = _item()
    return lambda actor: feedback.tag(actor, one, add=["export"])


@case("feedback.undo")
def _() -> Deed:
    one = feedback.mark(_us(), _item(), status=Status.CLOSED)
    return lambda actor: feedback.restore(actor, one, status="open", assignee_id=None, tags=[])


def _need(name: str = "Export") -> Need:
    return needs.add(_us(), name=name)


def _spoken_of() -> tuple[Need, Item]:
    one, item = _need(), _item()
    needs.link(_us(), item, need=one)
    return one, item


@case("need.add")
def _() -> Deed:
    return lambda actor: needs.add(actor, name="Export")


@case("need.accept")
def _() -> Deed:
    one = _need()
    return lambda actor: needs.accept(actor, one)


@case("need.rename")
def _() -> Deed:
    one = _need()
    features.link_need(_us(), _feature(), need=one)  # a name that stands with features too
    return lambda actor: needs.rename(actor, one, name="Faster export")


@case("need.describe")
def _() -> Deed:
    one = _need()
    return lambda actor: needs.describe(actor, one, description="Of whole lists")


@case("need.drop")
def _() -> Deed:
    one = _need()
    return lambda actor: needs.drop(actor, one)


@case("need.propose")
def _() -> Deed:
    one = needs.drop(_us(), _need())
    return lambda actor: needs.propose(actor, one)


@case("need.merge")
def _() -> Deed:
    one, _ = _spoken_of()
    features.link_need(_us(), _feature(), need=one)
    other = _need("Import")
    return lambda actor: needs.merge(actor, one, into=other)


@case("need.unmerge")
def _() -> Deed:
    one, _ = _spoken_of()
    needs.merge(_us(), one, into=_need("Import"))
    return lambda actor: needs.unmerge(actor, one)


@case("need.split")
def _() -> Deed:
    one, item = _spoken_of()
    return lambda actor: needs.split(actor, one, name="Export of pictures", items=[item.pk])


@case("need.link")
def _() -> Deed:
    one, item = _need(), _item()
    return lambda actor: needs.link(actor, item, need=one)


@case("need.unlink")
def _() -> Deed:
    one, item = _spoken_of()
    return lambda actor: needs.unlink(actor, item, need=one)


@case("need.run")
def _() -> Deed:
    item = _item()
    run = Found(names=["slow export"], theme_of={item.feedback_id: 0}, sure={})
    return lambda actor: needs.take(actor, found=run, report=None)


@case("need.parts")
def _() -> Deed:
    one = _need()
    return lambda actor: needs.note_parts(actor, one, parts={"found": []})


# --------------------------------------------------------------------------- features and roadmap


def _feature() -> Feature:
    return features.add(_us(), name="Faster export")


@case("feature.add")
def _() -> Deed:
    return lambda actor: features.add(actor, name="Faster export")


@case("feature.change")
def _() -> Deed:
    one = _feature()
    return lambda actor: features.change(actor, one, status="planned")


@case("feature.link_need")
def _() -> Deed:
    one, need = _feature(), _need()
    return lambda actor: features.link_need(actor, one, need=need)


@case("feature.unlink_need")
def _() -> Deed:
    one, need = _feature(), _need()
    features.link_need(_us(), one, need=need)
    return lambda actor: features.unlink_need(actor, one, need=need)


@case("feature.give_input")
def _() -> Deed:
    one = _feature()
    return lambda actor: features.give_input(actor, one, name="effort", likely=2.0)


def _release() -> Release:
    return roadmap.plan_release(_us(), name="Spring", release_on=TODAY)


def _planned() -> Any:
    item = roadmap.put(_us(), _feature(), lane="next")
    return roadmap.assign_release(_us(), item, release=_release())


@case("roadmap.place")
def _() -> Deed:
    item = roadmap.put(_us(), _feature(), lane="next")
    return lambda actor: roadmap.move(actor, item, lane="now")


@case("roadmap.describe")
def _() -> Deed:
    item = roadmap.put(_us(), _feature(), lane="next")
    return lambda actor: roadmap.describe(actor, item, team="Web")


@case("roadmap.assign_release")
def _() -> Deed:
    item, release = roadmap.put(_us(), _feature(), lane="next"), _release()
    return lambda actor: roadmap.assign_release(actor, item, release=release)


@case("roadmap.plan_release")
def _() -> Deed:
    return lambda actor: roadmap.plan_release(actor, name="Spring")


@case("roadmap.change_release")
def _() -> Deed:
    release = _planned().release
    return lambda actor: roadmap.change_release(
        actor, release, name="May", release_on=TODAY, notice="", is_shared=True
    )


@case("roadmap.ship_release")
def _() -> Deed:
    release = _planned().release
    return lambda actor: roadmap.ship_release(actor, release, shipped_on=TODAY)


@case("roadmap.drop_release")
def _() -> Deed:
    release = _planned().release
    return lambda actor: roadmap.drop_release(actor, release)


# ------------------------------------------------------------------------------ market and fits


@case("pricing.change")
def _() -> Deed:
    return lambda actor: pricing.change(actor, prices={"Basic": 8.0})


def _experiment() -> Experiment:
    return experiments.plan(_us(), experiment_id="E1", hypothesis="It helps", owner=None)


@case("experiment.plan")
def _() -> Deed:
    return lambda actor: experiments.plan(
        actor, experiment_id="E1", hypothesis="It helps", owner=None
    )


@case("experiment.describe")
def _() -> Deed:
    one = _experiment()
    return lambda actor: experiments.describe(
        actor, one, name="New", hypothesis="", owner=None, state=State.RUNNING
    )


@case("experiment.measure")
def _() -> Deed:
    one = _experiment()
    return lambda actor: experiments.measure(actor, one, asked={"metric": "orders"})


def _conflict() -> Conflict:
    now = timezone.now()
    return Conflict.objects.create(
        key="k", kind="price", title="Too dear", sentence="…", size_amount=1.0, size_low=0.5,
        size_high=2.0, probability=0.9, owners="both", first_seen_at=now, seen_at=now,
    )  # fmt: skip


@case("fits.own")
def _() -> Deed:
    owner = Owner(fit="product_market")
    return lambda actor: fits.own(actor, owner, to=_member())


@case("fits.answer")
def _() -> Deed:
    one = _conflict()
    return lambda actor: fits.answer(actor, one, note="We lower it")


@case("fits.reopen")
def _() -> Deed:
    one = _conflict()
    fits.answer(_us(), one, note="We lower it")
    return lambda actor: fits.reopen(actor, one)


# --------------------------------------------------------------------------------------- webhooks


def _endpoint() -> Endpoint:
    return webhooks.add(
        _us(), name="Shop", url="http://localhost:9/", events=[], secret=signing.new_secret()
    )


def _delivery() -> Delivery:
    return webhooks.test(_us(), _endpoint())


@case("webhook.add")
def _() -> Deed:
    return lambda actor: webhooks.add(
        actor, name="S", url="http://localhost:9/", events=[], secret=signing.new_secret()
    )


@case("webhook.change")
def _() -> Deed:
    one = _endpoint()
    return lambda actor: webhooks.change(
        actor, one, name="Store", url="http://localhost:9/", events=["need.added"]
    )


@case("webhook.rotate")
def _() -> Deed:
    one = _endpoint()
    return lambda actor: webhooks.rotate(actor, one, secret=signing.new_secret())


@case("webhook.pause")
def _() -> Deed:
    one = _endpoint()
    return lambda actor: webhooks.pause(actor, one)


@case("webhook.resume")
def _() -> Deed:
    one = webhooks.pause(_us(), _endpoint())
    return lambda actor: webhooks.resume(actor, one)


@case("webhook.remove")
def _() -> Deed:
    one = _endpoint()
    return lambda actor: webhooks.remove(actor, one)


@case("webhook.replay")
def _() -> Deed:
    one = _delivery()
    return lambda actor: webhooks.replay(actor, one)


@case("webhook.test")
def _() -> Deed:
    one = _endpoint()
    return lambda actor: webhooks.test(actor, one)
