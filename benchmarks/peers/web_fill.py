"""Fill a home with customers, their orders and feedback, features, and a session to look with.

People have worked in it: files were imported and partly refused, decisions taken, a release planned
and told of, a webhook tried. Prints the cookie, a key for the API, and how many rows there are.
"""

from __future__ import annotations

import datetime
import json
import os
import sys
import time
from pathlib import Path

home, size, n_features = Path(sys.argv[1]).resolve(), int(sys.argv[2]), int(sys.argv[3])
os.environ["FOURFITS_HOME"] = str(home)
os.environ["FOURFITS_WEBHOOK_PRIVATE_HOSTS"] = "localhost"

from fourfits import report, samples  # noqa: E402

started = time.perf_counter()
mark = home / "filled.json"
if mark.exists():
    print(mark.read_text())
    sys.exit()
company = samples.company(size=size)
company.write(home)
counts = {name: len(rows) for name, rows in company.tables.items()}
made = time.perf_counter() - started

from fourfits_web.project import cli  # noqa: E402

cli.start(home)

from django.conf import settings  # noqa: E402

from fourfits_web.core import jobs, registry  # noqa: E402
from fourfits_web.core.actors import Actor  # noqa: E402
from fourfits_web.core.roles import Role  # noqa: E402
from fourfits_web.core.sessions import SessionStore  # noqa: E402
from fourfits_web.data import actions as imports  # noqa: E402
from fourfits_web.data import mirroring, queries  # noqa: E402
from fourfits_web.data.models import Upload  # noqa: E402
from fourfits_web.decisions import actions as decisions  # noqa: E402
from fourfits_web.features import actions as features  # noqa: E402
from fourfits_web.features.models import Feature  # noqa: E402
from fourfits_web.members import actions as members  # noqa: E402
from fourfits_web.needs.models import Need  # noqa: E402
from fourfits_web.reports import running  # noqa: E402
from fourfits_web.reports.models import Report  # noqa: E402
from fourfits_web.roadmap import actions as roadmap  # noqa: E402
from fourfits_web.roadmap import asked, telling  # noqa: E402
from fourfits_web.roadmap.models import Item  # noqa: E402
from fourfits_web.webhooks import actions as webhooks  # noqa: E402

DECISIONS, LINES_REFUSED, TOLD = 200, 2_000, 100

started = time.perf_counter()
mirroring.copy((), lambda share, step="": print(f"{share:.0%} {step}", file=sys.stderr))
mirrored = time.perf_counter() - started
data = queries.source()
running.keep_loop(Actor.workspace("command"), data, report.run(data, today=samples.TODAY))
jobs.run_waiting()
owner = members.add(
    Actor.workspace("command"), email="owner@localhost", name="Owner", role=Role.OWNER
)
actor = Actor.member_at(owner, "command")
for number in range(n_features):
    features.add(actor, name=f"Feature number {number}")

file = home / "inbox" / "orders.csv"
file.parent.mkdir(exist_ok=True)
refused = "".join(f"X{line},1,C1,not a day,9.90\n" for line in range(LINES_REFUSED))
file.write_text(
    "order_id,line,customer_id,ordered_at,revenue_amount\nX,1,C1,2026-03-01,12.50\n" + refused
)
upload = imports.receive(
    actor, name=file.name, path=str(file), size_bytes=file.stat().st_size, is_copy=False
)
jobs.run_waiting()
imports.start_import(actor, Upload.objects.get(pk=upload.pk))
jobs.run_waiting()
imports.check_quality(actor)

evidence = [*Report.objects.filter(analysis__in=["nps", "themes"])]
for number in range(DECISIONS):
    decisions.record(
        actor,
        what=f"Decision number {number}",
        why="Many ask for it.",
        kind="product",
        fits=["product_market"],
        expected_effect="NPS rises to 50.",
        look_again_on=samples.TODAY + datetime.timedelta(days=number),
        evidence=evidence,
    )

release = roadmap.plan_release(
    actor, name="Spring", release_on=samples.TODAY, notice="Update.", is_shared=True
)
for item in Item.objects.filter(lane="next"):
    roadmap.assign_release(actor, item, release=release)
shipped = Feature.objects.filter(need__in=Need.objects.values("name")).order_by("pk")[0]
features.change(actor, shipped, status="shipped")
askers = asked.people([shipped.pk], asked.needs_behind([shipped])[shipped.pk])
told = list(askers.order_by("pk").values_list("customer_id", flat=True)[:TOLD])
telling.tell(actor, shipped, people=told, channel="email")

endpoint = webhooks.add(
    actor, name="Chat", url="https://localhost:9/", events=[], secret=members.new_key()
)
webhooks.test(actor, endpoint)
jobs.run_waiting()

secret = members.new_key()
members.issue_key(
    actor, name="Benchmark", member=owner, scopes=["feedback.add", "workspace.read"], secret=secret
)
session = SessionStore()
session["_auth_user_id"] = str(owner.pk)
session["_auth_user_backend"] = "fourfits_web.members.backends.Members"
session["_auth_user_hash"] = owner.get_session_auth_hash()
session.set_expiry(datetime.timedelta(days=30))
session.save()
text = json.dumps(
    {
        "seconds": mirrored,
        "made_seconds": made,
        "cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}",
        "key": secret,
        "rows": counts,
        "mirrors": [one.name for one in registry.MIRRORS],
    }
)
mark.write_text(text)
print(text)
