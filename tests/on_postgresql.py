"""Run a command with PostgreSQL as the workspace's database: `python on_postgresql.py pytest …`."""

from __future__ import annotations

import os
import subprocess
import sys

import postgresql


def main() -> int:
    """Start a cluster, run, stop."""
    why = postgresql.absent()
    if why:
        print(f"Skipped: {why}", file=sys.stderr)  # noqa: T201
        return 1 if os.environ.get("CI") == "true" else 0
    with postgresql.cluster() as port:
        url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        return subprocess.run(
            sys.argv[1:], env={**os.environ, "FOURFITS_DATABASE_URL": url}, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
