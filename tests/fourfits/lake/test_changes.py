"""What a dead process leaves is finished or cleared, and a full disk changes nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fourfits import errors, lake
from fourfits.lake import changes, locks

DIES = """
import os, sys
from pathlib import Path
import pyarrow as pa, pyarrow.parquet as pq
from fourfits import lake
from fourfits.lake import changes

store, moment = lake.Lake(Path(sys.argv[1])), int(sys.argv[2])
done = 0
original = changes._commit

def dying(*given):
    global done
    if done == moment:
        os._exit(9)
    original(*given)
    done += 1

changes._commit = dying
with store.change("pair") as change:
    for name in ("customers", "accounts"):
        file = change.folder / f"{name}.parquet"
        pq.write_table(pa.table({"customer_id": ["1"], "account_id": ["a"]}), file)
        change.put(name, add=[file], event={"event": "append"})
    if moment < 0:
        os._exit(9)
    with store.locked():
        change.commit()
        os._exit(9)
"""


def commit_pair(store: lake.Lake) -> None:
    with store.change("pair") as change:
        for name in ("customers", "accounts"):
            file = change.folder / f"{name}.parquet"
            pq.write_table(pa.table({"customer_id": ["1"], "account_id": ["a"]}), file)
            change.put(name, add=[file], event={"event": "append"})
        with store.locked():
            change.commit()


@pytest.mark.slow
@pytest.mark.parametrize("moment", [-1, 0, 1, 2])
def test_a_dead_writer_is_finished_or_cleared_by_the_next(tmp_path: Path, moment: int) -> None:
    store = lake.Lake(tmp_path / "lake")
    dead = subprocess.run([sys.executable, "-c", DIES, str(store.folder), str(moment)], check=False)
    assert dead.returncode == 9

    with store.locked():
        pass

    assert store.names() == (() if moment < 0 else ("accounts", "customers"))
    for name in store.names():
        assert store.version(name) == 0
        assert sum(pq.read_metadata(file).num_rows for file in store.files(name)) == 1
    assert not list(changes.incoming(store.folder).iterdir())


def test_finishing_twice_is_the_same_as_once(tmp_path: Path) -> None:
    store = lake.Lake(tmp_path / "lake")
    with store.change("one") as change, store.locked():
        file = change.folder / "rows.parquet"
        pq.write_table(pa.table({"customer_id": ["1"]}), file)
        change.put("customers", add=[file], event={"event": "append"})
        decision = change.folder / "decision.json"
        kept = []
        original = Path.unlink

        def keeping(path: Path, missing_ok: bool = False) -> None:
            if path == decision:
                kept.append(path.read_text())
            original(path, missing_ok=missing_ok)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Path, "unlink", keeping)
            change.commit()
        decision.write_text(kept[0])
        changes.finish(store.folder, change.folder)

    assert store.version("customers") == 0


@pytest.mark.skipif(os.name != "posix", reason="needs a small file system of its own")
def test_a_full_disk_changes_nothing(tmp_path: Path) -> None:
    store = lake.Lake(tmp_path / "lake")
    store.append("customers", pa.table({"customer_id": ["1"]}))

    with pytest.raises(errors.SpaceError, match="nothing was changed"), store.change("big"):
        raise OSError(28, "No space left on device")

    assert store.version("customers") == 0
    assert not list(changes.incoming(store.folder).iterdir())


@pytest.mark.parametrize("failing", [0, 1])
def test_a_disk_that_fills_up_in_the_middle_is_taken_back_or_finished(
    tmp_path: Path, failing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = lake.Lake(tmp_path / "lake")
    original, calls = changes._commit, []

    def full(*given: object) -> None:
        calls.append(given)
        if len(calls) == failing + 1:
            raise OSError(28, "No space left on device")
        original(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(changes, "_commit", full)
    expected = errors.SpaceError if failing == 0 else errors.StorageError
    with pytest.raises(expected):
        commit_pair(store)

    assert store.names() == (() if failing == 0 else ("customers",))
    with store.locked():
        pass
    assert store.names() == (() if failing == 0 else ("accounts", "customers"))


@pytest.mark.slow
def test_a_lock_is_lifted_when_its_process_is_killed(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from fourfits.lake import locks\n"
        "print(locks.Lock(Path(sys.argv[1])).acquire(0), flush=True); time.sleep(60)"
    )
    file = tmp_path / "lock"
    other = subprocess.Popen(
        [sys.executable, "-c", script, str(file)], stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "True\n"
    mine = locks.Lock(file)

    assert not mine.acquire(0)
    other.kill()
    other.wait()

    assert mine.acquire(0)
    mine.release()
