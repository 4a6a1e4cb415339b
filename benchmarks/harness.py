"""Run peers side by side: each in its own process and, where it needs one, its own environment.

A benchmark script calls `environment` for peers whose packages differ from ours, `run` for each
contestant, and `report` with the rows. A contestant is a small script in `peers/` that prints one
JSON object on its last line with at least `seconds`, measured around the work alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SCRATCH = HERE.parent / ".bench"
"""Environments, generated data and results; ignored by git."""


@dataclass(frozen=True)
class Measurement:
    """What one contestant took."""

    name: str
    seconds: float
    """Wall time of the work as the contestant measured it, imports and data loading left out."""
    peak_mib: float
    """Highest resident memory of the whole process."""
    rows: int
    cpu_seconds: float = 0.0
    """Of the whole process over all cores; it tells less of what else the machine does."""
    answer: dict[str, Any] = field(default_factory=dict)


def environment(name: str, *requirements: str) -> Path:
    """A Python with just these packages, made on first use below `.bench/`."""
    folder = SCRATCH / "environments" / name
    python = folder / "bin" / "python"
    stamp = folder / "requirements.json"
    if stamp.exists() and json.loads(stamp.read_text()) == list(requirements):
        return python
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
    subprocess.run([str(python), "-m", "pip", "install", "-q", *requirements], check=True)
    stamp.write_text(json.dumps(list(requirements)))
    return python


def run(
    name: str, script: str, *arguments: object, rows: int, python: Path | None = None
) -> Measurement:
    """Run `peers/SCRIPT` to its end and read its last line and its memory."""
    command = [str(python or sys.executable), str(HERE / "peers" / script), *map(str, arguments)]
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"{name} failed after {time.perf_counter() - started:.1f} s: {output}")
    answer = json.loads(output.strip().splitlines()[-1])
    cpu = usage.ru_utime + usage.ru_stime
    return Measurement(name, answer.pop("seconds"), usage.ru_maxrss / 1024, rows, cpu, answer)


def best(times: int, name: str, script: str, *arguments: object, **more: Any) -> Measurement:
    """The fastest of several runs, so that a busy moment of the machine does not decide."""
    return min(
        (run(name, script, *arguments, **more) for _ in range(times)), key=lambda m: m.seconds
    )


def report(claim: str, ours: Measurement, *peers: Measurement, checks: dict[str, bool]) -> bool:
    """Print the table and each bar; keep them in `.bench/results/`; `True` if every bar is met."""
    lines = [
        f"## {claim}",
        "",
        "| | rows | seconds | ours ÷ it | CPU seconds | peak MiB |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for measured in (ours, *peers):
        ratio = ours.seconds / measured.seconds
        lines.append(
            f"| {measured.name} | {measured.rows:,} | {measured.seconds:.2f} | {ratio:.3g} "
            f"| {measured.cpu_seconds:.1f} | {measured.peak_mib:,.0f} |"
        )
    lines += ["", *(f"- {'met' if met else 'MISSED'}: {bar}" for bar, met in checks.items()), ""]
    text = "\n".join(lines)
    print(text)
    results = SCRATCH / "results"
    results.mkdir(parents=True, exist_ok=True)
    (results / f"{Path(sys.argv[0]).stem}.md").write_text(text, "utf-8")
    return all(checks.values())
