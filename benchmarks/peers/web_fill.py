"""Fill a home with customers, their orders and feedback, features, and a session to look with.

Prints the cookie, a key for the API, and the addresses of every list and of one record of each kind.
"""

from __future__ import annotations

import datetime
import json
import os
import sys
import time
from pathlib import Path

home, size, n_features = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
os.environ["FOURFITS_HOME"] = str(home)

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
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402

from fourfits_web.core import jobs, registry  # noqa: E402
from fourfits_web.core.actors import Actor  # noqa: E402
from fourfits_web.core.roles import Role  # noqa: E402
from fourfits_web.data import mirroring, queries  # noqa: E402
from fourfits_web.features import actions as features  # noqa: E402
from fourfits_web.members import actions as members  # noqa: E402
from fourfits_web.reports import running  # noqa: E402

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
