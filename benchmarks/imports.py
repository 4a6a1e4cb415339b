"""Import of 10 million order lines (CSV, gzip, day/month dates) with the whole contract checked.

Against what DuckDB needs to read, parse and copy the same file to Parquet, unchecked; and against
pandas reading, parsing, checking the same rules and writing Parquet. All must agree on rows and
revenue. Ours includes the fingerprint of the file, recognition of its columns over all values, the
search for repeated keys, and the commit.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

import duckdb

import harness

PANDAS = ("pandas==2.3.3", "pyarrow==21.0.0", "numpy==2.3.5")
MEMORY_MIB = 1_536


def orders(lines: int) -> Path:
    """Orders of four lines over two years, as a shop's system exports them."""
    file = harness.SCRATCH / f"orders_{lines}.csv.gz"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(".draft")
        duckdb.sql(f"""
            COPY (
                SELECT 'O' || lpad((i // 4)::VARCHAR, 8, '0') AS order_id,
                    i % 4 + 1 AS line,
                    'C' || hash(i // 4) % 500000 AS customer_id,
                    strftime(TIMESTAMP '2022-01-01' + INTERVAL (i // 4 * 63072000 // {lines // 4 + 1})
                        SECOND, '%d/%m/%Y %H:%M') AS ordered_at,
                    'P' || hash(i * 7) % 5000 AS product_id,
                    hash(i * 3) % 9 + 1 AS quantity,
                    ((hash(i * 11) % 20000 + 100) / 100)::DECIMAL(10, 2) AS revenue_amount,
                    ['search', 'social', 'email', 'store'][(hash(i // 4) % 4 + 1)::INTEGER] AS channel
                FROM range({lines}) AS lines (i)
            ) TO '{draft}' (FORMAT csv, HEADER, COMPRESSION gzip)
        """)
        draft.replace(file)
    return file


def main() -> int:
    """Run the three and say whether the bars are met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    rows = parser.parse_args().rows
    file, target = orders(rows), harness.SCRATCH / "imports"
    python = harness.environment("pandas", *PANDAS)
    turns = [  # by turns, so that a busy moment of the machine does not decide
        (
            harness.run("fourfits", "imports_fourfits.py", file, target, rows=rows),
            harness.run("DuckDB, unchecked", "imports_duckdb.py", file, target, rows=rows),
            harness.run("pandas", "imports_pandas.py", file, target, rows=rows, python=python),
        )
        for _ in range(2)
    ]
    ours, engine, pandas = (
        min(runs, key=lambda run: run.seconds) for runs in zip(*turns, strict=True)
    )
    shutil.rmtree(target)
    met = harness.report(
        f"Import of {rows:,} order lines",
        ours,
        engine,
        pandas,
        checks={
            f"at most 2.5 times DuckDB's own copy ({ours.seconds / engine.seconds:.2f})": (
                ours.seconds <= 2.5 * engine.seconds
            ),
            f"at least 2 times as fast as pandas ({pandas.seconds / ours.seconds:.1f})": (
                pandas.seconds >= 2 * ours.seconds
            ),
            f"within {MEMORY_MIB:,} MiB ({ours.peak_mib:,.0f})": ours.peak_mib <= MEMORY_MIB,
            "same rows and revenue": ours.answer == engine.answer == pandas.answer,
        },
    )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
