"""Order lines to distinct (x, t_x, T) with counts: 20 million lines.

Against the same query hand-written in DuckDB SQL on the same Parquet file, and, per row, against
`lifetimes.utils.summary_data_from_transaction_data` on fewer lines (it holds them all in pandas).
All must agree on customers, repeat purchases and ages. Timed from the file (lifetimes: from a frame
in memory) to the sums in NumPy.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import duckdb

import bg_nbd
import harness

FEWER = 20
"""lifetimes gets this part of the lines."""


def orders(lines: int) -> Path:
    """Lines over two years, four to an order, five orders to a customer; seeded by hashes."""
    file = harness.SCRATCH / f"orders_{lines}.parquet"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        duckdb.sql(f"""
            COPY (
                SELECT 'o' || i // 4 AS order_id, i % 4 + 1 AS line,
                    'c' || hash(i // 4) % {lines // 20} AS customer_id,
                    TIMESTAMP '2023-01-01'
                        + to_seconds((hash(i // 4 + 777) % 63072000)::BIGINT) AS ordered_at,
                    ((hash(i) % 5000)::DECIMAL(18, 4) / 100)::DECIMAL(18, 4) AS revenue_amount
                FROM range({lines}) AS lines (i)
            ) TO '{file}' (FORMAT parquet)
        """)
    return file


def main() -> int:
    """Run the three and say whether the bars are met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000_000)
    rows = parser.parse_args().rows
    file, small = orders(rows), orders(rows // FEWER)
    python = harness.environment("lifetimes", *bg_nbd.LIFETIMES)
    ours = harness.best(3, "fourfits", "purchase_sums_fourfits.py", file, rows=rows)
    sql = harness.best(3, "DuckDB SQL by hand", "purchase_sums_duckdb.py", file, rows=rows)
    same = harness.run("fourfits", "purchase_sums_fourfits.py", small, rows=rows // FEWER)
    peer = harness.run(
        "lifetimes 0.11.3", "purchase_sums_lifetimes.py", small, rows=rows // FEWER, python=python
    )
    per_row = (peer.seconds / peer.rows) / (ours.seconds / ours.rows)
    met = harness.report(
        f"{rows:,} order lines to distinct (x, t_x, T)",
        ours,
        sql,
        peer,
        checks={
            f"at most 1.15 times the hand-written query ({ours.seconds / sql.seconds:.2f})": (
                ours.seconds <= 1.15 * sql.seconds
            ),
            f"at least 20 times as fast per row as lifetimes ({per_row:,.0f} times)": per_row >= 20,
            "same customers, repeat purchases and ages": (
                ours.answer == sql.answer
                and all(same.answer[name] == value for name, value in peer.answer.items())
            ),
        },
    )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
