"""One deed for each action: what must be there before, and the call that does it.

A case prepares the records in a workspace and returns a function of the actor. An action without a
case fails `test_actions.py`: write one in the module of its part.
"""

from __future__ import annotations

from rules.deeds import data, decisions, frame, market, plan, voice, webhooks

PARTS = (frame, data, decisions, voice, plan, market, webhooks)
CASES = {verb: prepare for part in PARTS for verb, prepare in part.case.items()}
assert len(CASES) == sum(len(part.case) for part in PARTS), "a verb stands in two parts"
