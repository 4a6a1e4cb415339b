"""The workspace under load: the real server, the real database, every list and detail page.

With 1,000,000 order lines, 200,000 customers, 100,000 feedback items and 1,000 features: the 95th
percentile of each page at 20 connections that ask without a pause, against a page that renders the
base template alone in the same run; then feedback written by the API, on SQLite and PostgreSQL, and
whether all that was acknowledged is there after the server was killed. Needs `wrk` (a package of
Debian).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

import harness

HERE = Path(__file__).parent
USERS = 20
MOST_MS, MOST_TIMES_BASE, LEAST_WRITES = 250, 4, 300
FIRST_VISIT_KIB = 200


def main() -> int:
    """Fill, serve, load, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=200_000)
    parser.add_argument("--features", type=int, default=1_000)
    parser.add_argument("--seconds", type=int, default=5, help="Load on each page.")
    given = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("`wrk` is missing: apt-get install wrk")
    home = harness.SCRATCH / f"web_{given.customers}"
    filled = harness.run(
        "fill", "web_fill.py", home, given.customers, given.features, rows=given.customers
    )
    lines = [f"## Pages with {filled.answer['rows']}", ""]
    with served(home) as address:
        pages = load_pages(address, filled.answer["cookie"], given.seconds)
        visit = first_visit(address, filled.answer["cookie"])
    base = pages.pop("base")
    lines += ["| page | p50 ms | p95 ms | × base | requests/s |", "|---|--:|--:|--:|--:|"]
    for name, one in {"base template alone": base, **pages}.items():
        lines.append(
            f"| {name} | {one['p50']:.0f} | {one['p95']:.0f} | {one['p95'] / base['p95']:.1f} | "
            f"{one['requests'] / one['seconds']:.0f} |"
        )
    checks = {
        f"every page p95 <= {MOST_MS} ms at {USERS} users": _all(
            pages, lambda one: one["p95"] <= MOST_MS
        ),
        f"never more than {MOST_TIMES_BASE} x the base template": _all(
            pages, lambda one: one["p95"] <= MOST_TIMES_BASE * base["p95"]
        ),
        "no wrong answer": _all(pages, lambda one: one["wrong"] + one["errors"] == 0),
        f"first visit of Home {visit:.0f} KiB <= {FIRST_VISIT_KIB}": (visit <= FIRST_VISIT_KIB, ""),
    }
    for engine, database in databases():
        with database as url:
            written = write_feedback(engine, url, given.seconds)
        lines.append("")
        lines.append(
            f"Feedback by the API on {engine}: {written['rate']:.0f} durable writes a second, "
            f"p95 {written['p95']:.0f} ms; {written['acknowledged']:,} acknowledged before the "
            f"server was killed, {written['kept']:,} kept."
        )
        checks[f"{engine}: at least {LEAST_WRITES} writes a second"] = (
            written["rate"] >= LEAST_WRITES,
            "",
        )
        checks[f"{engine}: none lost under kill -9"] = (
            written["kept"] >= written["acknowledged"],
            "",
        )
    lines += [
        "",
        *(f"- {'met' if ok else 'MISSED'}: {bar} {why}" for bar, (ok, why) in checks.items()),
    ]
    text = "\n".join(lines)
    print(text)
    results = harness.SCRATCH / "results"
    results.mkdir(parents=True, exist_ok=True)
    (results / "web.md").write_text(text + "\n", "utf-8")
    return 0 if all(ok for ok, _ in checks.values()) else 1


def load_pages(address: str, cookie: str, seconds: int) -> dict[str, dict[str, Any]]:
    """Every page of the menu, and one record of each kind that a list leads to."""
    pages = {"base": "/base/", **addresses(address, cookie)}
    return {
        name: load(f"{address}{path}", seconds, "percentiles.lua", cookie)
        for name, path in pages.items()
    }


def addresses(address: str, cookie: str) -> dict[str, str]:
    """Pages of the menu, and the first record that each list opens."""
    import re

    found: dict[str, str] = {}
    with httpx.Client(base_url=address, headers={"Cookie": cookie}, timeout=30) as browser:
        home = browser.get("/").text
        menu = re.search(r"<nav.*?</nav>", home, re.S)
        for path in dict.fromkeys(re.findall(r'href="(/[^"?#]*)"', menu[0] if menu else "")):
            found[path] = path
            page = browser.get(path).text
            main = page.partition("<main")[2]
            for inner in dict.fromkeys(re.findall(r'href="(/[^"?#]+)"', main)):
                if inner.startswith(path) and path != "/" and inner not in found:
                    found[f"{path} …"] = inner
                    break
    return found


