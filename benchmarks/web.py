"""The workspace under load: the real server, the real database, every list and detail page.

With 1,000,000 order lines, 200,000 customers, 100,000 feedback items and 1,000 features: the 95th
percentile of each page at 20 connections that ask without a pause, against a page that renders the
base template alone in the same run. All pages are loaded by turns, several times, and the median of
the turns counts: what a neighbour of the machine does for some seconds decides nothing. Then feedback
written by the API (`web_writes.py`, which runs alone, too). Needs `wrk` (a package of Debian).
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import sys
from pathlib import Path
from typing import Any

import httpx

import harness
import web_writes
from web_served import USERS, load, served

MOST_MS, MOST_TIMES_BASE = 250, 4
TURNS = 3
WRITE_SECONDS = 5
FIRST_VISIT_KIB = 200


def main() -> int:
    """Fill, serve, load, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=200_000)
    parser.add_argument("--features", type=int, default=1_000)
    parser.add_argument("--seconds", type=int, default=3, help="Load on each page and turn.")
    given = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("`wrk` is missing: apt-get install wrk")
    home = harness.SCRATCH / f"web_{given.customers}"
    filled = harness.run(
        "fill", "web_fill.py", home, given.customers, given.features, rows=given.customers
    )
    lines = [f"## Pages with {filled.answer['rows']}", ""]
    with served(home) as running:
        pages = load_pages(running.address, filled.answer["cookie"], home, given.seconds)
        visit = first_visit(running.address, filled.answer["cookie"])
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
    written, durable = web_writes.measured(WRITE_SECONDS)
    lines += ["", *written]
    checks |= {bar: (ok, "") for bar, ok in durable.items()}
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


def load_pages(address: str, cookie: str, home: Path, seconds: int) -> dict[str, dict[str, Any]]:
    """Every page of the menu, and one of each kind that links lead to; warm first, then measured."""
    pages = {"base": "/base/", **addresses(address, cookie, home)}
    for path in pages.values():  # what each process does once, such as compiling a template
        load(f"{address}{path}", 1, "percentiles.lua", cookie)
    turns = [
        {
            name: load(f"{address}{path}", seconds, "percentiles.lua", cookie)
            for name, path in pages.items()
        }
        for _ in range(TURNS)
    ]
    return {name: _together([turn[name] for turn in turns]) for name in pages}


def _together(turns: list[dict[str, Any]]) -> dict[str, Any]:
    """Medians of the percentiles; all that was asked and went wrong."""
    middle = {key: statistics.median(turn[key] for turn in turns) for key in ("p50", "p95")}
    summed = ("requests", "seconds", "wrong", "errors")
    return middle | {key: sum(turn[key] for turn in turns) for key in summed}


def addresses(address: str, cookie: str, home: Path) -> dict[str, str]:
    """Pages of the menu, and the first of each kind that links lead to, however many."""
    own = {"FOURFITS_HOME": str(home), "DJANGO_SETTINGS_MODULE": "web_settings"}
    os.environ |= own
    import django
    from django.urls import resolve

    django.setup()
    for name in own:  # the servers that follow have homes of their own
        del os.environ[name]
    found: dict[str, str] = {}
    with httpx.Client(base_url=address, headers={"Cookie": cookie}, timeout=30) as browser:
        start = browser.get("/").text
        menu = re.search(r"<nav.*?</nav>", start, re.S)
        paths = dict.fromkeys(re.findall(r'href="(/[^"?#]*)"', menu[0] if menu else ""))
        for path in paths:
            found.setdefault(resolve(path).view_name, path)
        waiting = list(paths)
        for path in waiting:  # which grows by what is found on the way
            main = browser.get(path).text.partition("<main")[2]
            for inner in dict.fromkeys(re.findall(r'href="(/[^"?#]+)"', main)):
                kind = resolve(inner).view_name
                if kind in found:
                    continue
                answer = browser.get(inner)
                if answer.status_code == 200 and "html" in answer.headers["Content-Type"]:
                    found[kind] = inner
                    waiting.append(inner)
    return found


def first_visit(address: str, cookie: str) -> float:
    """KiB that Home and what it loads take, compressed, without the script that draws charts."""
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


def _all(pages: dict[str, dict[str, Any]], holds: Any) -> tuple[bool, str]:
    failed = [name for name, one in pages.items() if not holds(one)]
    return not failed, f"(not: {', '.join(failed)})" if failed else ""


if __name__ == "__main__":
    sys.exit(main())
