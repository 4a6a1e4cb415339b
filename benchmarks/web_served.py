"""The workspace as users run it, for benchmarks: the real command, its processes, load by wrk."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

HERE = Path(__file__).parent
USERS = 20


@dataclass(frozen=True)
class Served:
    """Where a workspace answers, and the command that serves it."""

    address: str
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """End server and worker as a failing machine does; all are stopped first, so none is missed."""
        pids = family(self.process.pid)
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
            pids = sorted({*pids, *family(self.process.pid)})
        self.process.wait()


@contextlib.contextmanager
def served(home: Path, **more: str) -> Iterator[Served]:
    """The real command on a free port; stopped at the end, unless it was killed."""
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
    command = str(Path(sys.executable).parent / "fourfits")
    process = subprocess.Popen(
        [command, "serve", "--home", str(home), "--port", str(port)],
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
        _settle(process.pid)
        yield Served(address, process)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait()


def _settle(pid: int) -> None:
    """Wait until all parts have started, which takes them a while after the first of them answers."""
    for _ in range(60):
        before = processor_seconds(family(pid))
        time.sleep(1)
        if processor_seconds(family(pid)) - before < 0.1:
            return


def load(url: str, seconds: int, script: str, cookie: str = "", **more: str) -> dict[str, Any]:
    """What wrk measures with 20 connections."""
    command = ["wrk", "-t1", f"-c{USERS}", f"-d{seconds}s", "--timeout", "30s"]
    command += ["-s", str(HERE / script)]
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


def family(pid: int) -> list[int]:
    """A process and all that it started, and what those started."""
    children: dict[int, list[int]] = {}
    for one, parent, _ in _processes():
        children.setdefault(parent, []).append(one)
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def processor_seconds(pids: list[int]) -> float:
    """What processes have used so far, over all cores."""
    ticks = {one: used for one, _, used in _processes()}
    return sum(ticks.get(pid, 0) for pid in pids) / os.sysconf("SC_CLK_TCK")


def _processes() -> Iterator[tuple[int, int, int]]:
    """Each process, its parent, and the ticks of the clock that it used."""
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parts = file.read_text().rpartition(")")[2].split()
            yield int(file.parent.name), int(parts[1]), int(parts[11]) + int(parts[12])
