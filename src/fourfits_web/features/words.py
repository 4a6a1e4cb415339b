"""What was done to a feature, in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fourfits_web.core.models import AuditEntry
from fourfits_web.features.models import Status
from fourfits_web.features.scales import SCALES

_COLUMNS = {
    "name": "the name", "description": "the description", "product_id": "the product",
    "kind": "the kind", "status": "the status", "segment": "the segment", "need": "the need",
    "release_on": "the planned date", "owner_id": "the owner",
}  # fmt: skip
_INPUTS = {
    "reach": "reach", "impact": "impact", "confidence_share": "confidence",
    "effort_likely": "effort", "effort_low": "effort", "effort_high": "effort",
}  # fmt: skip


def told(entries: Iterable[AuditEntry]) -> list[AuditEntry]:
    """The entries, each with its `words`."""
    found = list(entries)
    for entry in found:
        entry.words = _words(entry)  # type: ignore[attr-defined]
    return found


def _words(entry: AuditEntry) -> str:
    changes = {name: (before, after) for name, before, after in entry.changes}
    if entry.verb == "feature.add":
        return "added it"
    if entry.verb == "feature.give_input":
        return _stated(changes)
    if entry.verb in {"feature.link_need", "feature.unlink_need"}:
        word = "linked a need" if entry.verb == "feature.link_need" else "unlinked a need"
        return f"{word}{_now(changes, 'need')}"
    if "status" in changes:
        return f"made it {_status(changes['status'][1])}"
    named = [_COLUMNS[name] for name in changes if name in _COLUMNS]
    return f"changed {', '.join(named)}" if named else "saved it"


def _stated(changes: dict[str, tuple[Any, Any]]) -> str:
    """Which input was stated; one that no list shows is not among the fields."""
    named = dict.fromkeys(_INPUTS[name] for name in changes if name in _INPUTS)
    new = set(changes.get("own", ([], []))[1]) - set(changes.get("own", ([], []))[0])
    named |= dict.fromkeys(SCALES[name].title.lower() for name in sorted(new) if name in SCALES)
    return f"stated {', '.join(named)}" if named else "stated an input"


def _now(changes: dict[str, tuple[Any, Any]], name: str) -> str:
    after = changes.get(name, ("", ""))[1]
    return f": “{after}” now" if after else ""


def _status(value: str) -> str:
    return dict(Status.choices).get(value, value).lower()
