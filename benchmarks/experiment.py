"""An experiment with CUPED on 10 million units, against tea-tasting called directly.

Both read the same DuckDB file and answer the same questions: revenue per unit with CUPED, orders
per unit with CUPED, conversion. Usage: `python benchmarks/experiment.py [UNITS]`.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import duckdb

import harness

UNITS = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
TIMES = 5
BAR = 1.1


def generated(units: int) -> Path:
    """Two arms with a lift of 2 % in revenue and 1 point in conversion; revenue before correlates."""
    file = harness.SCRATCH / f"experiment_{units}.duckdb"
    if file.exists():
        return file
    file.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(file)) as connection:
        connection.execute("SELECT setseed(0.5)")
        connection.execute(
            f"""
            CREATE TABLE units AS
            SELECT
                CASE WHEN treated THEN 'treatment' ELSE 'control' END AS variant,
                (random() < CASE WHEN treated THEN 0.11 ELSE 0.10 END)::INTEGER AS converted,
                orders_before + floor(3 * random())::INTEGER AS orders,
                orders_before,
                (20 * before + 30 * random()) * CASE WHEN treated THEN 1.02 ELSE 1 END AS revenue,
                30 * before AS revenue_before
            FROM (
                SELECT
                    random() < 0.5 AS treated,
                    -ln(1 - random()) AS before,
                    floor(4 * random())::INTEGER AS orders_before
                FROM range({units})
            )
            """
        )
    return file


def alike(ours: dict[str, float], theirs: dict[str, float]) -> bool:
    """The same effects, ends of intervals and p values to nine digits."""
    return ours.keys() == theirs.keys() and all(
        math.isclose(ours[name], theirs[name], rel_tol=1e-9, abs_tol=1e-12) for name in ours
    )


def main() -> None:
    file = generated(UNITS)
    peer = harness.environment(
        "tea-tasting", "tea-tasting>=1.0,<2", "ibis-framework[duckdb]>=12,<13", "duckdb>=1.4,<2"
    )
    # By turns, so that a busy minute of the machine does not meet only one of them.
    rounds = [
        (
            harness.run("fourfits", "experiment_fourfits.py", file, rows=UNITS),
            harness.run("tea-tasting", "experiment_tea_tasting.py", file, rows=UNITS, python=peer),
        )
        for _ in range(TIMES)
    ]
    ours, theirs = (min(runs, key=lambda run: run.seconds) for runs in zip(*rounds, strict=True))
    met = harness.report(
        f"An experiment with CUPED on {UNITS:,} units",
        ours,
        theirs,
        checks={
            "the same effects, intervals and p values": alike(ours.answer, theirs.answer),
            f"at most {BAR} x the time of tea-tasting": ours.seconds <= BAR * theirs.seconds,
        },
    )
    raise SystemExit(not met)


if __name__ == "__main__":
    main()
