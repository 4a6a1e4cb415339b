"""A home of an earlier version becomes one of today by its first command, and loses nothing.

The earliest form of the records is that of each slice's first migration: whatever migrations come
later, a home that was filled in that form must come through all of them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import serving
from fourfits_web.project import cli

assert cli

pytestmark = pytest.mark.slow
MAIN = "from fourfits.cli import main; main()"
FIRST = """
import sys
from pathlib import Path
from fourfits_web.project import cli
cli.set_up(Path(sys.argv[1]))
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from fourfits_web.project.slices import SLICES

first = [(app, "0001_initial") for app in ("core", *SLICES)
         if (app, "0001_initial") in MigrationLoader(connection).disk_migrations]
for app, name in first:
    call_command("migrate", app, name, verbosity=0)
of_then = MigrationLoader(connection).project_state(first).apps
"""
FILL = (
    FIRST
    + """
import datetime
import hashlib

now = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
member = of_then.get_model("members", "Member").objects.create(
    email="owner@example.org", name="Owner", role="owner", password="x")
item = of_then.get_model("feedback", "Item").objects.create(
    feedback_id="F1", text="The export of lists is slow.", occurred_at=now)
need = of_then.get_model("needs", "Need").objects.create(name="Export", created_at=now)
of_then.get_model("needs", "Link").objects.create(item_id=item.pk, need_id=need.pk)
of_then.get_model("features", "Feature").objects.create(
    feature_id="E1", name="Faster export", created_at=now, changed_at=now)
of_then.get_model("decisions", "Decision").objects.create(
    what="Build it", why="Asked for", kind="product", decided_by_id=member.pk, role="owner",
    decided_at=now, changed_at=now)
shop = of_then.get_model("webhooks", "Endpoint").objects.create(
    url="https://shop.example.org/", name="Shop", secret=b"x", created_at=now)
for status in ("delivered", "waiting"):
    of_then.get_model("webhooks", "Delivery").objects.create(
        endpoint=shop, message_id="m", event="need.added", body="{}", status=status, created_at=now)
feature = of_then.get_model("features", "Feature").objects.get()
release = of_then.get_model("roadmap", "Release").objects.create(
    name="Spring", shipped_on=now.date(), created_at=now)
of_then.get_model("roadmap", "Item").objects.create(
    feature_id=feature.pk, release_id=release.pk, lane="done", place=0, moved_at=now)
run = of_then.get_model("reports", "Report").objects.create(
    analysis="scorecard", key="k", code_version="0.1", seconds=1.0, computed_at=now, computed_for="")
of_then.get_model("fits", "Score").objects.create(
    fit="product_market", report_id=run.pk, at=now, score=48.0)
last = "0" * 64
for number in range(3):
    told = {"at": now, "actor_kind": "workspace", "actor_id": "", "actor_name": "Workspace",
            "role": "owner", "door": "command", "address": "", "verb": "need.add",
            "subject_kind": "", "subject_id": "", "subject_name": "", "before": "null",
            "after": f'{{"n": {number}}}'}
    read = [last, now.isoformat(timespec="microseconds"), *list(told.values())[1:]]
    new = hashlib.sha256(chr(31).join(read).encode()).hexdigest()
    of_then.get_model("core", "AuditEntry").objects.create(**told, previous_hash=last, hash=new)
    last = new
later = {app for app, name in MigrationLoader(connection).disk_migrations
         if (app, "0001_initial") in first and name != "0001_initial"}
print(sorted(app for app in later
             if not any(one.objects.exists() for one in of_then.get_app_config(app).get_models())))
"""
)
LOOK = """
import sys
from pathlib import Path
from fourfits_web.project import cli
cli.start(Path(sys.argv[1]))
from django.db import DatabaseError, connection
from django.test import Client
from fourfits_web.core import audit
from fourfits_web.core.models import AuditEntry
from fourfits_web.decisions.models import Decision
from fourfits_web.features.models import Feature
from fourfits_web.feedback import queries as feedback
from fourfits_web.feedback.models import Item
from fourfits_web.members.models import Member
from fourfits_web.needs import queries as needs
from fourfits_web.webhooks.models import Delivery

from fourfits_web.fits.models import Score
from fourfits_web.roadmap import asked
from fourfits_web.roadmap.models import Item as Planned

planned = Planned.objects.select_related("feature", "release").get()
print(planned.release, asked.summary(planned.feature).n_people, Decision.objects.get().agreement == "")
need = needs.active().get()
item = needs.items(need).get()
found = [one.text for one in feedback.matching(Item.objects.all(), "export")]
print(Member.objects.get().name, Feature.objects.get(), Decision.objects.get(), item.text == found[0])
print(audit.verify().whole, Client(headers={"host": "localhost"}).get("/readyz").json()["status"])
connection.check_constraints()
print(*Score.objects.values_list("score", "n_judged").get())
print([(one.status, str(one.body_until)[:10]) for one in Delivery.objects.order_by("status")])
try:
    AuditEntry.objects.update(verb="x")
except DatabaseError as problem:
    print("append-only" in str(problem))
"""
NEWER = """
import sys
from pathlib import Path
from fourfits_web.project import cli
cli.start(Path(sys.argv[1]))
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
MigrationRecorder(connection).record_applied("needs", "0999_of_tomorrow")
"""


def test_an_empty_home_becomes_a_workspace_and_stays_one(tmp_path: Path) -> None:
    settings = serving.environment()
    (tmp_path / "home").mkdir()

    first = serving.run(settings, MAIN, "audit", "--home", tmp_path / "home", "--verify")
    again = serving.run(settings, MAIN, "audit", "--home", tmp_path / "home", "--verify")

    assert first.returncode == again.returncode == 0, first.stderr
    assert first.stdout == again.stdout
    assert first.stdout.startswith("0 entries, none changed or removed.")


def test_a_home_of_the_first_form_keeps_everything(tmp_path: Path) -> None:
    settings = serving.environment()
    filled = serving.run(settings, FILL, tmp_path / "home")
    assert filled.returncode == 0, filled.stderr
    assert filled.stdout.strip() == "[]", "what later migrations change must not be empty"

    upgraded = serving.run(settings, LOOK, tmp_path / "home")

    assert upgraded.returncode == 0, upgraded.stderr
    assert upgraded.stdout.splitlines() == [
        "Spring 0 True",
        "Owner Faster export Build it True",
        "True ready",
        "48.0 None",
        "[('delivered', '2026-03-31'), ('waiting', 'None')]",
        "True",
    ]


def test_a_home_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    settings = serving.environment()
    assert serving.run(settings, NEWER, tmp_path / "home").returncode == 0

    refused = serving.run(settings, MAIN, "audit", "--home", tmp_path / "home", "--verify")

    assert refused.returncode != 0
    assert "made by a newer version of fourfits (needs.0999_of_tomorrow)" in refused.stderr
    assert "Traceback" not in refused.stderr
