"""How long the pages' copies of customers take: a sample company, copied, copied again, changed.

python benchmarks/mirrors.py [customers] [home to keep and use again]
"""

# ruff: noqa: E402 - settings come before what reads them

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

SIZE = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
HOME = Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp(prefix="fourfits-mirrors-"))
os.environ["FOURFITS_HOME"] = str(HOME)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fourfits_web.project.settings")

import django

django.setup()

from django.core.management import call_command
from django.db import connection

from fourfits import samples
from fourfits_web.core import registry
from fourfits_web.data import queries


class Steps:
    """Says when each step begins."""

    def __init__(self) -> None:
        self.started, self.used = time.perf_counter(), time.process_time()

    def __call__(self, _share: float, step: str) -> None:
        took, used = time.perf_counter() - self.started, time.process_time() - self.used
        print(f"    {took:6.1f} s, {used:6.1f} s of processor  {step}", flush=True)


def measured(name: str) -> None:
    """Run every mirror of customers and segments once and say what it took."""
    data = queries.source()
    for mirror in registry.MIRRORS:
        if not mirror.run.__module__.startswith(
            ("fourfits_web.customers", "fourfits_web.segments")
        ):
            continue
        started, used = time.perf_counter(), time.process_time()
        mirror.run(data, Steps() if os.environ.get("STEPS") else lambda _share, _step: None)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{name:12} {mirror.name:12} {time.perf_counter() - started:6.1f} s, "
            f"{time.process_time() - used:6.1f} s of processor, peak memory {peak:,.0f} MiB"
        )


if not (HOME / "lake").is_dir():
    company = samples.company(size=SIZE)
    company.write(HOME)
    del company
call_command("migrate", verbosity=0)
there = {
    name: queries.source().table(name).count().to_pyarrow().as_py() for name in queries.source()
}
print(f"{there['customers']:,} customers, {there['orders']:,} lines of orders, "
      f"{there['events']:,} events on {connection.vendor}")  # fmt: skip
measured("first")
measured("unchanged")
if connection.vendor == "sqlite":
    print(f"workspace.sqlite3: {(HOME / 'workspace.sqlite3').stat().st_size / 2**20:,.0f} MiB")
