"""Order lines to distinct (x, t_x, T) with counts: 20 million lines.

Lines are those of Online Retail (`../shared/data`), repeated under new customers. Against the same
query hand-written in DuckDB SQL, and against `lifetimes.utils.summary_data_from_transaction_data`.
All must agree on customers, repeat purchases and ages. Timed from the Parquet file to the sums in
NumPy; lifetimes from a frame in memory, which spares it the reading.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import duckdb

import bg_nbd
import harness

RETAIL = bg_nbd.CDNOW.parents[1] / "online_retail" / "online_retail.csv.gz"


def orders(lines: int) -> Path:
    """The lines of Online Retail, repeated under new customers until there are enough, by time."""
    file = harness.SCRATCH / f"orders_{lines}.parquet"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        duckdb.sql(f"""
            COPY (
                WITH retail AS (FROM read_csv('{RETAIL}') WHERE CustomerID IS NOT NULL)
                SELECT CustomerID::INTEGER || '-' || copy AS customer_id,
                    InvoiceDate::TIMESTAMP AS ordered_at,
                    (Quantity * UnitPrice)::DECIMAL(18, 4) AS revenue_amount
                FROM range({lines} // 400_000 + 1) AS copies (copy), retail
                ORDER BY ordered_at, copy
                LIMIT {lines}
            ) TO '{file}' (FORMAT parquet)
        """)
    return file


def main() -> int:
    """Run the three and say whether the bars are met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000_000)
    rows = parser.parse_args().rows
    file = orders(rows)
    python = harness.environment("lifetimes", *bg_nbd.LIFETIMES)
    # In turns and often: half a second each is soon lengthened by what else the machine does.
    rounds = [
        (
            harness.run("fourfits", "purchase_sums_fourfits.py", file, rows=rows),
            harness.run("DuckDB SQL by hand", "purchase_sums_duckdb.py", file, rows=rows),
        )
        for _ in range(15)
    ]
    ours, sql = (min(turns, key=lambda turn: turn.seconds) for turns in zip(*rounds, strict=True))
    peer = harness.run(
        "lifetimes 0.11.3", "purchase_sums_lifetimes.py", file, rows=rows, python=python
    )
    faster = peer.seconds / ours.seconds
    met = harness.report(
        f"{rows:,} order lines to distinct (x, t_x, T)",
        ours,
        sql,
        peer,
        checks={
            f"at most 1.15 times the hand-written query ({ours.seconds / sql.seconds:.2f})": (
                ours.seconds <= 1.15 * sql.seconds
            ),
            f"at least 20 times as fast as lifetimes ({faster:,.0f} times)": faster >= 20,
            "same customers, repeat purchases and ages": (
                ours.answer == sql.answer
                and all(ours.answer[name] == value for name, value in peer.answer.items())
            ),
        },
    )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
