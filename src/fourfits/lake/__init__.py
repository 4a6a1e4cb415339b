"""Customer data on disk: one Delta table per canonical table, every commit a version.

Readers open the list of files of one version, so that a writer never disturbs them. Writers take
turns by a lock; what they prepare becomes visible by one decision, which the next writer finishes
if the process dies in between (`changes`).
"""

from __future__ import annotations

from fourfits.lake.backups import Records, backup, restore
from fourfits.lake.changes import Change
from fourfits.lake.keeping import Kept
from fourfits.lake.store import Lake, Version

__all__ = ["Change", "Kept", "Lake", "Records", "Version", "backup", "restore"]
