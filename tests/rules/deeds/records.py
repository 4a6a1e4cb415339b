"""Records that the cases of more than one part need."""

from __future__ import annotations

import datetime

from fourfits_web.core.actors import Actor
from fourfits_web.core.roles import Role
from fourfits_web.features import actions as features
from fourfits_web.features.models import Feature
from fourfits_web.feedback import actions as feedback
from fourfits_web.feedback.models import Item
from fourfits_web.members import actions as members
from fourfits_web.members.models import Member
from fourfits_web.needs import actions as needs
from fourfits_web.needs.models import Need

TODAY = datetime.date(2026, 3, 1)
SECRET = members.new_key()


def us() -> Actor:
    return Actor.workspace("command")


def member(role: Role = Role.OWNER, email: str = "somebody@example.org") -> Member:
    found = Member.objects.filter(email=email).first()
    return found or Member.objects.create_user(email, name=role.label, role=role)


def as_member() -> Actor:
    return Actor.member_at(member(), "page")


def item() -> Item:
    return feedback.receive(us(), text="The export is slow.", customer_id="C1")


def need(name: str = "Export") -> Need:
    return needs.add(us(), name=name)


def feature() -> Feature:
    return features.add(us(), name="Faster export")
