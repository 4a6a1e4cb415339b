"""Make an empty home and print a key by which feedback is handed in and counted."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

os.environ["FOURFITS_HOME"] = sys.argv[1]
Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)

from fourfits_web.project import cli  # noqa: E402

cli.start(Path(sys.argv[1]))

from fourfits_web.core.actors import Actor  # noqa: E402
from fourfits_web.core.roles import Role  # noqa: E402
from fourfits_web.members import actions  # noqa: E402

owner = actions.add(
    Actor.workspace("command"), email="owner@localhost", name="Owner", role=Role.OWNER
)
secret = actions.new_key()
actions.issue_key(
    Actor.member_at(owner, "command"),
    name="Benchmark",
    member=owner,
    scopes=["feedback.add", "workspace.read"],
    secret=secret,
)
print(json.dumps({"key": secret}))
