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

CDNOW = bg_nbd.CDNOW.parent / "CDNOW_master.txt.gz"
FEWER = 10
"""lifetimes gets this part of the lines."""


def orders(lines: int) -> Path:
    """The purchases of CDNOW, repeated under new customers until there are enough, by time."""
    file = harness.SCRATCH / f"orders_{lines}.parquet"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        duckdb.sql(f"""
            COPY (
                WITH cdnow AS (
                    SELECT string_split_regex(trim(line), ' +') AS part
                    FROM read_csv('{CDNOW}', delim='|', skip=1, header=false, names=['line'])
                )
                SELECT 'c' || part[1] || '-' || copy AS customer_id,
                    strptime(part[2], '%Y%m%d') AS ordered_at,
                    part[4]::DECIMAL(18, 4) AS revenue_amount
                FROM range({lines} // 69659 + 1) AS copies (copy), cdnow
                ORDER BY ordered_at, hash(customer_id)
                LIMIT {lines}
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
