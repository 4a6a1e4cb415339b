"""Feedback written by the API, on SQLite and on PostgreSQL, and whether any of it is ever lost.

One item a request by 20 connections, and batches of 100 by as many: writes a second, and the time of
processors that a write takes (server and worker; the database's own where it has processes of its
own). Then the server is killed amid writes of both kinds, started again, and every id that was
acknowledged is asked for: all must be there, and for each batch all of its items or none. Needs
`wrk` (a package of Debian).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

import harness
from web_served import HERE, Served, family, load, processor_seconds, served

ENGINES = ("SQLite", "PostgreSQL")
LEAST_WRITES = 300
AT_ONCE = 100
WRITERS = 4
"""Threads that write one by one, and as many that write in batches, when the server is killed."""
ENOUGH = 200
"""Writes one by one that are acknowledged before the server is killed, a slow machine given time."""
ADDRESSES = {"/api/v1/feedback": 1, "/api/v1/feedback/batch": AT_ONCE}


@dataclass(frozen=True)
class Database:
    """Where the records of a run live; `folder` is that of a server of its own, if it has one."""

    engine: str
    url: str
    folder: str = ""

    def pids(self) -> list[int]:
        """The processes of its server."""
        file = Path(self.folder, "data", "postmaster.pid")
        return family(int(file.read_text().split()[0])) if self.folder else []


def main() -> int:
    """Write, kill, count, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=5, help="Load on each address.")
    parser.add_argument("--engine", choices=ENGINES, action="append", help="Both, unless given.")
    given = parser.parse_args()
    lines, checks = measured(given.seconds, given.engine or ENGINES)
    lines += ["", *(f"- {'met' if ok else 'MISSED'}: {bar}" for bar, ok in checks.items())]
    print("\n".join(lines))
    results = harness.SCRATCH / "results"
    results.mkdir(parents=True, exist_ok=True)
    (results / "web_writes.md").write_text("\n".join(lines) + "\n", "utf-8")
    return 0 if all(checks.values()) else 1


