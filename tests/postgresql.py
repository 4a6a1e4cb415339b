"""A PostgreSQL cluster of its own for the tests: a free port, a temporary folder, gone afterwards."""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SERVICE_ACCOUNT = "postgres"
"""PostgreSQL refuses to run as root; this account comes with its package."""


def absent() -> str:
    """Why no cluster can be started here; empty if one can."""
    if _programs() is None:
        return "there is no PostgreSQL server on this machine (package `postgresql`)"
    if os.geteuid() == 0 and not _account_exists(SERVICE_ACCOUNT):
        return "PostgreSQL does not run as root and there is no account `postgres`"
    return ""


@contextlib.contextmanager
def cluster(*, durable: bool = False) -> Iterator[int]:
    """A running cluster; gives its port. Commits reach the disk only if they must be durable.

    Without durability nothing is tidied in the background either: on a busy machine a tidying
    session does not leave in time for its database to be dropped at the end.
    """
    programs = _programs()
    if programs is None:
        raise RuntimeError(absent())
    with tempfile.TemporaryDirectory(prefix="fourfits-", ignore_cleanup_errors=True) as folder:
        if os.geteuid() == 0:
            shutil.chown(folder, SERVICE_ACCOUNT)
        port, data = _free_port(), f"{folder}/data"
        first = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--no-locale")
        _run(programs / "initdb", "-D", data, *first)
        settings = f"-p {port} -k {folder} -h 127.0.0.1" + (
            "" if durable else " -F -c autovacuum=off"
        )
        _run(programs / "pg_ctl", "-D", data, "-o", settings, "-l", f"{folder}/log", "-w", "start")
        try:
            yield port
        finally:
            _run(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")


def _programs() -> Path | None:
    found = shutil.which("initdb")
    if found and shutil.which("pg_ctl"):
        return Path(found).parent
    folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)  # noqa: PTH207
    return Path(folders[0]) if folders else None


def _account_exists(name: str) -> bool:
    import pwd

    with contextlib.suppress(KeyError):
        return bool(pwd.getpwnam(name))
    return False


def _run(program: Path, *given: str) -> None:
    """Run a PostgreSQL program, as its own account where this is root."""
    account: dict[str, Any] = {}
    if os.geteuid() == 0:
        account = {"user": SERVICE_ACCOUNT, "group": SERVICE_ACCOUNT, "extra_groups": []}
    done = subprocess.run(
        [str(program), *given], capture_output=True, text=True, check=False, cwd="/", **account
    )
    if done.returncode:
        raise RuntimeError(f"{program.name} failed: {done.stdout}{done.stderr}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