def load(url: str, seconds: int, script: str, cookie: str = "", **more: str) -> dict[str, Any]:
    """What wrk measures with 20 connections."""
    command = [
        "wrk",
        "-t1",
        f"-c{USERS}",
        f"-d{seconds}s",
        "--timeout",
        "30s",
        "-s",
        str(HERE / script),
    ]
    if cookie:
        command += ["-H", f"Cookie: {cookie}"]
    done = subprocess.run(
        [*command, url],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "BENCHMARKS": str(HERE), **more},
    )
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def first_visit(address: str, cookie: str) -> float:
    """KiB that Home and what it loads take, compressed, without the script that draws charts."""
    import re

    head = {"Cookie": cookie, "Accept-Encoding": "br, gzip"}
    total, seen = 0, set()
    with httpx.Client(base_url=address, timeout=30) as browser:

        def fetch(path: str) -> str:
            nonlocal total
            with browser.stream("GET", path, headers=head) as answer:
                raw = b"".join(answer.iter_raw())
            total += len(raw)
            return httpx.get(address + path, headers={"Cookie": cookie}).text

        page = fetch("/")
        waiting = re.findall(r'(?:src|href)="(/static/[^"]+\.(?:js|css|svg)[^"]*)"', page)
        while waiting:
            path = waiting.pop()
            if path in seen:
                continue
            seen.add(path)
            text = fetch(path)
            folder = path.rpartition("/")[0]
            waiting += [f"{folder}/{name}" for name in re.findall(r'from "\./([^"]+)"', text)]
    return total / 1024


def write_feedback(engine: str, url: str, seconds: int) -> dict[str, Any]:
    """Feedback by the API, then `kill -9` in the middle of more, then the count."""
    home = harness.SCRATCH / f"web_writes_{engine.lower()}"
    shutil.rmtree(home, ignore_errors=True)
    more = {"FOURFITS_DATABASE_URL": url, "FOURFITS_API_PER_MINUTE": "10000000"}
    filled = subprocess.run(
        [sys.executable, str(HERE / "peers" / "web_fill.py"), str(home), "1000", "1"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **more},
    )
    key = json.loads(filled.stdout.strip().splitlines()[-1])["key"]
    with served(home, **more) as address:
        before = count(address, key)
        steady = load(f"{address}/api/v1/feedback", seconds, "feedback.lua", KEY=key)
        standing = count(address, key) - before
    with served(home, kill=True, **more) as address:
        before = count(address, key)
        acknowledged = _until_killed(address, key)
    with served(home, **more) as address:
        kept = count(address, key) - before
    assert standing >= steady["requests"] - steady["wrong"], (standing, steady)
    rate = (steady["requests"] - steady["wrong"]) / steady["seconds"]
    return {"rate": rate, "p95": steady["p95"], "acknowledged": acknowledged, "kept": kept}


def _until_killed(address: str, key: str) -> int:
    """Post from several threads, kill the server's processes, count what was acknowledged."""
    from concurrent.futures import ThreadPoolExecutor

    def post(worker: int) -> int:
        taken = 0
        with httpx.Client(headers={"Authorization": f"Bearer {key}"}, timeout=5) as client:
            for number in range(100_000):
                body = {"source": "review", "text": f"Writer {worker} says {number}."}
                try:
                    answer = client.post(f"{address}/api/v1/feedback", json=body)
                except httpx.HTTPError:
                    return taken
                taken += answer.status_code == 201
        return taken

    with ThreadPoolExecutor(8) as pool:
        running = [pool.submit(post, worker) for worker in range(8)]
        time.sleep(4)
        subprocess.run(
            ["pkill", "-9", "-f", "granian.*web_urls|granian.*fourfits_web"], check=False
        )
        subprocess.run(["pkill", "-9", "-f", "django work"], check=False)
        return sum(one.result() for one in running)


def count(address: str, key: str) -> int:
    """How many items there are, by the API."""
    total, cursor = 0, ""
    with httpx.Client(headers={"Authorization": f"Bearer {key}"}, timeout=30) as client:
        while True:
            answer = client.get(
                f"{address}/api/v1/feedback", params={"limit": 200, "cursor": cursor or None}
            ).json()
            total += len(answer["data"])
            cursor = answer["meta"]["pagination"]["cursor"]
            if not cursor:
                return total


@contextlib.contextmanager
def served(home: Path, *, kill: bool = False, **more: str) -> Iterator[str]:
    """The real command on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "web_settings",
        "PYTHONPATH": str(HERE),
        "FOURFITS_API_PER_MINUTE": "10000000",
        **more,
    }
    process = subprocess.Popen(
        [
            str(Path(sys.executable).parent / "fourfits"),
            "serve",
            "--home",
            str(home),
            "--port",
            str(port),
        ],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{address}/readyz").status_code == 200:
                    break
            time.sleep(0.2)
        yield address
    finally:
        process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
        process.wait()


def databases() -> Iterator[tuple[str, Any]]:
    """SQLite in the home, and a PostgreSQL cluster whose commits reach the disk."""
    yield "SQLite", contextlib.nullcontext("")
    sys.path.insert(0, str(HERE.parent / "tests"))
    import postgresql

    @contextlib.contextmanager
    def cluster() -> Iterator[str]:
        with postgresql.cluster(durable=True) as port:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"

    yield "PostgreSQL", cluster()


def _all(pages: dict[str, dict[str, Any]], holds: Any) -> tuple[bool, str]:
    failed = [name for name, one in pages.items() if not holds(one)]
    return not failed, f"(not: {', '.join(failed)})" if failed else ""


if __name__ == "__main__":
    sys.exit(main())
