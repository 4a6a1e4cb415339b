"""Killed at any moment, written by two at once, out of space: the home stays whole."""

from __future__ import annotations

import datetime
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import fourfits as ff
from fourfits import errors, imports, lake

NOW = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)
N_ROWS = 10_000

# Forks from a process that has loaded everything, so that a child is killed while it imports and
# not while Python starts.
FORKS = """
import datetime, os, signal, sys, time
from pathlib import Path
import deltalake, duckdb, pyarrow.parquet
from fourfits import imports
from fourfits.imports import batches

now = datetime.datetime(2026, 3, 1)
for order in sys.stdin:
    home, file, seconds = order.split()
    started = time.perf_counter()
    child = os.fork()
    if child == 0:
        imports.import_file(file, "customers", home=Path(home), now=now)
        os._exit(0)
    if seconds != "never":
        time.sleep(float(seconds))
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    print(time.perf_counter() - started, flush=True)
"""


def written(folder: Path, round_: int) -> Path:
    """A file that grows by 100 rows each round, and changes one row of 50."""
    file = folder / "customers.csv"
    rows = (f"{n},{round_ if n % 50 == 0 else 'Pro'}" for n in range(N_ROWS + 100 * round_))
    file.write_text("\n".join(["customer_id,plan", *rows]) + "\n")
    return file


def expected(round_: int) -> dict[str, str]:
    return {str(n): str(round_) if n % 50 == 0 else "Pro" for n in range(N_ROWS + 100 * round_)}


def stored(home: Path) -> dict[str, str]:
    data = ff.open(home)
    if "customers" not in data:
        return {}
    rows = data.customers.select("customer_id", "plan").to_pyarrow()
    found = dict(zip(rows["customer_id"].to_pylist(), rows["plan"].to_pylist(), strict=True))
    assert len(found) == len(rows), "a row stands twice"
    return found


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(sys, "abiflags"), reason="kill -9 and fork need POSIX")
def test_killing_an_import_at_any_moment_leaves_the_last_version_whole(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", FORKS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as forks:
        assert forks.stdin is not None
        assert forks.stdout is not None

        def run(round_: int, seconds: float | str) -> float:
            assert forks.stdin is not None
            assert forks.stdout is not None
            print(home, written(tmp_path, round_), seconds, file=forks.stdin, flush=True)
            return float(forks.stdout.readline())

        whole = run(0, "never")
        standing, moments = expected(0), np.random.default_rng(1)
        for round_ in range(1, 16):
            run(round_, whole * moments.uniform(0, 1.2))
            found = stored(home)
            assert found in (standing, expected(round_))
            with lake.Lake(home / "lake").locked():
                standing = stored(home)
            assert standing in (found, expected(round_))
            _check_records(home)
        run(16, "never")
        forks.stdin.close()

    assert stored(home) == expected(16)
    assert imports.import_file(tmp_path / "customers.csv", "customers", home=home, now=NOW).repeated
    assert not list((home / "lake" / "_incoming").iterdir())


def _check_records(home: Path) -> None:
    """Every stored row belongs to a recorded batch."""
    data = ff.open(home)
    recorded = set(data.batches.batch_id.to_pyarrow().to_pylist())
    used = set(data.customers.select("_batch").distinct().to_pyarrow()["_batch"].to_pylist())
    assert used <= recorded


TWO = """
import datetime, sys
from fourfits import imports
print("ready", flush=True)
sys.stdin.readline()
report = imports.import_file(
    sys.argv[1], "customers", home=sys.argv[2], now=datetime.datetime(2026, 3, 1)
)
print(report.batch_id, report.n_added, report.n_known, flush=True)
"""


@pytest.mark.slow
def test_two_processes_at_once_bring_every_row_once(tmp_path: Path) -> None:
    home = tmp_path / "home"
    files = []
    for name, start in (("a", 0), ("b", 500)):
        files.append(tmp_path / f"{name}.csv")
        rows = [f"{n},Pro" for n in range(start, start + 1000)]
        files[-1].write_text("\n".join(["customer_id,plan", *rows]) + "\n")
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", TWO, str(file), str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for file in files
    ]

    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    answers = [process.communicate("\n")[0].split() for process in processes]

    assert sorted(batch for batch, _, _ in answers) == ["customers-1", "customers-2"]
    assert sum(int(n_added) for _, n_added, _ in answers) == 1500
    assert sum(int(n_known) for _, _, n_known in answers) == 500
    assert len(stored(home)) == 1500


@pytest.fixture
def small_disk(tmp_path: Path) -> Any:
    """A file system of a few megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    options = ["-t", "tmpfs", "-o", "size=6m", "tmpfs"]
    if subprocess.run(["mount", *options, str(disk)], capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small file system")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.slow
def test_a_full_disk_is_said_in_a_sentence_and_changes_nothing(
    tmp_path: Path, small_disk: Path
) -> None:
    home = small_disk / "home"
    imports.import_file(written(tmp_path, 0), "customers", home=home, now=NOW)
    filler = small_disk / "filler"
    big = tmp_path / "big.csv"
    noise = np.random.default_rng(1)
    rows = (f"{n},{noise.bytes(64).hex()}" for n in range(60_000))
    big.write_text("\n".join(["customer_id,name", *rows]) + "\n")

    with pytest.raises(errors.SpaceError, match="The disk is full") as caught:
        imports.import_file(big, "customers", home=home, now=NOW)

    assert caught.value.hint
    assert stored(home) == expected(0)
    assert not list((home / "lake" / "_incoming").iterdir())
    filler.write_bytes(b"")  # there is room again for small things
    report = imports.import_file(written(tmp_path, 1), "customers", home=home, now=NOW)
    assert (report.n_added, report.n_changed) == (100, N_ROWS // 50)