def measured(seconds: int, engines: Sequence[str] = ENGINES) -> tuple[list[str], dict[str, bool]]:
    """The table, and each bar with whether it is met."""
    lines = [
        "## Feedback written by the API",
        "",
        "| engine | address | writes/s | p95 ms | processor ms a write | database's | wrong |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    checks = {}
    for engine in engines:
        with _opened(engine) as database:
            written, lost, torn, n_acknowledged = _run(database, seconds)
        for path, one in written.items():
            lines.append(
                f"| {database.engine} | {path} | {one['rate']:,.0f} | {one['p95']:.0f} | "
                f"{one['server_ms']:.2f} | {one['database_ms']:.2f} | {one['wrong']} |"
            )
            bar = f"{database.engine}: {path} takes at least {LEAST_WRITES} writes a second"
            checks[bar] = one["rate"] >= LEAST_WRITES
        bar = f"{database.engine}: of {n_acknowledged:,} acknowledged before kill -9, {lost} lost"
        checks[bar] = lost == 0 < n_acknowledged
        checks[f"{database.engine}: {torn} batches were kept in part"] = torn == 0
    return lines, checks


def _run(database: Database, seconds: int) -> tuple[dict[str, dict[str, float]], int, int, int]:
    home = harness.SCRATCH / f"web_writes_{database.engine.lower()}"
    shutil.rmtree(home, ignore_errors=True)
    more = {"FOURFITS_DATABASE_URL": database.url}
    made = subprocess.run(
        [sys.executable, str(HERE / "peers" / "web_key.py"), str(home)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **more},
    )
    key = json.loads(made.stdout.strip().splitlines()[-1])["key"]
    with served(home, **more) as running:
        written = {path: _steady(running, database, path, seconds, key) for path in ADDRESSES}
        print(json.dumps(written), file=sys.stderr)
        singles, batches = _until_killed(running, key)
    with served(home, **more) as running:
        standing = _standing(running.address, key)
    acknowledged = [*singles, *(one for batch, told in batches if told for one in batch)]
    lost = sum(one not in standing for one in acknowledged)
    torn = sum(0 < sum(one in standing for one in batch) < len(batch) for batch, _ in batches)
    return written, lost, torn, len(acknowledged)


def _steady(
    running: Served, database: Database, path: str, seconds: int, key: str
) -> dict[str, float]:
    """Load on one address: warm first, then measured."""
    at_once = ADDRESSES[path]
    more = {"KEY": key, "AT_ONCE": str(at_once)}
    _warm(running.address, key)
    load(running.address + path, 2, "feedback.lua", **more)
    groups = {"server_ms": family(running.process.pid), "database_ms": database.pids()}
    before = {name: processor_seconds(pids) for name, pids in groups.items()}
    one = load(running.address + path, seconds, "feedback.lua", **more)
    n = max(1, one["requests"] - one["wrong"]) * at_once
    after = {name: processor_seconds(pids) for name, pids in groups.items()}
    used = {name: 1_000 * (after[name] - before[name]) / n for name in groups}
    return {"rate": n / one["seconds"], "p95": one["p95"], "wrong": one["wrong"], **used}


def _warm(address: str, key: str) -> None:
    """Ask until every process of the server has answered, the first time being slow in each."""
    with ThreadPoolExecutor(WRITERS) as pool:
        head = {"Authorization": f"Bearer {key}"}
        for _ in range(2 * WRITERS):
            pool.submit(httpx.get, f"{address}/api/v1/feedback", headers=head, timeout=60)


def _until_killed(running: Served, key: str) -> tuple[list[str], list[tuple[list[str], bool]]]:
    """Ids acknowledged one by one, and the batches that were sent with whether they were answered."""
    singles: list[str] = []
    batches: list[tuple[list[str], bool]] = []

    def write(worker: int, at_once: int) -> None:
        with httpx.Client(headers={"Authorization": f"Bearer {key}"}, timeout=20) as client:
            for number in range(1_000_000):
                ids = [f"{at_once}-{worker}-{number}-{place}" for place in range(at_once)]
                items = [{"feedback_id": one, "text": f"Item {one}."} for one in ids]
                path = "/feedback/batch" if at_once > 1 else "/feedback"
                body: Any = {"feedback": items} if at_once > 1 else items[0]
                try:
                    answer = client.post(f"{running.address}/api/v1{path}", json=body)
                except httpx.HTTPError:
                    if at_once > 1:
                        batches.append((ids, False))
                    return
                if at_once > 1:
                    batches.append((ids, answer.status_code == 207))
                elif answer.status_code == 201:
                    singles.append(ids[0])

    with ThreadPoolExecutor(2 * WRITERS) as pool:
        waiting = [pool.submit(write, worker, n) for worker in range(WRITERS) for n in (1, AT_ONCE)]
        for second in range(60):
            time.sleep(1)
            if second >= 3 and len(singles) >= ENOUGH and len(batches) >= WRITERS:
                break
        running.kill()
        for one in waiting:
            one.result()
    return singles, batches


def _standing(address: str, key: str) -> set[str]:
    """The ids of all items that there are, by the API."""
    found: set[str] = set()
    cursor = ""
    with httpx.Client(headers={"Authorization": f"Bearer {key}"}, timeout=60) as client:
        while True:
            asked = {"limit": 200, "cursor": cursor or None}
            answer = client.get(f"{address}/api/v1/feedback", params=asked).json()
            found.update(one["feedback_id"] for one in answer["data"])
            cursor = answer["meta"]["pagination"]["cursor"]
            if not cursor:
                return found


@contextlib.contextmanager
def _opened(engine: str) -> Iterator[Database]:
    """SQLite in the home, or a cluster of PostgreSQL whose commits reach the disk."""
    if engine == "SQLite":
        yield Database(engine, "")
        return
    sys.path.insert(0, str(HERE.parent / "tests"))
    import postgresql

    with postgresql.cluster(durable=True) as port:
        url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        asked = "SHOW data_directory"
        import psycopg

        with psycopg.connect(url) as connection:
            folder = connection.execute(asked).fetchone()[0]
        yield Database("PostgreSQL", url, str(Path(folder).parent))


if __name__ == "__main__":
    sys.exit(main())
