"""A workspace in which people have worked, and its pages."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import addresses
from addresses import Address
from fourfits import report
from fourfits_web.core import jobs
from fourfits_web.core.actors import Actor
from fourfits_web.core.models import AuditEntry, Job
from fourfits_web.core.roles import Role
from fourfits_web.customers.models import Account, Person
from fourfits_web.data import actions as data
from fourfits_web.data import mirroring
from fourfits_web.data import queries as data_queries
from fourfits_web.data.models import Batch, Quarantined, Upload
from fourfits_web.decisions import actions as decisions
from fourfits_web.decisions.models import Decision, Evidence
from fourfits_web.experiments.models import Experiment
from fourfits_web.features import actions as features
from fourfits_web.features.models import Feature
from fourfits_web.feedback.models import Item as Said
from fourfits_web.fits.models import Conflict
from fourfits_web.members import actions as members
from fourfits_web.members.models import Member
from fourfits_web.needs.models import Need, Run
from fourfits_web.reports import running
from fourfits_web.reports.models import Report
from fourfits_web.roadmap import actions as roadmap
from fourfits_web.roadmap import asked, telling
from fourfits_web.roadmap.models import Asker, Note, Release, Vision
from fourfits_web.roadmap.models import Item as Planned
from fourfits_web.segments.models import Segment
from fourfits_web.webhooks import actions as webhooks
from fourfits_web.webhooks.models import Delivery, Endpoint

NOT_TO_BE_READ = 405
SECRET = "s" * 43
BROKEN = """order_id,line,customer_id,ordered_at,revenue_amount
X1,1,C1,2026-03-01,12.50
X2,1,C1,not a day,9.90
X3,1,C2,2026-03-02,many
"""
ROWS: dict[str, Callable[[], Any]] = {
    "core:job": Job.objects.first,
    "core:audit_entry": AuditEntry.objects.first,
    "data:file": Upload.objects.first,
    "data:batch": lambda: Batch.objects.get(file="broken.csv").batch_id,
    "data:row": Quarantined.objects.first,
    "data:table": lambda: "orders",
    "data:template": lambda: "orders",
    "customers:person": lambda: Person.objects.exclude(account_id="")[0].customer_id,
    "customers:account": lambda: Account.objects.order_by("-n_people")[0].account_id,
    "segments:": lambda: Segment.objects.order_by("-n_people").first(),
    "feedback:item": lambda: Said.objects.exclude(account_id="").first(),
    "needs:run": Run.objects.first,
    "needs:": lambda: Need.objects.order_by("-n_items").first(),
    "features:": lambda: Feature.objects.filter(standing__rank=1).first(),
    "experiments:": Experiment.objects.first,
    "channels:channel": lambda: "paid social",
    "channels:": lambda: "segment",
    "roadmap:item": Planned.objects.first,
    "roadmap:asked": Note.objects.values_list("feature", flat=True).first,
    "roadmap:asker": Note.objects.values_list("feature", flat=True).first,
    "roadmap:": Release.objects.first,
    "fits:conflict": Conflict.objects.first,
    "fits:": lambda: "product-market",
    "decisions:": Decision.objects.first,
    "reports:ask": lambda: "nps",
    "reports:newest": lambda: Report.objects.filter(analysis="nps")[0].key,
    "reports:progress": Job.objects.first,
    "reports:": lambda: Report.objects.filter(analysis="acquisition").first(),
    "webhooks:delivery": Delivery.objects.first,
    "webhooks:": Endpoint.objects.first,
    "members:": Member.objects.first,
    "core:": Job.objects.first,
    "customers:": lambda: Person.objects.all()[0].customer_id,
    "data:": lambda: Batch.objects.all()[0].batch_id,
}
"""What the first argument of an address stands for; the longest beginning of its name counts."""
OTHERS = {"evidence": Evidence.objects.first, "form": lambda: "csv", "need": Need.objects.first,
          "customer_id": Asker.objects.values_list("customer_id", flat=True).first}  # fmt: skip


@pytest.fixture
def filled(
    own_sample_home: Path, loop: report.Loop, actor: Callable[[Role], Actor], settings: Any
) -> None:
    """A workspace that has been worked in: no list is empty."""
    settings.WEBHOOK_PRIVATE_HOSTS = ["localhost"]
    mirroring.copy((), lambda _share, _step: None)
    running.keep_loop(Actor.workspace("command"), data_queries.source(), loop)
    owner, today = actor(Role.OWNER), timezone.localdate()
    file = own_sample_home / "inbox" / "broken.csv"
    file.parent.mkdir()
    file.write_text(BROKEN)
    for imported in (True, False):
        upload = data.receive(
            owner, name=file.name, path=str(file), size_bytes=file.stat().st_size, is_copy=False
        )
        jobs.run_waiting()
        if imported:
            data.start_import(owner, Upload.objects.get(pk=upload.pk))
    data.check_quality(owner)
    reports = Report.objects.filter(analysis__in=["nps", "themes"])[:2]
    decision = decisions.record(
        owner, what="Build the quiet grinder", why="Many ask for it.", kind="product",
        fits=["product_market"], expected_effect="NPS rises to 50.",
        look_again_on=today - datetime.timedelta(days=1), evidence=[*reports],
    )  # fmt: skip
    decisions.look_again(owner, decision, happened="It was late.", outcome="stands")
    release = roadmap.plan_release(
        owner, name="Spring", release_on=today, notice="Update.", is_shared=True
    )
    roadmap.write_vision(
        owner, Vision(pk=1), text="By 2028 every office has good coffee.", is_shared=True
    )
    item = Planned.objects.filter(lane="next")[0]
    roadmap.assign_release(owner, item, release=release)
    roadmap.describe(owner, item, is_shared=True, shared_name="", shared_note="Soon.", team="")
    _tell(owner)
    members.invite(owner, email="new@example.org", role=Role.ANALYST, secret=SECRET)
    members.issue_key(
        owner, name="Desk", member=owner.member, scopes=["feedback.add"], secret=members.new_key()
    )
    endpoint = webhooks.add(owner, name="Chat", url="http://localhost:9/", events=[], secret=SECRET)
    webhooks.test(owner, endpoint)
    jobs.run_waiting()


def _tell(owner: Actor) -> None:
    """A feature has shipped; the first two who asked for it were told, one of them answered."""
    feature = Feature.objects.filter(need__in=Need.objects.values("name")).order_by("pk")[0]
    features.change(owner, feature, status="shipped")
    behind = asked.needs_behind([feature])[feature.pk]
    people = asked.people([feature.pk], behind).order_by("pk").values_list("customer_id", flat=True)
    first, second = people[:2]
    telling.tell(owner, feature, people=[first, second], channel="email")
    telling.answer(owner, feature, people=[first], kind="helped", words="It does.")


def _arguments(address: Address) -> list[str]:
    beginnings = [name for name in ROWS if address.name.startswith(name)]
    first = ROWS[max(beginnings, key=len)] if beginnings else None
    found = []
    for place, name in enumerate(address.arguments):
        row = first() if place == 0 and first else OTHERS[name]()
        assert row is not None, f"nothing fills {name} of {address}"
        found.append(str(getattr(row, "pk", row)))
    return found


def pages(client: Client) -> Iterator[tuple[str, str]]:
    """Name and address of whatever answers with a page of our own."""
    for address in addresses.every():
        is_allauth = address.path.startswith("sign-in/")
        if address.path.startswith("api/v1/x") or (is_allauth and address.arguments):
            continue
        if address.name.startswith("api:") or not address.name.rpartition(":")[2]:
            continue
        if client.get(f"/{address.path}").status_code == NOT_TO_BE_READ:
            continue
        path = reverse(address.name, args=_arguments(address))
        answer = client.get(path)
        is_page = answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
        if is_page and b"<html" in answer.content:
            yield address.name, path
