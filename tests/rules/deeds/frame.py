"""What the frame and the members' pages do."""

from __future__ import annotations

from django.contrib.auth import SESSION_KEY

from fourfits_web.core import job_actions, jobs
from fourfits_web.core.lists import saved
from fourfits_web.core.models import Job, Session
from fourfits_web.core.roles import Role
from fourfits_web.core.sessions import SessionStore
from fourfits_web.members import actions as members
from fourfits_web.members.models import Invitation, Key, SignInLink
from rules.deeds import records
from rules.deeds.cases import Cases, Deed

case = Cases()


@case("view.saved")
def _() -> Deed:
    return lambda actor: saved.save_view(actor, key="needs", name="Mine", query="q=x")


@case("view.forgotten")
def _() -> Deed:
    view = saved.save_view(records.as_member(), key="needs", name="Mine", query="q=x")
    return lambda actor: saved.forget_view(actor, view)


@case("job.cancel")
def _() -> Deed:
    row = jobs.start(records.us(), "x", "x")
    return lambda actor: job_actions.cancel(actor, row)


@case("job.retry")
def _() -> Deed:
    row = jobs.start(records.us(), "x", "x")
    Job.objects.update(status=Job.Status.FAILED)
    return lambda actor: job_actions.retry(actor, row)


@case("member.add")
def _() -> Deed:
    return lambda actor: members.add(actor, email="n@example.org", name="New", role=Role.VIEWER)


@case("member.change_role")
def _() -> Deed:
    one = records.member(Role.VIEWER)
    return lambda actor: members.change_role(actor, one, role=Role.ANALYST)


@case("member.leave")
def _() -> Deed:
    one = records.member(Role.VIEWER)
    return lambda actor: members.deactivate(actor, one)


@case("member.return")
def _() -> Deed:
    one = records.member(Role.VIEWER)
    members.deactivate(records.us(), one)
    return lambda actor: members.activate(actor, one)


@case("member.rename")
def _() -> Deed:
    return lambda actor: members.rename(actor, actor.member, name="Another name")


@case("password.choose")
def _() -> Deed:
    return lambda actor: members.choose_password(actor, actor.member, password="x" * 12)


@case("session.end")
def _() -> Deed:
    begun = SessionStore()
    begun[SESSION_KEY] = str(records.member().pk)
    begun.save()
    session = Session.objects.get()
    return lambda actor: members.end_session(actor, session)


@case("second_factor.turn_on")
def _() -> Deed:
    return lambda actor: members.note_second_factor(actor, actor.member)


@case("second_factor.turn_off")
def _() -> Deed:
    return lambda actor: members.note_no_second_factor(actor, actor.member)


@case("recovery_codes.make")
def _() -> Deed:
    return lambda actor: members.note_recovery_codes(actor, actor.member)


@case("identity.connect")
def _() -> Deed:
    return lambda actor: members.note_identity(actor, actor.member, provider="Single sign-on")


def _invitation() -> Invitation:
    return members.invite(
        records.us(), email="i@example.org", role=Role.VIEWER, secret=records.SECRET
    )


@case("invitation.send")
def _() -> Deed:
    return lambda actor: members.invite(
        actor, email="i@example.org", role=Role.VIEWER, secret=records.SECRET
    )


case.on("invitation.revoke", _invitation, members.revoke_invitation)


@case("invitation.accept")
def _() -> Deed:
    one = _invitation()
    return lambda actor: members._accept(actor, one, name="Invited", password="x" * 12)


def _link() -> SignInLink:
    return members.make_link(
        records.us(), records.member(), secret=records.SECRET, loopback_only=True
    )


@case("link.make")
def _() -> Deed:
    one = records.member()
    return lambda actor: members.make_link(actor, one, secret=records.SECRET, loopback_only=True)


case.on("link.use", _link, members.use_link)


def _key() -> Key:
    return members.issue_key(
        records.us(),
        name="Key",
        member=records.member(),
        scopes=["workspace.read"],
        secret=records.SECRET,
    )


@case("key.issue")
def _() -> Deed:
    one = records.member()
    return lambda actor: members.issue_key(
        actor, name="Key", member=one, scopes=["workspace.read"], secret=records.SECRET
    )


case.on("key.revoke", _key, members.revoke_key)
